//! The process of one check: this program, started anew.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::bench::Bench;
use crate::check::{Applies, Check, Sandbox};
use crate::outcome::{Kind, Outcome};
use crate::{checks, journal, os};

/// Holds an [`Order`] in the environment of a worker.
pub(crate) const VARIABLE: &str = "RP_CONFORMANCE_ORDER";

/// What a worker is to do.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Order {
    pub(crate) file: PathBuf,
    pub(crate) check: String,
    pub(crate) seed: u64,
    pub(crate) is_full: bool,
    pub(crate) config: Value,
    pub(crate) texts: Option<PathBuf>,
}

/// Runs one check and ends the process, if [`run`](crate::run) started this process for that. Call it first thing in
/// `main`, while there is but one thread.
pub fn serve_if_asked() {
    let Some(order) = std::env::var_os(VARIABLE) else { return };
    // SAFETY: there is but one thread yet, as the documentation asks for.
    unsafe { std::env::remove_var(VARIABLE) };
    os::no_core_file();
    let order: Order = match serde_json::from_str(&order.to_string_lossy()) {
        Ok(order) => order,
        Err(error) => {
            eprintln!("{VARIABLE} is for the program itself: {error}");
            std::process::exit(2)
        }
    };
    match os::take_stdout() {
        Ok(report) => journal::report_to(report),
        Err(error) => {
            eprintln!("standard output cannot be used: {error}");
            std::process::exit(2)
        }
    }
    let outcome = perform(&order);
    let text = serde_json::to_string(&outcome).unwrap_or_default();
    journal::finish(&text);
    std::process::exit(0)
}

/// Runs one check in this process.
pub(crate) fn perform(order: &Order) -> Outcome {
    let Some(check) = checks::find(&order.check) else {
        return Outcome::new(Kind::Skip, format!("there is no check {}", order.check));
    };
    journal::begin();
    let bench = Bench::new(order.file.clone(), order.seed, order.is_full, order.config.clone())
        .with_texts(order.texts.clone());
    let mut outcome = if let Some(reason) = does_not_apply(check, &bench) {
        Outcome::new(Kind::Skip, reason)
    } else {
        let run = std::panic::AssertUnwindSafe(|| (check.run)(&bench));
        match std::panic::catch_unwind(run) {
            Ok(Ok(())) => journal::died().map_or_else(
                || Outcome::from(Ok(())),
                |text| Outcome::new(Kind::Crash, format!("in the sandbox: {text}")),
            ),
            Ok(verdict) => Outcome::from(verdict),
            Err(_) => Outcome::new(Kind::Fail, "the check itself panicked; standard error says where"),
        }
    };
    if outcome.kind.is_finding() {
        outcome.evidence = journal::steps();
    }
    if check.is_advice { outcome.into_advice() } else { outcome }
}

/// A check for every module finds its library not loaded yet: some look at what loading it does.
fn does_not_apply(check: &Check, bench: &Bench) -> Option<&'static str> {
    match (check.sandbox, bench.is_sandboxed()) {
        (Sandbox::No(reason), true) => return Some(reason),
        (Sandbox::Only, false) => return Some("it is about WebAssembly, and this module is native"),
        _ => {}
    }
    match check.applies {
        Applies::Abi if bench.is_plain() => Some("it is about modules with a table, and this one is plain"),
        Applies::Plain if !bench.is_plain() => Some("it is about plain modules, and this one has a table"),
        _ => None,
    }
}
