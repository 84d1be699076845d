//! The groups of what is measured, and what is asked of a lane in each.

use std::time::{Duration, Instant};

use super::transport::{Busy, Echo, pin};
use crate::goals::{self, Goal};
use crate::measure::{Effort, Kind, Subject, Times, measure};
use crate::text::time;

const SIZES: [(usize, &str); 4] =
    [(64, "64 B"), (1 << 10, "1 KiB"), (64 << 10, "64 KiB"), (1 << 20, "1 MiB")];
const TRANSPORTS: [&str; 3] = ["lane", "pipe", "socket"];

/// The best times of one size, in nanoseconds.
struct Found {
    size: &'static str,
    line: f64,
    /// Lane, pipe, socket, each on two processors and on one.
    two: [f64; 3],
    one: [f64; 3],
}

/// Measures everything, and judges it.
pub fn measure_all(is_quick: bool) {
    let rounds = if is_quick { 15 } else { 101 };
    let found = SIZES.map(|(size, name)| by_size(size, name, rounds));
    let mut goals = goals_of(&found);
    pin(None);
    goals.extend(busy(rounds));
    goals.extend(asleep(rounds));
    goals.push(idle());
    println!("{}", goals::table(&goals));
}

fn by_size(size: usize, name: &'static str, rounds: usize) -> Found {
    pin(Some(0));
    let group = |cpu, names: &[&str]| {
        let subjects = names.iter().map(|transport| subject(transport, size, cpu)).collect();
        measure(subjects, Effort { rounds, batch: Duration::from_millis(3) })
    };
    let two = group(Some(1), &["lane", "pipe", "socket", "line"]);
    table(&format!("{name}, two processors"), &two);
    let one = group(Some(0), &TRANSPORTS);
    table(&format!("{name}, one processor"), &one);
    let best = |times: &[Times]| std::array::from_fn(|at| times[at].best());
    Found { size: name, line: two[3].best(), two: best(&two), one: best(&one) }
}

fn subject(transport: &str, size: usize, cpu: Option<usize>) -> Subject<'static> {
    let mut echo = Echo::start(transport, size, cpu);
    let kind = match transport {
        "line" => Kind::Limit,
        "lane" => Kind::Ours,
        _ => Kind::Peer,
    };
    Subject::new(transport, kind, move || echo.call())
}

fn goals_of(found: &[Found; 4]) -> Vec<Goal> {
    let best = |found: &Found, at: usize| found.two[at].min(found.one[at]);
    let [small, medium, large, huge] = found;
    let goal = |text: &str, found: f64, bound| Goal::at_most(text, found, bound, "x");
    let mut goals = vec![
        goal("64 B to a bare cache line there and back", small.two[0] / small.line, 1.6),
        goal("64 B to the pipe's best placement", small.two[0] / best(small, 1), 0.2),
        goal("1 KiB to 64 B", medium.two[0] / small.two[0], 2.0),
        goal("64 KiB to the socket's best placement", large.two[0] / best(large, 2), 1.0),
        goal("1 MiB to the socket's best placement", huge.two[0] / best(huge, 2), 0.7),
    ];
    goals.extend(found.iter().map(|found| {
        let text = format!("{} on one processor, to the better of pipe and socket", found.size);
        goal(&text, found.one[0] / found.one[1].min(found.one[2]), 1.0)
    }));
    goals
}

/// Both processors are taken by others.
fn busy(rounds: usize) -> Vec<Goal> {
    let _others = [Busy::start(0), Busy::start(1)];
    let subjects = TRANSPORTS.iter().map(|transport| subject(transport, 64, None)).collect();
    let times = measure(subjects, Effort { rounds, batch: Duration::from_millis(3) });
    table("64 B, both processors taken by others", &times);
    let goal = |share: f64, name| {
        Goal::at_most(
            format!("64 B beside others, {name}, to the pipe"),
            times[0].share(share) / times[1].share(share),
            1.0,
            "x",
        )
    };
    vec![goal(0.5, "median"), goal(0.9, "90 %")]
}

/// The worker has fallen asleep on its processor.
fn asleep(rounds: usize) -> Vec<Goal> {
    let mut echoes = TRANSPORTS.map(|transport| Echo::start(transport, 64, Some(1)));
    let mut taken = [const { Vec::new() }; 3];
    for _ in 0..rounds {
        for (echo, taken) in echoes.iter_mut().zip(&mut taken) {
            std::thread::sleep(Duration::from_millis(3));
            let start = Instant::now();
            echo.call();
            taken.push(start.elapsed().as_nanos() as f64);
        }
    }
    let mut taken = taken.into_iter().zip(TRANSPORTS);
    let times: Vec<Times> = taken.by_ref().map(|(taken, name)| Times::new(name, Kind::Ours, taken)).collect();
    table("64 B, to a worker that sleeps", &times);
    vec![Goal::at_most(
        "64 B to a worker that sleeps, median, to the pipe",
        times[0].median() / times[1].median(),
        1.2,
        "x",
    )]
}

fn idle() -> Goal {
    let echo = Echo::start("lane", 64, None);
    std::thread::sleep(Duration::from_millis(200));
    let before = echo.waits_of_worker();
    std::thread::sleep(Duration::from_secs(2));
    Goal::at_most("wake-ups of an idle worker in 2 s", (echo.waits_of_worker() - before) as f64, 0.0, "")
}

fn table(title: &str, times: &[Times]) {
    println!(
        "\n{title}\n\n| | best | median | 10 % to 90 % | times the lane |\n| --- | ---: | ---: | ---: | ---: |"
    );
    for subject in times {
        let spread = format!("{} to {}", time(subject.share(0.1)), time(subject.share(0.9)));
        let ratio = subject.best() / times[0].best();
        let [best, median] = [subject.best(), subject.median()].map(time);
        println!("| {} | {best} | {median} | {spread} | {ratio:.2} |", subject.name);
    }
}
