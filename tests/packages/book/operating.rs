//! What an operator types, as the pages show it.

use std::process::Command;

use super::recipes::{Folder, block_with};
use super::source;

#[test]
fn a_store_is_looked_after() {
    let folder = Folder::new();
    let said = folder.succeed(&block_with("store.md", "rp store import"));
    assert!(said.contains("2 entities read, no damage"), "{said}");
    let again = folder.succeed("$ rp store export other.sqlite\n");
    let lines = std::fs::read_to_string(folder.path().join("notes.jsonl")).unwrap();
    assert!(lines.lines().count() == 3 && again.contains(&lines), "{again}\n{lines}");
}

/// The block in a language of the page about `rp serve`.
fn script(language: &str) -> String {
    let page = std::fs::read_to_string(source().join("serve.md")).unwrap();
    let block = page.split(&format!("```{language}\n")).nth(1).expect("a block");
    block.split("```").next().unwrap().to_owned()
}

#[test]
fn scripts_use_a_module() {
    let folder = Folder::new();
    let said = folder.succeed(&block_with("serve.md", "rp serve"));
    assert!(said.contains(r#"{"status":"success","data":{"commands":[{"name":"greet""#), "{said}");
    let bin = std::path::Path::new(env!("CARGO_BIN_EXE_rp")).parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let run = |program: &str, language: &str| {
        let mut command = Command::new(program);
        command.args(["-c", &script(language)]).current_dir(folder.path()).env("PATH", &path);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{language}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let said = run("bash", "bash");
    assert_eq!(said.lines().filter(|line| line.starts_with(r#"{"status":"success""#)).count(), 2, "{said}");
    if Command::new("python3").arg("--version").output().is_ok() {
        assert_eq!(run("python3", "python"), "{'hello': 'Ada', 'greeted': 1}\n");
    } else {
        assert!(!support::is_full(), "python3 is missing");
    }
}
