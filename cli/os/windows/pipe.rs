//! Named pipes. Reads and writes are overlapped: others of one handle would wait for each other.

use std::io::{self, ErrorKind, Read, Write};
use std::os::windows::ffi::OsStrExt;
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use std::path::Path;
use std::ptr;
use std::sync::{Arc, Mutex, PoisonError};

use windows_sys::Win32::Foundation::{
    ERROR_ACCESS_DENIED, ERROR_IO_PENDING, ERROR_PIPE_BUSY, ERROR_PIPE_CONNECTED, INVALID_HANDLE_VALUE,
};
use windows_sys::Win32::Storage::FileSystem::{
    FILE_FLAG_FIRST_PIPE_INSTANCE, FILE_FLAG_OVERLAPPED, PIPE_ACCESS_DUPLEX, ReadFile, WriteFile,
};
use windows_sys::Win32::System::IO::{CancelIoEx, GetOverlappedResult, OVERLAPPED};
use windows_sys::Win32::System::Pipes::{
    ConnectNamedPipe, CreateNamedPipeW, PIPE_READMODE_BYTE, PIPE_REJECT_REMOTE_CLIENTS, PIPE_TYPE_BYTE,
    PIPE_UNLIMITED_INSTANCES, PIPE_WAIT, PeekNamedPipe,
};

use super::event::Event;
use super::user::OnlyThisUser;
use crate::os::terms::{Ending, Ends, Unbound};

/// What the name of every pipe of this machine begins with.
const PREFIX: &str = r"\\.\pipe\";
/// The bytes that wait in each direction for a side that does not read.
const BUFFER: u32 = 64 << 10;
/// How often the system is asked whether a client is still there: it tells nobody who waits.
const LOOK_MS: u32 = 250;

/// A name at which clients connect.
pub struct Listener {
    /// With a NUL at the end.
    name: Vec<u16>,
    access: OnlyThisUser,
    /// What the next client connects to. There always is one, so that no client finds nobody.
    next: Mutex<Option<OwnedHandle>>,
}

impl Listener {
    /// Makes the pipe, to which only this user may connect, and only from this machine.
    pub fn bind(path: &Path) -> Result<Self, Unbound> {
        if !path.as_os_str().to_string_lossy().to_ascii_lowercase().starts_with(PREFIX) {
            let text = format!("the name of a pipe begins with {PREFIX}");
            return Err(io::Error::new(ErrorKind::InvalidInput, text).into());
        }
        let name: Vec<u16> = path.as_os_str().encode_wide().chain([0]).collect();
        let access = OnlyThisUser::new()?;
        let next = create(&name, &access, FILE_FLAG_FIRST_PIPE_INSTANCE).map_err(|error| {
            let is_taken = [ERROR_ACCESS_DENIED, ERROR_PIPE_BUSY].map(|code| Some(code.cast_signed()));
            if is_taken.contains(&error.raw_os_error()) { Unbound::InUse } else { error.into() }
        })?;
        Ok(Listener { name, access, next: Mutex::new(Some(next)) })
    }

    /// Waits for the next client.
    pub fn accept(&self) -> io::Result<Stream> {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let handle = match next.take() {
            Some(handle) => handle,
            None => create(&self.name, &self.access, 0)?,
        };
        let connected = connect(&handle);
        // Where it fails now, the next call tries again.
        *next = create(&self.name, &self.access, 0).ok();
        connected?;
        let pipe = Pipe { handle, stop_reading: Event::new()?, closed: Event::new()? };
        Ok(Stream(Arc::new(pipe)))
    }

    /// Nothing is left of it when the process ends.
    pub fn remove(&self) {}
}

fn create(name: &[u16], access: &OnlyThisUser, more: u32) -> io::Result<OwnedHandle> {
    let attributes = access.attributes();
    let open = PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED | more;
    let mode = PIPE_TYPE_BYTE | PIPE_READMODE_BYTE | PIPE_WAIT | PIPE_REJECT_REMOTE_CLIENTS;
    // SAFETY: the name ends with a NUL, and the attributes live until the call returns.
    let handle = unsafe {
        CreateNamedPipeW(
            name.as_ptr(),
            open,
            mode,
            PIPE_UNLIMITED_INSTANCES,
            BUFFER,
            BUFFER,
            0,
            &raw const attributes,
        )
    };
    if handle == INVALID_HANDLE_VALUE {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the handle is new, and nobody else has it.
    Ok(unsafe { OwnedHandle::from_raw_handle(handle) })
}

fn connect(handle: &OwnedHandle) -> io::Result<()> {
    let never = Event::new()?;
    let begin = |overlapped: *mut OVERLAPPED| {
        // SAFETY: the handle is that of a pipe, and `overlapped` lives until the operation has ended, as `overlap` sees to.
        unsafe { ConnectNamedPipe(handle.as_raw_handle(), overlapped) }
    };
    match overlap(handle, &never, begin) {
        Err(error) if error.raw_os_error() == Some(ERROR_PIPE_CONNECTED.cast_signed()) => Ok(()),
        done => done.map(drop),
    }
}

/// Begins an operation and waits for its end, or for `stop`, which takes it back; answers the bytes it moved, None if it was taken
/// back.
fn overlap(
    handle: &OwnedHandle,
    stop: &Event,
    begin: impl FnOnce(*mut OVERLAPPED) -> i32,
) -> io::Result<Option<usize>> {
    let done = Event::new()?;
    let mut overlapped = OVERLAPPED { hEvent: done.handle(), ..OVERLAPPED::default() };
    if begin(&raw mut overlapped) == 0 {
        let error = io::Error::last_os_error();
        if error.raw_os_error() != Some(ERROR_IO_PENDING.cast_signed()) {
            return Err(error);
        }
    }
    let is_done = Event::is_first_of(&done, stop);
    let (handle, mut len) = (handle.as_raw_handle(), 0);
    // SAFETY: the handle and the structure are those of the operation. It has ended when GetOverlappedResult, which waits for it,
    // returns: nothing is written after that.
    let has_moved = unsafe {
        if !is_done {
            CancelIoEx(handle, &raw const overlapped);
        }
        GetOverlappedResult(handle, &raw const overlapped, &raw mut len, 1) != 0
    };
    match has_moved {
        true => Ok(Some(len as usize)),
        false if is_done => Err(io::Error::last_os_error()),
        false => Ok(None),
    }
}

/// The connection of a client; it ends when the last who has it drops it.
struct Pipe {
    handle: OwnedHandle,
    stop_reading: Event,
    closed: Event,
}

/// The connection of a client.
pub struct Stream(Arc<Pipe>);

impl Stream {
    /// Both directions.
    pub fn ends(&self) -> io::Result<Ends<FarEnd>> {
        Ok(Ends {
            input: Box::new(Reader(Arc::clone(&self.0))),
            output: Box::new(Writer(Arc::clone(&self.0))),
            far_end: Some(FarEnd(Arc::clone(&self.0))),
        })
    }

    /// Ends it, also for those who are reading or writing at the moment.
    pub fn end(&self, ending: Ending) {
        self.0.stop_reading.set();
        if ending == Ending::Whole {
            self.0.closed.set();
        }
    }
}

struct Reader(Arc<Pipe>);

impl Read for Reader {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let pipe = &self.0;
        let len = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        let begin = |overlapped: *mut OVERLAPPED| {
            // SAFETY: `bytes` has `len` bytes, and both they and `overlapped` live until the operation has ended.
            unsafe {
                ReadFile(pipe.handle.as_raw_handle(), bytes.as_mut_ptr(), len, ptr::null_mut(), overlapped)
            }
        };
        match overlap(&pipe.handle, &pipe.stop_reading, begin) {
            Ok(len) => Ok(len.unwrap_or(0)),
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(0),
            Err(error) => Err(error),
        }
    }
}

struct Writer(Arc<Pipe>);

impl Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let pipe = &self.0;
        let len = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        let begin = |overlapped: *mut OVERLAPPED| {
            // SAFETY: `bytes` has `len` bytes, and both they and `overlapped` live until the operation has ended.
            unsafe {
                WriteFile(pipe.handle.as_raw_handle(), bytes.as_ptr(), len, ptr::null_mut(), overlapped)
            }
        };
        overlap(&pipe.handle, &pipe.closed, begin)?.ok_or_else(|| ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The client at the other side.
pub struct FarEnd(Arc<Pipe>);

impl FarEnd {
    /// Waits until it has gone, also while nothing is read from it or written to it.
    pub fn wait(self) {
        let is_there = || {
            let handle = self.0.handle.as_raw_handle();
            let nothing = ptr::null_mut();
            // SAFETY: the handle is that of a pipe; without a buffer nothing is written.
            unsafe {
                PeekNamedPipe(handle, nothing, 0, ptr::null_mut(), ptr::null_mut(), ptr::null_mut()) != 0
            }
        };
        while is_there() && !self.0.closed.wait(LOOK_MS) {}
    }
}
