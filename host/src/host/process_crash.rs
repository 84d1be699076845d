//! A crash of this process: what it is told by, and who is told.

use std::cell::UnsafeCell;
use std::fmt::{self, Display, Formatter, Write};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::calls::at_work::{AtWork, at_work, with_thread_name};
#[cfg(feature = "isolated")]
use crate::loader::isolated::program;
use crate::os::{self, OwnCrash};

/// Bytes of the functions that are told; more are cut off.
const FUNCTIONS: usize = 2048;
/// Bytes of a line that is printed.
const LINE: usize = 4096;

type Tell = Box<dyn Fn(&ProcessCrash<'_>) + Send + Sync>;

static TELL: OnceLock<Tell> = OnceLock::new();

struct Memory(UnsafeCell<[u8; FUNCTIONS]>);

// SAFETY: only the thread that crashes first uses the bytes, in its handler.
unsafe impl Sync for Memory {}

static MEMORY: Memory = Memory(UnsafeCell::new([0; FUNCTIONS]));
static WAS_EXPLAINED: AtomicBool = AtomicBool::new(false);

/// A crash of this process, seen from its signal handler; see [`on_crash`]. Printed by `{}`, it is a sentence: which instance
/// crashed by what signal, on which message, thread and module, in which functions.
pub struct ProcessCrash<'a> {
    crash: &'a OwnCrash,
    functions: &'a str,
}

impl ProcessCrash<'_> {
    /// The signal and, where the system says so, the address: `SIGSEGV at address 0x8`. On Windows the exception.
    #[must_use]
    pub fn signal(&self) -> impl Display {
        self.crash
    }

    /// The functions that were running, the innermost first, with file and line where the module has them: `, in parse (dates.c:6) <
    /// create (log.c:40)`. Empty where that cannot be found out.
    #[must_use]
    pub fn functions(&self) -> &str {
        self.functions
    }
}

impl ProcessCrash<'_> {
    /// Writes the sentence to standard error, on a line of its own, with `note` behind it if that is not empty. What could control
    /// a terminal is escaped, and what is longer than 4 KiB is cut off.
    pub fn print(&self, note: &str) {
        let mut line = Line { bytes: [0; LINE], len: 0 };
        // What has no room is cut off.
        let _cut = write!(line, "{self}").and_then(|()| match note {
            "" => Ok(()),
            note => write!(line, "; {note}"),
        });
        line.bytes[line.len] = b'\n';
        os::write_at_end(&line.bytes[..=line.len]);
    }
}

/// A text that is composed without the heap.
struct Line {
    bytes: [u8; LINE],
    len: usize,
}

impl Line {
    fn push(&mut self, c: char) -> fmt::Result {
        let most = self.bytes.len() - 1;
        let room = self.bytes[..most].get_mut(self.len..self.len + c.len_utf8()).ok_or(fmt::Error)?;
        self.len += c.encode_utf8(room).len();
        Ok(())
    }
}

impl Write for Line {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.chars().try_for_each(|c| match c {
            ' '..='~' => self.push(c),
            c if c.is_alphanumeric() => self.push(c),
            c => c.escape_unicode().try_for_each(|c| self.push(c)),
        })
    }
}

impl fmt::Debug for ProcessCrash<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProcessCrash").field("number", &self.crash.number).finish_non_exhaustive()
    }
}

impl Display for ProcessCrash<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        at_work(|work| {
            write!(f, "{} crashed ({})", work.as_ref().map_or("the program", AtWork::who), self.crash)?;
            work.map_or(Ok(()), |work| write!(f, " while it {work}"))?;
            with_thread_name(|thread| write!(f, ", on the thread {thread}"))?;
            f.write_str(self.functions)?;
            work.map_or(Ok(()), |work| work.write_module(f))
        })
    }
}

/// Has `tell` called when this process crashes, on the thread that crashes: in a signal handler on Unix, in the filter for
/// unhandled exceptions on Windows. Then the process ends as it would have without, with the same core dump and exit status.
///
/// `tell` may only do what is safe there: it takes no lock, allocates nothing and does not panic. To print the crash needs
/// neither:
///
/// ```no_run
/// // The first lines of main.
/// # #[cfg(feature = "worker")]
/// rp_host::worker::serve_if_asked();
/// rp_host::on_crash(|crash| crash.print("the messages before are in messages.jsonl"));
/// ```
///
/// Call it once, at the start of main: before there is another thread, and before what handles signals for a purpose of its own,
/// such as a WebAssembly engine; handlers that are installed later get the signals first, and pass on what is not theirs. A
/// second call changes nothing.
///
/// The functions that were running are told on Linux with glibc 2.35 or newer, with the feature `isolated`, where the program calls
/// `worker::serve_if_asked`, or `rp-worker` lies beside it: the handler finds their addresses, and a new process of that
/// program finds out their names, for which the handler waits some seconds at most. Threads that call modules get a signal
/// stack of 64 KiB for that; a thread of a module's own has none unless it made one, so that a full stack of such a thread is
/// not told.
pub fn on_crash(tell: impl Fn(&ProcessCrash<'_>) + Send + Sync + 'static) {
    if TELL.set(Box::new(tell)).is_err() {
        return;
    }
    #[cfg(feature = "isolated")]
    tell_functions();
    os::on_own_crash(crashing);
    os::at_exit(exiting);
}

#[cfg(feature = "isolated")]
fn tell_functions() {
    // Without such a program they are not told.
    if let Ok(program) = program::find(None) {
        let _untold = os::explain_by(&program, program::EXPLAIN);
    }
}

/// Writes to standard error without a lock and without the heap, so a signal handler or an exit handler may call it. What cannot be
/// written is lost.
pub fn write_at_end(bytes: &[u8]) {
    os::write_at_end(bytes);
}

fn crashing(crash: &OwnCrash) {
    let Some(tell) = TELL.get() else { return };
    let functions = if WAS_EXPLAINED.swap(true, Ordering::Relaxed) {
        // That was a crash of its own.
        ""
    } else {
        // SAFETY: only the first crash comes here, so this is the only reference.
        let bytes = unsafe { &mut *MEMORY.0.get() };
        let len = os::explain(crash, bytes);
        valid(&bytes[..len])
    };
    tell(&ProcessCrash { crash, functions });
}

/// As much of it as is UTF-8.
fn valid(bytes: &[u8]) -> &str {
    match core::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => core::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default(),
    }
}

/// A thread that ends the process while another one tells of its crash would make a success of it.
extern "C" fn exiting() {
    if os::another_thread_crashes() {
        os::wait_for_crash();
    }
}
