//! WebAssembly modules that are valid and otherwise arbitrary, with so much sense in them that a host calls them.

use std::sync::LazyLock;

use libfuzzer_sys::arbitrary::Unstructured;
use wasm_smith::{Config, Module};

use crate::sections::{Sections, constant, id, unsigned};

/// What a module of the ABI exports, and functions that call the host's, so that arbitrary code calls those too.
const ABI: &str = r#"(module
  (memory (export "memory") 16)
  (table (export "__indirect_function_table") 8 funcref)
  (func (export "_initialize"))
  (func (export "rp_module_v1") (result i32) (i32.const 0))
  (func (export "rp_alloc") (param i32) (result i32) (i32.const 0))
  (func (export "rp_free") (param i32 i32))
  (func (export "create") (param i32) (result i32) (i32.const 0))
  (func (export "destroy") (param i32))
  (func (export "handle") (param i32 i32 i32) (result i32) (i32.const 0))
  (func (export "grow") (param i32 i32) (result i32) (i32.const 0))
  (func (export "send") (param i32 i32 i32) (result i32) (i32.const 0))
  (func (export "write_log") (param i32 i64 i32 i32 i32))
  (func (export "cancelled") (param i32 i64) (result i32) (i32.const 0))
  (func (export "now_us") (param i32) (result i64) (i64.const 0))
  (func (export "random") (param i32 i32 i32))
  (func (export "ask") (param i32) (result i32) (i32.const 0)))"#;

/// What a module of the plain profile exports.
const PLAIN: &str = r#"(module
  (memory (export "memory") 16)
  (func (export "_initialize"))
  (func (export "malloc") (param i32) (result i32) (i32.const 0))
  (func (export "free") (param i32))
  (func (export "create_module") (result i32) (i32.const 0))
  (func (export "handle_message") (param i32 i32 i32) (result i32) (i32.const 0))
  (func (export "free_string") (param i32))
  (func (export "destroy_module") (param i32)))"#;

/// Where the grafted data lies: the table, the manifest, a message of the module's own and a reply for it, their text.
const TABLE: u16 = 512;
const MANIFEST: u16 = 1024;
const MESSAGE: u16 = 3072;
const REPLY: u16 = 3136;
const TEXT: u16 = 3200;
/// What the allocator hands out begins here.
const HEAP: u16 = 8192;
/// The host's functions stand behind the table's own entries, in this order.
const LENT: [&str; 6] = ["grow", "send", "write_log", "cancelled", "now_us", "random"];
const FIRST_LENT: u16 = 8;

/// Makes a module of the input; the first byte says of which kind, and what of it stays arbitrary.
#[must_use]
pub fn module(data: &[u8]) -> Option<Vec<u8>> {
    static CONFIGS: LazyLock<[Config; 2]> = LazyLock::new(|| [ABI, PLAIN].map(config));
    let (kind, rest) = data.split_first()?;
    let is_plain = kind & 1 != 0;
    let config = CONFIGS[usize::from(is_plain)].clone();
    let made = Module::new(config, &mut Unstructured::new(rest)).ok()?.to_bytes();
    let mut sections = Sections::parse(&made);
    let allocator = if is_plain { "malloc" } else { "rp_alloc" };
    if kind & 2 == 0 {
        graft_allocator(&mut sections, allocator);
    }
    if !is_plain {
        graft_table(&mut sections, kind & 4 == 0);
    }
    Some(sections.to_bytes())
}

/// Only what the interpreter takes, and nothing that another part of the module would have to know of.
fn config(exports: &str) -> Config {
    Config {
        exports: Some(wat::parse_str(exports).expect("it is WebAssembly")),
        max_imports: 0,
        max_memories: 0,
        max_tables: 0,
        max_tags: 0,
        max_data_segments: 0,
        max_element_segments: 2,
        max_funcs: 20,
        max_types: 20,
        acquire_release_atomics_enabled: false,
        compact_imports_enabled: false,
        custom_descriptors_enabled: false,
        custom_page_sizes_enabled: false,
        exceptions_enabled: false,
        gc_enabled: false,
        memory64_enabled: false,
        relaxed_simd_enabled: false,
        shared_everything_threads_enabled: false,
        simd_enabled: false,
        threads_enabled: false,
        wide_arithmetic_enabled: false,
        ..Config::default()
    }
}

fn index_of(exports: &[(String, u32)], name: &str) -> u32 {
    exports.iter().find(|(found, _)| found == name).expect("it was asked for").1
}

/// Lets the module hand out memory from [`HEAP`] on, 16 bytes aligned, and nothing back.
fn graft_allocator(sections: &mut Sections, name: &str) {
    let next = [&[0x7f, 1], &constant(HEAP)[..], &[0x0b]].concat();
    let next = unsigned(sections.append(id::GLOBAL, &next));
    let get: &[u8] = &[&[0x23], &next[..]].concat();
    let set: &[u8] = &[&[0x24], &next[..]].concat();
    // next; next + (size + 15 & -16)
    let sum = [&[0x20, 0], &constant(15)[..], &[0x6a, 0x41, 0x70, 0x71, 0x6a]].concat();
    let index = index_of(&sections.exports(), name);
    sections.set_bodies(&[(index, [get, get, &sum, set].concat())]);
}

/// Gives the module manifest and table, and what a message of its own needs; `with_entry`: also an entry that finds it.
fn graft_table(sections: &mut Sections, with_entry: bool) {
    let exports = sections.exports();
    let index = |name: &str| index_of(&exports, name);
    let global = sections.append(id::GLOBAL, &[&[0x7f, 0], &constant(MANIFEST)[..], &[0x0b]].concat());
    sections.append(id::EXPORT, &[b"\x0brp_manifest\x03", &unsigned(global)[..]].concat());
    let functions = ["create", "destroy", "handle"].map(|name| unsigned(index(name))).concat();
    sections.append(id::ELEMENT, &[&[0, 0x41, 1, 0x0b, 3], &functions[..]].concat());
    append_data(sections);
    let types = sections.numbers(id::FUNCTION);
    let call = |number: usize| {
        let its_type = types[index(LENT[number]) as usize];
        [&constant(FIRST_LENT + number as u16)[..], &[0x11], &unsigned(its_type)[..], &[0]].concat()
    };
    let parameters = [2, 3, 5, 2, 1, 3];
    let mut bodies: Vec<_> = (0..LENT.len())
        .map(|number| {
            let passed = (0..parameters[number]).flat_map(|local| [0x20, local]);
            (index(LENT[number]), passed.chain(call(number)).collect())
        })
        .collect();
    let ask = [&[0x20, 0], &constant(MESSAGE)[..], &constant(REPLY)[..], &call(1)[..]].concat();
    bodies.push((index("ask"), ask));
    if with_entry {
        bodies.push((index("rp_module_v1"), constant(TABLE)));
    }
    sections.set_bodies(&bodies);
}

fn append_data(sections: &mut Sections) {
    let manifest = b"{\"name\":\"fuzzed\",\"version\":\"1.0.0\",\"protocol\":\"1.0\"}\0";
    let (message_type, payload) = ("command", r#"{"module":"fuzzed","name":"x"}"#);
    let text = u32::from(TEXT);
    let (type_len, payload_len) = (message_type.len() as u32, payload.len() as u32);
    let table = [24, 0, u32::from(MANIFEST), 1, 2, 3];
    let message = [40, 0, 0, 0, 0, 0, text, type_len, text + type_len, payload_len];
    let reply = [28, 0, 0, text + 256, 0, 256, u32::from(FIRST_LENT)];
    let segments = [
        (TABLE, words(&table)),
        (MANIFEST, manifest.to_vec()),
        (MESSAGE, words(&message)),
        (REPLY, words(&reply)),
        (TEXT, [message_type, payload].concat().into_bytes()),
    ];
    for (at, bytes) in segments {
        let head = [&[0], &constant(at)[..], &[0x0b], &unsigned(bytes.len() as u32)[..]].concat();
        sections.append(id::DATA, &[head, bytes].concat());
    }
    // There where code names segments: every module may say how many there are.
    let count = unsigned(sections.count(id::DATA));
    sections.set(id::DATA_COUNT, count);
}

fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}
