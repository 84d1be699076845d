//! The shortest files of each format, and what of a real one says for which machine it is.

use std::ops::Range;

/// A file that is a header and nothing more.
pub struct Header {
    /// What it is.
    pub name: &'static str,
    /// As `rp inspect` names the format.
    pub format: &'static str,
    /// As `rp inspect` names the machine.
    pub machine: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The code and the exit code where it is not of this platform.
    pub refusal: (&'static str, i32),
}

const WRONG_MACHINE: (&str, i32) = ("rp::load::wrong_machine", 2);
const NOT_A_LIBRARY: (&str, i32) = ("rp::load::not_a_library", 1);

const EM_386: u16 = 3;
const EM_X86_64: u16 = 62;
const EM_S390: u16 = 22;
const EM_RISCV: u16 = 243;
const PE_X86_64: u16 = 0x8664;
const PE_ARM64: u16 = 0xaa64;
const MACH_X86_64: u32 = 0x0100_0007;
const MACH_ARM64: u32 = 0x0100_000c;

/// All of them.
pub fn headers() -> Vec<Header> {
    let header =
        |name, format, machine, bytes| Header { name, format, machine, bytes, refusal: WRONG_MACHINE };
    let fat =
        Header { refusal: NOT_A_LIBRARY, ..header("a fat Mach-O", "macho", "", fat(&mach(MACH_X86_64))) };
    vec![
        header("an ELF for x86-64", "elf", "x86_64", elf_64(EM_X86_64)),
        header("an ELF for riscv64", "elf", "riscv64", elf_64(EM_RISCV)),
        header("an ELF for x86", "elf", "x86", elf_32(EM_386)),
        header("an ELF for s390x", "elf", "s390x", elf_big(EM_S390)),
        header("a PE for x86-64", "pe", "x86_64", pe(PE_X86_64)),
        header("a PE for arm64", "pe", "aarch64", pe(PE_ARM64)),
        header("a Mach-O for x86-64", "macho", "x86_64", mach(MACH_X86_64)),
        header("a Mach-O for arm64", "macho", "aarch64", mach(MACH_ARM64)),
        fat,
    ]
}

const ET_DYN: u16 = 3;

/// Where an ELF header has the sizes of itself, of a segment's and of a section's header, and what they are.
const SIZES_64: [(usize, u16); 3] = [(52, 64), (54, 56), (58, 64)];
const SIZES_32: [(usize, u16); 3] = [(40, 52), (42, 32), (46, 40)];

fn elf_64(machine: u16) -> Vec<u8> {
    elf([2, 1], machine, 64, SIZES_64, u16::to_le_bytes)
}

fn elf_big(machine: u16) -> Vec<u8> {
    elf([2, 2], machine, 64, SIZES_64, u16::to_be_bytes)
}

fn elf_32(machine: u16) -> Vec<u8> {
    elf([1, 1], machine, 52, SIZES_32, u16::to_le_bytes)
}

/// A library with no segment and no section; `class` is the width and the byte order.
fn elf(
    class: [u8; 2],
    machine: u16,
    len: usize,
    sizes: [(usize, u16); 3],
    order: fn(u16) -> [u8; 2],
) -> Vec<u8> {
    let mut bytes = vec![0; len];
    bytes[..4].copy_from_slice(b"\x7fELF");
    bytes[4..6].copy_from_slice(&class);
    // The version, twice: once as a byte, once as 32 bits.
    bytes[6] = 1;
    bytes[if class[1] == 2 { 23 } else { 20 }] = 1;
    for (at, value) in [(16, ET_DYN), (18, machine)].into_iter().chain(sizes) {
        bytes[at..at + 2].copy_from_slice(&order(value));
    }
    bytes
}

/// A DLL with no section and sixteen empty directories.
fn pe(machine: u16) -> Vec<u8> {
    const AT: usize = 0x80;
    const OPTIONAL: usize = AT + 24;
    let mut bytes = vec![0; 0x400];
    let mut put = |at: usize, value: &[u8]| bytes[at..at + value.len()].copy_from_slice(value);
    put(0, b"MZ");
    put(60, &[AT as u8]);
    put(AT, b"PE\0\0");
    put(AT + 4, &machine.to_le_bytes());
    // The size of the optional header, and the flags of a DLL.
    put(AT + 20, &240_u16.to_le_bytes());
    put(AT + 22, &0x2022_u16.to_le_bytes());
    put(OPTIONAL, &0x20b_u16.to_le_bytes());
    put(OPTIONAL + 108, &16_u32.to_le_bytes());
    bytes
}

/// A dylib with no load command.
fn mach(machine: u32) -> Vec<u8> {
    const MAGIC_64: u32 = 0xfeed_facf;
    const MH_DYLIB: u32 = 6;
    let words = [MAGIC_64, machine, 3, MH_DYLIB, 0, 0, 0, 0];
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

/// A universal file with one architecture.
fn fat(thin: &[u8]) -> Vec<u8> {
    const MAGIC: u32 = 0xcafe_babe;
    const AT: u32 = 64;
    let words = [MAGIC, 1, MACH_X86_64, 3, AT, thin.len() as u32, 5];
    let mut bytes: Vec<u8> = words.iter().flat_map(|word| word.to_be_bytes()).collect();
    bytes.resize(AT as usize, 0);
    bytes.extend(thin);
    bytes
}

/// Where the headers of a library lie that its system's loader believes: for ELF with those of its segments. Of other formats
/// only the first is here: what comes after it describes how the file is mapped, and no loader was made for one that is wrong.
pub fn file_header(library: &[u8]) -> Range<usize> {
    match library {
        [b'M', b'Z', ..] => {
            let at = pe_at(library);
            at..at + 24
        }
        [0x7f, b'E', b'L', b'F', 1, ..] => 0..52 + segments(library, SIZES_32[1].0),
        [0x7f, b'E', b'L', b'F', ..] => 0..64 + segments(library, SIZES_64[1].0),
        _ => 0..32,
    }
}

/// How long the headers of an ELF file's segments are. Their size and their number follow each other.
fn segments(library: &[u8], at: usize) -> usize {
    let order = if library[5] == 2 { u16::from_be_bytes } else { u16::from_le_bytes };
    let number = |at: usize| usize::from(order([library[at], library[at + 1]]));
    number(at) * number(at + 2)
}

/// Where a PE begins behind the program for MS-DOS.
fn pe_at(library: &[u8]) -> usize {
    u32::from_le_bytes([library[60], library[61], library[62], library[63]]) as usize
}

/// A real library, with the number of another machine in its header.
pub fn for_another_machine(library: &[u8]) -> Result<Vec<u8>, String> {
    let mut bytes = library.to_vec();
    match &library[..4] {
        b"\x7fELF" if library[5] == 2 => {
            put_other(&mut bytes, 18, EM_RISCV.to_be_bytes(), EM_S390.to_be_bytes())
        }
        b"\x7fELF" => put_other(&mut bytes, 18, EM_RISCV.to_le_bytes(), EM_X86_64.to_le_bytes()),
        [b'M', b'Z', ..] => {
            put_other(&mut bytes, pe_at(library) + 4, PE_ARM64.to_le_bytes(), PE_X86_64.to_le_bytes());
        }
        [0xcf, 0xfa, 0xed, 0xfe] => {
            put_other(&mut bytes, 4, MACH_ARM64.to_le_bytes(), MACH_X86_64.to_le_bytes());
        }
        other => return Err(format!("a library of no known format: it begins with {other:?}")),
    }
    Ok(bytes)
}

/// Puts the first value where it is not there yet, otherwise the second.
fn put_other<const N: usize>(bytes: &mut [u8], at: usize, value: [u8; N], other: [u8; N]) {
    let place = &mut bytes[at..at + N];
    let value = if *place == value { other } else { value };
    place.copy_from_slice(&value);
}

#[cfg(test)]
mod tests {
    use super::{file_header, for_another_machine, headers};

    #[test]
    fn another_machine_is_another_one() {
        for header in headers().iter().filter(|header| header.name != "a fat Mach-O") {
            let other = for_another_machine(&header.bytes).expect("a known format");
            assert_eq!(other.len(), header.bytes.len(), "{}", header.name);
            assert_ne!(other, header.bytes, "{}", header.name);
            let place = (0..other.len()).find(|at| other[*at] != header.bytes[*at]).expect("a difference");
            assert!(file_header(&header.bytes).contains(&place), "{}: {place}", header.name);
        }
        assert!(for_another_machine(b"#!/bin/sh").is_err());
    }
}
