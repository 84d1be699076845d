//! The sections of a library for Windows.

use super::headers::Loaded;
use super::numbers::Numbers;

/// Bits of a section: what may be done with its memory.
const IS_CODE: u32 = 0x2000_0000;
const IS_READABLE: u32 = 0x4000_0000;

/// All sections, in the order of the file and of their addresses.
pub(super) struct Sections<'a>(pub(super) Vec<Section<'a>>);

pub(super) struct Section<'a> {
    address: u32,
    in_memory: u32,
    offset: u32,
    in_file: u32,
    flags: u32,
    /// What is loaded of the file, if that is there.
    content: Option<&'a [u8]>,
}

impl<'a> Sections<'a> {
    /// Reads their headers. Windows refuses sections that do not follow each other.
    pub(super) fn read(numbers: Numbers<'a>, at: u64, count: u16) -> Option<Self> {
        let sections = (0..u64::from(count)).map(|index| Section::read(numbers, at + 40 * index));
        let sections = sections.collect::<Option<Vec<_>>>()?;
        sections.is_sorted_by(|one, next| one.address < next.address).then_some(Sections(sections))
    }

    /// Where the last one ends in the file. Windows refuses a library if the file ends before, also if not all of it is loaded.
    pub(super) fn end(&self) -> u64 {
        let end = |section: &Section<'_>| u64::from(section.offset) + u64::from(section.in_file);
        self.0.iter().map(end).max().unwrap_or_default()
    }

    /// What is loaded at an address and behind it, up to the end of its section.
    pub(super) fn from(&self, address: u32) -> Option<&'a [u8]> {
        let behind = self.0.partition_point(|section| section.address <= address);
        let section = &self.0[behind.checked_sub(1)?];
        let content = section.content?.get((address - section.address) as usize..)?;
        (!content.is_empty()).then_some(content)
    }
}

impl<'a> Section<'a> {
    fn read(numbers: Numbers<'a>, at: u64) -> Option<Self> {
        let (in_memory, in_file) = (numbers.word(at + 8)?, numbers.word(at + 16)?);
        let offset = numbers.word(at + 20)?;
        Some(Section {
            address: numbers.word(at + 12)?,
            in_memory,
            offset,
            in_file,
            flags: numbers.word(at + 36)?,
            content: numbers.bytes(offset.into(), in_memory.min(in_file).into()),
        })
    }

    pub(super) fn loaded(&self, base: u64) -> Loaded {
        Loaded {
            address: base.wrapping_add(self.address.into()),
            in_memory: self.in_memory.into(),
            offset: self.offset.into(),
            in_file: self.in_memory.min(self.in_file).into(),
            is_readable: self.flags & IS_READABLE != 0,
            is_code: self.flags & IS_CODE != 0,
        }
    }
}
