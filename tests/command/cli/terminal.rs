//! Nothing that others brought reaches the terminal as it is: every subcommand is fed text that would steer one.

use std::path::{Path, PathBuf};

use super::{ROOT, compiled, finish, module, rp, temporary};

/// As in `hostile.c`; XX is followed by a colour that is not ours.
const RAW: &str = "XX\u{1b}[8m\u{1b}]0;pwn\u{7}\r\u{b}\u{9b}31m\u{202e}\u{200b}\u{2028}\u{feff}\u{7f}\u{61c}\u{2066}\u{85}\u{ad}\u{e0041}\
                   \nerror host: FORGED";

/// Said once more here, so that the set does not depend on what is tested.
fn steers(c: char) -> bool {
    let marks =
        ['\u{ad}', '\u{61c}', '\u{200b}', '\u{2028}', '\u{202e}', '\u{2066}', '\u{feff}', '\u{e0041}'];
    c.is_control() && c != '\n' || marks.contains(&c)
}

/// What of a text is no colour.
fn without_colours(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';');
        out += &rest.strip_prefix('m').map_or(format!("\u{1b}[{part}"), str::to_owned);
    }
    out
}

/// Runs `rp` with colour and holds what it writes against the rule.
fn assert_harmless(arguments: &[&str], folder: &Path) {
    for colour in ["1", "0"] {
        let mut command = rp(arguments);
        command.current_dir(folder).env("CLICOLOR_FORCE", colour).env("CC", format!("cc{RAW}"));
        let (_, stdout, stderr) = finish(command);
        let text = without_colours(&stdout) + &without_colours(&stderr);
        let found: Vec<char> = text.chars().filter(|c| steers(*c)).collect();
        assert!(found.is_empty(), "{arguments:?}: {found:?} in {text:?}");
        assert!(
            !stdout.contains("XX\u{1b}[8m") && !stderr.contains("XX\u{1b}[8m"),
            "{arguments:?}: {text:?}"
        );
        assert!(text.lines().all(|line| !line.starts_with("error host")), "{arguments:?}: {text}");
        assert!(!text.contains("panicked"), "{arguments:?}: {text}");
    }
}

/// A folder with a hostile name that holds a hostile module under a hostile name, one under its own, and a broken file.
fn house() -> (PathBuf, String) {
    let built = compiled("hostile", "cli-hostile");
    let folder = temporary("cli-terminal").join(format!("d{RAW}"));
    std::fs::create_dir_all(&folder).expect("a folder");
    let own = folder.join(rp_host::library_file_name("hostile"));
    let extension = std::env::consts::DLL_EXTENSION;
    let named = folder.join(format!("m{RAW}.{extension}"));
    for path in [&own, &named] {
        std::fs::copy(&built, path).expect("copied");
    }
    std::fs::write(folder.join(format!("b{RAW}.{extension}")), "\u{7f}ELF").expect("written");
    (folder, named.to_str().expect("UTF-8").to_owned())
}

#[test]
fn modules_steer_no_terminal() {
    let (folder, file) = house();
    let place = folder.to_str().expect("UTF-8");
    for arguments in [&["list", place][..], &["list", place, "-v"], &["list", place, "--json"], &["list"]] {
        assert_harmless(arguments, &folder);
    }
    let broken = file.replace("/m", "/b");
    for file in [file.as_str(), &broken, RAW] {
        for arguments in [&["inspect", file][..], &["inspect", file, "--json"], &["call", file, "log"]] {
            assert_harmless(arguments, &folder);
        }
    }
    let help = format!("n{}", RAW.replace("\u{b}", "").replace("\u{ad}\u{e0041}", ""));
    let commands = ["log", "answer", "refuse", "unknown", "garble", "work", "tell", "send", RAW, &help];
    for command in commands {
        for more in [&["-v"][..], &["--help"], &["--log", "trace"]] {
            assert_harmless(&[&["call", &file, command], more].concat(), &folder);
        }
    }
    assert_harmless(&["call", &file], &folder);
    assert_harmless(&["call", &file, "--type", RAW], &folder);
    assert_harmless(
        &["check", &file, "--filter", "replies/", "--filter", "=manifest/constant", "-v"],
        &folder,
    );
}

#[test]
fn files_and_the_command_line_steer_no_terminal() {
    let (folder, file) = house();
    let json = serde_json::Value::from(RAW).to_string();
    let message =
        |command: &str| format!(r#"{{"module":"hostile","type":"command","payload":{{"name":"{command}"}}"#);
    let sessions = [
        format!("{RAW}\n"),
        format!("{{\"module\":{json},\"type\":\"t\"}}"),
        format!("{{\"module\":\"hostile\",{json}:1}}"),
        format!("{},\"as\":{json}}}", message("log")),
        format!("{},\"note\":{json},\"expect\":{{{json}:{json}}}}}", message("answer")),
        format!("{},\"expect\":{{\"v\":\"${{{RAW}.x}}\"}}}}", message("log")),
        format!(
            "{},\"as\":\"one\"}}\n{},\"expect\":{{\"v\":\"${{one.x}}\"}}}}",
            message("answer"),
            message("log")
        ),
        format!("{}}}", message("refuse")),
        format!("{}}}", message("garble")),
    ];
    for session in sessions {
        let path = folder.join(format!("s{RAW}.jsonl"));
        std::fs::write(&path, session).expect("written");
        let path = path.to_str().expect("UTF-8");
        for more in [&["-v"][..], &["--json"], &["--trace", path]] {
            assert_harmless(&[&["run", path, "--modules", "."], more].concat(), &folder);
        }
    }
    let text = json.replace("\u{7f}", "\\u007f");
    let configs = [
        format!("{RAW} = 1"),
        format!("{text} = 1"),
        format!("[module.{text}]"),
        format!("[module.hostile]\npath = {text}\n[instance.hostile]"),
        format!("[module.hostile]\nversion = {text}\n[instance.hostile]"),
        format!("[module.hostile]\n[instance.hostile]\ngrants.read = [{text}, {text}]"),
        format!("folders = [{text}]\n[module.hostile]\n[instance.hostile]"),
        format!("[store]\npath = {text}\nindexes.{text} = [{text}]"),
    ];
    std::fs::write(folder.join("s.jsonl"), message("log") + "}").expect("written");
    for config in configs {
        let path = folder.join(format!("c{RAW}.toml"));
        std::fs::write(&path, config).expect("written");
        assert_harmless(&["run", path.to_str().expect("UTF-8"), "s.jsonl"], &folder);
    }
    let long = format!("--{RAW}");
    let cases: &[&[&str]] = &[
        &[RAW],
        &["list", &long],
        &["list", RAW],
        &["call", &file, "log", "--grant", RAW],
        &["call", &file, "log", "--log", RAW],
        &["call", &file, "log", "--wasm-limit", RAW],
        &["call", &file, "log", "--engine", RAW],
        &["call", &file, "log", "--init", RAW],
        &["call", &file, "log", "--trace", &format!("no/{RAW}")],
        &["call", &file, "log", RAW],
        &["call", "--config", RAW, RAW],
        &["run", RAW],
        &["run", RAW, "s.jsonl"],
        &["check", RAW],
        &["check", "--filter", RAW, &file],
        &["new", RAW, "a"],
        &["new", "c", RAW],
        &["new", "c", "a", "--dir", "."],
        &["new", "c", "a", "--dir", RAW],
        &["header", RAW],
        &["header", "--install", RAW],
        &["man", RAW],
        &["completions", RAW],
        &["doctor"],
    ];
    for arguments in cases {
        assert_harmless(arguments, &folder);
    }
}

/// A program gets the bytes of the module, in one line what holds more than the response.
#[test]
fn programs_get_every_character() {
    let module = module("test-minimal-c");
    let args = "{\"a\":\"\u{7f}\u{9b}31m\u{202e}\u{200b}\u{feff}\u{2028}\"}";
    let (_, stdout, _) = super::run(&["call", &module, "echo", args, "--json"]);
    assert_eq!(stdout, format!("{{\"status\":\"success\",\"data\":{args}}}\n"));
    let line = format!(
        r#"{{"module":"test-minimal-c","type":"command","payload":{{"name":"echo","args":{args}}}}}"#
    );
    let (_, stdout, _) = super::run_with_input(&["run", "-", "--json"], &line);
    let records = super::json_lines(&stdout);
    let expected: serde_json::Value = serde_json::from_str(args).expect("JSON");
    assert!(records.iter().any(|record| record["response"]["data"] == expected), "{stdout}");
    assert!(!stdout.chars().any(|c| c != '\n' && steers(c)), "{stdout:?}");
}

#[test]
fn later_lines_of_a_log_entry_carry_the_instance() {
    let file = compiled("hostile", "cli-hostile-log");
    let (_, _, stderr) = super::run(&["call", file.to_str().expect("UTF-8"), "log"]);
    let lines: Vec<&str> = stderr.lines().skip_while(|line| !line.starts_with("info")).collect();
    assert_eq!(
        lines[1..],
        ["      hostile | error host: FORGED", "      hostile | error host: FORGED"],
        "{stderr}"
    );
}

/// A new writer goes through the border, too.
#[test]
fn only_the_border_writes() {
    let mut folders = vec![Path::new(ROOT).join("cli")];
    while let Some(folder) = folders.pop() {
        for entry in folder.read_dir().expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("UTF-8");
            let is_border =
                ["cli/terminal/stderr.rs", "cli/output.rs"].iter().any(|border| path.ends_with(border));
            for writer in ["anstream::std", "println!", "print!(", "dbg!"] {
                assert!(is_border || !text.contains(writer), "{}: {writer}", path.display());
            }
        }
    }
}
