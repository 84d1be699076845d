//! `rp header`, `rp man`, `rp doctor`: what the command carries for its users, and what it tells them.

use std::path::Path;

use serde_json::Value;

use super::{ROOT, assert_text, finish, json_lines, rp, run, temporary};

/// Every subcommand, as the help lists them.
fn subcommands() -> Vec<String> {
    let (_, help, _) = run(&["--help"]);
    let lines = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let lines = lines.take_while(|line| !line.is_empty()).filter(|line| !line.starts_with("   "));
    let names = lines.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help");
    names.map(str::to_owned).collect()
}

/// A folder of a test, empty.
fn fresh(name: &str) -> std::path::PathBuf {
    let folder = temporary(name);
    // It may be there from an earlier run.
    let _ = std::fs::remove_dir_all(&folder);
    folder
}

/// The files below a folder, as paths within it.
fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in folder.read_dir().expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().and_then(std::ffi::OsStr::to_str).expect("UTF-8").to_owned();
        if path.is_dir() {
            found.extend(files(&path).into_iter().map(|inner| format!("{name}/{inner}")));
        } else {
            found.push(name);
        }
    }
    found.sort();
    found
}

#[test]
fn the_headers_are_those_of_the_repository() {
    let include = Path::new(ROOT).join("include");
    let read = |path: &Path| std::fs::read_to_string(path).expect("a header");
    let folder = fresh("cli-headers");
    let (code, stdout, _) = run(&["header", "--install", folder.to_str().expect("UTF-8")]);
    let names = files(&include);
    assert_eq!((code, stdout.lines().count()), (0, names.len()), "{stdout}");
    assert_eq!(files(&folder), names);
    for name in &names {
        assert_eq!(read(&folder.join(name)), read(&include.join(name)), "{name}");
        let (code, printed, _) = run(&["header", name]);
        assert_eq!((code, printed), (0, read(&include.join(name))), "{name}");
    }
    assert_eq!(run(&["header"]).1, read(&include.join("rp_module.h")));
    let (_, listed, _) = run(&["header", "--list", "--json"]);
    assert_eq!(json_lines(&listed).len(), names.len());
}

#[test]
fn the_contract_is_there_as_data() {
    let recorded =
        std::fs::read_to_string(Path::new(ROOT).join("spec/abi/rp_module.json")).expect("it is there");
    for arguments in [&["header", "--json"][..], &["header", "rp_module.h", "--json"]] {
        assert_eq!(run(arguments), (0, recorded.clone(), String::new()), "{arguments:?}");
    }
    for arguments in [["header", "rp_plain.h", "--json"], ["header", "--single", "--json"]] {
        let (code, stdout, stderr) = run(&arguments);
        assert_eq!((code, stdout), (2, String::new()), "{arguments:?}");
        let error = &json_lines(&stderr)[0];
        assert_eq!(error["code"], "rp::header::no_data", "{stderr}");
    }
}

#[test]
fn what_cannot_be_written_is_told() {
    let (code, _, stderr) = run(&["header", "rp_sing.h"]);
    assert_eq!(code, 2);
    assert!(stderr.contains("there is no header rp_sing.h") && stderr.contains("help: "), "{stderr}");
    assert!(stderr.contains("rp_module.h, rp_module_layout.h, rp_plain.h"), "{stderr}");
    for arguments in [&["header", "--install", "good.jsonl/include"][..], &["man", "good.jsonl/man1"]] {
        let (code, _, stderr) = run(arguments);
        assert!(code == 2 && stderr.contains("rp::output"), "{arguments:?}: {stderr}");
    }
}

#[test]
fn every_subcommand_has_a_manual_page() {
    let folder = fresh("cli-man");
    let (code, stdout, _) = run(&["man", folder.to_str().expect("UTF-8")]);
    let names = subcommands();
    assert!(code == 0 && stdout.contains("rp-store-import.1"), "{stdout}");
    for name in names {
        let page = std::fs::read_to_string(folder.join(format!("rp-{name}.1"))).expect("a page");
        assert!(page.contains(&format!(".TH rp-{name} 1")) && page.contains("\nExamples:\n"), "{page}");
    }
    let page = std::fs::read_to_string(folder.join("rp.1")).expect("a page");
    assert!(page.contains("Exit codes:"), "{page}");
}

#[test]
fn the_doctor_tells_what_is_there() {
    let (_, stdout, stderr) = run(&["doctor", "--json"]);
    let report: Value =
        serde_json::from_str(&stdout).unwrap_or_else(|error| panic!("{error}: {stdout}{stderr}"));
    let tools = report["tools"].as_array().expect("tools");
    for tool in tools {
        let is_found = tool["is_found"].as_bool().expect("a bool");
        assert!(tool["version"].is_string() == is_found && tool["missing"].is_string() != is_found, "{tool}");
    }
    // The tests themselves were built with it.
    assert!(tools.iter().any(|tool| tool["tool"] == "cargo" && tool["is_found"] == true), "{stdout}");
    assert_eq!(report["languages"].as_array().map(Vec::len), Some(14));
}

/// The outcome follows from the parts, and both forms of output agree.
#[test]
fn the_doctor_tells_whether_modules_can_be_isolated() {
    // Nowhere to look for tools, which takes time.
    let doctor = |arguments: &[&str]| {
        let mut command = rp(arguments);
        command.env("PATH", "");
        finish(command).1
    };
    let report: Value = serde_json::from_str(&doctor(&["doctor", "--json"])).expect("JSON");
    let isolation = &report["isolation"];
    let parts = isolation["parts"].as_array().expect("parts");
    let has_all = |with_sandbox: bool| {
        let mut needed = parts.iter().filter(|part| with_sandbox || part["for_sandbox_only"] == false);
        needed.all(|part| part["is_found"] == true)
    };
    assert_eq!(
        (has_all(false), has_all(true)),
        (isolation["is_ready"] == true, isolation["is_sandbox_ready"] == true)
    );
    let stdout = doctor(&["doctor"]);
    let says_yes = |name: &str| stdout.contains(&format!("\n  {name:<16} yes\n"));
    assert_eq!(
        (says_yes("without one"), says_yes("in a sandbox")),
        (has_all(false), has_all(true)),
        "{stdout}"
    );
    for part in parts.iter().filter(|part| part["is_found"] == false) {
        assert!(stdout.contains(part["missing"].as_str().expect("a text")), "{part} {stdout}");
    }
}

/// Without the lines that depend on the kernel.
#[cfg(unix)]
fn without_isolation(report: &str) -> String {
    let is_line =
        |line: &&str| !["  in a sandbox ", "  without one "].iter().any(|start| line.starts_with(start));
    report.lines().filter(is_line).fold(String::new(), |text, line| text + line + "\n")
}

/// On a machine that has nothing: what is missing is named with the step that brings it, and the exit code is 2.
#[cfg(unix)]
#[test]
fn the_doctor_tells_what_is_missing_and_how_to_get_it() {
    use std::os::unix::fs::PermissionsExt;
    let folder = fresh("cli-doctor");
    std::fs::create_dir_all(&folder).expect("a folder");
    let program = |name: &str, text: &str| {
        let file = folder.join(name);
        std::fs::write(&file, format!("#!/bin/sh\n{text}\n")).expect("written");
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).expect("made a program");
    };
    let doctor = |arguments: &[&str]| {
        let mut command = rp(&[&["doctor"], arguments].concat());
        for variable in ["CC", "CXX", "RP_WASM_CC", "RP_WASM_CXX"] {
            command.env_remove(variable);
        }
        command.env("PATH", &folder);
        finish(command)
    };
    program("apt-get", "exit 0");
    let (code, stdout, stderr) = doctor(&[]);
    assert_eq!((code, stderr.as_str()), (2, ""));
    assert_text("doctor-nothing.txt", &without_isolation(&stdout));
    program("cc", "cat >/dev/null; echo 'cc 1.0'");
    program("make", "echo 'make 4.0'");
    program("cmake", "echo 'cmake version 3.10.2'");
    program("clang", "echo 'clang: error: unable to create target' >&2; exit 1");
    let (code, stdout, _) = doctor(&[]);
    assert_eq!(code, 0, "one language is enough: {stdout}");
    assert_text("doctor-some.txt", &without_isolation(&stdout));
    for (arguments, expected) in [
        (&["c"][..], 0),
        (&["c", "plain"], 0),
        (&["c", "--wasm"], 2),
        (&["c", "c-cmake"], 2),
        (&["--wasm"], 2),
    ] {
        assert_eq!(doctor(arguments).0, expected, "{arguments:?}");
    }
}
