//! Faults that a worker found: they become the faults that they are natively.

use super::call::CallFault;
use super::fault::Fault;
use super::load::LoadFault;

/// A fault as a worker describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RelayedFault {
    pub(crate) code: String,
    pub(crate) fault: Fault,
    pub(crate) text: String,
    pub(crate) help: Option<String>,
}

/// What can go wrong in the worker while a module is loaded or created. A worker that names another code lies.
const LOAD_CODES: [&str; 30] = [
    "rp::load::broken_dependency",
    "rp::load::create_failed",
    "rp::load::executable_stack",
    "rp::load::function_outside",
    "rp::load::library_version",
    "rp::load::manifest_broken",
    "rp::load::manifest_differs",
    "rp::load::manifest_needs",
    "rp::load::manifest_not_utf8",
    "rp::load::manifest_protocol",
    "rp::load::manifest_unterminated",
    "rp::load::missing_dependency",
    "rp::load::no_sandbox",
    "rp::load::not_found",
    "rp::load::null_function",
    "rp::load::null_table",
    "rp::load::other_libc",
    "rp::load::plain_no_manifest",
    "rp::load::private_copy",
    "rp::load::sandbox_path",
    "rp::load::static_program",
    "rp::load::static_tls",
    "rp::load::system",
    "rp::load::table_manifest",
    "rp::load::table_misaligned",
    "rp::load::table_outside",
    "rp::load::table_too_small",
    "rp::load::undefined_symbol",
    "rp::load::unknown_flags",
    "rp::load::unreadable",
];

/// The parts of a reply that a module can change.
const TAMPERED: [&str; 6] = [
    "capacity",
    "context",
    "data",
    "grow",
    "len (it lies past the capacity)",
    "place (it passed a copy, rule 11)",
];

impl LoadFault {
    /// What a worker found; `None` if no worker finds that.
    pub(crate) fn relayed(found: RelayedFault) -> Option<Self> {
        let code = LOAD_CODES.into_iter().find(|code| *code == found.code)?;
        Some(LoadFault::Relayed { code, fault: found.fault, text: found.text, help: found.help })
    }
}

impl CallFault {
    /// What a worker found in a call with that limit; `None` if no worker finds that.
    pub(crate) fn relayed(found: &RelayedFault, limit: usize) -> Option<Self> {
        let others = [
            CallFault::PlainNull,
            CallFault::RawNul("type"),
            CallFault::RawNul("payload"),
            CallFault::TooLarge { limit },
        ];
        let mut all = TAMPERED.into_iter().map(CallFault::Tampered).chain(others);
        all.find(|fault| fault.code() == found.code && fault.to_string() == found.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every code is one of the table, so that a renamed one is renamed here too.
    #[test]
    fn the_codes_are_those_of_the_tables() {
        let table = include_str!("load.rs");
        for code in LOAD_CODES {
            assert!(table.contains(&format!("\"{code}\"")), "{code}");
        }
        let replies = include_str!("../border/reply.rs");
        for part in TAMPERED {
            assert!(replies.contains(&format!("\"{part}\"")), "{part}");
        }
    }
}
