//! The status codes, without the prefix that C needs.

pub(crate) use crate::abi::{
    RP_ERR_CANCELLED as CANCELLED, RP_ERR_NO_MEMORY as NO_MEMORY, RP_ERR_PANIC as PANIC, RP_FAILED as FAILED,
    RP_OK as OK,
};
