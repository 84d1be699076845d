//! Small files that would be hours of work, or all memory, for an engine: each is refused at once, and what lies at a limit
//! is not.

use std::time::{Duration, Instant};

use rp_host::{Host, LoadOptions, WasmLimits};

/// The functions that a plain module exports; all are function 0.
const EXPORTS: [&str; 4] = ["create_module", "handle_message", "free_string", "destroy_module"];

/// A module in the making: what it has beside one function `() -> ()` that is exported.
#[derive(Default)]
pub struct Bomb {
    /// More types, from index 1 on.
    types: Vec<Vec<u8>>,
    /// More sections, by their number; each content begins with its count.
    sections: Vec<(u8, Vec<u8>)>,
    /// More functions of type 0, each with this body.
    functions: usize,
    body: Vec<u8>,
    exports: usize,
    custom: usize,
}

fn leb(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number > 0x7f {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
    bytes
}

fn with_len(bytes: &[u8]) -> Vec<u8> {
    [&leb(bytes.len()), bytes].concat()
}

/// Parameters and results, all i32.
fn function_type(params: usize, results: usize) -> Vec<u8> {
    [&[0x60][..], &leb(params), &[0x7f].repeat(params), &leb(results), &[0x7f].repeat(results)].concat()
}

fn counted(count: usize, item: &[u8]) -> Vec<u8> {
    [leb(count), item.repeat(count)].concat()
}

impl Bomb {
    fn binary(&self) -> Vec<u8> {
        let types = [vec![function_type(0, 0)], self.types.clone()].concat();
        let all = self.functions + 1;
        let names = EXPORTS.map(|name| [&with_len(name.as_bytes())[..], &[0, 0]].concat()).concat();
        let more: Vec<u8> = (0..self.exports)
            .flat_map(|n| [&with_len(format!("{n}").as_bytes())[..], &[0, 0]].concat())
            .collect();
        let code = [&leb(all)[..], &[2, 0, 0x0b], &with_len(&self.body).repeat(self.functions)].concat();
        let mut sections = self.sections.clone();
        sections.push((1, [leb(types.len()), types.concat()].concat()));
        sections.push((3, counted(all, &[0])));
        sections.push((7, [leb(4 + self.exports), names, more].concat()));
        sections.push((10, code));
        // In the order of the format, which is that of the numbers here.
        sections.sort_by_key(|(number, _)| *number);
        let mut binary = b"\0asm\x01\0\0\0".to_vec();
        for (number, content) in sections {
            binary.push(number);
            binary.extend(with_len(&content));
        }
        if self.custom > 0 {
            let content = [vec![1, b'x'], vec![0; self.custom]].concat();
            binary.extend([vec![0], with_len(&content)].concat());
        }
        binary
    }
}

fn section(number: u8, content: Vec<u8>) -> Bomb {
    Bomb { sections: vec![(number, content)], ..Bomb::default() }
}

/// One more function with this body, the locals included.
fn body(body: Vec<u8>) -> Bomb {
    Bomb { functions: 1, body, ..Bomb::default() }
}

fn types(found: Vec<Vec<u8>>) -> Bomb {
    Bomb { types: found, ..Bomb::default() }
}

fn nested(depth: usize) -> Bomb {
    // The function itself is one, too.
    let depth = depth - 1;
    body([vec![0], [0x02, 0x40].repeat(depth), vec![0x0b; depth + 1]].concat())
}

/// `global 0 = 0 + 0 + ...`, with so many operators before the last.
fn constant(operators: usize) -> Bomb {
    let additions = (operators - 2) / 2;
    let init = [&[0x41, 0][..], &[0x41, 0, 0x6a].repeat(additions), &[0x0b]].concat();
    section(6, [vec![1, 0x7f, 0], init].concat())
}

fn elements(count: usize) -> Bomb {
    section(9, [vec![1, 1, 0], counted(count, &[0])].concat())
}

fn fills(count: usize) -> Bomb {
    let fill = [0x41, 0, 0x41, 0, 0x41, 0, 0xfc, 0x0b, 0];
    let mut bomb = body([&[0][..], &fill.repeat(count), &[0x0b]].concat());
    bomb.sections.push((5, vec![1, 0, 1]));
    bomb
}

/// So many locals, in many functions.
fn locals(count: usize) -> Bomb {
    let each = 30_000;
    Bomb { functions: count / each, body: [vec![1], leb(each), vec![0x7f, 0x0b]].concat(), ..Bomb::default() }
}

/// Tables of branches to a block with results.
fn branches(targets: usize) -> Bomb {
    let each = 30_000;
    let results = 64;
    let table = [&[0x41, 0, 0x0e][..], &counted(each, &[0]), &[0]].concat();
    let block =
        [&[0x02, 1][..], &[0x41, 0].repeat(results), &table, &[0x0b], &[0x1a].repeat(results)].concat();
    let body = [&[0][..], &block.repeat(targets / each), &[0x0b]].concat();
    Bomb { types: vec![function_type(0, results)], functions: 1, body, ..Bomb::default() }
}

/// How long a load may take, in a build for tests.
pub const MOST: Duration = Duration::from_secs(20);

/// A limit: what it bounds, the most that is taken, and a module with so much of it.
type Limit = (&'static str, usize, fn(usize) -> Bomb);

const LIMITS: &[Limit] = &[
    ("functions", 100_000, |n| Bomb { functions: n - 1, body: vec![0, 0x0b], ..Bomb::default() }),
    ("bytes of code in one function", 1 << 20, |n| body([vec![0], vec![1; n - 2], vec![0x0b]].concat())),
    ("types", 20_000, |n| types(vec![function_type(0, 0); n - 1])),
    ("parameters of one type", 256, |n| types(vec![function_type(n, 0)])),
    ("results of one type", 64, |n| types(vec![function_type(0, n)])),
    ("globals", 100_000, |n| section(6, counted(n, &[0x7f, 0, 0x41, 0, 0x0b]))),
    ("exports", 100_000, |n| Bomb { exports: n - 4, ..Bomb::default() }),
    ("entries in element segments", 1_000_000, elements),
    ("operators in one constant expression", 64, constant),
    ("nested blocks", 5_000, nested),
    ("instructions on ranges of memory or tables in one function", 2_000, fills),
];

/// What a load answers, within `most`: the code of its error, and all that it says.
fn refusal(bytes: &[u8], options: &LoadOptions, most: Duration) -> (&'static str, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bomb.wasm");
    std::fs::write(&path, bytes).unwrap();
    let started = Instant::now();
    let error = Host::new().load_with(&path, options.clone()).expect_err("it is no whole module");
    let took = started.elapsed();
    assert!(took < most, "{error}: {took:?}");
    (error.code(), error.to_string())
}

pub fn limits_are_what_they_say(options: &LoadOptions, most: Duration) {
    let options = options.clone().wasm_limits(WasmLimits::default());
    for (what, limit, make) in LIMITS {
        let (code, text) = refusal(&make(*limit).binary(), &options, most);
        assert_ne!((code, what), ("rp::load::wasm_limit", what), "{text}");
        // A constant grows by two operators.
        let (code, text) = refusal(&make(*limit + 2).binary(), &options, most);
        assert_eq!(code, "rp::load::wasm_limit", "{what}: {text}");
        assert!(text.ends_with(&format!("it has more than {limit} {what}")), "{text}");
    }
}

/// What the file of a report held, and its like.
pub fn bombs_are_refused(options: &LoadOptions) {
    let options = options.clone().wasm_limits(WasmLimits::default());
    let many_locals = Bomb { functions: 900_000, ..locals(30_000) };
    let table = [&[0x41, 0, 0x0e][..], &counted(100_000, &[0]), &[0]].concat();
    let block = [&[0x02, 1, 0x41, 0][..], &table, &[0x0b, 0x1a]].concat();
    let results =
        Bomb { types: vec![function_type(0, 1000)], ..body([&[0][..], &block.repeat(20), &[0x0b]].concat()) };
    let bombs: &[(&str, Bomb, &str)] = &[
        ("branches to a block with 1000 results", results, "wasm_limit"),
        ("900,000 functions of 30,000 locals", many_locals, "wasm_limit"),
        ("many locals", locals(60_000_000), "wasm_limit"),
        ("many branches with results", branches(600_000), "wasm_limit"),
        ("a million blocks", nested(1_000_000), "wasm_limit"),
        ("a million types", types(vec![function_type(0, 0); 999_999]), "wasm_limit"),
        ("a million exports", Bomb { exports: 999_990, ..Bomb::default() }, "wasm_limit"),
        ("a deep constant", constant(1_000_000), "wasm_limit"),
        ("a million imports", section(2, counted(1_000_000, &[1, b'a', 1, b'b', 0, 0])), "import"),
        ("a million segments of data", section(11, counted(1_000_000, &[1, 0])), "invalid_code"),
        ("a custom section of 60 MB", Bomb { custom: 60_000_000, ..Bomb::default() }, "missing_export"),
        ("a custom section of 70 MB", Bomb { custom: 70_000_000, ..Bomb::default() }, "too_large"),
        ("a count without an end", section(1, vec![0xff, 0xff, 0xff, 0xff, 0xff, 0x01]), "malformed"),
        ("more types than bytes", section(1, leb(0xffff_ffff)), "wasm_limit"),
    ];
    for (name, bomb, code) in bombs {
        let (found, text) = refusal(&bomb.binary(), &options, MOST);
        assert_eq!(found, format!("rp::load::{code}"), "{name}: {text}");
    }
}
