//! Maps SQLite's errors to the host's: a fault for the program that opens a store, an error response for the modules that
//! use it.

use rp_protocol::code;
use rusqlite::{Error, ErrorCode};

use crate::error::ServiceError;
use crate::error::StoreFault;

/// The error response if SQLite could not do a query or mutation.
pub(super) fn service_error(error: &Error) -> ServiceError {
    match error.sqlite_error_code() {
        Some(ErrorCode::OutOfMemory) => ServiceError::new(code::UNAVAILABLE, "the store ran out of memory"),
        Some(ErrorCode::TooBig) => {
            ServiceError::new(code::TOO_LARGE, "the entity is larger than the store can hold")
        }
        Some(ErrorCode::OperationInterrupted) => {
            ServiceError::new(code::CANCELLED, "the query was stopped: its answer is no longer wanted")
        }
        _ => fault_error(&store_fault_of(error)),
    }
}

/// The error response if the state of the store does not allow a query or mutation; its details name the fault.
pub(super) fn fault_error(fault: &StoreFault) -> ServiceError {
    use StoreFault as F;
    let (code, text) = match fault {
        F::Locked => (code::UNAVAILABLE, "the store is locked: another process is writing to it".to_owned()),
        F::Full => (
            code::UNAVAILABLE,
            "the store is full: no room on its disk, or its size limit is reached".to_owned(),
        ),
        F::ReadOnly => (code::UNAVAILABLE, "the store's file cannot be written".to_owned()),
        F::File(text) => (code::UNAVAILABLE, format!("the store's file cannot be read or written: {text}")),
        F::Moved(_) => (code::UNAVAILABLE, format!("the store keeps nothing more: {fault}")),
        F::Damaged(what) => {
            (code::INTERNAL, format!("the store's file is damaged: {what}; restore it from a copy"))
        }
        _ => (code::INTERNAL, format!("the store failed: {fault}")),
    };
    let details = serde_json::json!({ "fault": fault.code() });
    match serde_json::value::to_raw_value(&details) {
        Ok(details) => ServiceError::new(code, text).with_details(details),
        Err(_) => ServiceError::new(code, text),
    }
}

/// Whether SQLite could not use a file and did not say why.
pub(super) fn is_of_the_file(error: &ServiceError) -> bool {
    let fault = StoreFault::File(String::new());
    error.details().is_some_and(|details| details.get().contains(fault.code()))
}

/// The error response if a row of the file is not what a host writes.
pub(super) fn damaged(what: impl Into<String>) -> ServiceError {
    fault_error(&StoreFault::Damaged(what.into()))
}

/// Why a store could not be opened, or an index could not be created.
#[expect(clippy::needless_pass_by_value, reason = "it is what map_err hands over")]
pub(super) fn store_fault(error: Error) -> StoreFault {
    store_fault_of(&error)
}

fn store_fault_of(error: &Error) -> StoreFault {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreFault::Locked,
        Some(ErrorCode::DiskFull) => StoreFault::Full,
        Some(ErrorCode::ReadOnly) => StoreFault::ReadOnly,
        Some(ErrorCode::SystemIoFailure | ErrorCode::CannotOpen) => StoreFault::File(error.to_string()),
        Some(ErrorCode::NotADatabase) => StoreFault::NotAStore("a file of another kind".to_owned()),
        Some(ErrorCode::DatabaseCorrupt) => StoreFault::Damaged(error.to_string()),
        None if is_of_a_row(error) => StoreFault::Damaged(error.to_string()),
        _ => StoreFault::System(error.to_string()),
    }
}

/// Whether a column has a value that no host writes.
fn is_of_a_row(error: &Error) -> bool {
    matches!(
        error,
        Error::InvalidColumnType(..)
            | Error::FromSqlConversionFailure(..)
            | Error::IntegralValueOutOfRange(..)
            | Error::Utf8Error(..)
    )
}
