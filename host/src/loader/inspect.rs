//! What a file says of itself. No code of it runs.

use std::fs::Metadata;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use object::BinaryFormat;
use rp_protocol::{MANIFEST_MAX_BYTES, Manifest};

use super::image::{self, Image, Symbol};
use super::{ENTRY, ENTRY_STEM, MANIFEST};
use crate::border::module::Profile;
use crate::error::{Error, LoadFault};
use crate::options::wasm_limits::WasmLimits;
use crate::platform::os;

/// The most bytes of a native library. Those of a WebAssembly module are a limit that an operator may raise.
const LARGEST_NATIVE: u64 = 1 << 30;
/// What is read before anything else; every format shows itself within it.
const HEAD_BYTES: u64 = 4096;

/// The file format of a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// Linux and most other Unix systems.
    Elf,
    /// macOS.
    MachO,
    /// Windows.
    Pe,
    /// WebAssembly, for every machine.
    Wasm,
}

impl Format {
    /// `elf`, `mach-o`, `pe` or `wasm`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Format::Elf => "elf",
            Format::MachO => "mach-o",
            Format::Pe => "pe",
            Format::Wasm => "wasm",
        }
    }
}

/// What a module's file says of itself.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Inspection {
    /// The file.
    pub path: PathBuf,
    /// Its format.
    pub format: Format,
    /// The machine that it is made for, such as `x86_64`.
    pub machine: String,
    /// Its size in bytes.
    pub size: u64,
    /// How the module speaks with a host.
    pub profile: Profile,
    /// The version of the ABI, where the profile has one.
    pub abi_version: Option<u32>,
    /// The manifest; a plain module gives it only when it runs.
    pub manifest: Option<Manifest>,
    /// The manifest's bytes.
    pub manifest_text: Option<String>,
    /// Everything that the file exports, sorted.
    pub symbols: Vec<String>,
}

/// Reads what a module's file says of itself, for this or for another machine, without running any of it.
///
/// ```no_run
/// # fn main() -> Result<(), rp_host::Error> {
/// let found = rp_host::inspect("libtest_minimal.so")?;
/// println!("{} for {}", found.format.as_str(), found.machine);
/// if let Some(manifest) = found.manifest {
///     println!("{} {} asks for {:?}", manifest.name, manifest.version, manifest.requests);
/// }
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// Where the file is no module, or a broken one.
pub fn inspect(path: impl AsRef<Path>) -> Result<Inspection, Error> {
    let path = path.as_ref();
    let read = || {
        let (bytes, metadata) = read_file(path)?;
        #[cfg(feature = "wasm")]
        if super::wasm::is_wasm(&bytes) {
            return inspect_wasm(path, &bytes, &metadata);
        }
        let image = Image::parse(&bytes)?;
        let found = examine(&image)?;
        let (manifest_text, manifest) = found.manifest.unzip();
        Ok(Inspection {
            path: path.to_owned(),
            format: format_of(image.format())?,
            machine: image.machine(),
            size: metadata.len(),
            profile: found.profile,
            abi_version: (found.profile == Profile::Abi).then_some(crate::abi::RP_ABI_VERSION),
            manifest,
            manifest_text,
            symbols: image.export_names(),
        })
    };
    read().map_err(|fault| Error::load(path, fault))
}

/// The exported manifest, whatever it says.
pub(crate) fn manifest_bytes(path: &Path) -> Result<Vec<u8>, LoadFault> {
    let (bytes, _) = read_file(path)?;
    #[cfg(feature = "wasm")]
    if super::wasm::is_wasm(&bytes) {
        return super::wasm::File::parse(&bytes)?.manifest_bytes().map(<[u8]>::to_vec);
    }
    find_manifest(&Image::parse(&bytes)?).map(<[u8]>::to_vec)
}

#[cfg(feature = "wasm")]
fn inspect_wasm(path: &Path, bytes: &[u8], metadata: &Metadata) -> Result<Inspection, LoadFault> {
    let file = super::wasm::File::parse(bytes)?;
    let found = file.examine()?;
    let (manifest_text, manifest) = found.manifest.unzip();
    Ok(Inspection {
        path: path.to_owned(),
        format: Format::Wasm,
        machine: "wasm32".into(),
        size: metadata.len(),
        profile: found.profile,
        abi_version: (found.profile == Profile::Abi).then_some(crate::abi::RP_ABI_VERSION),
        manifest,
        manifest_text,
        symbols: file.export_names(),
    })
}

/// What makes a library a module.
pub(super) struct Found {
    pub(super) profile: Profile,
    /// Where the entry stands in the file's own addresses: the base of the mapped library follows from it.
    pub(super) entry: u64,
    /// Text and content of the exported manifest.
    pub(super) manifest: Option<(String, Manifest)>,
}

/// Finds entry and manifest, or says what is missing.
pub(super) fn examine(image: &Image<'_>) -> Result<Found, LoadFault> {
    match image.symbol(ENTRY) {
        Some(Symbol::Function { address }) => {
            let manifest = Some(read_manifest(image)?);
            Ok(Found { profile: Profile::Abi, entry: address, manifest })
        }
        Some(Symbol::Data { .. }) => Err(LoadFault::EntryIsData(ENTRY)),
        None => examine_plain(image),
    }
}

fn examine_plain(image: &Image<'_>) -> Result<Found, LoadFault> {
    if let Some(found) = image.export_names().into_iter().find(|name| is_other_entry(name)) {
        return Err(LoadFault::AbiVersion { found, host: ENTRY });
    }
    let (create, handle) = (function(image, "create_module")?, function(image, "handle_message")?);
    let (Some(entry), Some(_)) = (create, handle) else {
        return Err(if image.is_program() {
            LoadFault::Executable
        } else {
            LoadFault::NoEntry { entry: ENTRY }
        });
    };
    for name in ["free_string", "destroy_module"] {
        function(image, name)?.ok_or(LoadFault::PlainIncomplete(name))?;
    }
    Ok(Found { profile: Profile::Plain, entry, manifest: None })
}

pub(super) fn is_other_entry(name: &str) -> bool {
    let version = name.strip_prefix(ENTRY_STEM).unwrap_or_default();
    !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit())
}

fn function(image: &Image<'_>, name: &'static str) -> Result<Option<u64>, LoadFault> {
    match image.symbol(name) {
        None => Ok(None),
        Some(Symbol::Function { address }) => Ok(Some(address)),
        Some(Symbol::Data { .. }) => Err(LoadFault::EntryIsData(name)),
    }
}

fn find_manifest<'a>(image: &'a Image<'_>) -> Result<&'a [u8], LoadFault> {
    let (Symbol::Data { address } | Symbol::Function { address }) =
        image.symbol(MANIFEST).ok_or(LoadFault::ManifestMissing)?;
    image.text_at(address, MANIFEST_MAX_BYTES).ok_or(LoadFault::ManifestUnterminated)
}

fn read_manifest(image: &Image<'_>) -> Result<(String, Manifest), LoadFault> {
    let text = find_manifest(image)?;
    let text = core::str::from_utf8(text).map_err(|_| LoadFault::ManifestNotUtf8)?;
    Ok((text.to_owned(), Manifest::parse(text)?))
}

fn format_of(format: BinaryFormat) -> Result<Format, LoadFault> {
    match format {
        BinaryFormat::Elf => Ok(Format::Elf),
        BinaryFormat::MachO => Ok(Format::MachO),
        BinaryFormat::Pe => Ok(Format::Pe),
        other => Err(LoadFault::NotALibrary(format!("it is of format {other:?}"))),
    }
}

/// Opens a regular file, once.
pub(super) fn open_file(path: &Path) -> Result<(std::fs::File, Metadata), LoadFault> {
    let file = os::open(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => LoadFault::NotFound,
        _ => refused_to_open(path, error),
    })?;
    let metadata = file.metadata().map_err(LoadFault::Unreadable)?;
    if !metadata.is_file() {
        return Err(LoadFault::NotAFile(os::kind_of(metadata.file_type())));
    }
    Ok((file, metadata))
}

/// Some kinds of file cannot even be opened: sockets anywhere, folders on Windows.
fn refused_to_open(path: &Path, error: std::io::Error) -> LoadFault {
    match std::fs::metadata(path) {
        Ok(metadata) if !metadata.is_file() => LoadFault::NotAFile(os::kind_of(metadata.file_type())),
        _ => LoadFault::Unreadable(error),
    }
}

/// Everything that an opened file holds, unless its beginning or its size says that it is no module.
pub(super) fn read_all(
    file: &mut std::fs::File,
    metadata: &Metadata,
    limits: &WasmLimits,
) -> Result<Vec<u8>, LoadFault> {
    let mut bytes = Vec::new();
    read_up_to(file, HEAD_BYTES, &mut bytes)?;
    let limit = limit_of(&bytes, limits)?;
    let too_large = |len| LoadFault::TooLarge { len, limit };
    if metadata.len() > limit {
        return Err(too_large(metadata.len()));
    }
    // One byte more, to see the end. A file that is written to meanwhile may be longer than it was.
    let room = usize::try_from(metadata.len()).unwrap_or(usize::MAX).saturating_add(1);
    bytes.try_reserve_exact(room).map_err(|_| LoadFault::Unreadable(ErrorKind::OutOfMemory.into()))?;
    read_up_to(file, limit + 1 - bytes.len() as u64, &mut bytes)?;
    if bytes.len() as u64 > limit { Err(too_large(bytes.len() as u64)) } else { Ok(bytes) }
}

fn read_up_to(file: &mut std::fs::File, most: u64, bytes: &mut Vec<u8>) -> Result<usize, LoadFault> {
    file.take(most).read_to_end(bytes).map_err(LoadFault::Unreadable)
}

/// How large a file may be that begins so: large files are not read in to learn that they are something else.
fn limit_of(head: &[u8], limits: &WasmLimits) -> Result<u64, LoadFault> {
    #[cfg(feature = "wasm")]
    if super::wasm::is_wasm(head) {
        // A limit that is set lower has an error of its own, which names it.
        return Ok(limits.module.max(WasmLimits::default().module) as u64);
    }
    let _ = limits;
    image::check_head(head).map(|()| LARGEST_NATIVE)
}

fn read_file(path: &Path) -> Result<(Vec<u8>, Metadata), LoadFault> {
    let (mut file, metadata) = open_file(path)?;
    Ok((read_all(&mut file, &metadata, &WasmLimits::default())?, metadata))
}
