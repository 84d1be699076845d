//! Sessions as those who test modules meet them: what counts as a failure, and where an error points.

use std::path::PathBuf;

use serde_json::Value;

use super::{json_lines, run, temporary};

/// A session file in a folder of its own.
fn session(name: &str, text: &str) -> PathBuf {
    let folder = temporary("cli-sessions");
    std::fs::create_dir_all(&folder).expect("a folder");
    let file = folder.join(name);
    std::fs::write(&file, text).expect("written");
    file
}

/// A line that sends test-minimal a command; `more` are further keys of it.
fn command(name: &str, more: &str) -> String {
    format!(r#"{{"module":"test-minimal","type":"command","payload":{{"name":"{name}"}}{more}}}"#) + "\n"
}

/// Exit code, summary, standard error.
fn summary(session: &std::path::Path, options: &[&str]) -> (i32, Value, String) {
    let session = session.to_str().expect("UTF-8");
    let (code, stdout, stderr) = run(&[&["run", session, "--json"], options].concat());
    (code, json_lines(&stdout).pop().expect("a summary"), stderr)
}

#[test]
fn an_error_that_nobody_expects_is_counted_and_fails_where_that_is_wanted() {
    let misspelt = command("pnig", "") + &command("ping", "");
    let expected = command("pnig", r#","expect":{"code":"unknown_command"}"#);
    let wrong_type = r#"{"module":"test-minimal","type":"comand","payload":{"name":"ping"}}"#;
    // The session, --strict, exit code, errors not expected, failed, not sent.
    let cases: &[(&str, bool, i32, u64, u64, u64)] = &[
        (&misspelt, false, 0, 1, 0, 0),
        (&misspelt, true, 1, 1, 1, 1),
        (&expected, true, 0, 0, 0, 0),
        (&command("pnig", r#","expect":{}"#), true, 0, 0, 0, 0),
        (wrong_type, false, 0, 1, 0, 0),
        (wrong_type, true, 1, 1, 1, 0),
        ("\n", false, 0, 0, 0, 0),
        ("\n", true, 1, 0, 1, 0),
        (&command("ping", ""), true, 0, 0, 0, 0),
    ];
    for (text, is_strict, code, errors, failed, not_sent) in cases {
        let file = session("strict.jsonl", text);
        let (exit, summary, stderr) = summary(&file, if *is_strict { &["--strict"] } else { &[] });
        let found = ["errors_not_expected", "failed", "not_sent"].map(|key| summary[key].as_u64());
        assert_eq!(
            (exit, found),
            (*code, [Some(*errors), Some(*failed), Some(*not_sent)]),
            "{text}: {stderr}"
        );
    }
    let (_, stdout, _) = run(&["run", session("strict.jsonl", &misspelt).to_str().expect("UTF-8")]);
    assert!(stdout.contains("2 messages, 0 expectations met, 1 error not expected, "), "{stdout}");
}

#[test]
fn a_misspelt_command_or_type_names_the_nearest() {
    let misspelt = command("pnig", "");
    let wrong_type = r#"{"module":"test-minimal","type":"comand"}"#;
    let unmet = command("pnig", r#","expect":{"status":"success"}"#);
    let cases: &[(&str, &[&str], &str)] = &[
        (&misspelt, &[], "help: line 1: did you mean ping?"),
        (&misspelt, &["--strict"], "help: did you mean ping? fix the line"),
        (wrong_type, &[], "help: line 1: did you mean command?"),
        (wrong_type, &["--strict"], "help: did you mean command? fix the line"),
        (&unmet, &[], "help: did you mean ping? fix the module"),
    ];
    for (text, options, expected) in cases {
        let file = session("misspelt.jsonl", text);
        let (_, _, stderr) = run(&[&["run", file.to_str().expect("UTF-8")], *options].concat());
        assert!(stderr.contains(expected), "{text}: {stderr}");
    }
    // The module is not asked what it knows while lines are still to come: it counts its messages.
    let text = misspelt + &command("ping", r#","expect":{"data":{"messages":3}}"#);
    let file = session("counts.jsonl", &text);
    let (code, _, stderr) = run(&["run", file.to_str().expect("UTF-8")]);
    assert!(code == 0 && stderr.contains("did you mean ping?"), "{stderr}");
}

/// A step in several lines with comments of both kinds, one in one line, and one whose braces are in a text.
const COMMENTED: &str = r#"// A session with comments.
/* This one
   is long. */
{
  "module": "test-minimal", // the module
  "type": "command",
  "payload": {
    "name": "echo",
    /* what it gives back */
    "args": { "text": "// {", "n": 1.50, },
  },
  "expect": { "data": { "text": "// {" } },
}

{"module":"test-minimal","type":"command","payload":{"name":"ping"},"expect":{"data":{"messages":3}}} // in one line
"#;

#[test]
fn steps_may_have_comments_and_several_lines() {
    let array = format!("[{}]", COMMENTED.replace("\n}\n", "\n},\n").replace("} // in", "}, // in"));
    for text in [COMMENTED, &array, &COMMENTED.replace('\n', "\r\n")] {
        let file = session("commented.jsonc", text);
        let (code, stdout, stderr) = run(&["run", file.to_str().expect("UTF-8"), "--json", "--strict"]);
        let lines: Vec<Value> =
            json_lines(&stdout).into_iter().filter(|line| line["kind"] == "message").collect();
        assert_eq!((code, lines.len()), (0, 2), "{text}: {stdout}{stderr}");
        assert_eq!((lines[0]["line"].as_u64(), lines[1]["line"].as_u64()), (Some(4), Some(15)), "{text}");
        assert!(stdout.contains(r#"{"text":"// {","n":1.50"#) || lines[0]["response"]["data"]["n"] == 1.5);
        assert_eq!(super::run_with_input(&["run", "-", "--strict"], text).0, 0, "{text}");
    }
}

#[test]
fn a_wrong_step_is_shown_where_it_is_wrong() {
    let cases = [
        (COMMENTED.replace("\"expect\": {", "\"expcet\": {"), ":12:3]", "line 12: unknown field `expcet`"),
        (COMMENTED.replace("\"type\":", "\"type\""), ":6:", "line 6: expected `:`"),
        (COMMENTED.replace("\n}\n", "\n"), ":4:1]", "line 4: the object that begins here does not end"),
        (COMMENTED.replace("}} //", "} //"), ":15:1]", "line 15: the object that begins here does not end"),
        (COMMENTED.replace("3}}", "4}}"), ":15:", "line 15: the response of test-minimal"),
        (COMMENTED.replace("\"// {\" } }", "\"x\" } }"), ":12:33]", "line 4: the response of test-minimal"),
        (format!("{COMMENTED}/* no end"), "", "the last comment does not end"),
        (format!("[{COMMENTED}"), "", "the array of steps does not end"),
        ("{\"module\":\"a\" /* 日本語 */ 5 /* ä */}".to_owned(), ":1:", "expected `,` or `}`"),
        ("{\"module\":\"a\"/*日*/}/*日*/".to_owned(), ":1:", "missing field `type`"),
        (format!("# one\n{COMMENTED}"), ":1:1]", "help: a comment begins with //"),
    ];
    for (text, place, said) in cases {
        let file = session("wrong.jsonc", &text);
        let (code, _, stderr) = run(&["run", file.to_str().expect("UTF-8")]);
        assert!(code == 1 && stderr.contains(place) && stderr.contains(said), "{text}\n{stderr}");
    }
}

/// Comments, order, layout, references and what the steps send stay; what is expected becomes what came.
#[test]
fn update_rewrites_what_is_expected_and_nothing_else() {
    let reference = r#"{"module":"test-minimal","type":"command","payload":{"name":"echo","args":{"n":7}},"as":"one"}
{"module":"test-minimal","type":"command","payload":{"name":"echo","args":{"n":7,"m":1}},"expect":{"data":{"n":"${one.data.n}","m":1}}}
"#;
    // What is expected, what it is after --update, exit code, expectations that were updated.
    let cases = [
        (COMMENTED.to_owned(), COMMENTED.to_owned(), 0, 0),
        (
            COMMENTED
                .replace(
                    "\"expect\": { \"data\": { \"text\": \"// {\" } }",
                    "\"expect\": { \"data\": { /* a */ \"text\": \"no\", /* b */ \"gone\": 1 } }",
                )
                .replace("\":3}}", "\":9},\"status\":\"error\"}"),
            COMMENTED
                .replace(
                    "\"expect\": { \"data\": { \"text\": \"// {\" } }",
                    "\"expect\": { \"data\": { /* a */ \"text\": \"// {\"/* b */  } }",
                )
                .replace("\":3}}", "\":3},\"status\":\"success\"}"),
            0,
            2,
        ),
        (reference.replace("\"m\":1}}}", "\"m\":2}}}"), reference.to_owned(), 0, 1),
        // A reference that does not hold is a failure, which no rewriting hides.
        (
            reference.replace("7,\"m\":1}},", "8,\"m\":2}},"),
            reference.replace("7,\"m\":1}},", "8,\"m\":2}},").replace("\"m\":1}}}", "\"m\":2}}}"),
            1,
            0,
        ),
    ];
    for (text, expected, code, updated) in cases {
        let file = session("update.jsonc", &text);
        let (exit, summary, stderr) = summary(&file, &["--update"]);
        assert_eq!((exit, summary["updated"].as_u64()), (code, Some(updated)), "{text}\n{stderr}");
        assert_eq!(std::fs::read_to_string(&file).expect("a session"), expected, "{text}");
    }
    let file = session("update.jsonl", &command("ping", r#","expect":{"data":{"reply":"pang"}}"#));
    let (code, stdout, _) = run(&["run", file.to_str().expect("UTF-8"), "--update"]);
    assert!(code == 0 && stdout.contains(r#"updated data.reply: "pang" is now "pong""#), "{stdout}");
    assert!(stdout.contains("1 message, 0 expectations met, 1 updated, "), "{stdout}");
    let (code, stdout, stderr) = super::run_with_input(&["run", "-", "--update"], COMMENTED);
    assert!((code, stdout.as_str()) == (2, "") && stderr.contains("--update cannot rewrite -"), "{stderr}");
}

/// A step that lets test-relay send something; `more` are further keys of it.
fn relay(message_type: &str, payload: &str, more: &str) -> String {
    let args = format!(r#"{{"type":"{message_type}","payload":{payload}}}"#);
    format!(r#"{{"module":"test-relay","type":"command","payload":{{"name":"send","args":{args}}}{more}}}"#)
        + "\n"
}

/// A step of the owner.
fn owner(message_type: &str, payload: &str, more: &str) -> String {
    format!(r#"{{"module":"host","type":"{message_type}","payload":{payload}{more}}}"#) + "\n"
}

const GRANTS: [&str; 8] =
    ["--grant", "read=*", "--grant", "write=*", "--grant", "emit=*", "--grant", "subscribe=*"];
const KEW: &str = r#"{"entity":"station","operation":"create","data":{"name":"Kew"}}"#;

#[test]
fn the_owner_fills_and_reads_the_store_and_publishes_events() {
    let created =
        r#"{"event":"entity.created","data":{"entity":"station","id":"${kew.data.id}"},"from":"host"}"#;
    let heard = r#"{"module":"test-relay","type":"command","payload":{"name":"heard"},"expect":{"data":{"events":[{"event":"a.b","data":{"n":1}}]}},"events":[]}"#;
    let text =
        relay("query", r#"{"entity":"station"}"#, r#","expect":{"data":{"count":0}},"events":[],"log":[]"#)
            + &owner("event", r#"{"event":"a.b","data":{"n":1}}"#, r#","events":[{"event":"a.b"}]"#)
            + heard
            + "\n"
            + &owner(
                "mutation",
                KEW,
                &format!(r#","as":"kew","expect":{{"data":{{"version":1}}}},"events":[{created}]"#),
            )
            + &relay(
                "query",
                r#"{"entity":"station"}"#,
                r#","expect":{"data":{"entities":[{"id":"${kew.data.id}"}]}}"#,
            )
            + &relay("mutation", KEW, r#","events":[{"event":"entity.created","from":"test-relay"}]"#)
            + &owner(
                "query",
                r#"{"entity":"station","filters":{"name":"Kew"}}"#,
                r#","expect":{"data":{"count":2}}"#,
            );
    let file = session("owner.jsonl", &text);
    let (code, summary_, stderr) =
        summary(&file, &[&["--strict", "--store", "memory"], &GRANTS[..]].concat());
    assert_eq!((code, summary_["met"].as_u64()), (0, Some(7)), "{stderr}");
    // In a file, it is there the next time.
    let store = file.with_file_name("owner.sqlite");
    let _ = std::fs::remove_file(&store);
    let count = |expected: u64| {
        owner("query", r#"{"entity":"station"}"#, &format!(r#","expect":{{"data":{{"count":{expected}}}}}"#))
    };
    for before in [0, 1] {
        let file = session("kept.jsonl", &(count(before) + &owner("mutation", KEW, "")));
        let (code, _, stderr) = summary(&file, &["--strict", "--store", store.to_str().expect("UTF-8")]);
        assert_eq!(code, 0, "{stderr}");
    }
}

#[test]
fn an_event_is_waited_for() {
    let emit = |n: u8| relay("event", &format!(r#"{{"event":"a.b","data":{{"n":{n}}}}}"#), "");
    let wait = |payload: &str, expect: &str| owner("wait_for", payload, &format!(r#","expect":{expect}"#));
    let text = emit(1)
        + &emit(2)
        + &emit(3)
        + &wait(
            r#"{"pattern":"a.*","data":{"n":2}}"#,
            r#"{"data":{"event":"a.b","data":{"n":2},"from":"test-relay"}}"#,
        )
        + &wait(r#"{"pattern":"a.b"}"#, r#"{"data":{"data":{"n":1}}}"#)
        + &wait(r#"{"pattern":"*"}"#, r#"{"data":{"data":{"n":3}}}"#)
        + &wait(r#"{"pattern":"*","timeout_ms":1}"#, r#"{"code":"timeout","error":"no event * within 1ms"}"#)
        + &wait(r#"{"patern":"*"}"#, r#"{"code":"invalid_payload"}"#);
    let file = session("wait.jsonl", &text);
    let (code, summary, stderr) = summary(&file, &GRANTS);
    assert_eq!((code, summary["met"].as_u64()), (0, Some(5)), "{stderr}");
}

#[test]
fn what_a_step_causes_is_compared() {
    let event = r#"{"event":"a.b","data":{"n":1}}"#;
    // What is expected, what the error says, what it marks.
    let cases = [
        (
            r#","events":[{"event":"a.c"}]"#,
            r#"events.0.event: expected "a.c", got "a.b""#,
            "the events are not",
        ),
        (r#","events":[]"#, "events: expected 0 elements, got 1 elements", "the events are not"),
        (r#","log":[{"level":"info"}]"#, "log: expected 1 elements, got 0 elements", "the log is not"),
    ];
    for (more, mismatch, what) in cases {
        let file = session("caused.jsonl", &relay("event", event, more));
        let path = file.to_str().expect("UTF-8");
        let (code, _, stderr) = run(&[&["run", path], &GRANTS[..]].concat());
        assert!(code == 1 && stderr.contains(mismatch) && stderr.contains(what), "{stderr}");
        assert_eq!(run(&[&["run", path, "--update"], &GRANTS[..]].concat()).0, 0);
        assert_eq!(run(&[&["run", path, "--strict"], &GRANTS[..]].concat()).0, 0);
    }
    let unknown = owner("mutaton", KEW, "");
    let no_store = owner("mutation", KEW, "");
    for (text, expected) in
        [(unknown, "did you mean mutation? fix"), (no_store, "give it a store with --store memory")]
    {
        let file = session("no-store.jsonl", &text);
        let (code, _, stderr) = run(&["run", "--strict", file.to_str().expect("UTF-8")]);
        assert!(code == 1 && stderr.contains(expected), "{stderr}");
    }
}

#[cfg(unix)]
#[test]
fn the_log_of_a_step_is_compared() {
    let file = super::talkative("cli-session-log");
    let folder = file.parent().and_then(std::path::Path::to_str).expect("UTF-8");
    let log = r#"[{"level":"error","text":"an \u001b[31merror"},{"level":"warn"},{"level":"info","instance":"talkative","text":"a note"}]"#;
    let line = format!(r#"{{"module":"talkative","type":"command","payload":{{"name":"log"}},"log":{log}}}"#);
    let file = session("log.jsonl", &line);
    let (code, _, stderr) = summary(&file, &["--modules", folder, "--log", "off"]);
    assert_eq!(code, 0, "{stderr}");
}

/// Runs `rp` in a terminal of so many columns; answers what it shows, without colours.
#[cfg(target_os = "linux")]
fn in_terminal(columns: u16, arguments: &[&str]) -> String {
    use std::io::Read;
    use std::os::fd::{FromRawFd, OwnedFd};
    let (mut ours, mut theirs) = (0, 0);
    let size = libc::winsize { ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
    // SAFETY: openpty(3) writes two descriptors and reads the size; a name and modes are not given.
    let opened = unsafe {
        libc::openpty(&raw mut ours, &raw mut theirs, std::ptr::null_mut(), std::ptr::null(), &raw const size)
    };
    assert_eq!(opened, 0, "a terminal");
    // SAFETY: openpty(3) has just made both descriptors, and nobody else owns them.
    let (ours, theirs) = unsafe { (OwnedFd::from_raw_fd(ours), OwnedFd::from_raw_fd(theirs)) };
    let mut command = super::rp(arguments);
    command.stdout(theirs.try_clone().expect("a descriptor")).stderr(theirs).env("TERM", "xterm");
    let mut child = command.spawn().expect("rp starts");
    // Ours of theirs, so that reading ends with the child.
    drop(command);
    let mut shown = Vec::new();
    // Linux ends a terminal without a writer with EIO.
    let _ = std::fs::File::from(ours).read_to_end(&mut shown);
    child.wait().expect("rp ends");
    let shown = String::from_utf8(shown).expect("UTF-8").replace('\r', "");
    anstream::adapter::strip_str(&shown).to_string()
}

/// The frame of a failing line fits the terminal, whatever the width of its characters, and marks what is wrong.
#[cfg(target_os = "linux")]
#[test]
fn the_frame_of_a_failing_line_fits_the_terminal() {
    use unicode_width::UnicodeWidthStr;
    let wide = "日本語".repeat(12);
    let lines = [
        command("ping", r#","expect":{"data":{"names":["Kew"]}}"#),
        command("ping", &format!(r#","note":"{wide}","expect":{{"data":{{"names":["Kew"]}}}}"#)),
        command("ping", &format!(r#","expect":{{"data":{{"names":["{wide}"]}}}},"note":"{wide}""#)),
    ];
    for columns in [80, 40] {
        for line in &lines {
            let file = session("frame.jsonl", line);
            let shown = in_terminal(columns, &["run", file.to_str().expect("UTF-8")]);
            let frame: Vec<&str> =
                shown.lines().skip_while(|line| !line.starts_with("   ╭─[")).skip(1).take(2).collect();
            let [source, mark] = frame[..] else { panic!("no frame: {shown}") };
            assert!(source.width() <= usize::from(columns), "{columns}: {shown}");
            let before = mark.chars().take_while(|c| "  ·".contains(*c)).count();
            let marked: String = after_columns(source, before).to_owned();
            assert!(marked.starts_with(r#"["#), "{columns}: {marked}\n{shown}");
        }
    }
}

/// What of a text stands behind so many columns.
#[cfg(target_os = "linux")]
fn after_columns(text: &str, columns: usize) -> &str {
    use unicode_width::UnicodeWidthChar;
    let mut width = 0;
    let at = text.char_indices().find(|(_, c)| {
        let is_there = width >= columns;
        width += c.width().unwrap_or(0);
        is_there
    });
    at.map_or("", |(at, _)| &text[at..])
}
