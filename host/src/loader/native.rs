//! Native libraries. Only this file opens them.

use core::mem::ManuallyDrop;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use libloading::Library;

use super::entry::{ENTRY, Found};
use super::examine::examine;
use super::format::Format;
use super::image::{Image, host_machine};
use super::plain::{PlainFunctions, PlainModule};
use super::read::read_file;
use super::segments::Segments;
use super::table::{self, Table};
use super::table_module::TableModule;
use super::{private_copy, refusal, refusal_number};
use crate::abi::rp_module;
use crate::border::module::Module;
use crate::error::LoadFault;
use crate::options::load::LoadOptions;
use crate::os::{self, Refused};
use crate::platform::current_step::during;

/// Checks the bytes, then maps exactly these bytes.
pub(super) fn map(path: &Path, bytes: &[u8], options: &LoadOptions) -> Result<NativeLibrary, LoadFault> {
    let (image, found, entry) = check(bytes, options)?;
    let copy = private_copy::make(path, bytes, image.looks_beside_itself())?;
    let library = during(&path.to_string_lossy(), "was loaded", None, || open(copy.path(), &image, path))?;
    copy.keep();
    Ok(NativeLibrary { library, segments: image.segments(), found, entry, module: OnceLock::new() })
}

/// Checks the bytes: what is found in them, and the address of the entry.
pub(super) fn check<'b>(
    bytes: &'b [u8],
    options: &LoadOptions,
) -> Result<(Image<'b>, Found, u64), LoadFault> {
    let image = Image::parse(bytes)?;
    check_loadable(&image)?;
    let (found, entry) = examine(&image)?;
    if let Some((_, manifest)) = &found.manifest {
        options.expect(manifest)?;
    }
    Ok((image, found, entry))
}

/// Loads a private copy that another process made of checked bytes; `original` is the file that it copied.
#[cfg(feature = "worker")]
pub(crate) fn load_copy(copy: &Path, original: &Path) -> Result<Arc<dyn Module>, LoadFault> {
    let (bytes, _) = read_file(copy)?;
    let options = LoadOptions::new();
    let (image, found, entry) = check(&bytes, &options)?;
    let library = open(copy, &image, original)?;
    let library =
        NativeLibrary { library, segments: image.segments(), found, entry, module: OnceLock::new() };
    library.module(original, &options)
}

/// A path that the system's loader takes literally.
pub(crate) fn loadable_path(path: &Path) -> Result<PathBuf, LoadFault> {
    if !path.as_os_str().as_encoded_bytes().contains(&b'$') {
        return Ok(path.to_owned());
    }
    let (bytes, _) = read_file(path)?;
    let beside = Image::parse(&bytes)?.looks_beside_itself();
    let copy = private_copy::make(path, &bytes, beside)?;
    let literal = copy.path().to_owned();
    copy.keep();
    Ok(literal)
}

/// A library that stays mapped for the life of the process.
pub(super) struct NativeLibrary {
    library: ManuallyDrop<Library>,
    /// At the addresses of the file.
    segments: Segments,
    found: Found,
    /// The address of the entry in the file.
    entry: u64,
    /// Set once the entry has returned what the rules require.
    module: OnceLock<Arc<dyn Module>>,
}

impl NativeLibrary {
    /// The module in it, if it is the expected one.
    pub(super) fn module(&self, path: &Path, options: &LoadOptions) -> Result<Arc<dyn Module>, LoadFault> {
        let module = match self.module.get() {
            Some(module) => module,
            None => {
                let start = || self.start(path);
                let what = "was asked for its functions";
                let module = during(&path.to_string_lossy(), what, None, start)?;
                self.module.get_or_init(|| module)
            }
        };
        options.expect(&module.info().manifest)?;
        Ok(Arc::clone(module))
    }

    fn start(&self, path: &Path) -> Result<Arc<dyn Module>, LoadFault> {
        let Some((text, manifest)) = self.found.manifest.clone() else {
            return Ok(Arc::new(PlainModule::new(path, plain_functions(&self.library)?)?));
        };
        let (table, in_table) = read_table(&self.library, &self.segments, self.entry)?;
        if in_table != text {
            return Err(LoadFault::ManifestDiffers);
        }
        Ok(Arc::new(TableModule::new(Some(path.to_owned()), table, text, manifest)))
    }
}

/// Fails if this machine and its C library cannot load it.
pub(super) fn check_loadable(image: &Image<'_>) -> Result<(), LoadFault> {
    check_machine(image)?;
    check_libc(image)
}

fn check_machine(image: &Image<'_>) -> Result<(), LoadFault> {
    let describe = |machine: &str, format: Format| format!("{machine} ({format:?})");
    if image.machine() == host_machine() && image.format() == Format::of_this_system() {
        return Ok(());
    }
    Err(LoadFault::WrongMachine {
        found: describe(image.machine(), image.format()),
        host: describe(&host_machine(), Format::of_this_system()),
    })
}

/// Opens a private copy. The library is never closed (rule 10), since its threads and thread-local destructors may outlive
/// every instance.
fn open(copy: &Path, image: &Image<'_>, original: &Path) -> Result<ManuallyDrop<Library>, LoadFault> {
    // SAFETY: its initialisers are trusted like all native code that the embedder names, see the section Trust of `Host::load`.
    let opened = unsafe { os::open_library(copy, &image.needs(original)) };
    opened.map(ManuallyDrop::new).map_err(|refused| match refused.number {
        Some(number) => refusal_number::fault(number, refused, image, original),
        None => refusal::fault(copy, &refused.text),
    })
}

/// The fault for what the system's loader said of a symbol.
fn no_symbol(name: &str, error: libloading::Error) -> LoadFault {
    refusal::fault(Path::new(name), &Refused::from(error).text)
}

/// Refuses a library of another libc: in this process it crashes, or the system's loader refuses the file with an error that
/// does not say so.
fn check_libc(image: &Image<'_>) -> Result<(), LoadFault> {
    let other = image.needed().find(|name| os::is_other_libc(name));
    other.map_or(Ok(()), |name| Err(LoadFault::OtherLibc(name.to_owned())))
}

/// No system has smaller pages.
const SMALLEST_PAGE: usize = 4096;

fn read_table(library: &Library, segments: &Segments, entry: u64) -> Result<(Table, String), LoadFault> {
    type Entry = unsafe extern "C" fn() -> *const rp_module;
    // SAFETY: the file exports a function of this name, and the header gives functions of this name this type.
    let function = unsafe { library.get::<Entry>(ENTRY) }.map_err(|error| no_symbol(ENTRY, error))?;
    let moved_by = (*function as usize).wrapping_sub(entry as usize);
    if !moved_by.is_multiple_of(SMALLEST_PAGE) {
        // A library moves by whole pages: this is not the entry that was inspected.
        return Err(LoadFault::TableOutside);
    }
    let inside = segments.moved(moved_by);
    // SAFETY: rule 6: the entry may be called at any time; `inside` holds the segments at the addresses of the mapped library.
    unsafe { table::read(function(), Some(&inside)) }
}

fn plain_functions(library: &Library) -> Result<PlainFunctions, LoadFault> {
    let missing = |error| no_symbol("", error);
    // SAFETY: the file exports functions of these names, and `rp_plain.h` gives them these types.
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
