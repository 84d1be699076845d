//! What Unix systems have in common.

mod errors;
mod files;
mod library;
mod private;
mod process;
mod readiness;

pub(crate) use errors::error_help;
pub(crate) use files::{file_state, file_state_at, kind_of, link, open_file, read_at_start};
pub(crate) use library::open_library;
pub(crate) use private::{
    create_private_folder, create_private_folders, exposure_of_file, exposure_of_folder, is_private_folder,
    open_own, open_unfollowed, user_cache,
};
pub(crate) use process::{at_exit, exit_at_once, has_leak_checker};
pub(crate) use readiness::{Readiness, show_readiness};
