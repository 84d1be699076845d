//! What was running when this process crashed. The handler writes the record of a crash, and hands it to a program that was not
//! running before, since reading symbols takes memory, which the dead may have locked.

use std::cell::UnsafeCell;
use std::ffi::{CStr, CString, c_char};
use std::io;
use std::mem::MaybeUninit;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::ptr;
use std::sync::OnceLock;

use libc::c_int;

use super::super::super::crash_area::{
    ADDRESS, COMPLETE, CRASH_AREA, FLAGS, HAS_ADDRESS, HAS_FRAMES, SIGNAL, SIGNALLED, STACK_FULL, STATE,
    VERSION,
};
use super::super::super::own_crash::OwnCrash;
use super::area::Area;
use super::frames::{function, unwinder};
use super::handler::is_stack_full;
use super::registers::Registers;

/// What explains a crash: a program, its argument, and how a copy of this process is made that runs it.
struct Explainer {
    program: CString,
    argument: CString,
    /// Of glibc 2.34: fork(2) for signal handlers, without the functions and locks of others.
    fork: unsafe extern "C" fn() -> c_int,
}

static EXPLAINER: OnceLock<Explainer> = OnceLock::new();

#[repr(align(8))]
struct Memory(UnsafeCell<[u8; CRASH_AREA]>);

// SAFETY: only the thread that crashes first uses it, in its handler.
unsafe impl Sync for Memory {}

static MEMORY: Memory = Memory(UnsafeCell::new([0; CRASH_AREA]));

/// Has crashes of this process explained by `program`, started with `argument`: it gets the record as its standard input and
/// prints the functions. Call it before a crash, outside of a handler.
///
/// # Errors
/// The system has nothing that finds frames, or makes a copy of a process, in a handler.
pub(crate) fn explain_by(program: &Path, argument: &str) -> io::Result<()> {
    let text = |bytes: &[u8]| CString::new(bytes).map_err(|_| io::Error::from(io::ErrorKind::InvalidInput));
    let (program, argument) = (text(program.as_os_str().as_bytes())?, text(argument.as_bytes())?);
    // The first call does what a handler must not.
    unwinder().ok_or(io::ErrorKind::Unsupported)?;
    // SAFETY: the type is that of the function with this name.
    let fork = unsafe { function(c"_Fork") }.ok_or(io::ErrorKind::Unsupported)?;
    EXPLAINER.get_or_init(|| Explainer { program, argument, fork });
    super::threads::watch_stacks();
    Ok(())
}

/// Writes into `into` what was running, in the handler of the crash; gives how many bytes that are. 0 where nothing is known.
pub(crate) fn explain(crash: &OwnCrash, into: &mut [u8]) -> usize {
    let Some(explainer) = EXPLAINER.get().filter(|_| !crash.context.is_null() && has_room()) else {
        return 0;
    };
    // SAFETY: the memory is that of the area, and stays; its only user is this handler.
    let area = unsafe { Area::new(MEMORY.0.get().cast()) };
    write(crash, area);
    // SAFETY: as above; nothing writes it from now on.
    let record = unsafe { &*MEMORY.0.get() };
    explainer.ask(record, into)
}

/// Whether this stack has room for the unwinder: the signal stacks that Rust's library gives to threads do not.
fn has_room() -> bool {
    const NEEDED: usize = 24 << 10;
    let mut stack = MaybeUninit::<libc::stack_t>::uninit();
    // SAFETY: sigaltstack(2) fills in the stack that signals of this thread have.
    let stack = unsafe {
        if libc::sigaltstack(ptr::null(), stack.as_mut_ptr()) != 0 {
            return false;
        }
        stack.assume_init()
    };
    let here = ptr::from_ref(&stack).addr();
    stack.ss_flags & libc::SS_ONSTACK == 0 || here.saturating_sub(stack.ss_sp.addr()) >= NEEDED
}

fn write(crash: &OwnCrash, area: Area) {
    // SAFETY: the context is what the system passed to the handler that this runs in.
    let mut registers = unsafe { Registers::of(crash.context) };
    area.put_u32(0, VERSION);
    area.put_u32(SIGNAL, crash.number);
    let mut flags = HAS_FRAMES;
    if let Some(address) = crash.address {
        area.put_u64(ADDRESS, address as u64);
        flags |= HAS_ADDRESS;
        if is_stack_full(address as u64, registers.stack()) {
            flags |= STACK_FULL;
        }
    }
    area.put_u32(FLAGS, flags);
    area.put_u32(STATE, SIGNALLED);
    if let Some(unwinder) = unwinder() {
        unwinder.write_frames(area, &mut registers);
    }
    area.put_u32(STATE, COMPLETE);
}

impl Explainer {
    /// Starts the program, gives it the record and takes its answer.
    fn ask(&self, record: &[u8; CRASH_AREA], into: &mut [u8]) -> usize {
        let mut ends = [-1; 2];
        // SAFETY: socketpair(2) fills in two descriptors, and all these functions may be called in a handler.
        unsafe {
            let kind = libc::SOCK_STREAM | libc::SOCK_CLOEXEC;
            if libc::socketpair(libc::AF_UNIX, kind, 0, ends.as_mut_ptr()) != 0 {
                return 0;
            }
            let child = (self.fork)();
            if child == 0 {
                self.run(ends[1]);
            }
            libc::close(ends[1]);
            let len = if child > 0 { exchange(ends[0], record, into) } else { 0 };
            libc::close(ends[0]);
            if child > 0 {
                libc::kill(child, libc::SIGKILL);
                libc::waitpid(child, ptr::null_mut(), 0);
            }
            len
        }
    }

    /// Becomes the program, whose standard input and output is that socket.
    ///
    /// # Safety
    /// This process is a copy that nothing else runs in.
    unsafe fn run(&self, socket: c_int) -> ! {
        let pointer = |text: &CStr| -> *const c_char { text.as_ptr() };
        let arguments = [pointer(&self.program), pointer(&self.argument), ptr::null()];
        let environment: [*const c_char; 1] = [ptr::null()];
        // SAFETY: all of these may be called in a handler; the texts end with a NUL, their lists with a null pointer.
        unsafe {
            let mut none = MaybeUninit::uninit();
            libc::sigemptyset(none.as_mut_ptr());
            libc::sigprocmask(libc::SIG_SETMASK, none.as_ptr(), ptr::null_mut());
            // Above the standard streams, which may have been closed.
            let socket = libc::fcntl(socket, libc::F_DUPFD, 3);
            libc::dup2(socket, libc::STDIN_FILENO);
            libc::dup2(socket, libc::STDOUT_FILENO);
            libc::close(socket);
            libc::execve(self.program.as_ptr(), arguments.as_ptr(), environment.as_ptr());
            libc::_exit(127)
        }
    }
}

/// Sends the record and reads the answer, as long as it comes within some seconds; gives its bytes.
fn exchange(socket: c_int, record: &[u8; CRASH_AREA], into: &mut [u8]) -> usize {
    const STEPS: u32 = 50;
    const STEP_MS: c_int = 100;
    let (mut len, mut steps) = (0, 0);
    // SAFETY: the record is read, and `into` is written within its length. A socket of this size takes the record at once.
    unsafe {
        libc::send(socket, record.as_ptr().cast(), record.len(), libc::MSG_NOSIGNAL | libc::MSG_DONTWAIT);
        libc::shutdown(socket, libc::SHUT_WR);
        while len < into.len() && steps < STEPS {
            let mut wanted = libc::pollfd { fd: socket, events: libc::POLLIN, revents: 0 };
            if libc::poll(&mut wanted, 1, STEP_MS) <= 0 {
                steps += 1;
                continue;
            }
            let rest = &mut into[len..];
            match libc::recv(socket, rest.as_mut_ptr().cast(), rest.len(), 0) {
                read if read > 0 => len += read.cast_unsigned(),
                _ => break,
            }
        }
    }
    len
}
