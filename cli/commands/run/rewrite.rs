//! The file of a session whose expectations --update rewrites in place.

use std::path::PathBuf;

use crate::fault::Fault;
use crate::files;
use crate::session::Step;
use crate::session::update::{Edit, edited};

/// The edits of a file, in its order.
pub struct Rewrite {
    path: PathBuf,
    edits: Vec<Edit>,
    /// What each of them replaces.
    old: Vec<String>,
}

impl Rewrite {
    /// Nothing to change yet.
    pub fn of(path: PathBuf) -> Self {
        Self { path, edits: Vec::new(), old: Vec::new() }
    }

    /// Notes the edits of a step.
    pub fn add(&mut self, step: &Step<'_>, edits: &[Edit]) {
        for edit in edits {
            self.old.push(step.source[edit.span.clone()].to_owned());
            let span = step.start + edit.span.start..step.start + edit.span.end;
            self.edits.push(Edit { span, text: edit.text.clone() });
        }
    }

    /// Writes the file, if there is something to change.
    pub fn write(&self) -> Result<(), Fault> {
        if self.edits.is_empty() {
            return Ok(());
        }
        let path = self.path.display();
        let text = std::fs::read_to_string(&self.path).map_err(|error| {
            Fault::environment(
                "rp::session::unreadable",
                format!("the session {path} cannot be read: {error}"),
            )
            .help_with(&error, "check whether it is still there")
        })?;
        let is_old = |(edit, old): (&Edit, &String)| text.get(edit.span.clone()) == Some(old);
        if !self.edits.iter().zip(&self.old).all(is_old) {
            let text = format!("the session {path} was changed while it ran, and is left as it is");
            return Err(Fault::environment("rp::session::changed", text).help("run it again"));
        }
        files::write(&self.path, &edited(&text, &self.edits))
    }
}
