//! What a check is.

use core::fmt;

use crate::bench::Bench;
use crate::outcome::Verdict;

/// One rule made into a program.
pub struct Check {
    /// `group/name`.
    pub id: &'static str,
    /// What holds when it passes, as one sentence.
    pub says: &'static str,
    /// The words that it is made from.
    pub rule: Rule,
    /// The modules that it is for.
    pub applies: Applies,
    /// Advice: whatever is found, a crash included, is a warning, since no rule forbids it.
    pub is_advice: bool,
    pub(crate) run: fn(&Bench) -> Verdict,
}

/// The modules that a check is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applies {
    /// Every module.
    Both,
    /// Those with a table.
    Abi,
    /// Those of the plain profile.
    Plain,
}

/// Words of a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rule {
    /// `rp_module.h` or `rp_plain.h`.
    pub header: &'static str,
    /// The numbered rule that they stand in; 0 for other places of the header.
    pub number: u8,
    /// The words, as they stand there.
    pub words: &'static str,
}

impl Rule {
    /// Words of a numbered rule of `rp_module.h`.
    pub(crate) const fn module(number: u8, words: &'static str) -> Self {
        Rule { header: "rp_module.h", number, words }
    }

    /// Words from elsewhere in `rp_module.h`.
    pub(crate) const fn text(words: &'static str) -> Self {
        Rule { header: "rp_module.h", number: 0, words }
    }

    /// Words of `rp_plain.h`; `number` is 0 outside its rules.
    pub(crate) const fn plain(number: u8, words: &'static str) -> Self {
        Rule { header: "rp_plain.h", number, words }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.number {
            0 => write!(f, "{}: {}", self.header, self.words),
            number => write!(f, "{}, rule {number}: {}", self.header, self.words),
        }
    }
}

impl Check {
    pub(crate) const fn new(
        id: &'static str,
        says: &'static str,
        rule: Rule,
        run: fn(&Bench) -> Verdict,
    ) -> Self {
        Check { id, says, rule, applies: Applies::Both, is_advice: false, run }
    }

    /// For modules with a table only.
    pub(crate) const fn abi(mut self) -> Self {
        self.applies = Applies::Abi;
        self
    }

    /// For plain modules only.
    pub(crate) const fn plain(mut self) -> Self {
        self.applies = Applies::Plain;
        self
    }

    /// What it finds is a warning.
    pub(crate) const fn advice(mut self) -> Self {
        self.is_advice = true;
        self
    }

    /// The part of the id before the slash.
    pub fn group(&self) -> &'static str {
        self.id.split('/').next().unwrap_or(self.id)
    }
}

impl fmt::Debug for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Check").field(&self.id).finish()
    }
}
