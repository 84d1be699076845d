//! Whether this system can run modules in processes of their own.

use rp_host::SystemPart;
use serde_json::{Value, json};

use crate::terminal::{BAD, GOOD, escaped, styled};

/// What isolated modules need of the system.
pub struct Isolation(Vec<SystemPart>);

impl Isolation {
    pub fn of_this_machine() -> Self {
        Self(rp_host::isolation_support())
    }

    fn lacking(&self, with_sandbox: bool) -> Vec<&str> {
        let needed = self.0.iter().filter(|part| with_sandbox || !part.is_for_sandbox);
        needed.filter_map(|part| part.found.as_ref().err()).map(String::as_str).collect()
    }

    /// Two lines.
    pub fn lines(&self) -> [String; 2] {
        let line = |name, with_sandbox| match self.lacking(with_sandbox).as_slice() {
            [] => format!("  {name:<16} {}", styled(GOOD, "yes")),
            lacking => {
                format!("  {name:<16} {} (it lacks {})", styled(BAD, "no"), escaped(&lacking.join("; ")))
            }
        };
        [line("in a sandbox", true), line("without one", false)]
    }

    pub fn to_json(&self) -> Value {
        let part = |part: &SystemPart| {
            json!({
                "part": part.name,
                "purpose": part.purpose,
                "for_sandbox_only": part.is_for_sandbox,
                "is_found": part.found.is_ok(),
                "version": part.found.as_ref().ok(),
                "missing": part.found.as_ref().err(),
            })
        };
        json!({
            "is_ready": self.lacking(false).is_empty(),
            "is_sandbox_ready": self.lacking(true).is_empty(),
            "parts": self.0.iter().map(part).collect::<Vec<_>>(),
        })
    }
}
