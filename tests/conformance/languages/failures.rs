//! What fails inside a handler: an exception, or a check of the language, becomes what its page says, and never leaves the module.

use std::path::Path;
use std::thread;

use libtest_mimic::Trial;
use rp_host::{Host, Instance, LoadOptions};
use serde_json::{Value, json};

use super::patched::{Change, build};

/// A language: where its module answers a command, and how it fails instead, each way as a command with its code.
struct Row {
    language: &'static str,
    file: &'static str,
    place: &'static str,
    command: fn(name: &str, fails: &str) -> String,
    failures: &'static [(&'static str, &'static str, &'static str)],
}

const PANIC: &str = "rp::call::panic";

const ROWS: &[Row] = &[
    Row {
        language: "nim",
        file: "module.nim",
        place: "  if rp_json_equals(name, \"fail\"): return fail(args, reply)\n",
        command: |name, fails| format!("  if rp_json_equals(name, \"{name}\"):\n    {fails}\n"),
        failures: &[
            ("raise", "raise newException(ValueError, \"as asked\")", PANIC),
            ("index", "let few = [RP_OK, RP_OK]; return few[int(self.messages) + 2]", PANIC),
            ("overflow", "var n = high(int32); n += int32(self.messages); return rp_status(n)", PANIC),
            ("division", "return rp_status(1 div (int(self.messages) - int(self.messages)))", PANIC),
            ("assertion", "doAssert self.messages == 0", PANIC),
            (
                "text",
                "var text = \"a\"; text.setLen(int(self.messages)); return rp_status(ord(text[text.len + 3]))",
                PANIC,
            ),
            (
                "half",
                "var data = rp_answer_start(reply); rp_writer_key(data, \"half\"); raise newException(IOError, \"as asked\")",
                PANIC,
            ),
        ],
    },
    Row {
        language: "ada",
        file: "test_minimal.adb",
        place: "      elsif rp_json_equals (Name, \"fail\" & nul) then\n",
        command: |name, fails| {
            format!("      elsif rp_json_equals (Name, \"{name}\" & nul) then\n         {fails}\n")
        },
        failures: &[
            ("raise", "raise Program_Error;", PANIC),
            (
                "range",
                "declare N : Integer range 1 .. 10 := 10; begin N := N + Integer (Self.Messages); return rp_status (N); end;",
                PANIC,
            ),
            (
                "index",
                "declare Few : constant array (1 .. 2) of rp_status := (RP_OK, RP_FAILED); \
                 begin return Few (Integer (Self.Messages) + 2); end;",
                PANIC,
            ),
            (
                "overflow",
                "declare N : Integer := Integer'Last; begin N := N + Integer (Self.Messages); return rp_status (N); end;",
                PANIC,
            ),
            (
                "division",
                "declare N : constant Integer := Integer (Self.Messages); begin return rp_status (1 / (N - N)); end;",
                PANIC,
            ),
            (
                "half",
                "declare Data : rp_writer := rp_answer_start (Reply); \
                 begin rp_writer_key (Data, \"half\" & nul); raise Constraint_Error; end;",
                PANIC,
            ),
            ("memory", "raise Storage_Error;", "rp::call::no_memory"),
        ],
    },
];

pub fn trials(built: Option<&Path>) -> Vec<Trial> {
    let is_ignored = built.is_none();
    let trial = |row: &'static Row| {
        Trial::test(format!("languages::failures::{}", row.language), move || {
            fails(row);
            Ok(())
        })
        .with_ignored_flag(is_ignored)
    };
    ROWS.iter().map(trial).collect()
}

fn fails(row: &Row) {
    let commands: String = row.failures.iter().map(|(name, fails, _)| (row.command)(name, fails)).collect();
    let to = commands + row.place;
    let module = build(row.language, &[Change { file: row.file, from: row.place, to: &to }]);
    let host = Host::new();
    let load = |name: &str| {
        let options = LoadOptions::new().instance(name);
        host.load_with(&module.library, options).unwrap_or_else(|error| panic!("{}: {error}", row.language))
    };
    let witness = load("witness");
    for (name, _, code) in row.failures {
        let failed = load("failed");
        fails_with(row.language, &failed, name, code);
        answers(row.language, &witness);
        let _dead = failed.unload();
    }
    // An exception is of its thread alone.
    thread::scope(|scope| {
        for thread in 0..4 {
            let (load, witness) = (&load, &witness);
            scope.spawn(move || {
                for (number, (name, _, code)) in row.failures.iter().cycle().take(40).enumerate() {
                    let failed = load(&format!("failed-{thread}-{number}"));
                    fails_with(row.language, &failed, name, code);
                    answers(row.language, witness);
                    let _dead = failed.unload();
                }
            });
        }
    });
    assert!(host.unload_all().is_empty(), "{}", row.language);
}

/// A command fails, and its instance is dead if that was a panic.
fn fails_with(language: &str, instance: &Instance, command: &str, code: &str) {
    let error = instance.command::<_, Value>(command, &json!({})).unwrap_err();
    assert_eq!(error.code(), code, "{language}: {command}: {error}");
    assert_eq!(instance.is_ready(), code != PANIC, "{language}: {command}");
    if instance.is_ready() {
        answers(language, instance);
    }
}

fn answers(language: &str, instance: &Instance) {
    let pong: Value =
        instance.command("ping", &json!({})).unwrap_or_else(|error| panic!("{language}: {error}"));
    assert_eq!(pong["reply"], "pong", "{language}");
}
