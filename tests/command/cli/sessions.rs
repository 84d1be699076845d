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
