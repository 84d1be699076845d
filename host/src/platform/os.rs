//! What differs between operating systems and the standard library does not cover.

use std::ffi::OsString;
use std::io::Write as _;

/// The file name that a module's library has here: `test-minimal` -> `libtest_minimal.so`.
///
/// ```
/// let name = rp_host::library_file_name("test-minimal");
/// assert!(name.to_string_lossy().contains("test_minimal."));
/// ```
pub fn library_file_name(module: &str) -> OsString {
    let stem = module.replace('-', "_");
    format!("{}{stem}{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX).into()
}

/// The stack pointer of this thread. Not the address of a local where that can be avoided: AddressSanitizer keeps locals
/// elsewhere.
#[inline(always)]
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
pub(crate) fn stack_pointer() -> usize {
    let here: usize;
    // SAFETY: it copies a register.
    unsafe {
        #[cfg(target_arch = "x86_64")]
        core::arch::asm!("mov {}, rsp", out(reg) here, options(nomem, nostack, preserves_flags));
        #[cfg(target_arch = "aarch64")]
        core::arch::asm!("mov {}, sp", out(reg) here, options(nomem, nostack, preserves_flags));
    }
    here
}

/// About the stack pointer of this thread.
#[inline(always)]
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
pub(crate) fn stack_pointer() -> usize {
    let local = 0_u8;
    std::ptr::from_ref(&local) as usize
}

/// The lowest usable address of this thread's stack, if the system reports it.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(crate) fn stack_low() -> Option<usize> {
    use std::mem::MaybeUninit;
    let mut attributes = MaybeUninit::<libc::pthread_attr_t>::uninit();
    let (mut low, mut size) = (std::ptr::null_mut(), 0_usize);
    // SAFETY: pthread_getattr_np(3) fills the attributes of a running thread, which are read and destroyed only then.
    unsafe {
        if libc::pthread_getattr_np(libc::pthread_self(), attributes.as_mut_ptr()) != 0 {
            return None;
        }
        let known = libc::pthread_attr_getstack(attributes.as_ptr(), &mut low, &mut size) == 0;
        libc::pthread_attr_destroy(attributes.as_mut_ptr());
        known.then_some(low as usize)
    }
}

/// The lowest usable address of this thread's stack, if the system reports it.
#[cfg(target_vendor = "apple")]
pub(crate) fn stack_low() -> Option<usize> {
    // SAFETY: both functions only read what the system keeps of the running thread.
    let (high, size) = unsafe {
        let this = libc::pthread_self();
        (libc::pthread_get_stackaddr_np(this) as usize, libc::pthread_get_stacksize_np(this))
    };
    high.checked_sub(size)
}

/// The lowest usable address of this thread's stack, if the system reports it.
#[cfg(windows)]
pub(crate) fn stack_low() -> Option<usize> {
    #[link(name = "kernel32")]
    unsafe extern "system" {
        fn GetCurrentThreadStackLimits(low: *mut usize, high: *mut usize);
    }
    let (mut low, mut high) = (0, 0);
    // SAFETY: the function writes the two limits of the running thread.
    unsafe { GetCurrentThreadStackLimits(&mut low, &mut high) };
    Some(low)
}

/// The lowest usable address of this thread's stack, if the system reports it.
#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple", windows)))]
pub(crate) fn stack_low() -> Option<usize> {
    None
}

/// Whether the system has [`barrier_on_every_thread`].
#[cfg(target_os = "linux")]
pub(crate) fn has_barrier_on_every_thread() -> bool {
    use std::sync::OnceLock;
    static REGISTERED: OnceLock<bool> = OnceLock::new();
    *REGISTERED.get_or_init(|| membarrier(libc::MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED).is_ok())
}

/// Runs a full memory barrier on every thread of the process, so that those need none of their own.
///
/// The process ends if the system refuses it: the caller would let two threads into one instance.
#[cfg(target_os = "linux")]
pub(crate) fn barrier_on_every_thread() {
    if let Err(error) = membarrier(libc::MEMBARRIER_CMD_PRIVATE_EXPEDITED) {
        refused_barrier(&error);
    }
}

#[cfg(target_os = "linux")]
fn membarrier(command: libc::c_int) -> std::io::Result<()> {
    // SAFETY: membarrier(2) takes three integers, touches no memory of the caller, and changes nothing but the process's
    // readiness for barriers.
    match unsafe { libc::syscall(libc::SYS_membarrier, command, 0, 0) } {
        0 => Ok(()),
        _ => Err(std::io::Error::last_os_error()),
    }
}

#[cfg(target_os = "linux")]
#[cold]
fn refused_barrier(error: &std::io::Error) -> ! {
    abort(&format!(
        "rp-host: the system refuses membarrier(2), which it granted when the host was built: {error}\n\
         Two threads could enter one instance now, so the process ends. A seccomp filter was probably installed since: \
         let it allow membarrier, or install it before Host::build."
    ))
}

/// Whether the system has [`barrier_on_every_thread`].
#[cfg(windows)]
pub(crate) fn has_barrier_on_every_thread() -> bool {
    true
}

/// Runs a full memory barrier on every thread of the process, so that those need none of their own.
#[cfg(windows)]
pub(crate) fn barrier_on_every_thread() {
    #[link(name = "kernel32")]
    unsafe extern "system" {
        fn FlushProcessWriteBuffers();
    }
    // SAFETY: the function only orders memory.
    unsafe { FlushProcessWriteBuffers() }
}

/// Whether the system has [`barrier_on_every_thread`].
#[cfg(not(any(target_os = "linux", windows)))]
pub(crate) fn has_barrier_on_every_thread() -> bool {
    false
}

/// Never called here, since nothing is biased without it.
#[cfg(not(any(target_os = "linux", windows)))]
pub(crate) fn barrier_on_every_thread() {}

/// Prints why, then aborts: for cases where continuing would break a guarantee.
#[cold]
pub(crate) fn abort(why: &str) -> ! {
    // A closed stderr must not prevent the abort; eprintln would panic instead.
    let _unread = writeln!(std::io::stderr(), "{why}");
    std::process::abort()
}

/// Runs `function` when the process ends in an orderly way.
#[cfg(unix)]
pub(crate) fn at_exit(function: extern "C" fn()) {
    // SAFETY: the function is the host's own and lives as long as the program.
    let _full = unsafe { libc::atexit(function) };
}

/// Windows keeps a loaded file from being deleted, so there is nothing to do at the end; the next process sweeps.
#[cfg(not(unix))]
pub(crate) fn at_exit(_function: extern "C" fn()) {}

/// Whether LeakSanitizer is in this process: it reports after all exit handlers have run, and reads the libraries' files for
/// that.
#[cfg(unix)]
pub(crate) fn has_leak_checker() -> bool {
    // SAFETY: dlsym(3) only looks the name up.
    !unsafe { libc::dlsym(libc::RTLD_DEFAULT, c"__lsan_do_leak_check".as_ptr()) }.is_null()
}

/// There is no LeakSanitizer here.
#[cfg(not(unix))]
pub(crate) fn has_leak_checker() -> bool {
    false
}

/// Identifies a file and its contents, so that an unchanged one is recognised.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct FileIdentity {
    place: (u64, u64),
    size: u64,
    times_ns: [i128; 2],
}

/// File times are as coarse as some hundredths of a second: a file may change twice within one tick.
const GRAIN_NS: i128 = 100_000_000;

impl FileIdentity {
    /// Whether the file has not changed for so long that a later change must show in its times.
    pub(crate) fn is_settled(&self) -> bool {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        let now_ns = i128::try_from(now.as_nanos()).unwrap_or(i128::MAX);
        self.times_ns.iter().all(|time_ns| time_ns + GRAIN_NS < now_ns)
    }
}

#[cfg(unix)]
impl FileIdentity {
    pub(crate) fn of(_path: &std::path::Path, metadata: &std::fs::Metadata) -> std::io::Result<Self> {
        use std::os::unix::fs::MetadataExt;
        let time =
            |seconds: i64, nanoseconds: i64| i128::from(seconds) * 1_000_000_000 + i128::from(nanoseconds);
        Ok(FileIdentity {
            place: (metadata.dev(), metadata.ino()),
            size: metadata.size(),
            times_ns: [
                time(metadata.mtime(), metadata.mtime_nsec()),
                time(metadata.ctime(), metadata.ctime_nsec()),
            ],
        })
    }
}

#[cfg(not(unix))]
impl FileIdentity {
    pub(crate) fn of(path: &std::path::Path, metadata: &std::fs::Metadata) -> std::io::Result<Self> {
        use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
        // Without stable file numbers in std the resolved path stands for the place.
        let place = BuildHasherDefault::<DefaultHasher>::default().hash_one(path.canonicalize()?);
        let time = |time: std::io::Result<std::time::SystemTime>| -> std::io::Result<i128> {
            let since = time?.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
            Ok(i128::try_from(since.as_nanos()).unwrap_or(i128::MAX))
        };
        Ok(FileIdentity {
            place: (place, 0),
            size: metadata.len(),
            times_ns: [time(metadata.modified())?, time(metadata.created())?],
        })
    }
}

/// Opens a file for reading; a FIFO does not block.
pub(crate) fn open(path: &std::path::Path) -> std::io::Result<std::fs::File> {
    let mut options = std::fs::OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, libc::O_NONBLOCK | libc::O_NOCTTY);
    options.open(path)
}

/// Opens a file for reading that is this user's own and regular; a FIFO does not block, a link is not followed.
pub(crate) fn open_own(path: &std::path::Path) -> std::io::Result<std::fs::File> {
    let mut options = std::fs::OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, libc::O_NONBLOCK | libc::O_NOFOLLOW);
    let file = options.open(path)?;
    let metadata = file.metadata()?;
    if metadata.is_file() && is_own(&metadata) {
        Ok(file)
    } else {
        Err(std::io::ErrorKind::PermissionDenied.into())
    }
}

/// Whether it belongs to the user of this process; true if the system does not report the owners of files.
fn is_own(metadata: &std::fs::Metadata) -> bool {
    #[cfg(unix)]
    {
        // SAFETY: geteuid(2) always succeeds.
        std::os::unix::fs::MetadataExt::uid(metadata) == unsafe { libc::geteuid() }
    }
    #[cfg(not(unix))]
    {
        let _ = metadata;
        true
    }
}

/// Whether a folder is as [`create_private_folder`] makes it.
pub(crate) fn is_private(metadata: &std::fs::Metadata) -> bool {
    #[cfg(unix)]
    if std::os::unix::fs::MetadataExt::mode(metadata) & 0o777 != 0o700 {
        return false;
    }
    is_own(metadata)
}

/// Names the kind of a path that is not a regular file.
pub(crate) fn kind_of(file_type: std::fs::FileType) -> &'static str {
    if file_type.is_dir() {
        return "folder";
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        if file_type.is_fifo() {
            return "FIFO";
        }
        if file_type.is_socket() {
            return "socket";
        }
    }
    "device"
}

/// Creates a folder that only this user can enter; on Windows it is as private as the one around it.
pub(crate) fn create_private_folder(path: &std::path::Path) -> std::io::Result<()> {
    #[allow(unused_mut, reason = "Unix sets the mode")]
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Makes `link` stand for `original`.
#[cfg(unix)]
pub(crate) fn link(original: &std::path::Path, link: &std::path::Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(original, link)
}

/// Makes `link` stand for `original`; hard, since symbolic links need a privilege on Windows.
#[cfg(not(unix))]
pub(crate) fn link(original: &std::path::Path, link: &std::path::Path) -> std::io::Result<()> {
    if original.is_file() { std::fs::hard_link(original, link) } else { Ok(()) }
}

/// Ends this process without running exit handlers.
pub(crate) fn exit_at_once(code: i32) -> ! {
    #[cfg(unix)]
    // SAFETY: _exit(2) may be called on any thread at any time.
    unsafe {
        libc::_exit(code)
    }
    #[cfg(not(unix))]
    std::process::exit(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_settles_after_a_moment() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let identity = || FileIdentity::of(file.path(), &file.path().metadata().unwrap()).unwrap();
        assert!(!identity().is_settled(), "it was just made");
        std::thread::sleep(std::time::Duration::from_millis(150));
        assert!(identity().is_settled());
    }
}
