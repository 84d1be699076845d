//! The checks that every module passes, and the runner that runs them over a module's file.
//!
//! A [`Check`] is one rule of `rp_module.h` or `rp_plain.h` made into a program: it drives the module through its raw
//! functions, with a host of its own that does what the rules allow and a real host seldom does. [`run`] runs each
//! check on each file in a process of its own, since a module that is wrong may take its process with it: this program
//! started anew. So a program that calls [`run`] has to call [`serve_if_asked`] first thing in `main`.
//!
//! ```no_run
//! rp_conformance::serve_if_asked();
//! let plan = rp_conformance::Plan::new(["libtest_minimal.so".into()]);
//! for finding in rp_conformance::run(&plan, |_| {}) {
//!     println!("{} {}", finding.check.id, finding.outcome.kind.as_str());
//! }
//! ```

mod allocations;
mod bench;
mod cause;
mod check;
mod check_host;
mod checks;
mod copies;
mod floating_point;
mod form;
mod instance;
mod interpose;
mod journal;
mod json_cases;
mod junit;
mod library;
mod order;
mod os;
mod outcome;
mod pages;
mod probe;
mod process;
mod runner;
mod schema;
mod session;
mod subject;
mod surroundings;
mod worker;

pub use cause::Cause;
pub use check::{Apart, Applies, Check, Forms, Rule};
pub use checks::{all, find};
pub use form::Form;
pub use junit::junit;
pub use outcome::{Kind, Outcome};
pub use runner::{Finding, Plan, run};
pub use worker::serve_if_asked;
