//! Windows.

mod event;
mod exit;
mod files;
mod pipe;
mod stdio;
mod stop;
mod user;
mod visual_studio;

use windows_sys::Win32::System::Diagnostics::Debug::{
    SEM_FAILCRITICALERRORS, SEM_NOGPFAULTERRORBOX, SEM_NOOPENFILEERRORBOX, SetErrorMode,
};
use windows_sys::Win32::System::Threading::{GetCurrentProcess, TerminateProcess};

pub use exit::on_exit;
pub use files::{fifo_with_reader, file_id, path_id, stdin_id, stdout_id};
pub use pipe::{FarEnd, Listener, Stream};
pub use stdio::take_stdio;
pub use stop::on_stop;
pub use visual_studio::visual_studio;

/// How to find the place of a crash.
pub const CRASH_HELP: &str =
    "`rp check FILE` may tell more; a debugger shows where: `cdb -g -G rp ...`, or gdb for a module of MinGW";

/// What `--socket` takes, for its errors.
pub const SOCKET_HELP: &str = r"give the name of a pipe, as in \\.\pipe\NAME";

/// What `cc` may be called: there is no common name.
pub const C_COMPILERS: &[&str] = &["cc", "gcc", "clang", "clang-cl", "cl"];
/// What `c++` may be called.
pub const CXX_COMPILERS: &[&str] = &["c++", "g++", "clang++", "clang-cl", "cl"];
/// What `make` may be called; that of MinGW has a name of its own.
pub const MAKES: &[&str] = &["make", "mingw32-make"];
/// What tests a new module that has a Makefile.
pub const MAKE_STEP: &str = "mingw32-make check";
/// CMake builds with Visual Studio, or with what `-G` names.
pub const CMAKE_NEEDS_MAKE: bool = false;
/// How Rust is installed.
pub const RUSTUP: &str = "winget install Rustlang.Rustup";

/// Lets errors end the process, where the system would show a window and wait for somebody who closes it. Child processes
/// inherit that.
pub fn prepare() {
    // SAFETY: it only sets flags of the process.
    unsafe { SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX | SEM_NOOPENFILEERRORBOX) };
}

/// Ends the process without telling its libraries: their code may still be running on other threads.
pub fn end(code: u8) -> ! {
    // SAFETY: the handle is that of this process, which TerminateProcess may be called with at any time.
    unsafe { TerminateProcess(GetCurrentProcess(), u32::from(code)) };
    // Termination of the own process does not fail; nothing may run after it.
    loop {
        std::thread::park();
    }
}

/// What can be written was written before [`on_exit`] told of the end.
pub fn flush_c_output() {}
