//! The examples of every `--help`, typed as they stand there.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{ROOT, module, run, temporary};

const SUBCOMMANDS: &[&str] = &[
    "list",
    "inspect",
    "call",
    "run",
    "serve",
    "store",
    "store list",
    "store get",
    "store put",
    "store delete",
    "store export",
    "store import",
    "store backup",
    "store check",
    "store stats",
    "store compact",
    "trace",
    "trace list",
    "trace tree",
    "trace show",
    "trace diff",
    "trace export",
    "trace page",
    "replay",
    "check",
    "config",
    "config check",
    "new",
    "header",
    "doctor",
    "completions",
    "man",
];

const CONFIG: &str = "[store]\npath = \"research.sqlite\"\n\
    [module.research-log]\npath = \"libresearch_log.so\"\n[instance.archive]\nmodule = \"research-log\"\n";
const SESSION: &str = "{\"module\":\"test-minimal\",\"type\":\"describe\"}\n";

/// The lines below `Examples:`.
fn examples(subcommand: &str) -> Vec<String> {
    let (_, help, _) = run(&[&subcommand.split(' ').collect::<Vec<_>>()[..], &["--help"]].concat());
    let lines = help.lines().skip_while(|line| *line != "Examples:").skip(1);
    lines.map_while(|line| line.strip_prefix("  ")).map(str::to_owned).collect()
}

/// A folder with all that the examples name, and `rp` in a folder of its own, so that nothing of a build lies beside it.
fn folder() -> PathBuf {
    let folder = temporary("cli-examples");
    // It may be there from an earlier run.
    let _ = std::fs::remove_dir_all(&folder);
    for inner in
        ["bin", "target/debug/deps", "build", "home/src", "home/.local/share/bash-completion/completions"]
    {
        std::fs::create_dir_all(folder.join(inner)).expect("a folder");
    }
    for inner in ["home/.zfunc", "home/.config/fish/completions"] {
        std::fs::create_dir_all(folder.join(inner)).expect("a folder");
    }
    let rp = folder.join("bin/rp");
    let hard_linked = std::fs::hard_link(env!("CARGO_BIN_EXE_rp"), &rp);
    hard_linked.or_else(|_| std::fs::copy(env!("CARGO_BIN_EXE_rp"), &rp).map(drop)).expect("rp");
    let minimal = module("test-minimal");
    for place in ["libtest_minimal.so", "libhello.so", "bin/libtest_minimal.so", "build/libtest_minimal.so"] {
        std::fs::copy(&minimal, folder.join(place)).expect("copied");
    }
    for place in ["target/debug/libtest_minimal.so", "target/debug/deps/libtest_minimal.so"] {
        std::fs::copy(&minimal, folder.join(place)).expect("copied");
    }
    for name in ["test-relay", "test-minimal-c", "test-minimal-cpp", "test-minimal-plain"] {
        let file = folder.join("bin").join(rp_host::library_file_name(name));
        std::fs::copy(module(name), file).expect("copied");
    }
    std::fs::copy(module("research-log"), folder.join("libresearch_log.so")).expect("copied");
    symlink(Path::new(ROOT).join("examples"), folder.join("examples")).expect("linked");
    symlink(ROOT, folder.join("home/src/rp")).expect("linked");
    for (name, text) in [
        ("rp.toml", CONFIG),
        ("session.jsonl", SESSION),
        ("args.json", "{\"text\":\"hello\"}"),
        ("note.json", "{}"),
    ] {
        std::fs::write(folder.join(name), text).expect("written");
    }
    store(&folder);
    // What the examples pipe into need not be on every machine.
    for program in ["jq", "man"] {
        let file = folder.join("bin").join(program);
        std::fs::write(&file, "#!/bin/sh\ncat >/dev/null\n").expect("written");
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).expect("a program");
    }
    folder
}

/// What the examples of `rp store` look at.
fn store(folder: &Path) {
    let file = folder.join("research.sqlite");
    let store =
        rp_host::store::StoreFile::create_with(file, &rp_host::store::SqliteOptions::new()).expect("a store");
    let names = ["note/1", "note/2", "note/3", "person/1"].map(|name| name.split_once('/').expect("a name"));
    let line = |(entity, id)| format!("{{\"entity\":\"{entity}\",\"id\":\"{id}\",\"data\":{{}}}}\n");
    let lines = names.map(line).concat();
    std::fs::write(folder.join("notes.jsonl"), &lines).expect("written");
    let go_on = &mut |_| std::ops::ControlFlow::Continue(());
    store.import(&mut lines.as_bytes(), rp_host::store::Existing::Refuse, go_on).expect("imported");
}

#[test]
fn every_example_does_what_it_says() {
    let folder = folder();
    let path = format!("{}:{}", folder.join("bin").display(), std::env::var("PATH").expect("a PATH"));
    for subcommand in SUBCOMMANDS.iter().copied() {
        let examples = examples(subcommand);
        assert!(examples.len() > 1, "{subcommand} has examples");
        for line in examples {
            let mut shell = Command::new("bash");
            shell.args(["-uc", &format!("set -o pipefail; {line}")]).current_dir(&folder);
            shell
                .env("PATH", &path)
                .env("HOME", folder.join("home"))
                .env_remove("RP_SDK")
                .env_remove("RP_LOG");
            let output = shell.output().expect("bash starts");
            let code = output.status.code();
            // What a machine has is no fault of the example.
            let is_fine = code == Some(0) || (subcommand == "doctor" && code == Some(2));
            let texts =
                [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text).into_owned());
            assert!(is_fine, "{line}\n{code:?}\n{}", texts.concat());
        }
    }
    assert!(folder.join("rp_module.h").exists() && folder.join("word-count/module.cpp").exists());
    assert!(folder.join("man1/rp-call.1").exists() && folder.join("messages.jsonl").exists());
}
