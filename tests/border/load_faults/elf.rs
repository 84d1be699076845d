//! ELF libraries whose headers lead the system's loader astray: it would end the process.

use std::path::PathBuf;

use rp_host::Host;
use support::scripted::scripted_library;
use support::{Canary, temporary};

const PT_LOAD: u64 = 1;
const PT_DYNAMIC: u64 = 2;
const PT_NOTE: u64 = 4;
const PT_TLS: u64 = 7;
const PT_GNU_RELRO: u64 = 0x6474_e552;

/// Fields of a program header: offset and length, for 64 bits.
const KIND: (usize, usize) = (0, 4);
const FLAGS: (usize, usize) = (4, 4);
const OFFSET: (usize, usize) = (8, 8);
const ADDRESS: (usize, usize) = (16, 8);
const IN_FILE: (usize, usize) = (32, 8);
const IN_MEMORY: (usize, usize) = (40, 8);
const ALIGNMENT: (usize, usize) = (48, 8);

const DT_NULL: u64 = 0;
const DT_STRTAB: u64 = 5;
const DT_RELA: u64 = 7;
const DT_RELAENT: u64 = 9;
const DT_STRSZ: u64 = 10;
const DT_INIT_ARRAY: u64 = 25;
const DT_DEBUG: u64 = 21;

/// A library for 64 bits, little-endian.
#[derive(Clone)]
struct Library(Vec<u8>);

impl Library {
    fn get(&self, at: usize, len: usize) -> u64 {
        self.0[at..at + len].iter().rev().fold(0, |value, byte| value << 8 | u64::from(*byte))
    }

    fn put(mut self, at: usize, len: usize, value: u64) -> Self {
        self.0[at..at + len].copy_from_slice(&value.to_le_bytes()[..len]);
        self
    }

    /// Where the program header is, the `nth` of its kind.
    fn header(&self, kind: u64, nth: usize) -> usize {
        let all = (0..self.get(56, 2) as usize).map(|index| self.get(32, 8) as usize + index * 56);
        all.filter(|at| self.get(*at, 4) == kind).nth(nth).expect("a program header of that kind")
    }

    fn field(&self, kind: u64, (offset, len): (usize, usize)) -> u64 {
        self.get(self.header(kind, 0) + offset, len)
    }

    /// With another value in a program header.
    fn with(self, kind: u64, nth: usize, (offset, len): (usize, usize), value: u64) -> Self {
        let at = self.header(kind, nth);
        self.put(at + offset, len, value)
    }

    /// Where the entry of the dynamic section is.
    fn entry(&self, tag: u64) -> usize {
        let begin = self.field(PT_DYNAMIC, OFFSET) as usize;
        (begin..).step_by(16).find(|at| self.get(*at, 8) == tag).expect("an entry of that tag")
    }

    fn with_value(self, tag: u64, value: u64) -> Self {
        let at = self.entry(tag);
        self.put(at + 8, 8, value)
    }

    fn without(self, tag: u64) -> Self {
        let at = self.entry(tag);
        self.put(at, 8, DT_DEBUG)
    }

    fn without_end(self) -> Self {
        let len = (self.entry(DT_NULL) as u64) - self.field(PT_DYNAMIC, OFFSET);
        self.with(PT_DYNAMIC, 0, IN_FILE, len)
    }

    /// The first segment is at the same place in the file and in memory, and has the tables.
    fn with_first_relocation_at(self, address: u64) -> Self {
        let table = self.get(self.entry(DT_RELA) + 8, 8) as usize;
        self.put(table, 8, address)
    }
}

/// Each with the only thing that is wrong with it, and what the error says of it.
fn broken(good: &Library) -> Vec<(&'static str, Library)> {
    let with = |kind, nth, field, value| good.clone().with(kind, nth, field, value);
    let first = |field| good.field(PT_LOAD, field);
    let far = 1 << 40;
    let no_alignment = "(PT_LOAD) has an alignment that is no power of two";
    vec![
        ("program header", good.clone().put(56, 2, 246)),
        ("its program headers have more than 64 KiB", good.clone().put(56, 2, 1171)),
        ("(8) is of no known kind", with(PT_NOTE, 0, KIND, 8)),
        ("(PT_DYNAMIC) is the second of its kind", with(PT_NOTE, 0, KIND, PT_DYNAMIC)),
        ("(PT_LOAD) has unknown flags", with(PT_LOAD, 0, FLAGS, first(FLAGS) | 8)),
        ("(PT_LOAD) is larger in the file than in memory", with(PT_LOAD, 0, IN_MEMORY, 1)),
        ("(PT_LOAD) has room that nothing can write to", with(PT_LOAD, 0, IN_FILE, first(IN_FILE) - 1)),
        ("(PT_LOAD) reaches past the last address", with(PT_LOAD, 0, ADDRESS, u64::MAX)),
        (no_alignment, with(PT_LOAD, 0, ALIGNMENT, 3)),
        ("(PT_LOAD) is not aligned as it says", with(PT_LOAD, 0, ADDRESS, first(ADDRESS) + 1)),
        (
            "(PT_LOAD) begins before the end of the one",
            with(PT_LOAD, 1, OFFSET, 0).with(PT_LOAD, 1, ADDRESS, 0),
        ),
        (
            "(PT_DYNAMIC) is not part of a segment that is loaded",
            with(PT_DYNAMIC, 0, ADDRESS, good.field(PT_DYNAMIC, ADDRESS) + 8),
        ),
        ("(PT_TLS) is more than a thread", with(PT_NOTE, 0, KIND, PT_TLS).with(PT_TLS, 0, IN_MEMORY, far)),
        ("(PT_GNU_RELRO) is more than the segment", with(PT_GNU_RELRO, 0, IN_MEMORY, far)),
        ("its dynamic section does not end", good.clone().without_end()),
        ("its dynamic section has no DT_STRTAB", good.clone().without(DT_STRTAB)),
        ("has DT_STRTAB without DT_STRSZ", good.clone().without(DT_STRSZ)),
        ("places DT_RELA where the file is not loaded", good.clone().with_value(DT_RELA, far)),
        ("places DT_INIT_ARRAY where the file is not loaded", good.clone().with_value(DT_INIT_ARRAY, far)),
        ("has a wrong DT_RELAENT", good.clone().with_value(DT_RELAENT, 8)),
        ("has an entry in DT_RELA that changes what is not", good.clone().with_first_relocation_at(far)),
    ]
}

#[test]
fn headers_that_do_not_fit_together() {
    let (_keep, dir) = temporary();
    let host = Host::new();
    let mut canary = Canary::new(&host);
    let good = Library(std::fs::read(scripted_library("scripted")).unwrap());
    for (index, (words, library)) in broken(&good).into_iter().enumerate() {
        let path = PathBuf::from(&dir).join(format!("{index}.so"));
        std::fs::write(&path, &library.0).unwrap();
        let error = host.load(&path).map(|_| ()).expect_err(words);
        assert_eq!(error.code(), "rp::load::malformed", "{words}: {error}");
        assert!(error.to_string().contains(words), "{words}: {error}");
    }
    canary.check("at the end");
}
