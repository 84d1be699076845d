//! Windows.

mod crash;
mod errors;
mod files;
mod library;
mod private;
mod process;
mod readiness;
mod stderr;
mod threads;

pub(crate) use crash::{another_thread_crashes, on_own_crash, wait_for_crash, with_thread_name};
pub(crate) use errors::error_help;
pub(crate) use files::{
    device_kind, file_state, file_state_at, is_same_name, kind_of, link, open_file, read_at_start,
};
pub(crate) use library::{library_folders, literal_folder, open_library};
pub(crate) use private::{
    TEMPORARY, create_private_folder, create_private_folders, exposure_of_file, exposure_of_folder,
    is_private_folder, open_own, open_unfollowed, user_cache,
};
pub(crate) use process::{at_exit, exit_at_once, has_leak_checker};
pub(crate) use readiness::{Readiness, show_readiness};
pub(crate) use stderr::write_at_end;
pub(crate) use threads::{barrier_on_every_thread, has_barrier_on_every_thread, stack_low};
