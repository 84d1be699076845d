//! The sessions of `examples/`, with the output of this machine's own build.

use std::path::Path;

use super::done::Done;
use crate::build::{Build, text};
use crate::compare::same;
use crate::normal::normal;
use crate::setup::{Setup, root};

/// A session, and the configuration that it is run with.
struct Session {
    config: Option<&'static str>,
    steps: &'static str,
}

const MESSAGES: Session = Session { config: None, steps: "session.jsonl" };
const SERVICES: Session = Session { config: Some("rp.toml"), steps: "services.jsonl" };
const RESEARCH: Session = Session { config: Some("research/rp.toml"), steps: "research/session.jsonl" };

/// Messages to modules in three languages.
pub fn messages(setup: &Setup) -> Result<Done, String> {
    run(setup, &MESSAGES)
}

/// Store, events, calls between modules.
pub fn services(setup: &Setup) -> Result<Done, String> {
    run(setup, &SERVICES)
}

/// The research day, as the command plays it.
pub fn research(setup: &Setup) -> Result<Done, String> {
    run(setup, &RESEARCH)
}

fn run(setup: &Setup, session: &Session) -> Result<Done, String> {
    let mut lines = 0;
    for form in [&[][..], &["--json"]] {
        let found = printed(&setup.tested, session, form)?;
        let about = format!("rp run {} {}", session.steps, form.join(" "));
        same(about.trim_end(), &found, &printed(&setup.reference, session, form)?)?;
        lines = found.lines().count();
    }
    let beside = if setup.is_reference() { "; there is no other build to compare with" } else { "" };
    Ok(Done::Ok(format!("{lines} lines, as text and JSON{beside}")))
}

/// What the command prints; every expectation of the session is met.
fn printed(build: &Build, session: &Session, form: &[&str]) -> Result<String, String> {
    let examples = root().join("examples");
    let path = |name: &str| text(&examples.join(name)).map(str::to_owned);
    let mut arguments: Vec<String> = form.iter().map(ToString::to_string).collect();
    arguments.extend(["run", "--log", "error", "--modules", modules(build)?].map(str::to_owned));
    arguments.extend(session.config.map(path).transpose()?);
    arguments.push(path(session.steps)?);
    let ended = build.rp(&arguments)?;
    let printed = ended.with_code(0).map_err(|error| format!("{}: {error}", session.steps))?;
    Ok(normal(printed))
}

fn modules(build: &Build) -> Result<&str, String> {
    text(Path::new(&build.modules))
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::{MESSAGES, RESEARCH, SERVICES};
    use crate::setup::root;

    fn collect(folder: &Path, sessions: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            match path.extension() {
                _ if path.is_dir() => collect(&path, sessions),
                Some(extension) if extension == "jsonl" => sessions.push(path),
                _ => {}
            }
        }
    }

    /// A session that is added to the examples is a step.
    #[test]
    fn all_sessions_are_steps() {
        let examples = root().join("examples");
        let mut sessions = Vec::new();
        collect(&examples, &mut sessions);
        sessions.sort();
        let mut steps = [MESSAGES, SERVICES, RESEARCH].map(|session| examples.join(session.steps));
        steps.sort();
        assert_eq!(sessions, steps);
    }
}
