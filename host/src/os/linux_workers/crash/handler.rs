//! The handler.

use std::fs::File;
use std::io;
use std::os::fd::IntoRawFd;
use std::ptr;
use std::sync::atomic::{AtomicI32, AtomicPtr, AtomicU64, Ordering};

use libc::{SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGSYS, SIGTRAP, c_int, c_void, siginfo_t};

use super::super::super::crash_area::{
    ADDRESS, CODE, COMPLETE, CRASH_AREA, DATA, DATA_READY, FLAGS, HAS_ADDRESS, HAS_FRAMES, HAS_LANE,
    INSTRUCTION, LANE, MESSAGE, SIGNAL, SIGNALLED, STACK_FULL, STATE, VERSION,
};
use super::super::shared_memory::SharedMemory;
use super::area::Area;
use super::frames::unwinder;
use super::registers::Registers;
use super::threads::THREAD;

/// The signals of a crash.
const SIGNALS: [c_int; 7] = [SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGFPE, SIGTRAP, SIGSYS];

static AREA: AtomicPtr<u8> = AtomicPtr::new(ptr::null_mut());
/// The process that reports: a child of fork(2) has the area too, and is no business of the reader.
static PROCESS: AtomicI32 = AtomicI32::new(0);
/// The thread that crashed first.
static CRASHING: AtomicI32 = AtomicI32::new(0);
/// Bytes of data that are not the module's.
static OWN_DATA: AtomicU64 = AtomicU64::new(0);
/// `/proc/self/statm`, opened before a sandbox refuses it.
static STATM: AtomicI32 = AtomicI32::new(-1);

/// Has every crash of this process written into `area`, a file of [`CRASH_AREA`] bytes of shared memory, from now on; then the
/// default action of the signal ends the process. Call it once, before a sandbox.
///
/// # Errors
/// The system refuses the mapping or a handler, or the file has another size.
pub(crate) fn report_crashes(area: File) -> io::Result<()> {
    let area = SharedMemory::open(area)?;
    if area.len() != CRASH_AREA {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    if let Ok(file) = File::open("/proc/self/statm") {
        STATM.store(file.into_raw_fd(), Ordering::Relaxed);
    }
    // The first call does what a handler must not.
    unwinder();
    PROCESS.store(std::process::id().cast_signed(), Ordering::Relaxed);
    AREA.store(area.base().as_ptr(), Ordering::Release);
    // It stays mapped until the process ends.
    std::mem::forget(area);
    SIGNALS.into_iter().try_for_each(listen)
}

/// Notes how many bytes of data the process uses, now that it is ready.
pub(crate) fn report_data_in_use() {
    report_own_data(data_in_use());
}

/// Notes bytes of data that the process uses for itself from now on.
pub(crate) fn report_own_data(bytes: u64) {
    let own = OWN_DATA.fetch_add(bytes, Ordering::Relaxed) + bytes;
    if let Some(area) = mapped() {
        area.put_u64(DATA_READY, own);
    }
}

fn listen(signal: c_int) -> io::Result<()> {
    // SAFETY: sigaction(2) reads the action; all zeros are one. sigfillset(3) fills its mask: no other handler runs meanwhile.
    let done = unsafe {
        let mut action: libc::sigaction = core::mem::zeroed();
        action.sa_sigaction = on_crash as *const () as usize;
        action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
        libc::sigfillset(&mut action.sa_mask);
        libc::sigaction(signal, &action, ptr::null_mut())
    };
    if done == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

unsafe extern "C" fn on_crash(signal: c_int, info: *mut siginfo_t, context: *mut c_void) {
    // SAFETY: gettid(2), for which older C libraries have no function, and getpid(2) only read, and always succeed.
    let (thread, process) = unsafe { (libc::syscall(libc::SYS_gettid) as c_int, libc::getpid()) };
    match CRASHING.compare_exchange(0, thread, Ordering::Acquire, Ordering::Acquire) {
        Ok(_) if process == PROCESS.load(Ordering::Relaxed) => {
            if let Some(area) = mapped() {
                // SAFETY: these are the arguments of a handler that was installed with SA_SIGINFO.
                unsafe { report(area, signal, &*info, &mut Registers::of(context)) };
            }
        }
        Err(first) if first != thread => wait_for_the_end(),
        _ => {}
    }
    // SAFETY: as above.
    end_by_default(signal, thread, process, unsafe { (*info).si_code });
}

/// The report of another thread is under way; it ends the process. If not even that, this thread does after a minute or so.
fn wait_for_the_end() {
    for _ in 0..1_u64 << 32 {
        std::hint::spin_loop();
    }
}

fn mapped() -> Option<Area> {
    let mapping = AREA.load(Ordering::Acquire);
    // SAFETY: `report_crashes` stored a mapping of this size.
    (!mapping.is_null()).then(|| unsafe { Area::new(mapping) })
}

/// Everything but the frames first: looking for them may be a fault of its own.
fn report(area: Area, signal: c_int, info: &siginfo_t, registers: &mut Registers) {
    area.put_u32(0, VERSION);
    area.put_u32(SIGNAL, signal.cast_unsigned());
    area.put_u32(CODE, info.si_code.cast_unsigned());
    area.put_u64(INSTRUCTION, registers.instruction().unwrap_or(0));
    area.put_u64(DATA, data_in_use());
    let mut flags = put_thread(area);
    let address = address(signal, info);
    if let Some(address) = address {
        area.put_u64(ADDRESS, address);
        flags |= HAS_ADDRESS;
    }
    if address.is_some_and(|address| is_stack_full(address, registers.stack())) {
        flags |= STACK_FULL;
    }
    let unwinder = unwinder();
    if unwinder.is_some() {
        flags |= HAS_FRAMES;
    }
    area.put_u32(FLAGS, flags);
    area.put_u32(STATE, SIGNALLED);
    if let Some(unwinder) = unwinder {
        unwinder.write_frames(area, registers);
    }
    area.put_u32(STATE, COMPLETE);
}

/// The flags that go with it.
fn put_thread(area: Area) -> u32 {
    THREAD.with(|thread| {
        area.put_u64(MESSAGE, thread.message.get());
        let Some(lane) = thread.lane.get() else { return 0 };
        area.put_u32(LANE, lane);
        HAS_LANE
    })
}

/// What a fault of memory was about: not known of one that was sent, nor of an address that no memory can have.
fn address(signal: c_int, info: &siginfo_t) -> Option<u64> {
    const SI_KERNEL: c_int = 128;
    let is_known = matches!(signal, SIGSEGV | SIGBUS) && info.si_code > 0 && info.si_code != SI_KERNEL;
    // SAFETY: the system fills in the address of these signals.
    is_known.then(|| unsafe { info.si_addr() } as u64)
}

/// Whether a thread that wrote to this address has used up its stack.
pub(super) fn is_stack_full(address: u64, stack: Option<u64>) -> bool {
    const PAGE: u64 = 4096;
    /// A function may use that much at once.
    const BELOW: u64 = 16 << 20;
    let low = THREAD.with(|thread| thread.stack_low.get());
    let is_at_the_end = |place: u64| place.wrapping_sub(low.saturating_sub(BELOW)) < BELOW + PAGE;
    low != 0 && is_at_the_end(address) && stack.is_none_or(is_at_the_end)
}

/// Bytes of data and stack; 0 if the system does not say.
fn data_in_use() -> u64 {
    let mut text = [0_u8; 128];
    let statm = STATM.load(Ordering::Relaxed);
    // SAFETY: pread(2) fills the buffer at most; sysconf(3) of the page size only reads a variable of the C library.
    let (len, page) = unsafe {
        (libc::pread(statm, text.as_mut_ptr().cast(), text.len(), 0), libc::sysconf(libc::_SC_PAGESIZE))
    };
    let text = usize::try_from(len).map_or(&text[..0], |len| &text[..len]);
    // Total, resident, shared, code, nothing, data and stack.
    let pages = text.split(|byte| *byte == b' ').nth(5).map_or(0, number);
    pages * page.cast_unsigned()
}

fn number(digits: &[u8]) -> u64 {
    let value = |digit: &u8| u64::from(digit.wrapping_sub(b'0'));
    digits.iter().fold(0, |number, digit| number.wrapping_mul(10).wrapping_add(value(digit)))
}

/// A fault comes again when the handler returns, with the registers that a core dump should show; what was sent does not.
fn end_by_default(signal: c_int, thread: c_int, process: c_int, code: c_int) {
    let comes_again = code > 0 && matches!(signal, SIGSEGV | SIGBUS | SIGILL | SIGFPE);
    // SAFETY: sigaction(2) and tgkill(2) may be called in a handler; all zeros are the default action. The signal is blocked
    // until the handler returns.
    unsafe {
        libc::sigaction(signal, &core::mem::zeroed(), ptr::null_mut());
        if !comes_again {
            libc::syscall(libc::SYS_tgkill, process, thread, signal);
        }
    }
}
