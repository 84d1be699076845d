//! Headers, tables and sections.

use std::ops::Range;

use super::places::{ANSWER, DATA, DESTROY, ENTRY, HANDLE, TEXT, VALUE};

const BASE: u64 = 0x1_8000_0000;
const HEADERS: u32 = 0x400;
const TEXT_IN_FILE: u32 = 0x200;

/// Where the tables are that Windows reads.
pub(super) struct Directories {
    pub(super) exports: Range<u32>,
    pub(super) imports: Range<u32>,
    pub(super) delayed: Range<u32>,
    pub(super) managed: Range<u32>,
    pub(super) relocations: Range<u32>,
}

/// The section of the data. Addresses are relative to the library.
#[derive(Default)]
pub(super) struct Data {
    bytes: Vec<u8>,
    /// Where there are addresses that move with the library.
    absolute: Vec<u32>,
    pub(super) table_at: Option<u32>,
    pub(super) value_pointer: Option<u32>,
    pub(super) answer: Option<u32>,
}

impl Data {
    fn next(&self) -> u32 {
        DATA + self.bytes.len() as u32
    }

    pub(super) fn put(&mut self, bytes: &[u8]) -> Range<u32> {
        self.bytes.resize(self.bytes.len().next_multiple_of(8), 0);
        let start = self.next();
        self.bytes.extend(bytes);
        start..self.next()
    }

    fn numbers(&mut self, numbers: &[u32]) -> Range<u32> {
        self.put(&numbers.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<_>>())
    }

    pub(super) fn text(&mut self, text: &str) -> u32 {
        self.put(&[text.as_bytes(), b"\0"].concat()).start
    }

    fn pointer(&mut self, to: u32) -> u32 {
        let at = self.put(&(BASE + u64::from(to)).to_le_bytes()).start;
        self.absolute.push(at);
        at
    }

    /// The table of a module; the text that was put last is its manifest.
    pub(super) fn table(&mut self) -> u32 {
        let manifest = DATA;
        let value = self.pointer(TEXT + VALUE);
        self.value_pointer = Some(value);
        self.answer = Some(self.text(ANSWER));
        let start = self.put(&[40, 0, 0, 0, 0, 0, 0, 0]).start;
        for to in [manifest, TEXT + ENTRY, TEXT + DESTROY, TEXT + HANDLE] {
            self.pointer(to);
        }
        start
    }

    fn relocations(&mut self) -> Range<u32> {
        const DIR64: u16 = 0xa000;
        let entries: Vec<u16> = self.absolute.iter().map(|at| DIR64 | (at - DATA) as u16).collect();
        let entries: Vec<u8> = entries.iter().flat_map(|entry| entry.to_le_bytes()).collect();
        let len = (8 + entries.len()).next_multiple_of(4);
        let head = [DATA.to_le_bytes(), (len as u32).to_le_bytes()].concat();
        let mut block = [head, entries].concat();
        block.resize(len, 0);
        self.put(&block)
    }
}

pub(super) fn put_exports(
    data: &mut Data,
    mut exports: Vec<(String, u32)>,
    forwards: &[(String, String)],
) -> Range<u32> {
    if exports.is_empty() && forwards.is_empty() {
        return 0..0;
    }
    // A forward is an address inside the table itself, so its texts come behind the head.
    let start = data.put(&[0; 40]).start;
    exports.extend(forwards.iter().map(|(name, to)| (name.clone(), data.text(to))));
    exports.sort();
    let count = exports.len() as u32;
    let library = data.text("made.dll");
    let names: Vec<u32> = exports.iter().map(|(name, _)| data.text(name)).collect();
    let addresses: Vec<u32> = exports.iter().map(|(_, address)| *address).collect();
    let (addresses, names) = (data.numbers(&addresses).start, data.numbers(&names).start);
    let ordinals: Vec<u8> = (0..count as u16).flat_map(u16::to_le_bytes).collect();
    let ordinals = data.put(&ordinals);
    let head = [0, 0, 0, library, 1, count, count, addresses, names, ordinals.start];
    let at = (start - DATA) as usize;
    let head: Vec<u8> = head.iter().flat_map(|number: &u32| number.to_le_bytes()).collect();
    data.bytes[at..at + 40].copy_from_slice(&head);
    start..ordinals.end
}

/// The names of one function, as both tables of an import have them.
fn put_names(data: &mut Data, function: &str) -> (u32, u32) {
    let name = data.put(&[b"\0\0", function.as_bytes(), b"\0"].concat()).start;
    let entry = [u64::from(name).to_le_bytes(), [0; 8]].concat();
    (data.put(&entry).start, data.put(&entry).start)
}

pub(super) fn put_imports(data: &mut Data, imports: &[(String, String)]) -> Range<u32> {
    let mut heads = Vec::new();
    for (library, function) in imports {
        let (names, addresses) = put_names(data, function);
        if heads.is_empty() && data.value_pointer.is_some() {
            data.value_pointer = Some(addresses);
        }
        heads.extend([names, 0, 0, data.text(library), addresses]);
    }
    end_table(data, heads, 5)
}

pub(super) fn put_delayed(data: &mut Data, delayed: &[(String, String)]) -> Range<u32> {
    let mut heads = Vec::new();
    for (library, function) in delayed {
        let (names, addresses) = put_names(data, function);
        let handle = data.put(&[0; 8]).start;
        heads.extend([1, data.text(library), handle, addresses, names, 0, 0, 0]);
    }
    end_table(data, heads, 8)
}

/// A head of zeros ends a table.
fn end_table(data: &mut Data, mut heads: Vec<u32>, numbers: usize) -> Range<u32> {
    if heads.is_empty() {
        return 0..0;
    }
    heads.extend(vec![0; numbers]);
    data.numbers(&heads)
}

/// The whole file, for a machine of 64 bits or of 32.
pub(super) fn file(
    (machine, is_wide): (u16, bool),
    mut text: Vec<u8>,
    mut data: Data,
    mut directories: Directories,
) -> Vec<u8> {
    directories.relocations = data.relocations();
    text.resize(TEXT_IN_FILE as usize, 0xcc);
    let size = data.bytes.len() as u32;
    data.bytes.resize(data.bytes.len().next_multiple_of(0x200), 0);
    let mut file = headers((machine, is_wide), &directories, size);
    file.extend(text);
    file.extend(&data.bytes);
    file
}

fn headers((machine, is_wide): (u16, bool), directories: &Directories, data: u32) -> Vec<u8> {
    let mut file = vec![0; 0x40];
    file[..2].copy_from_slice(b"MZ");
    file[0x3c] = 0x40;
    let mut put = |number: u64, width: usize| file.extend(&number.to_le_bytes()[..width]);
    put(u64::from(u32::from_le_bytes(*b"PE\0\0")), 4);
    let characteristics = if is_wide { 0x2022 } else { 0x2122 };
    let optional = if is_wide { 240 } else { 224 };
    for (number, width) in [(machine.into(), 2), (2, 2), (0, 4), (0, 4), (0, 4), (optional, 2)] {
        put(number, width);
    }
    put(characteristics, 2);
    put(if is_wide { 0x20b } else { 0x10b }, 2);
    put(0, 2);
    let in_file = u64::from(data.next_multiple_of(0x200));
    for number in [u64::from(TEXT_IN_FILE), in_file, 0, TEXT.into(), TEXT.into()] {
        put(number, 4);
    }
    let pointer = if is_wide { 8 } else { 4 };
    if !is_wide {
        put(DATA.into(), 4);
    }
    put(if is_wide { BASE } else { 0x1000_0000 }, pointer);
    put(0x1000, 4);
    put(0x200, 4);
    for (number, width) in [(6, 2), (0, 2), (0, 2), (0, 2), (6, 2), (0, 2), (0, 4)] {
        put(number, width);
    }
    put(u64::from(DATA + data.next_multiple_of(0x1000)), 4);
    put(HEADERS.into(), 4);
    for (number, width) in [(0, 4), (3, 2), (0x140, 2)] {
        put(number, width);
    }
    for number in [0x10_0000, 0x1000, 0x10_0000, 0x1000] {
        put(number, pointer);
    }
    put(0, 4);
    put(16, 4);
    for index in 0..16 {
        let range = match index {
            0 => &directories.exports,
            1 => &directories.imports,
            5 => &directories.relocations,
            13 => &directories.delayed,
            14 => &directories.managed,
            _ => &(0..0),
        };
        put(range.start.into(), 4);
        put((range.end - range.start).into(), 4);
    }
    section(&mut file, b".text\0\0\0", [TEXT_IN_FILE, TEXT, TEXT_IN_FILE, HEADERS], 0x6000_0020);
    section(&mut file, b".data\0\0\0", [data, DATA, in_file as u32, HEADERS + TEXT_IN_FILE], 0xc000_0040);
    file.resize(HEADERS as usize, 0);
    file
}

fn section(file: &mut Vec<u8>, name: &[u8; 8], places: [u32; 4], characteristics: u32) {
    file.extend(name);
    for number in places.into_iter().chain([0, 0, 0, characteristics]) {
        file.extend(number.to_le_bytes());
    }
}
