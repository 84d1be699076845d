//! Guests that do what no module should: one good guest, and what each case replaces in it.

/// What a test does with a guest.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// It must not load.
    Load,
    /// It loads, and a command is its end, or an error that it outlives.
    Command,
    /// It loads, answers, and fails at its end.
    Unload,
}

/// One hostile guest.
pub struct Case {
    pub name: &'static str,
    pub until: Until,
    pieces: &'static [(&'static str, &'static str)],
}

const fn case(until: Until, name: &'static str, pieces: &'static [(&'static str, &'static str)]) -> Case {
    Case { name, until, pieces }
}

impl Case {
    /// The guest as WebAssembly text.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let mut rest = include_str!("../hostile/wasm/guest.wat");
        let mut used = 0;
        while let Some((before, piece, good, after)) = next_piece(rest) {
            text.push_str(before);
            let hostile = self.pieces.iter().find(|(name, _)| *name == piece);
            used += usize::from(hostile.is_some());
            text.push_str(hostile.map_or(good, |(_, hostile)| hostile));
            rest = after;
        }
        assert_eq!(used, self.pieces.len(), "{}: a piece that guest.wat does not have", self.name);
        text.push_str(rest);
        text
    }

    pub fn binary(&self) -> Vec<u8> {
        wat::parse_str(self.text()).unwrap_or_else(|error| panic!("{}: {error}", self.name))
    }

    /// The guest with another piece in place of its own.
    pub fn with(pieces: &'static [(&'static str, &'static str)]) -> Vec<u8> {
        case(Command, "made up", pieces).binary()
    }
}

/// `before @piece@good@ after`; a lone @ is none.
fn next_piece(text: &str) -> Option<(&str, &str, &str, &str)> {
    let mut from = 0;
    loop {
        let at = from + text[from..].find('@')?;
        let (piece, tail) = text[at + 1..].split_once('@')?;
        if !piece.is_empty() && piece.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') {
            let (good, after) = tail.split_once('@')?;
            return Some((&text[..at], piece, good, after));
        }
        from = at + 1;
    }
}

const SPIN: &str = "(loop $for_ever (br $for_ever)) (unreachable)";
const RECURSE: &str = "(call $handle (local.get 0) (local.get 1) (local.get 2))";
const SEND: &str = "(drop (call $send (i32.const 3072) (i32.const 3136))) (call $answer (local.get $reply))";

use Until::{Command, Load, Unload};

/// The guest that does what it should.
pub const GOOD: Case = case(Command, "good", &[]);

pub const CASES: &[Case] = &[
    // Until it is loaded.
    case(Load, "a loop in the start function", &[("more", "(start $spin) (func $spin (loop $l (br $l)))")]),
    case(Load, "a trap in the start function", &[("more", "(start $stop) (func $stop (unreachable))")]),
    case(Load, "a loop in _initialize", &[("more", r#"(func (export "_initialize") (loop $l (br $l)))"#)]),
    case(Load, "a loop in the entry", &[("entry_body", SPIN)]),
    case(Load, "a loop in rp_alloc", &[("alloc_body", SPIN)]),
    case(Load, "a loop in create", &[("create_body", SPIN)]),
    case(Load, "a trap in create", &[("create_body", "(i32.div_u (i32.const 1) (i32.const 0))")]),
    case(Load, "create returns NULL", &[("create_body", "(i32.const 0)")]),
    case(
        Load,
        "create sends",
        &[("create_body", "(drop (call $send (i32.const 3072) (i32.const 3136))) (unreachable)")],
    ),
    case(Load, "create passes send a message outside", &[(
        "create_body",
        "(call $send (i32.const -8) (i32.const 3136))",
    )]),
    case(Load, "an import", &[(
        "imports",
        r#"(import "wasi_snapshot_preview1" "fd_write" (func (param i32 i32 i32 i32) (result i32)))"#,
    )]),
    case(Load, "an imported memory", &[("imports", r#"(import "env" "memory" (memory 1))"#), ("memory", "")]),
    case(Load, "no memory exported", &[("memory", "(memory 2)")]),
    case(Load, "no table exported", &[("table", "(table 6 funcref)")]),
    case(Load, "a table that cannot grow", &[(
        "table",
        r#"(table (export "__indirect_function_table") 6 6 funcref)"#,
    )]),
    case(Load, "more memory than the limit at once", &[("memory", r#"(memory (export "memory") 40)"#)]),
    case(Load, "a larger table than the limit at once", &[(
        "table",
        r#"(table (export "__indirect_function_table") 60000 funcref)"#,
    )]),
    case(Load, "data outside the memory", &[("more", r#"(data (i32.const 131071) "too long")"#)]),
    case(Load, "no entry", &[("entry", "rp_module")]),
    case(Load, "the entry of another version", &[("entry", "rp_module_v9")]),
    case(Load, "an entry that is data", &[
        ("entry", "x"),
        ("more", r#"(global (export "rp_module_v1") i32 (i32.const 512))"#),
    ]),
    case(Load, "no manifest", &[("manifest", "")]),
    case(Load, "a manifest outside the data", &[(
        "manifest",
        r#"(global (export "rp_manifest") i32 (i32.const 100000))"#,
    )]),
    case(Load, "a manifest at the end of the addresses", &[(
        "manifest",
        r#"(global (export "rp_manifest") i32 (i32.const -1))"#,
    )]),
    case(Load, "a table with another manifest", &[("address", r"\00\06\00\00")]),
    case(Load, "a table with a manifest outside", &[("address", r"\00\00\00\ff")]),
    case(Load, "a NULL table", &[("entry_body", "(i32.const 0)")]),
    case(Load, "a table outside the memory", &[("entry_body", "(i32.const -8)")]),
    case(Load, "a table that reaches outside", &[("entry_body", "(i32.const 131060)")]),
    case(Load, "a misaligned table", &[("entry_body", "(i32.const 513)")]),
    case(Load, "a table that is too small", &[("size", "17")]),
    case(Load, "unknown flags", &[("flags", "80")]),
    case(Load, "a create that is NULL", &[("create_index", "00")]),
    case(Load, "a create of another type", &[("create_index", "05")]),
    case(Load, "a handle_message outside the table", &[("handle_index", "7f")]),
    case(Load, "a handle_message that is an empty entry", &[("table", r#"(table (export "__indirect_function_table") 8 funcref)"#), ("handle_index", "07")]),
    case(Load, "no rp_alloc", &[("alloc", "alloc")]),
    case(Load, "an rp_alloc of another type", &[
        ("alloc_type", "i64"),
        ("alloc_body", "(i32.wrap_i64 (local.get $size))"),
    ]),
    case(Load, "room outside the memory", &[("alloc_body", "(i32.const -16)")]),
    case(Load, "room that reaches outside", &[("alloc_body", "(i32.const 131064)")]),
    case(Load, "misaligned room", &[("alloc_body", "(i32.const 8196)")]),
    case(Load, "the same room twice", &[("alloc_body", "(i32.const 8192)")]),
    case(Load, "no room", &[("alloc_body", "(i32.const 0)")]),
    // A command.
    case(Command, "a loop", &[("handle_body", SPIN)]),
    case(Command, "unreachable", &[("handle_body", "(unreachable)")]),
    case(Command, "a division by zero", &[("handle_body", "(i32.div_u (i32.const 1) (i32.const 0))")]),
    case(Command, "a load outside the memory", &[("handle_body", "(i32.load (i32.const -4))")]),
    case(Command, "a call of an empty entry", &[(
        "handle_body",
        "(call_indirect (type $map) (i32.const 0) (i32.const 0))",
    )]),
    case(Command, "a call under another type", &[(
        "handle_body",
        "(call_indirect (type $map) (i32.const 0) (i32.const 2))",
    )]),
    case(Command, "endless recursion", &[("handle_body", RECURSE)]),
    case(Command, "memory without end, then a trap", &[(
        "handle_body",
        "(loop $l (br_if $l (i32.ne (memory.grow (i32.const 1)) (i32.const -1)))) (unreachable)",
    )]),
    case(Command, "memory without end, then RP_ERR_NO_MEMORY", &[(
        "handle_body",
        "(loop $l (br_if $l (i32.ne (memory.grow (i32.const 1)) (i32.const -1)))) (i32.const 2)",
    )]),
    case(Command, "a table without end, then a trap", &[(
        "handle_body",
        "(loop $l (br_if $l (i32.ne (table.grow (ref.null func) (i32.const 99)) (i32.const -1)))) (unreachable)",
    )]),
    case(Command, "another place for the reply's data", &[(
        "handle_body",
        "(i32.store offset=12 (local.get $reply) (i32.const -4)) (i32.const 0)",
    )]),
    case(Command, "a larger capacity", &[(
        "handle_body",
        "(i32.store offset=20 (local.get $reply) (i32.const -1)) (i32.const 0)",
    )]),
    case(Command, "a len past the capacity", &[(
        "handle_body",
        "(i32.store offset=16 (local.get $reply) (i32.const -1)) (i32.const 0)",
    )]),
    case(Command, "another grow", &[(
        "handle_body",
        "(i32.store offset=24 (local.get $reply) (i32.const 4)) (i32.const 0)",
    )]),
    case(Command, "a context in the reply", &[(
        "handle_body",
        "(i32.store offset=8 (local.get $reply) (i32.const 4)) (i32.const 0)",
    )]),
    case(Command, "grow after the capacity was changed", &[(
        "handle_body",
        "(i32.store offset=20 (local.get $reply) (i32.const 1000000))
         (call_indirect (type $grow) (local.get $reply) (i32.const 5000) (i32.load offset=24 (local.get $reply)))",
    )]),
    case(Command, "grow without end", &[(
        "handle_body",
        "(loop $l
           (i32.store offset=16 (local.get $reply) (i32.load offset=20 (local.get $reply)))
           (br_if $l (i32.eqz (call_indirect (type $grow) (local.get $reply) (i32.const 600000)
             (i32.load offset=24 (local.get $reply))))))
         (i32.const 2)",
    )]),
    case(Command, "grow by more than there are addresses", &[(
        "handle_body",
        "(call_indirect (type $grow) (local.get $reply) (i32.const -1) (i32.load offset=24 (local.get $reply)))",
    )]),
    case(Command, "grow of a reply that is none", &[(
        "handle_body",
        "(call_indirect (type $grow) (i32.const 7) (i32.const 1) (i32.load offset=24 (local.get $reply)))",
    )]),
    case(Command, "a status that nobody knows", &[("handle_body", "(i32.const -2147483648)")]),
    case(Command, "RP_ERR_PANIC", &[("handle_body", "(i32.const 3)")]),
    case(Command, "a response that is not UTF-8", &[("response", r#"{\22status\22:\22success\22,\22data\22:\ff\ff}"#)]),
    case(Command, "a response that is not JSON", &[("response", r#"{\22status\22:\22success\22,\22data\22:xx}"#)]),
    case(Command, "no response", &[("handle_body", "(i32.const 0)")]),
    // What it passes to the host.
    case(Command, "a message to itself", &[("handle_body", SEND)]),
    case(Command, "a message to itself under another's host pointer", &[(
        "handle_body",
        "(drop (call_indirect (type $send) (i32.const 12345) (i32.const 3072) (i32.const 3136)
           (i32.load offset=12 (global.get $host)))) (call $answer (local.get $reply))",
    )]),
    case(Command, "a message outside the memory", &[(
        "handle_body",
        "(call $send (i32.const -4) (i32.const 3136))",
    )]),
    case(Command, "a message that reaches outside", &[(
        "handle_body",
        "(i32.store (i32.const 131068) (i32.const 40)) (call $send (i32.const 131068) (i32.const 3136))",
    )]),
    case(Command, "a type outside the memory", &[
        ("own_type", r"\f0\ff\ff\ff\07\00\00\00"),
        ("handle_body", SEND),
    ]),
    case(Command, "a payload whose length wraps", &[
        ("own_payload", r"\f0\ff\ff\ff\20\00\00\00"),
        ("handle_body", SEND),
    ]),
    case(Command, "a payload of all addresses", &[
        ("own_payload", r"\00\00\00\00\ff\ff\ff\ff"),
        ("handle_body", SEND),
    ]),
    case(Command, "a reply outside the memory", &[(
        "handle_body",
        "(call $send (i32.const 3072) (i32.const -4))",
    )]),
    case(Command, "a reply with room outside the memory", &[
        ("own_room", r"\00\00\ff\ff\00\00\00\00\00\10\00\00"),
        ("handle_body", SEND),
    ]),
    case(Command, "a reply with more bytes than room", &[
        ("own_room", r"\00\0d\00\00\ff\ff\00\00\00\00\00\00"),
        ("handle_body", SEND),
    ]),
    case(Command, "a reply whose grow is outside the table", &[
        ("own_grow", r"\ff\ff\ff\ff"),
        ("handle_body", SEND),
    ]),
    case(Command, "a reply whose grow has another type", &[
        ("own_grow", r"\05\00\00\00"),
        ("handle_body", SEND),
    ]),
    case(Command, "a reply whose grow traps", &[("grow_body", "(unreachable)"), ("handle_body", SEND)]),
    case(Command, "a reply whose grow loops", &[("grow_body", SPIN), ("handle_body", SEND)]),
    case(Command, "a reply whose grow lies about the room", &[
        ("grow_body", "(i32.const 0)"),
        ("handle_body", SEND),
    ]),
    case(Command, "a reply whose grow moves it outside", &[
        (
            "grow_body",
            "(i32.store offset=12 (local.get $reply) (i32.const -9))
             (i32.store offset=20 (local.get $reply) (i32.const 8)) (i32.const 0)",
        ),
        ("handle_body", SEND),
    ]),
    case(Command, "a reply whose grow sends", &[
        ("grow_body", "(call $send (i32.const 3072) (local.get $reply))"),
        ("handle_body", SEND),
    ]),
    case(Command, "a line of log whose length wraps", &[(
        "handle_body",
        "(call_indirect (type $log) (global.get $host) (i64.const 0) (i32.const 1) (i32.const -16) (i32.const 32)
           (i32.load offset=16 (global.get $host))) (call $answer (local.get $reply))",
    )]),
    case(Command, "room for random bytes outside the memory", &[(
        "handle_body",
        "(call_indirect (type $random) (global.get $host) (i32.const 131071) (i32.const 2)
           (i32.load offset=28 (global.get $host))) (call $answer (local.get $reply))",
    )]),
    case(Command, "rp_alloc traps while the reply grows", &[
        ("alloc_body", "(if (i32.gt_u (local.get $size) (i32.const 4096)) (then (unreachable)))
           (global.set $next (i32.add (global.get $next) (i32.const 8192))) (global.get $next)"),
        (
            "handle_body",
            "(call_indirect (type $grow) (local.get $reply) (i32.const 9000) (i32.load offset=24 (local.get $reply)))",
        ),
    ]),
    case(Command, "rp_free loops while the reply grows", &[
        ("free_body", SPIN),
        (
            "handle_body",
            "(call_indirect (type $grow) (local.get $reply) (i32.const 9000) (i32.load offset=24 (local.get $reply)))",
        ),
    ]),
    // Its end.
    case(Unload, "a trap in destroy", &[("destroy_body", "(unreachable)")]),
    case(Unload, "a loop in destroy", &[("destroy_body", SPIN)]),
    case(Unload, "endless recursion in destroy", &[("destroy_body", "(call $destroy (local.get 0))")]),
];
