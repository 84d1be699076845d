//! The table of checks, one file for each group.

mod entry;
mod environment;
mod faults;
mod host_calls;
mod json;
mod life;
mod manifest;
mod messages;
mod random_session;
mod replies;
mod sandbox;
mod threads;

use crate::check::Check;

static GROUPS: &[&[Check]] = &[
    entry::CHECKS,
    manifest::CHECKS,
    life::CHECKS,
    messages::CHECKS,
    json::CHECKS,
    replies::CHECKS,
    threads::CHECKS,
    host_calls::CHECKS,
    environment::CHECKS,
    faults::CHECKS,
    sandbox::CHECKS,
];

/// Every check, in the order of a report.
///
/// ```
/// for check in rp_conformance::all().filter(|check| check.group() == "replies") {
///     println!("{}: {} ({}, rule {})", check.id, check.says, check.rule.header, check.rule.number);
/// }
/// ```
pub fn all() -> impl Iterator<Item = &'static Check> {
    GROUPS.iter().copied().flatten()
}

/// The check with an id.
///
/// ```
/// let check = rp_conformance::find("life/before-init").unwrap();
/// assert_eq!(check.rule.header, "rp_module.h");
/// ```
pub fn find(id: &str) -> Option<&'static Check> {
    all().find(|check| check.id == id)
}
