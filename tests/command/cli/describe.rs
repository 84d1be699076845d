//! `rp call FILE` and `rp call FILE COMMAND --help`, over modules of every language.

use serde_json::Value;

use super::{assert_text, json_lines, module, rp, run};

const TEST_MINIMALS: [&str; 4] = ["test-minimal", "test-minimal-c", "test-minimal-cpp", "test-minimal-plain"];

/// One behaviour in four forms: one help, but for the file.
#[test]
fn the_help_of_a_command_is_made_from_what_the_module_describes() {
    for name in TEST_MINIMALS {
        let file = module(name);
        for (arguments, expected) in [
            (&["fail", "--help"][..], "command-fail.txt"),
            (&["status", "-h"], "command-status.txt"),
            (&[], "commands.txt"),
        ] {
            let (code, stdout, stderr) = run(&[&["call", &file], arguments].concat());
            assert_eq!((code, stderr.as_str()), (0, ""), "{name} {arguments:?}");
            assert_text(expected, &stdout.replace(&file, "[file]").replace(&format!("{name}:"), "[name]:"));
        }
    }
}

#[cfg(unix)]
#[test]
fn all_that_a_schema_says_is_told() {
    let file = super::compiled("described", "cli-described");
    let file = file.to_str().expect("UTF-8");
    for (arguments, expected) in [
        (&["all", "--help"][..], "command-all.txt"),
        (&["bare", "--help"], "command-bare.txt"),
        (&["empty", "--help"], "command-empty.txt"),
        (&[], "commands-described.txt"),
    ] {
        let (code, stdout, stderr) = run(&[&["call", file], arguments].concat());
        assert_eq!((code, stderr.as_str()), (0, ""), "{arguments:?}");
        let stdout = stdout.replace(file, "[file]");
        assert!(stdout.lines().all(|line| line.chars().count() <= 80 || line.contains("[file]")), "{stdout}");
        assert_text(expected, &stdout);
    }
}

#[test]
fn the_help_of_a_command_has_colour_where_it_is_wanted() {
    let file = module("test-minimal-c");
    let coloured = |variable: &str| {
        let mut command = rp(&["call", &file, "status", "--help"]);
        command.env(variable, "1");
        super::finish(command).1.contains('\u{1b}')
    };
    assert!(coloured("CLICOLOR_FORCE") && !coloured("NO_COLOR"));
}

/// The example calls are more than pictures.
#[cfg(unix)]
#[test]
fn the_examples_of_every_command_are_understood_by_their_modules() {
    for name in TEST_MINIMALS.into_iter().chain(["research-log"]) {
        let file = module(name);
        let (_, described, _) = run(&["call", &file, "--json"]);
        let commands = json_lines(&described)[0]["data"]["commands"].clone();
        for command in commands.as_array().expect("commands") {
            let command = command["name"].as_str().expect("a name");
            let (_, help, _) = run(&["call", &file, command, "--help"]);
            let example =
                help.lines().last().and_then(|line| line.strip_prefix("  rp ")).expect("an example");
            let line = format!("{} {example} --json --log off", env!("CARGO_BIN_EXE_rp"));
            let output = std::process::Command::new("sh").args(["-c", &line]).output().expect("sh starts");
            let response: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{line}"));
            let code = response["code"].as_str().unwrap_or_default();
            let misunderstood = ["invalid_json", "invalid_payload", "unknown_command"];
            assert!(!misunderstood.contains(&code) || command == "fail", "{line}: {response}");
        }
    }
    let example = r#"{"title":"TITLE"}"#;
    let (code, stdout, _) = run(&["call", &module("research-log"), "create_log", example]);
    assert_eq!(code, 0, "{stdout}");
}

#[test]
fn an_unknown_command_names_the_nearest() {
    let file = module("test-minimal");
    let (code, stdout, stderr) = run(&["call", &file, "statsu", "--help"]);
    assert_eq!((code, stdout.as_str()), (1, ""));
    assert_text("error-unknown-command.txt", &stderr.replace(&file, "[file]"));
    let (code, _, stderr) = run(&["call", &file, "xyzzy", "--help", "--json"]);
    let error = &json_lines(&stderr)[0];
    assert_eq!((code, error["code"].as_str()), (1, Some("rp::describe::unknown_command")));
    assert!(!error["help"].as_str().expect("help").contains("did you mean"), "{error}");
}

/// Modules skip arguments that they do not know, as the protocol asks; what they describe shows a misspelt one.
#[test]
fn an_unknown_argument_names_the_nearest() {
    for name in ["research-log", "research-log-c", "research-log-cpp"] {
        let file = module(name);
        let call = |args: &str, more: &[&str]| {
            run(&[&["call", &file, "create_log", args, "--log", "off"], more].concat())
        };
        let (code, stdout, stderr) = call(r#"{"title":"a","titel":1}"#, &[]);
        assert!(code == 0 && stdout.contains("\"number\": 1"), "{name}: {stdout}");
        let note = "note: create_log has no argument titel; did you mean title?\n";
        assert_eq!(stderr, note, "{name}");
        let (code, _, stderr) = call(r#"{"titel":"a"}"#, &[]);
        assert_eq!((code, stderr.as_str()), (1, note), "{name}");
        assert_eq!(call(r#"{"title":"a"}"#, &[]).2, "", "{name}");
        assert_eq!(call(r#"{"title":"a","titel":1}"#, &["--json"]).2, "", "{name}");
    }
    let (_, _, stderr) = run(&["call", &module("test-minimal"), "echo", r#"{"any":1}"#]);
    assert_eq!(stderr, "");
}

#[test]
fn for_programs_the_description_is_as_it_came() {
    let file = module("test-minimal-c");
    let (_, all, _) = run(&["call", &file, "--json"]);
    assert_eq!(all, run(&["call", &file, "--type", "describe", "--json"]).1);
    let (code, one, _) = run(&["call", &file, "ping", "--help", "--json"]);
    assert_eq!((code, json_lines(&one)[0]["name"].as_str()), (0, Some("ping")));
    assert!(all.contains(one.trim_end()), "{one}");
}

/// `--help` without a command, and behind `--`, is nothing of the module's.
#[test]
fn the_help_of_call_stays_its_own() {
    let (code, stdout, _) = run(&["call", "no-such-file.so", "--help"]);
    assert_eq!((code, stdout), (0, run(&["call", "--help"]).1));
    let file = module("test-minimal-c");
    let (code, stdout, _) = run(&["call", &file, "--type", "query", "--help"]);
    assert_eq!((code, stdout), (0, run(&["call", "--help"]).1));
    let (code, _, stderr) = run(&["call", &file, "echo", "--", "--help"]);
    assert!(code == 2 && stderr.contains("not valid JSON"), "{stderr}");
    let (code, _, stderr) = run(&["call", "no-such-file.so", "echo", "--help"]);
    assert!(code == 2 && stderr.contains("rp::load::not_found"), "{stderr}");
}
