//! Measures rp beside its peers, in one process and one run: `./dev bench`.
//!
//! Every answer is asserted before anything is timed. Arguments: `--write` puts the report into docs/src, `--quick` takes
//! little time and rough numbers, `--build` times clean release builds too, `--only WORD` runs the parts whose name holds the word,
//! or one group: `--only "echo of 64 b"`.

mod alone;
#[cfg(any(feature = "wasm", feature = "wasm-jit"))]
mod alone_wasm;
mod answering;
#[cfg(any(feature = "wasm", feature = "wasm-jit"))]
mod bare;
mod build_cost;
mod caller;
mod echo;
mod goals;
mod isolation;
mod load;
mod machine;
mod measure;
mod payload;
mod place;
mod plot;
mod reading;
mod report;
mod services;
mod store;
mod text;
mod threads;
mod typed;
#[cfg(any(feature = "wasm", feature = "wasm-jit", feature = "extism"))]
mod wasm;
#[cfg(any(feature = "wasm", feature = "wasm-jit"))]
mod wasm_load;

use std::path::Path;
use std::time::Duration;

use goals::{ALONE, Goal};
use measure::{Effort, Times, measure};
use payload::shown_size;
use report::{Report, best};
use rp_host::Host;
use text::time;

const SIZES: [usize; 4] = [64, 1 << 10, 64 << 10, 1 << 20];
const TYPED_SIZES: [usize; 3] = [192, 1 << 10, 64 << 10];
const READ_SIZES: [usize; 2] = [1 << 10, 64 << 10];

struct Arguments {
    write: bool,
    quick: bool,
    build: bool,
    only: Option<String>,
}

struct Bench {
    arguments: Arguments,
    report: Report,
    goals: Vec<Goal>,
}

fn main() {
    // Its isolated modules run in this program.
    rp_host::worker::serve_if_asked();
    let mut arguments = std::env::args().skip(1);
    let mut parsed = Arguments { write: false, quick: false, build: false, only: None };
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            // What cargo itself passes.
            "--bench" => {}
            "--write" => parsed.write = true,
            "--quick" => parsed.quick = true,
            "--build" => parsed.build = true,
            "--only" => parsed.only = arguments.next().map(|only| only.to_lowercase()),
            "--memory-of" => {
                let library = arguments.next().expect("a library follows");
                return load::print_memory(Path::new(&library), arguments.next().as_deref());
            }
            "--open" => return isolation::open(arguments.next().expect("a library follows").into()),
            "--send-back" => {
                let size = arguments.next().and_then(|size| size.parse().ok()).expect("a size follows");
                return echo::send_back(size);
            }
            other => usage(other),
        }
    }
    if parsed.write && (parsed.quick || parsed.only.is_some()) {
        usage("--write beside --quick or --only");
    }
    Bench { arguments: parsed, report: Report::default(), goals: Vec::new() }.run();
}

fn usage(unknown: &str) -> ! {
    eprintln!("peers: {unknown}: expected --write, --build, or --quick and --only WORD");
    std::process::exit(2)
}

impl Bench {
    fn run(mut self) {
        let busy_percent = machine::busy_percent();
        let is_quiet = machine::is_quiet(busy_percent);
        if !is_quiet {
            eprintln!("peers: the machine is busy with something else, and the page will say so");
        }
        let facts = machine::facts(busy_percent);
        self.part("echo", Bench::echo);
        self.part("typed command", Bench::typed);
        self.part("reading", Bench::reading);
        self.part("host calls", Bench::host_calls);
        self.part("store", Bench::store);
        self.part("loading", Bench::loading);
        self.part("threads", Bench::threads);
        self.part("isolation", Bench::isolation);
        if self.arguments.build {
            self.part("build", Bench::build);
        }
        println!("{}", goals::table(&self.goals));
        if self.arguments.write {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/src");
            let head = head(&facts, is_quiet, &goals::table(&self.goals));
            self.report.write(&folder, &head).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        }
    }

    fn part(&mut self, name: &str, run: fn(&mut Bench)) {
        // The word may name a group within a part.
        let first = name.split(' ').next().unwrap_or(name);
        if self
            .arguments
            .only
            .as_ref()
            .is_none_or(|only| name.contains(only.as_str()) || only.starts_with(first))
        {
            let mut title = name.to_owned();
            title[..1].make_ascii_uppercase();
            self.report.heading(2, &title);
            run(self);
        }
    }

    /// Whether the part's group of that title is wanted.
    fn wants(&self, part: &str, title: &str) -> bool {
        self.arguments
            .only
            .as_ref()
            .is_none_or(|only| part.contains(only.as_str()) || title.to_lowercase().contains(only))
    }

    /// Batches of `ms` milliseconds, 201 rounds unless it is to be quick.
    fn effort(&self, ms: u64) -> Effort {
        let rounds = if self.arguments.quick { 15 } else { 201 };
        Effort { rounds, batch: Duration::from_millis(ms) }
    }

    fn echo(&mut self) {
        self.report.line(
            "A text goes to the module and comes back. *raw*: every check of the border, the response unread. *checked*: the \
             response read as well: UTF-8, one JSON object, its status. *traced*: each call is shown to a sink that does \
             nothing; a host without a trace does not look for one on the way of a call. *limit*: a function pointer into a \
             library in C, and `memcpy` into a buffer that is reused. *the interface alone*: the message and \
             the reply of `rp_module.h` and the module's own function, called by nobody who checks or limits anything; no host can be \
             quicker, and a goal that it misses is out of reach. *from C*: the call is one of `rp_host.h`, made by a program in C. *isolated*: the module runs in a process of its own. abi_stable and stabby pass a string to a bare \
             function: no message with its number, no call slot of an instance, no panic caught, nothing compared afterwards.\n",
        );
        for size in SIZES {
            if !self.wants("echo", &format!("Echo of {}", shown_size(size))) {
                continue;
            }
            let host = Host::new();
            let text = payload::response(size);
            #[allow(unused_mut, reason = "wasm adds to it")]
            let mut subjects = echo::subjects(&host, &text);
            #[cfg(any(feature = "wasm", feature = "wasm-jit", feature = "extism"))]
            subjects.extend(wasm::subjects(&host, &text));
            let times = measure(subjects, self.effort(2));
            let size = shown_size(size);
            self.report.heading(3, &format!("Echo of {size}"));
            self.report.table(&times, "limit");
            self.report.plot(
                &format!("echo-{}", size.replace(' ', "-").to_lowercase()),
                &format!("Echo of {size}"),
                &times,
            );
            self.echo_goals(&size, &times);
        }
    }

    fn echo_goals(&mut self, size: &str, times: &[Times]) {
        let ratio = |name: &str, to: &str| best(times, name) / best(times, to);
        let (c, rust) = match size {
            "64 B" => (4.0, 5.0),
            "1 KiB" => (2.2, 2.2),
            _ => (1.05, 1.05),
        };
        let mut add = |goal| self.goals.push(goal);
        add(Goal::at_most(
            format!("raw call in C, {size}, to the limit"),
            ratio("rp raw, C", "limit"),
            c,
            "x",
        ));
        add(Goal::at_most(
            format!("raw call in Rust, {size}, to the limit"),
            ratio("rp raw, Rust", "limit"),
            rust,
            "x",
        ));
        for language in ["C", "Rust"] {
            let raw = format!("rp raw, {language}");
            let checked = best(times, &format!("rp checked, {language}"));
            let parts = best(times, &raw) + best(times, "the validator alone");
            let to_abi_stable = |name: &str| {
                ratio(name, "abi_stable, reused string").max(ratio(name, "abi_stable, fresh string"))
            };
            let alone = to_abi_stable(&format!("the interface alone, {language}"));
            let text = format!("raw call in {language}, {size}, to abi_stable's best");
            add(Goal::at_most(text, to_abi_stable(&raw), 1.0, "x").beside(ALONE, Some(alone)));
            let turn = format!("rp raw, {language}, in a turn");
            let text = format!("raw call in {language} in a turn, {size}, to abi_stable's best");
            add(Goal::at_most(text, to_abi_stable(&turn), 1.2, "x").beside(ALONE, Some(alone)));
            let text = format!("checked call in {language}, {size}, to raw and validator");
            add(Goal::at_most(text, checked / parts, 1.15, "x"));
        }
        if size == "64 B" {
            let added = best(times, "rp raw, C, from C") - best(times, "rp raw, C");
            add(Goal::at_most("what a raw call from C takes more, 64 B", added, 4.0, " ns"));
        }
        let text = format!("checked call from C, {size}, to one in Rust");
        add(Goal::at_most(text, ratio("rp checked, C, from C", "rp checked, C"), 1.15, "x"));
        let old = ratio("old way, Value on both sides", "rp raw, C");
        add(Goal::at_least(format!("the old way, {size}, to the raw call in C"), old, 100.0, "x"));
        #[cfg(any(feature = "wasm", feature = "wasm-jit", feature = "extism"))]
        wasm::goals(size, times, &mut add);
    }

    fn typed(&mut self) {
        self.report.line(
            "A value with six fields, two of them nested, goes to the module as the arguments of a command; a value comes \
             back. JSON is written and read on both sides. The reference is the same work in one function, \
             read and written by serde_json, with no border between.\n",
        );
        for has_escapes in [false, true] {
            for size in TYPED_SIZES {
                let entry = bench_record::entry(size, has_escapes);
                let host = Host::new();
                let times = measure(typed::subjects(&host, &entry), self.effort(3));
                let title =
                    format!("{}, {} escapes", shown_size(size), if has_escapes { "with" } else { "without" });
                self.report.heading(3, &title);
                self.report.table(&times, "the same work without a border");
                let file = format!("typed-{}{}", shown_size(size), if has_escapes { "-escapes" } else { "" });
                self.report.plot(
                    &file.replace(' ', "-").to_lowercase(),
                    &format!("Typed command, {title}"),
                    &times,
                );
                let ratio = |to: &str| best(&times, "rp, Rust") / best(&times, to);
                let old = ratio("old way, Value on both sides");
                let bare = ratio("the same work without a border");
                self.goals.push(Goal::at_most(
                    format!("typed command, {title}, to the old way"),
                    old,
                    0.3,
                    "x",
                ));
                self.goals.push(Goal::at_most(
                    format!("typed command, {title}, to no border"),
                    bare,
                    1.15,
                    "x",
                ));
            }
        }
    }

    fn reading(&mut self) {
        self.report.line(
            "What a checked call adds: whether a text is a response, a valid one as a whole. serde_json and sonic-rs read it \
             and keep nothing; simd-json makes its tape, from a copy, since it writes into what it reads.\n",
        );
        for size in READ_SIZES {
            for (shape, make) in reading::SHAPES {
                let title = format!("{}, {shape}", shown_size(size));
                if !self.wants("reading", &title) {
                    continue;
                }
                let text = make(size);
                let times = measure(reading::subjects(&text), self.effort(1));
                self.report.heading(3, &title);
                self.report.table(&times, reading::PEERS[0]);
                let peers = reading::PEERS.iter().map(|peer| best(&times, peer));
                let ratio = peers.fold(f64::MAX, f64::min) / best(&times, reading::OURS);
                self.goals.push(Goal::at_least(
                    format!("reading {title}: the best peer to rp"),
                    ratio,
                    1.0,
                    "x",
                ));
            }
        }
    }

    fn host_calls(&mut self) {
        self.report.line(
            "What a module in Rust asks of its host, within one message; JSON is read on both sides where there is a \
             response. Events are counted from their emission until another module has handled them.\n",
        );
        let asking = services::Asking::new();
        let calls = measure(asking.host_calls(), self.effort(3));
        self.report.table(&calls, "is the message cancelled?");
        let events = measure(asking.events(), self.effort(10));
        let each = events[0].best();
        self.report.line(&format!("An event takes {}: {:.0} events a second.\n", time(each), 1e9 / each));
    }

    fn store(&mut self) {
        self.report.line(
            "The store beside rusqlite with the same tables and settings, written for this one operation. The store also \
             reads the request, checks names, and keeps references.\n",
        );
        let folder = tempfile::tempdir().expect("a temporary folder");
        for (title, subjects) in store::groups(folder.path()) {
            let times = measure(subjects, self.effort(5));
            self.report.heading(3, &format!("A {title}").replace("A update", "An update"));
            self.report.table(&times, "rusqlite, direct");
        }
    }

    fn loading(&mut self) {
        self.report.line(
            "A first load checks the file, copies it, opens the copy, makes an instance and sends it `init`. The limit reads \
             the file, writes a copy and opens that.\n",
        );
        let folder = tempfile::tempdir().expect("a temporary folder");
        for (title, subjects) in load::groups(folder.path()) {
            let effort = Effort { rounds: 31, ..self.effort(1) };
            let times = measure(subjects, effort);
            self.report.heading(3, &format!("Loading {title}"));
            self.report.table(&times, "limit: read, copy, dlopen");
            let ratio = best(&times, "first load to ready") / best(&times, "limit: read, copy, dlopen");
            self.goals.push(Goal::at_most(format!("load of {title}, to the limit"), ratio, 1.5, "x"));
        }
        #[cfg(any(feature = "wasm", feature = "wasm-jit"))]
        self.loading_wasm(folder.path());
        self.report.line(
            "Private memory, in KiB, and the time that each took of a thousand modules (a thousand files) and of a thousand \
             instances of one module, loaded one after the other into one host:\n",
        );
        let mut text = String::from(
            "| module | the first | each further module | each further instance | each of 1,000 modules | each of 1,000 \
             instances |\n| --- | ---: | ---: | ---: | ---: | ---: |\n",
        );
        #[allow(unused_mut, reason = "wasm adds to it")]
        let mut libraries = vec![
            ("C".to_owned(), place::c_library("echo_c"), None),
            ("Rust".to_owned(), place::rust_library("bench-echo"), None),
        ];
        #[cfg(any(feature = "wasm", feature = "wasm-jit"))]
        libraries.extend(
            wasm_load::engines()
                .into_iter()
                .map(|engine| (format!("C on {}", engine.as_str()), wasm_load::module(), Some(engine))),
        );
        for (language, library, engine) in libraries {
            let memory = load::Memory::measure(&library, engine);
            let load = time(memory.thousandth_us * 1e3);
            let modules = time(memory.thousandth_module_us * 1e3);
            let load::Memory { first_module, further_module, instance, .. } = memory;
            text += &format!(
                "| {language} | {first_module:.0} | {further_module:.1} | {instance:.2} | {modules} | {load} |\n"
            );
        }
        self.report.line(&text);
    }

    #[cfg(any(feature = "wasm", feature = "wasm-jit"))]
    fn loading_wasm(&mut self, folder: &Path) {
        let times = measure(wasm_load::subjects(folder), Effort { rounds: 31, ..self.effort(5) });
        let size = std::fs::metadata(wasm_load::module()).expect("it was built").len() / 1024;
        self.report.heading(3, &format!("Loading a module in C as WebAssembly, {size} KiB"));
        let first = times.first().map(|times| times.name.clone()).unwrap_or_default();
        self.report.table(&times, &first);
    }

    fn build(&mut self) {
        self.report.line(
            "Clean release builds, each into a folder of its own, the downloads there already. CPU is user and system time of \
             all processes.\n",
        );
        let mut text = String::from("| what | crates | CPU | elapsed |\n| --- | ---: | ---: | ---: |\n");
        for (name, arguments) in build_cost::BUILDS {
            let build = build_cost::measure(arguments);
            let (cpu, elapsed) = (time(build.cpu_s * 1e9), time(build.elapsed_s * 1e9));
            text += &format!("| {name} | {} | {cpu} | {elapsed} |\n", build.crates);
            let mut add = |what: &str, found: f64, bound: f64, unit| {
                self.goals.push(Goal::at_most(
                    format!("clean release build of {name}, {what}"),
                    found,
                    bound,
                    unit,
                ));
            };
            match *name {
                "rp-host" => {
                    add("CPU", build.cpu_s, 25.0, " s");
                    add("crates", build.crates as f64, 30.0, "");
                }
                "rp-sdk and a module" => add("CPU", build.cpu_s, 12.0, " s"),
                _ => {}
            }
        }
        self.report.line(&text);
    }

    fn threads(&mut self) {
        self.report.line("Calls of 64 B, raw, in C. The time of a call is that of all threads together.\n");
        let times = threads::measure(self.effort(20), &payload::response(64));
        self.report.table(&times, "one thread, one instance");
        self.report.plot("threads", "Two threads", &times);
        let faster = best(&times, "one thread, one instance") / best(&times, "two threads, two instances");
        self.goals.push(Goal::at_least("two threads on two instances, to one", faster, 1.95, "x"));
    }

    fn isolation(&mut self) {
        self.report.line(
            "Processes of isolated modules, sandboxed, one after the other in each round: every row is one event, so that median and \
             spread count. The error of a crash names functions, and lines where there is debug information; the one of SIGKILL \
             has nothing to name, so what it takes less is the report in the process and its reading in the host.\n",
        );
        let times = isolation::measure(self.effort(1).rounds);
        self.report.table(&times, isolation::OPENED);
        self.goals.extend(isolation::goals(&times));
    }
}

fn head(facts: &[(&str, String)], is_quiet: bool, goals: &str) -> String {
    let mut text = String::from(
        "# Speed\n\n<!-- Written by `./dev bench`. Do not edit it here. -->\n\n\
         All numbers on this page come from one run of `./dev bench`, which measures rp and its peers in one process, batch by \
         batch in turn, after every answer was compared with the one expected. *best* is the fastest batch, which tells \
         what the code takes; median and spread tell what the machine added. Ratios are of the best.\n\n\
         Measured on:\n\n",
    );
    if !is_quiet {
        let warning = "**The machine was busy with something else when this run began: do not go by these numbers.**\n\n";
        text.insert_str(text.find("Measured on:").expect("it was just written"), warning);
    }
    for (name, value) in facts {
        text += &format!("- {name}: {value}\n");
    }
    let peers: Vec<String> =
        machine::peers().iter().map(|(name, version)| format!("{name} {version}")).collect();
    text += &format!("- peers: {}\n\n## Goals\n\n{goals}\n", peers.join(", "));
    text
}
