//! Payloads that are valid JSON, and payloads that are not.

use serde_json::json;

use crate::bench::Bench;
use crate::check::{Check, Rule};
use crate::instance::Instance;
use crate::json_cases::{INVALID, NOT_OBJECTS, VALID};
use crate::outcome::{Stop, Verdict, ensure, fail, skip};
use crate::session::{self, NOBODYS};

pub(super) const CHECKS: &[Check] = &[
    Check::new(
        "json/valid",
        "Valid JSON in a payload is never called invalid",
        Rule::text("Every payload and every response is one JSON object in UTF-8."),
        valid,
    ),
    Check::new(
        "json/invalid",
        "Invalid JSON gets code invalid_json",
        Rule::text("answer a payload that is not JSON with code invalid_json"),
        invalid,
    ),
    Check::new(
        "json/not-object",
        "A payload that is JSON but no object gets code invalid_payload",
        Rule::text("one of the wrong shape with code invalid_payload"),
        not_object,
    ),
    Check::new(
        "json/empty",
        "A payload of no bytes gets code invalid_json",
        Rule::text("Length in bytes."),
        empty,
    ),
    Check::new(
        "json/key-order",
        "Keys come in any order, with any space between them",
        Rule::text("In this table a key without a value stands for the key and its value."),
        key_order,
    ),
    Check::new(
        "json/escaped-keys",
        "A key that is written with escapes is the same key",
        Rule::text("each a type and one JSON object"),
        escaped_keys,
    ),
    Check::new(
        "json/duplicate-keys",
        "A key that comes twice gets an answer",
        Rule::text("Every payload and every response"),
        duplicate_keys,
    ),
    Check::new(
        "json/deep",
        "A hundred levels are read, and a hundred thousand are survived",
        Rule::module(5, "A handler has at least 256 KiB of stack."),
        deep,
    ),
    Check::new(
        "json/numbers",
        "Numbers of any size and length are survived",
        Rule::text("Every payload and every response is one JSON object"),
        numbers,
    ),
    Check::new(
        "json/surrogates",
        "Half of a surrogate pair in an escape is survived, and no response is ill-formed for it",
        Rule::module(2, "All text is UTF-8"),
        surrogates,
    ),
    Check::new(
        "json/unicode",
        "Text of every script, and \\u0000, is survived where a module is likely to repeat it",
        Rule::module(2, "the host validates what a module sends or answers"),
        unicode,
    ),
    Check::new(
        "json/large",
        "Payloads from a few bytes to many megabytes are answered",
        Rule::text("RP_ERR_NO_MEMORY: the reply is unchanged; return this status"),
        large,
    ),
];

/// Puts a value where a module looks, and where it does not.
fn payloads(instance: &Instance, value: &str) -> Vec<(&'static str, String)> {
    let mut payloads = vec![
        ("event", format!(r#"{{"event":"{NOBODYS}","data":{{"value":{value}}}}}"#)),
        ("command", format!(r#"{{"name":"{NOBODYS}","args":{{"value":{value}}}}}"#)),
        ("describe", format!(r#"{{"value":{value}}}"#)),
    ];
    for described in session::commands(instance) {
        let name = json!(described.name);
        payloads.push(("command", format!(r#"{{"name":{name},"args":{{"value":{value}}}}}"#)));
    }
    payloads
}

/// The texts in the operator's folder whose file names begin with `begins`. Only UTF-8 without a NUL reaches every
/// module.
fn more_texts(bench: &Bench, begins: &str) -> Result<Vec<String>, Stop> {
    let Some(folder) = &bench.texts else { return Ok(Vec::new()) };
    let unreadable = |error: std::io::Error| Stop::Skip(format!("{}: {error}", folder.display()));
    let mut texts = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with(begins)
            && path.is_file()
            && let Ok(text) = String::from_utf8(std::fs::read(&path).map_err(unreadable)?)
            && !text.contains('\0')
        {
            texts.push(text);
        }
    }
    if texts.is_empty() {
        skip(format!("{} has no files named {begins}...", folder.display()))
    } else {
        Ok(texts)
    }
}

/// The code of an answer, which may be any status but a panic.
fn code(instance: &Instance, message_type: &str, payload: &str) -> Result<String, Stop> {
    let answer = instance.ask(message_type, payload);
    if answer.status == rp_host::abi::RP_ERR_NO_MEMORY {
        return Ok("no memory".into());
    }
    let said = answer.response()?;
    Ok(if said.is_success { "success".into() } else { said.code.unwrap_or_default() })
}

fn valid(bench: &Bench) -> Verdict {
    let instance = bench.ready()?;
    let more = more_texts(bench, "y_")?;
    for value in VALID.iter().copied().chain(more.iter().map(String::as_str)) {
        for (message_type, payload) in payloads(&instance, value) {
            let code = code(&instance, message_type, &payload)?;
            ensure(code != "invalid_json", || {
                format!("{message_type} {payload} is valid JSON, and got code invalid_json")
            })?;
        }
    }
    Ok(())
}

fn invalid(bench: &Bench) -> Verdict {
    let instance = bench.ready()?;
    let more = more_texts(bench, "n_")?;
    for text in INVALID.iter().copied().chain(more.iter().map(String::as_str)) {
        for message_type in ["command", "event", "query"] {
            instance.ask(message_type, text).expect_error("invalid_json")?;
        }
    }
    Ok(())
}

fn not_object(bench: &Bench) -> Verdict {
    let instance = bench.ready()?;
    for text in NOT_OBJECTS {
        for message_type in ["command", "event", "query", "mutation"] {
            instance.ask(message_type, text).expect_error("invalid_payload")?;
        }
    }
    Ok(())
}

fn empty(bench: &Bench) -> Verdict {
    let instance = bench.ready()?;
    for text in ["", " ", "\n\t"] {
        instance.ask("command", text).expect_error("invalid_json")?;
    }
    Ok(())
}

fn key_order(bench: &Bench) -> Verdict {
    let instance = bench.ready()?;
    for described in session::commands(&instance) {
        let (name, args) = (json!(described.name), &described.args);
        let usual = code(&instance, "command", &format!(r#"{{"name":{name},"args":{args}}}"#))?;
        let others = [
            format!(r#"{{"args":{args},"name":{name}}}"#),
            format!("\t{{ \"x\" : [ {{ }} ] ,\r\n\"args\"\t:{args} , \"name\" : {name} }} "),
            format!(r#"{{"x":{{"name":"a","args":7}},"args":{args},"y":"\"name\":","name":{name}}}"#),
        ];
        for payload in others {
            let found = code(&instance, "command", &payload)?;
            ensure(found == usual, || {
                format!("command {payload} is answered {found}; in the usual order {usual}")
            })?;
        }
    }
    let usual = code(&instance, "command", &format!(r#"{{"name":"{NOBODYS}","args":{{}}}}"#))?;
    let found = code(&instance, "command", &format!(r#"{{"args":{{}},"name":"{NOBODYS}"}}"#))?;
    ensure(found == usual, || {
        format!("an unknown command with its args first is answered {found}, else {usual}")
    })
}

fn escaped_keys(bench: &Bench) -> Verdict {
    let instance = bench.ready()?;
    let usual = code(&instance, "command", &format!(r#"{{"name":"{NOBODYS}"}}"#))?;
    for payload in [
        format!(r#"{{"\u006eame":"{NOBODYS}"}}"#),
        format!(r#"{{"nam\u0065":"\u0072{}"}}"#, &NOBODYS[1..]),
        format!(r#"{{"name":"{NOBODYS}","\u0061rgs":{{}}}}"#),
    ] {
        let found = code(&instance, "command", &payload)?;
        ensure(found == usual, || format!("command {payload} is answered {found}; without escapes {usual}"))?;
    }
    Ok(())
}

fn duplicate_keys(bench: &Bench) -> Verdict {
    let instance = bench.ready()?;
    for payload in [
        format!(r#"{{"name":"{NOBODYS}","name":"{NOBODYS}"}}"#),
        format!(r#"{{"name":7,"name":"{NOBODYS}","args":[],"args":{{}}}}"#),
        format!(r#"{{"name":"{NOBODYS}","args":{{"a":1,"a":{{"a":1,"a":2}}}}}}"#),
        format!(r#"{{"name":"{NOBODYS}","\u006eame":7}}"#),
    ] {
        let code = code(&instance, "command", &payload)?;
        ensure(code != "invalid_json", || {
            format!("command {payload} is JSON by its grammar, and got invalid_json")
        })?;
    }
    Ok(())
}

fn nested(levels: usize) -> [String; 2] {
    let arrays = format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    let objects = format!("{}1{}", r#"{"a":"#.repeat(levels), "}".repeat(levels));
    [arrays, objects]
}

fn deep(bench: &Bench) -> Verdict {
    let instance = bench.ready()?;
    for levels in [10, 100] {
        for value in nested(levels) {
            for (message_type, payload) in payloads(&instance, &value) {
                let code = code(&instance, message_type, &payload)?;
                ensure(code != "invalid_json", || {
                    format!("{levels} levels in {message_type} got invalid_json")
                })?;
            }
        }
    }
    let deepest = bench.less(100_000, 10_000);
    for levels in [127, 128, 129, 1_000, deepest] {
        for value in nested(levels) {
            for (message_type, payload) in payloads(&instance, &value) {
                code(&instance, message_type, &payload)?;
            }
            code(&instance, "command", &value)?;
        }
    }
    code(&instance, "command", &"[".repeat(deepest)).map(drop)
}

fn numbers(bench: &Bench) -> Verdict {
    let instance = bench.ready()?;
    let (long, small) = ("9".repeat(5_000), format!("0.{}1", "0".repeat(5_000)));
    let values =
        ["1e400", "-1e400", "1e-400", "1e999999999999999999999", "0e99999", "-0", "4.9e-324", "2.5e-324"];
    for value in values.into_iter().chain([long.as_str(), small.as_str()]) {
        for (message_type, payload) in payloads(&instance, value) {
            code(&instance, message_type, &payload)?;
        }
        for key in ["limit", "offset"] {
            code(&instance, "query", &format!(r#"{{"entity":"{NOBODYS}","{key}":{value}}}"#))?;
        }
    }
    Ok(())
}

const HALVES: &[&str] = &[
    r"\ud800",
    r"\udfff",
    r"\ud800\ud800",
    r"\udc00\ud800",
    r"\ud800x",
    r"\ud800\n",
    r"\uD83D\u0041",
    r"\ud83d",
];

fn surrogates(bench: &Bench) -> Verdict {
    repeat(bench, HALVES)
}

fn unicode(bench: &Bench) -> Verdict {
    repeat(
        bench,
        &[
            "é",
            "€",
            "😀",
            "\u{10ffff}",
            "\u{feff}",
            "\u{2028}",
            "\u{7f}",
            "e\u{301}",
            "العربية",
            r"\u0000",
            r"a\u0000b",
            r"\u001f",
            r"\ud83d\ude00",
            r#"\"\\\/\b\f\n\r\t"#,
            r"\u00e9",
        ],
    )
}

/// Puts a text where a module is likely to repeat it in its answer: the answer must be a response all the same.
fn repeat(bench: &Bench, texts: &[&str]) -> Verdict {
    let instance = bench.ready()?;
    for text in texts {
        let mut all = payloads(&instance, &format!("\"{text}\""));
        all.push(("command", format!(r#"{{"name":"{text}","args":{{}}}}"#)));
        all.push(("query", format!(r#"{{"entity":"{text}"}}"#)));
        all.push(("event", format!(r#"{{"event":"{text}","{text}":"{text}"}}"#)));
        for (message_type, payload) in all {
            let answer = instance.ask(message_type, &payload);
            if answer.has_response() && answer.read().is_err() {
                let bytes = crate::journal::shown(&answer.bytes);
                return fail(format!(
                    "{message_type} {payload} is answered with what is no response: {bytes}"
                ));
            }
            answer.response()?;
        }
    }
    Ok(())
}

fn large(bench: &Bench) -> Verdict {
    let instance = bench.ready()?;
    let sizes: &[usize] = match (bench.is_full, bench.has_loader()) {
        (true, false) => &[10, 16, 20, 22, 26],
        // An interpreter takes minutes for 64 MiB, and a worker has memory for a few copies of less.
        (true, true) => &[10, 16, 20, 22],
        (false, false) => &[10, 16, 20],
        (false, true) => &[10, 17],
    };
    for power in sizes {
        let text = "é😀\\n".repeat((1 << power) / 8);
        for (message_type, payload) in payloads(&instance, &format!("\"{text}\"")) {
            let code = code(&instance, message_type, &payload)?;
            ensure(code != "invalid_json", || {
                format!("{} bytes in {message_type} got invalid_json", payload.len())
            })?;
        }
    }
    Ok(())
}
