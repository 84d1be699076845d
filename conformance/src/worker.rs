//! The process of one check: this program, started anew.

use crate::bench::Bench;
use crate::check::{Applies, Check};
use crate::copies::ASTRAY;
use crate::order::{Order, VARIABLE};
use crate::outcome::{Kind, Outcome};
use crate::{checks, journal, os};

/// Runs one check and ends the process, if [`run`](crate::run) started this process for that. Call it first thing in
/// `main`, while there is only one thread.
pub fn serve_if_asked() {
    let Some(order) = std::env::var_os(VARIABLE) else { return };
    // SAFETY: there is but one thread yet, as the documentation asks for.
    unsafe { std::env::remove_var(VARIABLE) };
    let order: Order = match serde_json::from_str(&order.to_string_lossy()) {
        Ok(order) => order,
        Err(error) => refuse(&format!("{VARIABLE} is for the program itself: {error}")),
    };
    if let Err(error) = settle(&order) {
        refuse(&format!("its process could not be set up: {error}"));
    }
    let outcome = perform(&order);
    if order.copy.is_some() {
        std::process::exit(ASTRAY);
    }
    journal::finish(&outcome);
    std::process::exit(0)
}

/// Makes this process end with its parent, and report to it.
fn settle(order: &Order) -> std::io::Result<()> {
    os::no_core_file();
    // Whatever ends a worker ends what it has started anew.
    if order.copy.is_none() {
        os::limit_cpu(order.cpu_seconds);
        os::end_with(order.parent, order.runner.is_empty())?;
    }
    os::is_the_process();
    journal::report_to(os::take_stdout()?);
    Ok(())
}

/// The check does not begin.
fn refuse(text: &str) -> ! {
    println!("{}{text}", journal::REFUSED);
    std::process::exit(2)
}

/// Runs one check in this process.
pub(crate) fn perform(order: &Order) -> Outcome {
    let Some(check) = checks::find(&order.check) else {
        return Outcome::new(Kind::Skip, format!("there is no check {}", order.check));
    };
    os::is_the_process();
    journal::begin();
    let bench = Bench::new(order);
    let mut outcome = if let Some(reason) = does_not_apply(check, &bench) {
        Outcome::new(Kind::Skip, reason)
    } else {
        let run = std::panic::AssertUnwindSafe(|| (check.run)(&bench));
        match std::panic::catch_unwind(run) {
            Ok(Ok(())) => {
                journal::died().map_or_else(|| Outcome::from(Ok(())), |text| Outcome::new(Kind::Crash, text))
            }
            Ok(verdict) => or_crash(Outcome::from(verdict)),
            Err(_) => Outcome::new(Kind::Fail, "the check itself panicked; standard error says where"),
        }
    };
    if outcome.kind.is_finding() {
        outcome.evidence = journal::steps();
    }
    if check.is_advice { outcome.into_advice() } else { outcome }
}

/// A check that failed since the process of its isolated module crashed has found the crash.
fn or_crash(outcome: Outcome) -> Outcome {
    match journal::crashed() {
        Some(how) if outcome.kind.is_bad() || outcome.kind == Kind::Blocked => Outcome::new(Kind::Crash, how),
        _ => outcome,
    }
}

/// A check for every module finds its library not loaded yet: some look at what loading it does.
fn does_not_apply(check: &Check, bench: &Bench) -> Option<&'static str> {
    if let Some(reason) = check.forms.refuse(bench.form()) {
        return Some(reason);
    }
    match check.applies {
        Applies::Abi if bench.is_plain() => Some("it is about modules with a table, and this one is plain"),
        Applies::Plain if !bench.is_plain() => Some("it is about plain modules, and this one has a table"),
        _ => None,
    }
}
