//! What a module's file says about itself. None of its code runs.

use std::path::{Path, PathBuf};

use rp_protocol::Manifest;

use super::entry::Found;
use super::examine::{examine, find_manifest};
use super::format::Format;
use super::image::Image;
use super::native::check_loadable;
use super::read::read_file;
use super::recorded;
#[cfg(feature = "wasm")]
use super::wasm::file::{File, is_wasm};
use crate::abi::RP_ABI_VERSION;
use crate::border::module::Profile;
use crate::error::{Error, LoadFault};
use crate::options::load::LoadOptions;

/// What a module's file says about itself. As JSON it is what `rp inspect --json` prints.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Inspection {
    /// The file.
    pub path: PathBuf,
    /// Its format.
    pub format: Format,
    /// The machine that it was built for, such as `x86_64`.
    pub machine: String,
    /// Its size in bytes.
    pub size: u64,
    /// The interface between the module and a host.
    pub profile: Profile,
    /// The version of the ABI, if the profile has one.
    pub abi_version: Option<u32>,
    /// The manifest; `None` for a plain module, which gives it only when it runs.
    pub manifest: Option<Manifest>,
    /// The manifest's bytes.
    pub manifest_text: Option<String>,
    /// The names of all exports, sorted.
    pub symbols: Vec<String>,
}

/// Reads what a module's file says about itself, without running any of it. The file may be for another machine.
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
/// If the file is not a module, or is a broken one.
pub fn inspect(path: impl AsRef<Path>) -> Result<Inspection, Error> {
    let path = path.as_ref();
    read(path, None).map_err(|fault| Error::load(path, fault))
}

/// As [`inspect`], and compares the file with what the options expect: content, name, version, and whether this host can
/// load it; where they name a [recording](LoadOptions::recorded), that is read. What only a load finds, such as a missing library, stays unknown.
///
/// # Errors
/// If the file is not a module, is a broken one, or is not what the options expect.
pub fn inspect_with(path: impl AsRef<Path>, options: &LoadOptions) -> Result<Inspection, Error> {
    let path = path.as_ref();
    read(path, Some(options)).map_err(|fault| Error::load(path, fault))
}

/// Reads the file and compares it with what is expected, if anything is.
fn read(path: &Path, expected: Option<&LoadOptions>) -> Result<Inspection, LoadFault> {
    if let Some(recorded) = expected.and_then(|options| options.recorded.as_deref()) {
        return read_recording(path, recorded, expected.unwrap_or(&LoadOptions::new()));
    }
    let (bytes, metadata) = read_file(path)?;
    expected.map_or(Ok(()), |options| options.expect_content(&bytes))?;
    let found = examine_bytes(path, &bytes, metadata.len(), expected)?;
    if let (Some(options), Some(manifest)) = (expected, &found.manifest) {
        options.expect(manifest)?;
    }
    Ok(found)
}

/// What a recording says about the module in whose place it answers.
fn read_recording(path: &Path, recorded: &Path, expected: &LoadOptions) -> Result<Inspection, LoadFault> {
    let module = recorded::load::load(path, recorded, expected)?;
    let info = module.info();
    Ok(Inspection {
        path: recorded.to_owned(),
        format: Format::Recording,
        machine: "any".to_owned(),
        size: std::fs::metadata(recorded).map_or(0, |metadata| metadata.len()),
        profile: info.profile,
        abi_version: Some(RP_ABI_VERSION),
        manifest: Some(info.manifest.clone()),
        manifest_text: Some(info.manifest_text.clone()),
        symbols: Vec::new(),
    })
}

fn examine_bytes(
    path: &Path,
    bytes: &[u8],
    size: u64,
    expected: Option<&LoadOptions>,
) -> Result<Inspection, LoadFault> {
    #[cfg(feature = "wasm")]
    if is_wasm(bytes) {
        if let Some(engine) =
            expected.map(|options| options.wasm_engine).filter(|engine| !engine.is_built_in())
        {
            return Err(LoadFault::NoEngine(engine.as_str()));
        }
        let file = File::parse(bytes)?;
        let found = file.examine()?;
        return Ok(found_in(path, size, Format::Wasm, "wasm32".into(), found, file.export_names()));
    }
    let image = Image::parse(bytes)?;
    if expected.is_some() {
        check_loadable(&image)?;
    }
    let (found, _entry) = examine(&image)?;
    Ok(found_in(path, size, image.format(), image.machine().into(), found, image.export_names()))
}

fn found_in(
    path: &Path,
    size: u64,
    format: Format,
    machine: String,
    found: Found,
    symbols: Vec<String>,
) -> Inspection {
    let (manifest_text, manifest) = found.manifest.unzip();
    Inspection {
        path: path.to_owned(),
        format,
        machine,
        size,
        profile: found.profile,
        abi_version: (found.profile == Profile::Abi).then_some(RP_ABI_VERSION),
        manifest,
        manifest_text,
        symbols,
    }
}

/// The bytes of the exported manifest, valid or not.
pub(crate) fn manifest_bytes(path: &Path) -> Result<Vec<u8>, LoadFault> {
    let (bytes, _) = read_file(path)?;
    #[cfg(feature = "wasm")]
    if is_wasm(&bytes) {
        return File::parse(&bytes)?.manifest_bytes().map(<[u8]>::to_vec);
    }
    find_manifest(&Image::parse(&bytes)?).map(<[u8]>::to_vec)
}
