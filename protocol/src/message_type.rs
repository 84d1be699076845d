//! The message types of the protocol. An embedder may add types of its own.

/// Prepares an instance; the first message after `create`.
pub const INIT: &str = "init";
/// Asks a module to do something by name.
pub const COMMAND: &str = "command";
/// Reads entities.
pub const QUERY: &str = "query";
/// Creates, updates or deletes one entity.
pub const MUTATION: &str = "mutation";
/// Tells that something happened.
pub const EVENT: &str = "event";
/// Ends the work of an instance; the last message before `destroy`.
pub const SHUTDOWN: &str = "shutdown";
/// Asks what commands a module has.
pub const DESCRIBE: &str = "describe";

/// Every message type of this version.
pub const ALL: &[&str] = &[INIT, COMMAND, QUERY, MUTATION, EVENT, SHUTDOWN, DESCRIBE];
