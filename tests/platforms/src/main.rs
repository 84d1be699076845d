//! Proves the build of `rp` for one platform: it starts that build, natively or under an emulator, and compares what it does
//! with what the machine's own build does. `./dev platforms` makes the builds and calls it.

mod build;
mod compare;
mod corpus;
mod normal;
mod options;
mod page;
mod platforms;
mod program;
mod results;
mod setup;
mod steps;
mod summary;
mod today;

use std::process::ExitCode;

use clap::Parser;

use options::{Options, Task};

fn main() -> ExitCode {
    let done = match Options::parse().task {
        Task::Run(options) => run(&options),
        Task::Compiled(options) => results::compiled(&options).write(&options.out).map(|()| true),
        Task::Page(options) => page::write(&options).map(|()| true),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(text) => {
            eprintln!("rp-platforms: {text}");
            ExitCode::from(2)
        }
    }
}

/// Takes all steps; whether each of them is ok or not possible here.
fn run(options: &options::Run) -> Result<bool, String> {
    let setup = setup::Setup::new(options)?;
    let mut results = steps::run(&setup, options)?;
    if !options.only.is_empty()
        && let Ok(earlier) = results::Results::read(&options.out)
    {
        results = results.after(earlier);
    }
    summary::print(&results);
    results.write(&options.out)?;
    Ok(results.is_good())
}
