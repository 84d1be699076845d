//! Files that are no module of this machine.

use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::case::Case;
use support::Source;
use support::scripted::scripted_library;

/// The ELF fields that are patched: offset and length, for 64 bits.
const E_MACHINE: (usize, usize) = (18, 2);
const E_SHOFF: (usize, usize) = (40, 8);
const E_SHNUM_AND_STRING_INDEX: (usize, usize) = (60, 4);
const EM_RISCV: u8 = 243;

pub fn cases(dir: &Path) -> Vec<Case> {
    let good = std::fs::read(scripted_library("scripted")).unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = dir.join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let mut foreign = good.clone();
    put(&mut foreign, E_MACHINE, u64::from(EM_RISCV));
    let unreadable_folder = file("plain-file", b"x").join("module.so");
    vec![
        Case::new("a path that is missing", dir.join("missing.so")),
        Case::new("a path that leads through a file", unreadable_folder),
        Case::new("a link that leads nowhere", dangling(dir)),
        Case::new("a folder", dir),
        Case::new("a FIFO", fifo(dir)),
        Case::new("a socket", socket(dir)),
        Case::new("a device", "/dev/null"),
        Case::new("an empty file", file("empty.so", b"")),
        Case::new("a text", file("text.so", b"#!/bin/sh\necho I am no module\n")),
        Case::new("bytes of no format", file("noise.so", &[0xfe; 4096])),
        Case::new("a static archive", file("archive.a", b"!<arch>\n")),
        Case::new("an object file", Source::new("table").program(&["-c", "-fPIC"])),
        Case::new("WebAssembly", file("module.wasm", b"\0asm\x01\0\0\0")),
        Case::new("cut inside the ELF header", file("cut-header.so", &good[..40])),
        Case::new("cut in the middle", file("cut-half.so", &good[..good.len() / 2])),
        Case::new("cut by its last byte", file("cut-last.so", &good[..good.len() - 1])),
        Case::new("headers of noise", file("damaged.so", &damaged(&good))),
        Case::new("for another machine", file("foreign.so", &foreign)),
        Case::new("a program (PIE)", program(&["-pie", "-fPIE"])),
        Case::new("a program (not PIE)", program(&["-no-pie", "-fno-pie"])),
        Case::new("a library that is no module", built_library()),
    ]
}

fn put(bytes: &mut [u8], (offset, len): (usize, usize), value: u64) {
    bytes[offset..offset + len].copy_from_slice(&value.to_le_bytes()[..len]);
}

/// What is left when tools strip even the section table: all that the system's loader reads.
pub fn without_section_table(library: &[u8]) -> Vec<u8> {
    let mut bytes = library.to_vec();
    put(&mut bytes, E_SHOFF, 0);
    put(&mut bytes, E_SHNUM_AND_STRING_INDEX, 0);
    bytes
}

/// The header says that it is ELF; the rest of it means nothing.
fn damaged(library: &[u8]) -> Vec<u8> {
    let mut bytes = library.to_vec();
    bytes[5..64].fill(0x5a);
    bytes
}

fn program(how: &[&str]) -> PathBuf {
    Source::new("program").program(how)
}

fn built_library() -> PathBuf {
    Source::new("dependency").library()
}

fn dangling(dir: &Path) -> PathBuf {
    let path = dir.join("dangling.so");
    std::os::unix::fs::symlink(dir.join("nowhere.so"), &path).unwrap();
    path
}

fn fifo(dir: &Path) -> PathBuf {
    let path = dir.join("fifo.so");
    assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
    path
}

fn socket(dir: &Path) -> PathBuf {
    let path = dir.join("socket.so");
    UnixListener::bind(&path).unwrap();
    path
}
