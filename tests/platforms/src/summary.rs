//! What people see while it runs, and at the end.

use anstyle::{AnsiColor, Style};

use crate::results::{Outcome, Results, Step};

const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default().bold();
const WARN: Style = AnsiColor::Yellow.on_default();

/// One step that is done, with its text where it failed.
pub fn tell(step: &Step) {
    anstream::println!("{}", row(step));
    if step.outcome == Outcome::Failed {
        anstream::println!("{}", indented(&step.text));
    }
}

/// How it ended.
pub fn print(results: &Results) {
    let count = |outcome| results.steps.iter().filter(|step| step.outcome == outcome).count();
    let failed = count(Outcome::Failed);
    let style = if failed == 0 { GOOD } else { BAD };
    anstream::println!(
        "{}: {style}{} ok, {failed} failed{style:#}, {} not possible here; {} s, {}",
        results.platform,
        count(Outcome::Ok),
        count(Outcome::NotHere),
        results.seconds,
        results.emulator.as_deref().unwrap_or("no emulator"),
    );
}

fn row(step: &Step) -> String {
    let (style, word) = match step.outcome {
        Outcome::Ok => (GOOD, "ok"),
        Outcome::Failed => (BAD, "FAILED"),
        Outcome::NotHere => (WARN, "not here"),
    };
    let seconds = step.milliseconds as f64 / 1e3;
    let text = step.text.lines().next().unwrap_or_default();
    format!("  {:<17} {style}{word:<8}{style:#} {seconds:7.1} s  {text}", step.name)
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n")
}
