//! What a check is.

use core::fmt;

use crate::bench::Bench;
use crate::form::Form;
use crate::outcome::Verdict;

/// One rule made into a program.
pub struct Check {
    /// `group/name`.
    pub id: &'static str,
    /// What holds when it passes, as one sentence.
    pub says: &'static str,
    /// The words of a header that it tests.
    pub rule: Rule,
    /// The modules that it is for.
    pub applies: Applies,
    /// The forms of a module that it is for.
    pub forms: Forms,
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

/// The forms of a module that a check is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forms {
    /// All of them.
    All,
    /// Where it makes no sense if a loader stands between it and the module, for this reason.
    Native(Apart),
    /// WebAssembly alone.
    Sandboxed,
}

/// Why a check makes no sense where a loader stands between it and the module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Apart {
    /// For WebAssembly.
    pub sandboxed: &'static str,
    /// For a module in a process of its own.
    pub isolated: &'static str,
}

impl Forms {
    pub(crate) const OWN_PROCESS: Self = Forms::Native(Apart {
        sandboxed: "a sandboxed module imports nothing, so nothing of the process is in its reach",
        isolated: "what an isolated module does to its process ends with that process",
    });
    pub(crate) const OWN_MEMORY: Self = Forms::Native(Apart {
        sandboxed: "the memory of a sandboxed instance is its own and ends with it; see sandbox/memory-stays",
        isolated: "the memory of an isolated instance is its own and ends with it",
    });
    pub(crate) const LOADERS_POINTERS: Self = Forms::Native(Apart {
        sandboxed: "the loader makes what a sandboxed module is passed, never NULL",
        isolated: "the worker makes what an isolated module is passed, never NULL",
    });
    pub(crate) const COPIED_TEXT: Self = Forms::Native(Apart {
        sandboxed: "a sandboxed module gets a copy of the text in a room that is used again for the next one",
        isolated: "an isolated module gets a copy of the text, which its worker makes",
    });
    pub(crate) const LOADERS_STRUCTS: Self = Forms::Native(Apart {
        sandboxed: "the loader writes the structs anew in the sandbox, as this version has them",
        isolated: "the worker writes the structs anew, as this version has them",
    });
    pub(crate) const LOADERS_REPLY: Self = Forms::Native(Apart {
        sandboxed: "the loader lends a sandboxed module an empty reply of its own, and copies what it finds there",
        isolated: "the worker lends an isolated module an empty reply of its own, and passes on what it finds there",
    });
    pub(crate) const LOADER_FREES: Self = Forms::Native(Apart {
        sandboxed: "the loader calls the functions of a sandboxed plain module, in the order of the rules",
        isolated: "the worker calls the functions of an isolated plain module, in the order of the rules",
    });

    /// Why a check for these makes no sense for a module in that form, if it does not.
    pub fn refuse(self, form: Form) -> Option<&'static str> {
        match (self, form) {
            (Forms::Native(apart), Form::Sandboxed) => Some(apart.sandboxed),
            (Forms::Native(apart), Form::Isolated) => Some(apart.isolated),
            (Forms::Sandboxed, Form::Native | Form::Isolated) => {
                Some("it is about WebAssembly, and this module is native")
            }
            (Forms::All, _) | (Forms::Native(_), Form::Native) | (Forms::Sandboxed, Form::Sandboxed) => None,
        }
    }
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
        Check { id, says, rule, applies: Applies::Both, forms: Forms::All, is_advice: false, run }
    }

    /// Not for a module in every form.
    pub(crate) const fn forms(mut self, forms: Forms) -> Self {
        self.forms = forms;
        self
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
