//! The state of the process after the module has lived in it.

use crate::bench::Bench;
use crate::check::{Check, Forms, Rule};
use crate::os::{self, Told};
use crate::outcome::{Verdict, ensure, warn};
use crate::{floating_point, session, surroundings};

pub(super) const CHECKS: &[Check] = &[
    Check::new(
        "environment/working-directory",
        "The working directory stays",
        Rule::module(4, "working directory"),
        working_directory,
    )
    .forms(Forms::OWN_PROCESS),
    Check::new("environment/umask", "The umask stays", Rule::module(4, "umask"), umask)
        .forms(Forms::OWN_PROCESS),
    Check::new(
        "environment/signal-handlers",
        "Signal handlers stay",
        Rule::module(4, "Leave signal handlers"),
        signal_handlers,
    )
    .forms(Forms::OWN_PROCESS),
    Check::new(
        "environment/signal-mask",
        "The calling thread's signal mask stays",
        Rule::module(4, "as they are"),
        signal_mask,
    )
    .forms(Forms::OWN_PROCESS)
    .advice(),
    Check::new("environment/locale", "The locale stays", Rule::module(4, "locale"), locale)
        .forms(Forms::OWN_PROCESS),
    Check::new(
        "environment/floating-point",
        "The floating-point mode stays",
        Rule::module(4, "floating-point mode"),
        floating_point,
    )
    .forms(Forms::OWN_PROCESS),
    Check::new(
        "environment/stdio",
        "Standard input, output and error stay what they are",
        Rule::module(4, "floating-point mode and stdio as they are."),
        stdio,
    )
    .forms(Forms::OWN_PROCESS),
    Check::new(
        "environment/stdout",
        "Nothing is written to standard output, which is the host's",
        Rule::text("Writes a log line, for people to read."),
        stdout,
    )
    .forms(Forms::OWN_PROCESS)
    .advice(),
    Check::new(
        "environment/variables",
        "Environment variables stay",
        Rule::module(4, "Leave signal handlers, locale, working directory, umask"),
        variables,
    )
    .forms(Forms::OWN_PROCESS)
    .advice(),
    Check::new(
        "environment/descriptors",
        "No descriptor stays open after destroy",
        Rule::text("frees what it holds"),
        descriptors,
    )
    .forms(Forms::OWN_PROCESS),
    Check::new(
        "environment/threads",
        "No thread is left after destroy",
        Rule::module(6, "Join the module's threads in destroy."),
        threads,
    )
    .forms(Forms::OWN_PROCESS),
];

/// Compares one property of the process before and after a whole life.
fn stays(bench: &Bench, what: &str, look: fn() -> Told<String>) -> Verdict {
    let unloaded = look()?;
    let instance = bench.create()?;
    let init = bench.init_payload();
    let before = look()?;
    session::whole_life(instance, &init);
    let after = look()?;
    ensure(before == after, || format!("{what} was {before}\nand after destroy {after}"))?;
    if unloaded == before {
        return Ok(());
    }
    // The runtime of a language may do so before any code of the module runs; whoever runs the host should know.
    warn(format!("{what} was {unloaded}\nand with the library loaded {before}"))
}

fn working_directory(bench: &Bench) -> Verdict {
    stays(bench, "the working directory", surroundings::working_directory)
}

fn umask(bench: &Bench) -> Verdict {
    stays(bench, "the umask", os::umask)
}

fn signal_handlers(bench: &Bench) -> Verdict {
    stays(bench, "what signals do", os::signal_handlers)
}

fn signal_mask(bench: &Bench) -> Verdict {
    stays(bench, "the mask of signals", os::signal_mask)
}

fn locale(bench: &Bench) -> Verdict {
    stays(bench, "the locale", os::locale)
}

fn floating_point(bench: &Bench) -> Verdict {
    stays(bench, "the floating-point mode", floating_point::mode)
}

fn stdio(bench: &Bench) -> Verdict {
    stays(bench, "the standard streams", os::stdio)
}

fn variables(bench: &Bench) -> Verdict {
    stays(bench, "the environment", surroundings::variables)
}

fn stdout(bench: &Bench) -> Verdict {
    let instance = bench.create()?;
    let init = bench.init_payload();
    let written = os::with_stdout_caught(|| session::whole_life(instance, &init))?;
    if written.is_empty() {
        return Ok(());
    }
    warn(format!("written to standard output: {}", crate::journal::shown(&written)))
}

fn descriptors(bench: &Bench) -> Verdict {
    // The first life may open what stays for the life of the process.
    session::whole_life(bench.create()?, &bench.init_payload());
    let before = os::descriptors()?;
    session::whole_life(bench.create()?, &bench.init_payload());
    let after = os::descriptors()?;
    let left: Vec<_> = after.iter().filter(|one| !before.contains(one)).collect();
    ensure(left.is_empty(), || format!("left open after destroy: {left:?}"))
}

fn threads(bench: &Bench) -> Verdict {
    session::whole_life(bench.create()?, &bench.init_payload());
    let before = os::thread_count()?;
    session::whole_life(bench.create()?, &bench.init_payload());
    // A thread that was joined is gone from the list a moment later.
    for _ in 0..50 {
        if os::thread_count()? <= before {
            return Ok(());
        }
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    let left = os::thread_count()?.saturating_sub(before);
    ensure(left == 0, || format!("{left} threads are left after destroy"))
}
