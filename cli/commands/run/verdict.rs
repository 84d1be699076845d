//! What came, held against what a step expects.

use std::ops::Range;

use serde_json::value::RawValue;

use crate::json::contains::{Mismatch, mismatches};
use crate::session::Place;
use crate::session::interpolation::{Kept, Template, TemplateFault};
use crate::session::update::{Edit, edited, edits};

/// Whether what came is as expected, and what to change in the step where it is not.
#[derive(Default)]
pub struct Verdict {
    /// What is not as expected.
    pub unmet: Vec<Mismatch>,
    /// The key of the step that the first of those is under, and its bytes.
    pub key: &'static str,
    pub mark: Range<usize>,
    /// What was not as expected, and is with these edits of the step.
    pub updated: Vec<Mismatch>,
    pub edits: Vec<Edit>,
}

impl Verdict {
    /// Compares what a step expects under a key. With `is_updating`, what can be rewritten is.
    pub fn of(
        key: &'static str,
        place: &Place<'_>,
        kept: &Kept,
        actual: &RawValue,
        is_updating: bool,
    ) -> Result<Self, TemplateFault> {
        let unmet = compare(&place.template, kept, actual)?;
        let mut verdict = if unmet.is_empty() || !is_updating {
            Self { unmet, ..Self::default() }
        } else {
            Self::updating(place, kept, actual, unmet)?
        };
        let mark = verdict.unmet.first().map_or(place.span.clone(), |first| place.value_at(&first.path));
        if key != "expect" {
            let paths = verdict.unmet.iter_mut().chain(&mut verdict.updated).map(|one| &mut one.path);
            paths.for_each(|path| path.insert(0, key.to_owned()));
        }
        Ok(Self { key, mark, ..verdict })
    }

    /// Puts what is under another key to it.
    pub fn add(&mut self, other: Self) {
        if self.unmet.is_empty() {
            (self.key, self.mark) = (other.key, other.mark);
        }
        self.unmet.extend(other.unmet);
        self.updated.extend(other.updated);
        self.edits.extend(other.edits);
        self.edits.sort_by_key(|edit| edit.span.start);
    }

    fn updating(
        place: &Place<'_>,
        kept: &Kept,
        actual: &RawValue,
        found: Vec<Mismatch>,
    ) -> Result<Self, TemplateFault> {
        let mut edits = edits(&place.template, kept, actual);
        let unmet = compare(&Template::parse(&raw(edited(place.template.text(), &edits))?)?, kept, actual)?;
        for edit in &mut edits {
            edit.span = place.span.start + edit.span.start..place.span.start + edit.span.end;
        }
        let is_met = |one: &Mismatch| unmet.iter().all(|other| other.path != one.path);
        let updated = found.into_iter().filter(is_met).collect();
        Ok(Self { unmet, updated, edits, ..Self::default() })
    }
}

fn compare(template: &Template<'_>, kept: &Kept, actual: &RawValue) -> Result<Vec<Mismatch>, TemplateFault> {
    Ok(mismatches(&raw(template.fill(kept)?.into_owned())?, actual))
}

/// What an edit or a reference may leave is JSON: a trailing comma that an edit leaves alone is none of it.
fn raw(text: String) -> Result<Box<RawValue>, TemplateFault> {
    let span = 0..text.len();
    RawValue::from_string(text).map_err(|error| TemplateFault { span, text: error.to_string() })
}
