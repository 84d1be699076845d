//! What libraries for Windows and macOS export and need.

use object::pe::{IMAGE_DIRECTORY_ENTRY_COM_DESCRIPTOR, ImageSectionHeader};
use object::read::{
    Export as Exported, ExportTarget, ImportFlags, ImportLibraryFlags, NameOrOrdinal, Result,
};
use object::{BinaryFormat, File, LittleEndian, Object};

use super::dynamic::Dynamic;
use super::exports::{Export, Names, Place};

/// Reads it; `None` if all names together are longer than the file.
pub(super) fn read(file: &File<'_>, bytes: &[u8]) -> Result<Option<Dynamic>> {
    let mut names = Names::of(bytes);
    // Format by format: what a `File` has of all formats is as much to compile for each of them.
    match file {
        File::Pe32(pe) => of_windows(pe, &mut names),
        File::Pe64(pe) => of_windows(pe, &mut names),
        File::MachO32(macho) => of_exports(macho, BinaryFormat::MachO, &mut names),
        File::MachO64(macho) => of_exports(macho, BinaryFormat::MachO, &mut names),
        _ => Ok(Some(Dynamic::default())),
    }
}

fn of_exports<'a>(
    file: &impl Object<'a>,
    format: BinaryFormat,
    names: &mut Names,
) -> Result<Option<Dynamic>> {
    let mut found = Dynamic::default();
    for export in file.exports()? {
        if add_export(&export?, format, names, &mut found).is_none() {
            return Ok(None);
        }
    }
    Ok(Some(found))
}

fn add_export(
    export: &Exported<'_>,
    format: BinaryFormat,
    names: &mut Names,
    found: &mut Dynamic,
) -> Option<()> {
    let NameOrOrdinal::Name(name) = export.name() else { return Some(()) };
    let Some(place) = place(export.target(), names) else { return Some(()) };
    let name = names.take(as_in_c(format, name))?;
    found.exports.push(Export { name, place });
    Some(())
}

fn of_windows<'a>(pe: &impl Object<'a>, names: &mut Names) -> Result<Option<Dynamic>> {
    let Some(mut found) = of_exports(pe, BinaryFormat::Pe, names)? else { return Ok(None) };
    for library in pe.import_libraries()? {
        let library = library?;
        let Some(name) = names.take(library.name()) else { return Ok(None) };
        let is_later = matches!(library.flags(), ImportLibraryFlags::Pe { delay: true });
        if is_later { found.needed_later.push(name) } else { found.needed.push(name) }
    }
    Ok(Some(found))
}

/// A library that a library for Windows is linked with, and the functions that it takes from there by name.
pub(super) struct Import {
    pub(super) library: String,
    pub(super) functions: Vec<String>,
}

/// What is loaded together with a library for Windows.
pub(super) fn imports(file: &File<'_>, bytes: &[u8]) -> Vec<Import> {
    match file {
        File::Pe32(pe) => imports_of(pe, bytes),
        File::Pe64(pe) => imports_of(pe, bytes),
        _ => Vec::new(),
    }
}

fn imports_of<'a>(pe: &impl Object<'a>, bytes: &[u8]) -> Vec<Import> {
    let mut names = Names::of(bytes);
    let mut found: Vec<Import> = Vec::new();
    for import in pe.imports().into_iter().flatten().flatten().filter(|import| !is_delayed(import.flags())) {
        let library = String::from_utf8_lossy(import.library());
        if found.last().is_none_or(|last| last.library != library) {
            found.push(Import { library: library.into_owned(), functions: Vec::new() });
        }
        let NameOrOrdinal::Name(name) = import.name() else { continue };
        let (Some(last), Some(name)) = (found.last_mut(), names.take(name)) else { break };
        last.functions.push(name);
    }
    found
}

/// Where the sections of a library for Windows end in the file; that system refuses it if the file ends before. 0 for others.
pub(super) fn end_of_sections(file: &File<'_>) -> u64 {
    let sections = match file {
        File::Pe32(pe) => pe.section_table(),
        File::Pe64(pe) => pe.section_table(),
        _ => return 0,
    };
    let end = |section: &ImageSectionHeader| {
        let (start, size) = (section.pointer_to_raw_data, section.size_of_raw_data);
        u64::from(start.get(LittleEndian)) + u64::from(size.get(LittleEndian))
    };
    sections.iter().map(end).max().unwrap_or_default()
}

/// Whether a library for Windows has the header of .NET.
pub(super) fn is_managed(file: &File<'_>) -> bool {
    let directory = match file {
        File::Pe32(pe) => pe.data_directory(IMAGE_DIRECTORY_ENTRY_COM_DESCRIPTOR),
        File::Pe64(pe) => pe.data_directory(IMAGE_DIRECTORY_ENTRY_COM_DESCRIPTOR),
        _ => None,
    };
    directory.is_some_and(|directory| directory.address_range().0 != 0)
}

fn place(target: ExportTarget<'_>, names: &mut Names) -> Option<Place> {
    match target {
        ExportTarget::Address { address } => Some(Place::Here { address, is_data: false }),
        ExportTarget::Reexport { library, name } => {
            let name = match name {
                NameOrOrdinal::Name(name) => names.take(name)?,
                NameOrOrdinal::Ordinal(number) => format!("#{number}"),
            };
            Some(Place::Elsewhere(format!("{}.{name}", names.take(library)?)))
        }
        _ => None,
    }
}

/// Mach-O puts an underscore before the names of C.
fn as_in_c(format: BinaryFormat, name: &[u8]) -> &[u8] {
    match format {
        BinaryFormat::MachO => name.strip_prefix(b"_").unwrap_or(name),
        _ => name,
    }
}

fn is_delayed(flags: ImportFlags<'_>) -> bool {
    matches!(flags, ImportFlags::Pe { delay: true, .. })
}
