//! Reads a WebAssembly file. None of its code runs.

use wasmparser::{
    BinaryReaderError, ConstExpr, DataKind, Encoding, ExternalKind, Operator, Parser, Payload, TypeRef,
};

use rp_protocol::{MANIFEST_MAX_BYTES, Manifest};

use crate::border::module::Profile;
use crate::error::LoadFault;
use crate::loader::entry::{ENTRY, Found, MANIFEST, is_entry};

/// What every WebAssembly file begins with.
const MAGIC: &[u8] = b"\0asm";

/// How many characters of a name an error shows.
const SHOWN: usize = 200;

/// Whether a file is WebAssembly.
pub(in crate::loader) fn is_wasm(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// Exports, imports and initial data of a module.
#[derive(Default)]
pub(in crate::loader) struct File<'a> {
    exports: Vec<Export<'a>>,
    imports: Vec<(&'a str, &'a str)>,
    /// The constant value of each global that has one.
    globals: Vec<Option<u32>>,
    segments: Vec<(u32, &'a [u8])>,
}

struct Export<'a> {
    name: &'a str,
    kind: ExternalKind,
    index: u32,
}

impl<'a> File<'a> {
    pub(in crate::loader) fn parse(bytes: &'a [u8]) -> Result<Self, LoadFault> {
        check_length(bytes)?;
        let mut file = File::default();
        for payload in Parser::new(0).parse_all(bytes) {
            file.read(payload.map_err(malformed)?)?;
        }
        Ok(file)
    }

    fn read(&mut self, payload: Payload<'a>) -> Result<(), LoadFault> {
        match payload {
            Payload::Version { encoding: Encoding::Component, .. } => return Err(LoadFault::Component),
            Payload::Version { num, .. } if num != 1 => {
                return Err(LoadFault::Malformed(format!("version {num} of WebAssembly is not known")));
            }
            Payload::ImportSection(imports) => {
                for import in imports {
                    let import = import.map_err(malformed)?;
                    self.imports.push((import.module, import.name));
                    if matches!(import.ty, TypeRef::Global(_)) {
                        self.globals.push(None);
                    }
                }
            }
            Payload::GlobalSection(globals) => {
                for global in globals {
                    self.globals.push(constant(&global.map_err(malformed)?.init_expr));
                }
            }
            Payload::ExportSection(exports) => {
                for export in exports {
                    let wasmparser::Export { name, kind, index } = export.map_err(malformed)?;
                    self.exports.push(Export { name, kind, index });
                }
            }
            Payload::DataSection(segments) => {
                for segment in segments {
                    let segment = segment.map_err(malformed)?;
                    if let DataKind::Active { memory_index: 0, offset_expr } = &segment.kind
                        && let Some(address) = constant(offset_expr)
                    {
                        self.segments.push((address, segment.data));
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// The names of all exports, sorted.
    pub(in crate::loader) fn export_names(&self) -> Vec<String> {
        let mut names: Vec<_> = self.exports.iter().map(|export| export.name.to_owned()).collect();
        names.sort_unstable();
        names
    }

    /// Finds the profile and the manifest, or says what is missing.
    pub(in crate::loader) fn examine(&self) -> Result<Found, LoadFault> {
        let profile = self.profile()?;
        if let Some((module, name)) = self.imports.first() {
            let text = |name: &str| name.chars().take(SHOWN).collect::<String>();
            return Err(LoadFault::Import(format!("{}.{}", text(module), text(name))));
        }
        let manifest = match profile {
            Profile::Abi => Some(self.manifest()?),
            Profile::Plain => None,
        };
        Ok(Found { profile, manifest })
    }

    fn profile(&self) -> Result<Profile, LoadFault> {
        if self.has_function(ENTRY)? {
            return Ok(Profile::Abi);
        }
        if let Some(found) = self.export_names().into_iter().find(|name| is_entry(name)) {
            return Err(LoadFault::AbiVersion { found, host: ENTRY });
        }
        if !self.has_function("create_module")? || !self.has_function("handle_message")? {
            return Err(LoadFault::NoEntry { entry: ENTRY });
        }
        for name in ["free_string", "destroy_module"] {
            if !self.has_function(name)? {
                return Err(LoadFault::PlainIncomplete(name));
            }
        }
        Ok(Profile::Plain)
    }

    fn has_function(&self, name: &'static str) -> Result<bool, LoadFault> {
        match self.export(name) {
            None => Ok(false),
            Some(Export { kind: ExternalKind::Func, .. }) => Ok(true),
            Some(_) => Err(LoadFault::EntryIsData(name)),
        }
    }

    fn export(&self, name: &str) -> Option<&Export<'a>> {
        self.exports.iter().find(|export| export.name == name)
    }

    /// The manifest, parsed.
    fn manifest(&self) -> Result<(String, Manifest), LoadFault> {
        let text = core::str::from_utf8(self.manifest_bytes()?).map_err(|_| LoadFault::ManifestNotUtf8)?;
        Ok((text.to_owned(), Manifest::parse(text)?))
    }

    /// The manifest's text: an exported global holds its address.
    pub(in crate::loader) fn manifest_bytes(&self) -> Result<&'a [u8], LoadFault> {
        let export = self.export(MANIFEST).ok_or(LoadFault::ManifestMissing)?;
        let is_global = export.kind == ExternalKind::Global;
        let address = self.globals.get(export.index as usize).copied().flatten().filter(|_| is_global);
        address.and_then(|address| self.text_at(address)).ok_or(LoadFault::ManifestUnterminated)
    }

    fn text_at(&self, address: u32) -> Option<&'a [u8]> {
        let inside = |(start, data): &(u32, &'a [u8])| {
            let offset = address.checked_sub(*start)? as usize;
            data.get(offset..).filter(|rest| !rest.is_empty())
        };
        let text = self.segments.iter().find_map(inside)?;
        let text = &text[..text.len().min(MANIFEST_MAX_BYTES + 1)];
        memchr::memchr(0, text).map(|end| &text[..end])
    }
}

/// The value of a constant expression of one `i32.const`.
fn constant(expression: &ConstExpr<'_>) -> Option<u32> {
    match expression.get_operators_reader().read() {
        Ok(Operator::I32Const { value }) => Some(value.cast_unsigned()),
        _ => None,
    }
}

fn malformed(error: BinaryReaderError) -> LoadFault {
    LoadFault::Malformed(format!("{} at byte {}", error.message(), error.offset()))
}

/// Walks from section to section, so that a file that was cut short gets an error that says so.
fn check_length(bytes: &[u8]) -> Result<(), LoadFault> {
    let len = bytes.len() as u64;
    let mut at: u64 = 8;
    while at < len {
        let size_at = usize::try_from(at).unwrap_or(usize::MAX).saturating_add(1);
        let size = bytes.get(size_at..).and_then(leb128);
        let Some((size, width)) = size else { break };
        at = at.saturating_add(1 + width + u64::from(size));
    }
    if at > len { Err(LoadFault::Truncated { len, needs: at }) } else { Ok(()) }
}

/// An unsigned number of at most 32 bits, and its length in bytes.
fn leb128(bytes: &[u8]) -> Option<(u32, u64)> {
    let mut value: u64 = 0;
    for (index, byte) in bytes.iter().take(5).enumerate() {
        value |= u64::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Some((u32::try_from(value).ok()?, index as u64 + 1));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_sections_are_read_as_the_format_says() {
        assert_eq!(leb128(&[0x00]), Some((0, 1)));
        assert_eq!(leb128(&[0xe5, 0x8e, 0x26]), Some((624_485, 3)));
        assert_eq!(leb128(&[0xff, 0xff, 0xff, 0xff, 0x0f]), Some((u32::MAX, 5)));
        assert_eq!(leb128(&[0xff, 0xff, 0xff, 0xff, 0x1f]), None);
        assert_eq!(leb128(&[0x80]), None);
    }

    #[test]
    fn a_cut_is_told_from_nonsense() {
        let header = b"\0asm\x01\0\0\0";
        let cut = [&header[..], &[0, 9, 1]].concat();
        assert!(matches!(File::parse(&cut), Err(LoadFault::Truncated { len: 11, needs: 19 })));
        assert!(matches!(File::parse(&header[..6]), Err(LoadFault::Truncated { len: 6, needs: 8 })));
        let nonsense = [&header[..], &[7, 1, 0xff]].concat();
        assert!(matches!(File::parse(&nonsense), Err(LoadFault::Malformed(_))));
    }
}
