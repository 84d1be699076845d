//! Files that the command writes: never one that it reads, under whatever name, and every refusal of the system is told.

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::Value;

use super::{numbered, rp};
use support::temporary;

/// A folder with a module, a session, a configuration with a store, and other names for each.
struct Place {
    _keep: tempfile::TempDir,
    dir: PathBuf,
}

const INPUTS: [&str; 4] = ["libbroken.so", "s.jsonl", "rp.toml", "s.db"];

impl Place {
    fn new() -> Self {
        let (keep, dir) = temporary();
        let place = Place { _keep: keep, dir: dir.into() };
        fs::copy(numbered(8), place.path("libbroken.so")).unwrap();
        let line = r#"{"module":"broken","type":"command","payload":{"name":"number"}}"#;
        fs::write(place.path("s.jsonl"), line).unwrap();
        let config =
            "[store]\npath = \"s.db\"\n[module.broken]\npath = \"libbroken.so\"\n[instance.broken]\n";
        fs::write(place.path("rp.toml"), config).unwrap();
        let output = place.run(&["run", "rp.toml", "s.jsonl"]);
        assert!(output.status.success(), "{output:?}");
        for name in INPUTS {
            fs::hard_link(place.path(name), place.path(&format!("hard-{name}"))).unwrap();
            std::os::unix::fs::symlink(name, place.path(&format!("soft-{name}"))).unwrap();
        }
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = rp(self.dir.to_str().unwrap(), arguments);
        command.current_dir(&self.dir).arg("--json");
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }
}

fn told(output: &Output) -> Value {
    serde_json::from_slice(&output.stderr).unwrap_or_else(|_| panic!("{output:?}"))
}

#[test]
fn an_input_is_no_output() {
    let place = Place::new();
    let before: Vec<_> = INPUTS.iter().map(|name| fs::read(place.path(name)).unwrap()).collect();
    let check = |arguments: &[&str], code: &str| {
        let output = place.run(arguments);
        assert_eq!(
            (output.status.code(), told(&output)["code"].as_str()),
            (Some(2), Some(code)),
            "{arguments:?}"
        );
        for (name, before) in INPUTS.iter().zip(&before) {
            assert!(fs::read(place.path(name)).unwrap() == *before, "{arguments:?}: {name} has changed");
        }
    };
    for form in ["", "hard-", "soft-", "./"] {
        let name = |input: usize| format!("{form}{}", INPUTS[input]);
        for input in 0..4 {
            check(&["run", "rp.toml", "s.jsonl", "--trace", &name(input)], "rp::trace::is_input");
        }
        check(&["run", "s.jsonl", "--modules", ".", "--trace", &name(0)], "rp::trace::is_input");
        check(&["run", "-", "--modules", ".", "--trace", &name(0)], "rp::trace::is_input");
        check(&["call", "./libbroken.so", "number", "--trace", &name(0)], "rp::trace::is_input");
        check(
            &["call", "--config", "rp.toml", "broken", "number", "--trace", &name(3)],
            "rp::trace::is_input",
        );
        check(&["check", "libbroken.so", "--junit", &name(0)], "rp::check::junit");
    }
}

/// A store that is not there yet is one all the same.
#[test]
fn nor_is_one_that_will_be() {
    let place = Place::new();
    fs::remove_file(place.path("s.db")).unwrap();
    for name in ["s.db", "s.db-wal", "s.db-shm", "s.db-journal"] {
        let output = place.run(&["run", "rp.toml", "s.jsonl", "--trace", name]);
        assert_eq!(told(&output)["code"], "rp::trace::is_input", "{name}");
        assert!(!place.path(name).exists(), "{name} was made for nothing");
    }
}

#[test]
fn nor_is_what_standard_input_comes_from() {
    let place = Place::new();
    let before = fs::read(place.path("s.jsonl")).unwrap();
    for (arguments, code) in [
        (&["run", "-", "--modules", ".", "--trace", "s.jsonl"][..], "rp::trace::is_input"),
        (&["run", "-", "--modules", ".", "--trace", "hard-s.jsonl"], "rp::trace::is_input"),
        (&["check", "libbroken.so", "--junit", "s.jsonl"], "rp::check::junit"),
    ] {
        let mut command = place.command(arguments);
        let output = command.stdin(File::open(place.path("s.jsonl")).unwrap()).output().unwrap();
        assert_eq!(told(&output)["code"], code, "{arguments:?}");
        assert!(fs::read(place.path("s.jsonl")).unwrap() == before, "{arguments:?}");
    }
}

/// A FIFO that nobody reads, a folder, a full disk: an error with the system's words and help that fits, never a hang.
#[test]
fn what_cannot_be_written_is_told() {
    let place = Place::new();
    assert!(Command::new("mkfifo").arg(place.path("fifo")).status().unwrap().success());
    fs::create_dir(place.path("folder")).unwrap();
    let long = "n".repeat(300);
    std::os::unix::fs::symlink("loop", place.path("loop")).unwrap();
    for (file, words, help) in [
        ("fifo", "No such device or address", "FIFO"),
        ("folder", "Is a directory", "this is a folder"),
        ("missing/file", "No such file or directory", "its folder is there"),
        ("s.jsonl/file", "Not a directory", "a part of the path"),
        ("loop", "Too many levels of symbolic links", "circle"),
        (&long, "File name too long", "shorten"),
        ("/dev/full", "No space left on device", "make room"),
        ("/proc/version", "", ""),
    ] {
        for arguments in [
            &["call", "./libbroken.so", "number", "--trace", file][..],
            &["check", "libbroken.so", "--filter", "=entry/loads", "--junit", file],
        ] {
            let output = place.run(arguments);
            assert_eq!(output.status.code(), Some(2), "{arguments:?}: {output:?}");
            let error = String::from_utf8(output.stderr).unwrap();
            let line = error.lines().last().unwrap_or_default();
            let told: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("{arguments:?}: {error}"));
            assert!(told["error"].as_str().unwrap().contains(words), "{arguments:?}: {told}");
            assert!(told["help"].as_str().unwrap().contains(help), "{arguments:?}: {told}");
        }
    }
    let output = place.run(&["header", "--install", "headers"]);
    assert!(output.status.success(), "{output:?}");
    fs::remove_file(place.path("headers/rp_module.h")).unwrap();
    fs::rename(place.path("fifo"), place.path("headers/rp_module.h")).unwrap();
    assert_eq!(told(&place.run(&["header", "--install", "headers"]))["code"], "rp::output");
}

/// The limit of file sizes ends nothing.
#[test]
fn a_limit_of_sizes_is_an_error() {
    let place = Place::new();
    let limited = |blocks: u32, arguments: &str| {
        let mut command = Command::new("sh");
        let line = format!("ulimit -f {blocks}; exec {} --json {arguments}", env!("CARGO_BIN_EXE_rp"));
        command.args(["-c", &line]).current_dir(&place.dir).env("TMPDIR", &place.dir).output().unwrap()
    };
    for (arguments, code) in [
        ("call ./libbroken.so number", "rp::load::private_copy"),
        ("header --install headers", "rp::output"),
        ("man pages", "rp::output"),
    ] {
        let output = limited(1, arguments);
        let told = told(&output);
        assert_eq!(
            (output.status.code(), told["code"].as_str()),
            (Some(2), Some(code)),
            "{arguments}: {told}"
        );
        assert!(told["help"].as_str().unwrap().contains("ulimit -f"), "{told}");
    }
    let output = limited(0, "list . > list.txt");
    assert!(told(&output)["help"].as_str().unwrap().contains("ulimit -f"), "{output:?}");
}

/// `rp new` tells why it cannot look at a folder, and does not guess that something is there.
#[test]
fn a_project_that_cannot_be_made() {
    let place = Place::new();
    fs::create_dir(place.path("empty")).unwrap();
    let long = "n".repeat(300);
    for (arguments, code, words) in [
        (&["new", "c", long.as_str()][..], "rp::output", "File name too long"),
        (&["new", "c", "hello", "--dir", "s.jsonl/hello"], "rp::output", "Not a directory"),
        (&["new", "c", "hello", "--dir", "s.jsonl"], "rp::new::exists", "exists already"),
        (&["new", "c", "hello", "--dir", "."], "rp::new::exists", "exists already"),
        (&["new", "c", "hello", "--dir", "/proc/hello"], "rp::output", "No such file or directory"),
        (&["new", "rust", "hello", "--sdk", "empty"], "rp::new::sdk", "No such file or directory"),
        (&["new", "rust", "hello", "--sdk", "s.jsonl"], "rp::new::sdk", "Not a directory"),
    ] {
        let output = place.run(arguments);
        let told = told(&output);
        assert_eq!(
            (output.status.code(), told["code"].as_str()),
            (Some(2), Some(code)),
            "{arguments:?}: {told}"
        );
        assert!(told["error"].as_str().unwrap().contains(words), "{arguments:?}: {told}");
    }
    assert!(place.run(&["new", "c", "hello", "--dir", "empty"]).status.success());
    assert!(place.path("empty/README.md").is_file());
}
