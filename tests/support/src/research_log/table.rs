//! The form of the table.
//!
//! ```text
//! = name of the case
//! config {"state":"instance"}      what init gets; otherwise the place of the state that the test is about
//! time 1704067200000000            sets the clock
//! grants read=research_log.* …      what the instance may do; otherwise all that it asks for
//! > command {"name":"…"}           a message: type and payload
//! < {"status":"success","data":…}  its response
//! * event {"event":"…"}            what the module emitted meanwhile
//! * info text                      what it wrote into the log meanwhile
//! load failed: text                instead of messages, where init is refused
//! ```
//! Every case has an instance of its own; its clock stands at 2024-01-01 00:00 until it is set. Lines that begin with
//! `#` are remarks.
use std::fmt;

/// One case of a table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Case {
    /// The lines with `#` before it.
    pub remarks: Vec<String>,
    /// Unique in its file.
    pub name: String,
    /// What `init` gets, where the case says so.
    pub config: Option<String>,
    /// What the instance may do, where the case says so.
    pub grants: Option<String>,
    /// What happens, in order.
    pub steps: Vec<Step>,
    /// Why the instance was not loaded, where the case is about that.
    pub loaded: String,
}

/// One thing that happens in a case.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Sets the clock: microseconds since 1970.
    Time(i64),
    /// Looks at loading only.
    Load,
    /// Sends a message.
    Ask {
        /// Its type.
        message_type: String,
        /// Its payload.
        payload: String,
        /// The response, then what the module emitted and logged.
        outcome: Vec<String>,
    },
}

/// Reads a table; an error names the line.
pub fn parse(text: &str) -> Result<Vec<Case>, String> {
    let mut cases: Vec<Case> = Vec::new();
    let mut remarks = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let wrong = |what: &str| format!("line {}: {what}: {line}", at + 1);
        if line.is_empty() {
            continue;
        }
        if line.starts_with('#') {
            remarks.push(line.to_owned());
            continue;
        }
        let (mark, rest) = line.split_once(' ').ok_or_else(|| wrong("expected a mark and more"))?;
        if mark == "=" {
            let remarks = std::mem::take(&mut remarks);
            cases.push(Case { remarks, name: rest.to_owned(), ..Case::default() });
            continue;
        }
        let case = cases.last_mut().ok_or_else(|| wrong("no case has begun"))?;
        match (mark, case.steps.last_mut()) {
            ("config", None) => case.config = Some(rest.to_owned()),
            ("grants", None) => case.grants = Some(rest.to_owned()),
            ("load", None) => {
                case.steps.push(Step::Load);
                case.loaded = rest.to_owned();
            }
            ("time", _) => case.steps.push(Step::Time(rest.parse().map_err(|_| wrong("no time"))?)),
            (">", _) => {
                let (message_type, payload) = rest.split_once(' ').ok_or_else(|| wrong("no payload"))?;
                let (message_type, payload) = (message_type.to_owned(), payload.to_owned());
                case.steps.push(Step::Ask { message_type, payload, outcome: Vec::new() });
            }
            ("<", Some(Step::Ask { outcome, .. })) if outcome.is_empty() => outcome.push(rest.to_owned()),
            ("*", Some(Step::Ask { outcome, .. })) => outcome.push(rest.to_owned()),
            _ => return Err(wrong("out of place")),
        }
    }
    Ok(cases)
}

/// Writes a table, so that reading it gives the same cases.
pub fn text(cases: &[Case]) -> String {
    let texts: Vec<String> = cases.iter().map(Case::to_string).collect();
    texts.join("\n")
}

impl fmt::Display for Case {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.remarks.iter().try_for_each(|remark| writeln!(out, "{remark}"))?;
        writeln!(out, "= {}", self.name)?;
        self.config.iter().try_for_each(|config| writeln!(out, "config {config}"))?;
        self.grants.iter().try_for_each(|grants| writeln!(out, "grants {grants}"))?;
        for step in &self.steps {
            match step {
                Step::Time(time_us) => writeln!(out, "time {time_us}")?,
                Step::Load => writeln!(out, "load {}", self.loaded)?,
                Step::Ask { message_type, payload, outcome } => {
                    writeln!(out, "> {message_type} {payload}")?;
                    for (at, line) in outcome.iter().enumerate() {
                        writeln!(out, "{} {line}", if at == 0 { '<' } else { '*' })?;
                    }
                }
            }
        }
        Ok(())
    }
}
