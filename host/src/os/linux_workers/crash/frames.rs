//! The functions that are running.
//!
//! With glibc 2.35 and newer the unwinder finds its tables by `_dl_find_object`, which takes no lock, and so do we the
//! library of an instruction. Without it, or where the program has no unwinder that can be found by name (a static one, musl),
//! no frames are written: a handler that waits for a lock of the dead is worse than none.

use std::ffi::CStr;
use std::mem::{MaybeUninit, transmute_copy};
use std::ptr;
use std::sync::OnceLock;

use libc::{c_int, c_void};

use super::super::super::crash_area::{MOST_LIBRARIES, NO_LIBRARY};
use super::area::Area;
use super::registers::Registers;

type Callback = unsafe extern "C" fn(*mut c_void, *mut c_void) -> c_int;

/// What a process with frames has.
pub(super) struct Unwinder {
    backtrace: unsafe extern "C" fn(Callback, *mut c_void) -> c_int,
    instruction: unsafe extern "C" fn(*mut c_void, *mut c_int) -> usize,
    find_object: unsafe extern "C" fn(*mut c_void, *mut Object) -> c_int,
}

/// The beginning of `struct dl_find_object`, and room for the rest.
#[repr(C)]
struct Object {
    flags: u64,
    map_start: *const c_void,
    map_end: *const c_void,
    map: *const LinkMap,
    rest: [u64; 12],
}

/// The beginning of `struct link_map`.
#[repr(C)]
struct LinkMap {
    base: usize,
    path: *const u8,
}

/// The unwinder of this process. The first call looks for it and has it do, outside of any handler, what it does only once.
pub(super) fn unwinder() -> Option<&'static Unwinder> {
    static UNWINDER: OnceLock<Option<Unwinder>> = OnceLock::new();
    UNWINDER.get_or_init(|| Unwinder::find().inspect(Unwinder::warm_up)).as_ref()
}

impl Unwinder {
    fn find() -> Option<Self> {
        // SAFETY: the types are those of the functions with these names.
        unsafe {
            Some(Unwinder {
                backtrace: function(c"_Unwind_Backtrace")?,
                instruction: function(c"_Unwind_GetIPInfo")?,
                find_object: function(c"_dl_find_object")?,
            })
        }
    }

    fn warm_up(&self) {
        unsafe extern "C" fn next(_context: *mut c_void, _walk: *mut c_void) -> c_int {
            GO_ON
        }
        // SAFETY: the callback takes what `_Unwind_Backtrace` passes, and does nothing.
        unsafe { (self.backtrace)(next, ptr::null_mut()) };
    }

    /// Writes the frames of the thread that `registers` belong to, on which this runs, in a signal handler.
    pub(super) fn write_frames(&self, area: Area, registers: &mut Registers) {
        let start = registers.instruction();
        let mut walk = Walk::new(self, area);
        match start {
            Some(start) if self.object(start).is_none() => {
                walk.write(start);
                registers.after_return(|registers| walk.run(registers.instruction()));
            }
            start => walk.run(start),
        }
    }

    fn object(&self, instruction: u64) -> Option<Object> {
        let mut object = MaybeUninit::<Object>::uninit();
        // SAFETY: it takes any address, fills the structure, which has room for every version of it, and takes no lock.
        unsafe {
            let found = (self.find_object)(instruction as *mut c_void, object.as_mut_ptr()) == 0;
            found.then(|| object.assume_init())
        }
    }
}

/// # Safety
/// `F` is the type of the function with this name.
pub(super) unsafe fn function<F>(name: &CStr) -> Option<F> {
    // SAFETY: dlsym(3) takes a C string; a function pointer has the size of what it gives.
    unsafe {
        let address = libc::dlsym(libc::RTLD_DEFAULT, name.as_ptr());
        (!address.is_null()).then(|| transmute_copy(&address))
    }
}

/// `_URC_NO_REASON`: the next frame, please; and any other number.
const GO_ON: c_int = 0;
const ENOUGH: c_int = 5;

/// A walk from frame to frame, outwards.
struct Walk<'a> {
    unwinder: &'a Unwinder,
    area: Area,
    /// The instruction of the interrupted function: the frames before it are those of the handler.
    start: Option<u64>,
    is_under_way: bool,
    frames: usize,
    /// Where the libraries that were written are mapped.
    bases: [u64; MOST_LIBRARIES],
    libraries: usize,
}

impl<'a> Walk<'a> {
    fn new(unwinder: &'a Unwinder, area: Area) -> Self {
        let bases = [0; MOST_LIBRARIES];
        Walk { unwinder, area, start: None, is_under_way: false, frames: 0, bases, libraries: 0 }
    }

    fn run(&mut self, start: Option<u64>) {
        unsafe extern "C" fn each(context: *mut c_void, walk: *mut c_void) -> c_int {
            // SAFETY: `run` passes the walk, which nothing else uses until `_Unwind_Backtrace` returns.
            let walk = unsafe { &mut *walk.cast::<Walk<'_>>() };
            let mut is_exact = 0;
            // SAFETY: the context is the one that the unwinder passed.
            let instruction = unsafe { (walk.unwinder.instruction)(context, &mut is_exact) };
            walk.step(instruction as u64, is_exact != 0)
        }
        self.start = start;
        // SAFETY: the callback takes what `_Unwind_Backtrace` passes, and does not unwind.
        unsafe { (self.unwinder.backtrace)(each, ptr::from_mut(self).cast()) };
    }

    /// Only an interrupted function is at an exact instruction; of a caller, the one behind the call is known.
    fn step(&mut self, instruction: u64, is_exact: bool) -> c_int {
        self.is_under_way |= is_exact || self.start == Some(instruction);
        if !self.is_under_way || self.write(instruction) { GO_ON } else { ENOUGH }
    }

    /// False if there is room for no more.
    fn write(&mut self, instruction: u64) -> bool {
        let object = self.unwinder.object(instruction);
        let library = object.map_or(NO_LIBRARY, |object| self.library(&object));
        self.frames += 1;
        self.area.put_frame(self.frames - 1, instruction, library)
    }

    /// The number of a library, which is written when it comes the first time.
    fn library(&mut self, object: &Object) -> u32 {
        // SAFETY: the map of a library stays while it is loaded, and ours are never unloaded.
        let map = unsafe { &*object.map };
        let base = map.base as u64;
        if let Some(number) = self.bases[..self.libraries].iter().position(|known| *known == base) {
            return number as u32;
        }
        // SAFETY: the path of a loaded library is a C string.
        let number = unsafe { self.area.put_library(self.libraries, base, map.path) };
        if number != NO_LIBRARY {
            self.bases[self.libraries] = base;
            self.libraries += 1;
        }
        number
    }
}
