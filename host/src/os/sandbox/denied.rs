//! A system call that the filter does not allow fails with EPERM, and standard error says so once.

use std::ffi::{c_int, c_void};
use std::io;
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering};

use super::super::confinement::Unconfined;
use super::calls::{Call, calls};

/// The calls that are told by name; the others by number.
const NAMES: &[Call] = calls![
    SYS_accept4 SYS_bind SYS_bpf SYS_chdir SYS_connect SYS_dup SYS_dup3 SYS_epoll_create1 SYS_eventfd2 SYS_execve SYS_execveat
    SYS_fallocate SYS_fchmod SYS_fchmodat SYS_fchownat SYS_fcntl SYS_fdatasync SYS_flock SYS_fsync
    SYS_ftruncate SYS_futex SYS_getcwd SYS_geteuid SYS_getppid SYS_getrusage SYS_getsockopt SYS_getuid SYS_inotify_init1
    SYS_io_uring_setup SYS_ioctl SYS_kill SYS_linkat SYS_listen SYS_membarrier SYS_memfd_create SYS_mkdirat SYS_mlock SYS_mmap
    SYS_mount SYS_perf_event_open SYS_pidfd_open SYS_pidfd_send_signal SYS_pipe2 SYS_prctl SYS_prlimit64 SYS_process_vm_readv
    SYS_process_vm_writev SYS_ptrace SYS_pwrite64 SYS_readlinkat SYS_recvmsg SYS_renameat2 SYS_sched_setaffinity SYS_seccomp
    SYS_sendmsg SYS_sendto SYS_setns SYS_setpriority SYS_setsid SYS_setsockopt SYS_setuid SYS_shmget SYS_socket SYS_socketpair
    SYS_symlinkat SYS_sysinfo SYS_tgkill SYS_timer_create SYS_timerfd_create SYS_tkill SYS_uname SYS_unlinkat SYS_unshare
    SYS_userfaultfd SYS_utimensat SYS_wait4
];
#[cfg(target_arch = "x86_64")]
const OLD_NAMES: &[Call] = calls![
    SYS_chmod SYS_dup2 SYS_fork SYS_mkdir SYS_pipe SYS_readlink SYS_rename SYS_rmdir SYS_unlink SYS_vfork
];
#[cfg(not(target_arch = "x86_64"))]
const OLD_NAMES: &[Call] = &[];

/// The code of a SIGSYS that a filter raised.
const BY_FILTER: c_int = 1;

/// A bit for each call that was told, by number.
static TOLD: [AtomicU64; 8] = [const { AtomicU64::new(0) }; 8];

/// What handled the signal before, if anything did: whatever else raises it is no affair of the filter.
static FORMER: AtomicPtr<c_void> = AtomicPtr::new(ptr::null_mut());

type Handler = extern "C" fn(c_int, *mut libc::siginfo_t, *mut c_void);

/// Handles the calls that the filter does not allow.
pub(super) fn report() -> Result<(), Unconfined> {
    // SAFETY: zeroed sigactions are valid ones, sigaction(2) reads the first and writes the second, and `on_denied` does only what
    // a handler of signals may.
    let (outcome, former) = unsafe {
        let mut action: libc::sigaction = MaybeUninit::zeroed().assume_init();
        let mut former: libc::sigaction = MaybeUninit::zeroed().assume_init();
        action.sa_sigaction = on_denied as *const () as usize;
        action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK | libc::SA_NODEFER;
        (libc::sigaction(libc::SIGSYS, &raw const action, &raw mut former), former)
    };
    if outcome != 0 {
        return Err(Unconfined::refused("SIGSYS", io::Error::last_os_error()));
    }
    if former.sa_flags & libc::SA_SIGINFO != 0 {
        FORMER.store(ptr::with_exposed_provenance_mut(former.sa_sigaction), Ordering::Relaxed);
    }
    Ok(())
}

extern "C" fn on_denied(_: c_int, info: *mut libc::siginfo_t, context: *mut c_void) {
    // SAFETY: with SA_SIGINFO the kernel passes both, and they are this handler's until it returns; see sigaction(2).
    if unsafe { (*info).si_code } != BY_FILTER {
        return pass_on(info, context);
    }
    // SAFETY: as above.
    let context = unsafe { &mut *context.cast::<libc::ucontext_t>() };
    tell(number(context));
    answer(context, -libc::EPERM);
}

/// Lets the former handler have it, or the default action.
fn pass_on(info: *mut libc::siginfo_t, context: *mut c_void) {
    let former = FORMER.load(Ordering::Relaxed);
    if former.is_null() {
        // SAFETY: signal(2) and raise(3) may be called in a handler.
        unsafe {
            libc::signal(libc::SIGSYS, libc::SIG_DFL);
            libc::raise(libc::SIGSYS);
        }
        return;
    }
    // SAFETY: it was installed with SA_SIGINFO, so it is a function of this type, and gets what the kernel passed.
    let former = unsafe { std::mem::transmute::<*mut c_void, Handler>(former) };
    former(libc::SIGSYS, info, context);
}

/// Writes a line to standard error, the first time that this call was denied. Safe in a handler: no lock, no allocation.
fn tell(number: libc::c_long) {
    let at = usize::try_from(number).unwrap_or(usize::MAX);
    let Some(told) = TOLD.get(at / 64) else { return };
    let bit = 1 << (at % 64);
    if told.fetch_or(bit, Ordering::Relaxed) & bit != 0 {
        return;
    }
    let mut digits = [0; 20];
    let name = NAMES.iter().chain(OLD_NAMES).find(|call| call.1 == number);
    let name = name.map_or_else(|| decimal(at, &mut digits), |call| &call.0.as_bytes()["SYS_".len()..]);
    let line = [b"rp: the sandbox denied the system call ", name, b"\n"];
    let parts =
        line.map(|part| libc::iovec { iov_base: part.as_ptr().cast_mut().cast(), iov_len: part.len() });
    // SAFETY: writev(2) reads three parts that live here, and may be called in a handler. What it returns changes nothing.
    unsafe { libc::writev(2, parts.as_ptr(), 3) };
}

fn decimal(mut number: usize, digits: &mut [u8; 20]) -> &[u8] {
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            return &digits[at..];
        }
    }
}

/// The number of the call that was denied.
#[cfg(target_arch = "x86_64")]
fn number(context: &libc::ucontext_t) -> libc::c_long {
    context.uc_mcontext.gregs[libc::REG_RAX as usize]
}

/// What the call returns.
#[cfg(target_arch = "x86_64")]
fn answer(context: &mut libc::ucontext_t, value: c_int) {
    context.uc_mcontext.gregs[libc::REG_RAX as usize] = value.into();
}

#[cfg(target_arch = "aarch64")]
fn number(context: &libc::ucontext_t) -> libc::c_long {
    context.uc_mcontext.regs[8].cast_signed()
}

#[cfg(target_arch = "aarch64")]
fn answer(context: &mut libc::ucontext_t, value: c_int) {
    context.uc_mcontext.regs[0] = i64::from(value).cast_unsigned();
}

/// The register a7.
#[cfg(target_arch = "riscv64")]
fn number(context: &libc::ucontext_t) -> libc::c_long {
    context.uc_mcontext.__gregs[17].cast_signed()
}

/// The register a0.
#[cfg(target_arch = "riscv64")]
fn answer(context: &mut libc::ucontext_t, value: c_int) {
    context.uc_mcontext.__gregs[10] = i64::from(value).cast_unsigned();
}
