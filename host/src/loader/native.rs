//! Native libraries. The only file that opens them.

use core::ffi::c_void;
use core::mem::ManuallyDrop;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::ptr::NonNull;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use libloading::Library;
use rp_protocol::Manifest;

use super::image::{Image, host_format, host_machine};
use super::inspect::{Found, examine, open_file, read_all};
use super::plain::{PlainFunctions, PlainModule};
use super::segments::Segments;
use super::table::{self, Table};
use super::{ENTRY, private_copy, refusal};
use crate::abi::rp_module;
use crate::border::module::{Guest, Handler, HostLink, Module, Profile};
use crate::error::{CallFault, LoadFault};
use crate::observe::current_step;
use crate::options::load::LoadOptions;
use crate::options::wasm_limits::WasmLimits;
use crate::platform::os::FileIdentity;

/// Libraries of this process, by what was asked for and found. They stay mapped (rule 10), so a file that did not change
/// is not mapped again, be it a module or not.
static MAPPED: Mutex<Option<HashMap<Asked, Arc<Mapped>>>> = Mutex::new(None);

/// The path, the file that stood there, and the sha-256 that it was found to have where one was expected: another load of
/// an expected content never gets a library that was loaded from bytes that nobody compared.
type Asked = (PathBuf, FileIdentity, Option<[u8; 32]>);

/// Loads a module's library, by the steps of the crate's documentation.
pub(crate) fn load(path: &Path, options: &LoadOptions) -> Result<Arc<dyn Module>, LoadFault> {
    let (mut file, metadata) = open_file(path)?;
    let identity = FileIdentity::of(path, &metadata).map_err(LoadFault::Unreadable)?;
    let is_settled = identity.is_settled();
    let key = (path.to_owned(), identity, options.expected_content());
    let mut read = || read_all(&mut file, &metadata, &options.wasm_limits);
    let compared = key.2.map(|_| read()).transpose()?;
    if let Some(bytes) = &compared {
        options.expect_content(bytes)?;
    }
    if let Some(library) = mapped(&key) {
        return library.module(path, options);
    }
    let bytes = compared.map_or_else(read, Ok)?;
    #[cfg(feature = "wasm")]
    if super::wasm::is_wasm(&bytes) {
        return super::wasm::load(path, &bytes, options);
    }
    let mut library = Arc::new(map(path, &bytes, options)?);
    if is_settled || key.2.is_some() {
        let mut mapped = MAPPED.lock().unwrap_or_else(PoisonError::into_inner);
        library = Arc::clone(mapped.get_or_insert_default().entry(key).or_insert(library));
    }
    library.module(path, options)
}

fn mapped(key: &Asked) -> Option<Arc<Mapped>> {
    MAPPED.lock().unwrap_or_else(PoisonError::into_inner).as_ref()?.get(key).map(Arc::clone)
}

/// Checks the bytes, then loads exactly them.
fn map(path: &Path, bytes: &[u8], options: &LoadOptions) -> Result<Mapped, LoadFault> {
    let image = Image::parse(bytes)?;
    check_machine(&image)?;
    check_libc(&image)?;
    let found = examine(&image)?;
    if let Some((_, manifest)) = &found.manifest {
        options.expect(manifest)?;
    }
    let copy = private_copy::make(path, bytes, image.looks_beside_itself())?;
    let library = current_step::during(&path.to_string_lossy(), "was loaded", || open(copy.path()))?;
    copy.keep();
    Ok(Mapped { library, segments: image.segments(), found, module: OnceLock::new() })
}

/// A path that the system's loader takes literally.
pub(crate) fn loadable_path(path: &Path) -> Result<PathBuf, LoadFault> {
    if !path.as_os_str().as_encoded_bytes().contains(&b'$') {
        return Ok(path.to_owned());
    }
    let (mut file, metadata) = open_file(path)?;
    let bytes = read_all(&mut file, &metadata, &WasmLimits::default())?;
    let beside = Image::parse(&bytes)?.looks_beside_itself();
    let copy = private_copy::make(path, &bytes, beside)?;
    let literal = copy.path().to_owned();
    copy.keep();
    Ok(literal)
}

/// A library that is mapped, for the life of the process.
struct Mapped {
    library: ManuallyDrop<Library>,
    /// Its parts, as its file counts the addresses.
    segments: Segments,
    found: Found,
    /// What its functions give, unless they break a rule.
    module: OnceLock<Arc<dyn Module>>,
}

impl Mapped {
    /// The module in it, if it is what is expected.
    fn module(&self, path: &Path, options: &LoadOptions) -> Result<Arc<dyn Module>, LoadFault> {
        let module = match self.module.get() {
            Some(module) => module,
            None => {
                let start = || self.start(path);
                let module =
                    current_step::during(&path.to_string_lossy(), "was asked for its functions", start)?;
                self.module.get_or_init(|| module)
            }
        };
        options.expect(module.manifest())?;
        Ok(Arc::clone(module))
    }

    fn start(&self, path: &Path) -> Result<Arc<dyn Module>, LoadFault> {
        let Some((text, manifest)) = self.found.manifest.clone() else {
            return Ok(Arc::new(PlainModule::new(path, plain_functions(&self.library)?)?));
        };
        let (table, in_table) = read_table(&self.library, &self.segments, self.found.entry)?;
        if in_table != text {
            return Err(LoadFault::ManifestDiffers);
        }
        Ok(Arc::new(TableModule { path: Some(path.to_owned()), table, text, manifest }))
    }
}

fn check_machine(image: &Image<'_>) -> Result<(), LoadFault> {
    let describe = |machine: &str, format| format!("{machine} ({format:?})");
    if image.machine() == host_machine() && image.format() == host_format() {
        return Ok(());
    }
    Err(LoadFault::WrongMachine {
        found: describe(&image.machine(), image.format()),
        host: describe(&host_machine(), host_format()),
    })
}

/// Opens a private copy, every symbol resolved now and none lent to other libraries; never closed (rule 10):
/// its threads and thread-local destructors may outlive every instance.
fn open(copy: &Path) -> Result<ManuallyDrop<Library>, LoadFault> {
    #[cfg(unix)]
    let opened = {
        use libloading::os::unix::{Library as UnixLibrary, RTLD_LOCAL, RTLD_NOW};
        // SAFETY: the initialisers of a native module are trusted code, as is all of it; the operator chose the file.
        unsafe { UnixLibrary::open(Some(copy), RTLD_NOW | RTLD_LOCAL) }.map(Library::from)
    };
    #[cfg(not(unix))]
    // SAFETY: as above.
    let opened = unsafe { Library::new(copy) };
    opened.map(ManuallyDrop::new).map_err(|error| refused(copy, &error))
}

/// What dlopen said of that file.
fn refused(copy: &Path, error: &libloading::Error) -> LoadFault {
    let text = std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string);
    refusal::fault(copy, &text)
}

/// Another libc in this process is met by chance alone: it crashes, or its file is none that this loader takes.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn check_libc(image: &Image<'_>) -> Result<(), LoadFault> {
    let is_other = |name: &&str| *name == "libc.so" || name.starts_with("libc.musl-");
    image.needed().find(is_other).map_or(Ok(()), |name| Err(LoadFault::OtherLibc(name.to_owned())))
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn check_libc(_image: &Image<'_>) -> Result<(), LoadFault> {
    Ok(())
}

/// No system has smaller pages.
const SMALLEST_PAGE: usize = 4096;

fn read_table(library: &Library, segments: &Segments, entry: u64) -> Result<(Table, String), LoadFault> {
    type Entry = unsafe extern "C" fn() -> *const rp_module;
    // SAFETY: inspection found a function of that name; that it has this type is what the name promises.
    let function =
        unsafe { library.get::<Entry>(ENTRY) }.map_err(|error| refused(Path::new(ENTRY), &error))?;
    let moved_by = (*function as usize).wrapping_sub(entry as usize);
    if !moved_by.is_multiple_of(SMALLEST_PAGE) {
        // A library moves by whole pages: this is not the entry that was inspected.
        return Err(LoadFault::TableOutside);
    }
    let inside = segments.moved(moved_by);
    // SAFETY: rule 6: the entry may be called at any time; the segments are where the library was mapped.
    unsafe { table::read(function(), Some(&inside)) }
}

fn plain_functions(library: &Library) -> Result<PlainFunctions, LoadFault> {
    let missing = |error: libloading::Error| refused(Path::new(""), &error);
    // SAFETY: inspection found functions of these names; that they have these types is what `rp_plain.h` promises.
    unsafe {
        Ok(PlainFunctions {
            create_module: *library.get("create_module").map_err(missing)?,
            handle_message: *library.get("handle_message").map_err(missing)?,
            free_string: *library.get("free_string").map_err(missing)?,
            destroy_module: *library.get("destroy_module").map_err(missing)?,
            get_module_metadata: library.get("get_module_metadata").ok().map(|function| *function),
        })
    }
}

/// A module that speaks through its table.
pub(super) struct TableModule {
    pub(super) path: Option<PathBuf>,
    pub(super) table: Table,
    pub(super) text: String,
    pub(super) manifest: Manifest,
}

impl Module for TableModule {
    fn profile(&self) -> Profile {
        Profile::Abi
    }

    fn flags(&self) -> u32 {
        self.table.flags
    }

    fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    fn manifest_text(&self) -> &str {
        &self.text
    }

    fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    fn create(&self, host: HostLink, _options: &LoadOptions) -> Result<Box<dyn Guest>, LoadFault> {
        // SAFETY: the table was checked; rule 6: `create` gets a host that lives as long as the process.
        let state = NonNull::new(unsafe { (self.table.create)(host.table) });
        Ok(Box::new(TableGuest { table: self.table, state: state.ok_or(LoadFault::CreateFailed)? }))
    }
}

struct TableGuest {
    table: Table,
    state: NonNull<c_void>,
}

// SAFETY: rule 5: an instance may be used from whatever thread, as many at once as its flags say.
unsafe impl Send for TableGuest {}
// SAFETY: what a shared guest shows, its functions and the address of its state, never changes.
unsafe impl Sync for TableGuest {}

impl Guest for TableGuest {
    fn handler(&self) -> Handler {
        self.table.handler(self.state.as_ptr())
    }

    unsafe fn destroy(&self) -> Result<(), CallFault> {
        // SAFETY: `create` made the state; the caller destroys it once, after the last message (rule 6).
        unsafe { (self.table.destroy)(self.state.as_ptr()) }
        Ok(())
    }
}
