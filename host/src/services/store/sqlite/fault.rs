//! What SQLite reports, as the host says it.

use rp_protocol::code;
use rusqlite::{Error, ErrorCode};

use crate::error::StoreFault;
use crate::services::Refusal;

/// The refusal for a query or mutation that SQLite could not do.
pub(super) fn refusal(error: &Error) -> Refusal {
    let (code, text) = match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            (code::UNAVAILABLE, "the store is locked: another process is writing to it".to_owned())
        }
        Some(ErrorCode::DiskFull) => {
            (code::UNAVAILABLE, "the store is full: its disk, or its limit of size".to_owned())
        }
        Some(ErrorCode::ReadOnly) => (code::UNAVAILABLE, "the store's file cannot be written".to_owned()),
        Some(ErrorCode::SystemIoFailure | ErrorCode::CannotOpen) => {
            (code::UNAVAILABLE, format!("the store's file cannot be read or written: {error}"))
        }
        Some(ErrorCode::OutOfMemory) => (code::UNAVAILABLE, "the store ran out of memory".to_owned()),
        Some(ErrorCode::TooBig) => {
            (code::TOO_LARGE, "the entity is larger than the store can hold".to_owned())
        }
        Some(ErrorCode::OperationInterrupted) => {
            (code::CANCELLED, "the query was ended: its answer is no longer wanted".to_owned())
        }
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            (code::INTERNAL, "the store's file is damaged; restore it from a copy".to_owned())
        }
        _ => (code::INTERNAL, format!("the store failed: {error}")),
    };
    Refusal::new(code, text)
}

/// Why a store could not be opened, or an index not be made.
pub(super) fn store_fault(error: Error) -> StoreFault {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreFault::Locked,
        Some(ErrorCode::DiskFull) => StoreFault::Full,
        Some(ErrorCode::ReadOnly) => StoreFault::ReadOnly,
        Some(ErrorCode::NotADatabase) => StoreFault::NotAStore("a file of another kind".to_owned()),
        Some(ErrorCode::DatabaseCorrupt) => StoreFault::Damaged(error.to_string()),
        _ => StoreFault::System(error.to_string()),
    }
}
