//! Completion: what the scripts ask of `rp` as they ask it, and bash with its script.

use std::process::Command;

use support::Source;

use super::{finish, module, rp, run, temporary};

/// What is offered for the last of the words, as the script of a shell asks; standard error stays empty.
fn offered(shell: &str, words: &[&str]) -> Vec<String> {
    let mut command = rp(&[&["--", "rp"], words].concat());
    command
        .env("RP_COMPLETE", shell)
        .env("_CLAP_COMPLETE_INDEX", words.len().to_string())
        .env("_CLAP_IFS", "\n");
    let word = words.last().expect("the word at the cursor");
    // bash hands over the word without the quote that it begins with.
    command.env("RP_COMPLETE_WORD", word);
    let (code, stdout, stderr) = finish(command);
    assert_eq!((code, stderr.as_str()), (0, ""), "{shell} {words:?}");
    stdout.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// The instance `archive` of the module `research-log`.
fn config() -> String {
    let file = temporary("cli-completion.toml");
    let text = format!(
        "[module.research-log]\npath = {:?}\n[instance.archive]\nmodule = \"research-log\"\n",
        module("research-log")
    );
    std::fs::write(&file, text).expect("written");
    file.to_str().expect("UTF-8").to_owned()
}

#[test]
fn every_shell_has_a_script() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let (code, script, stderr) = run(&["completions", shell]);
        assert_eq!((code, stderr.as_str()), (0, ""), "{shell}");
        assert!(script.contains("RP_COMPLETE") && !script.contains(env!("CARGO_BIN_EXE_rp")), "{script}");
    }
    assert_eq!(run(&["completions", "tcsh"]).0, 2);
}

const TITLE: &str = r#"{"title":"TITLE"}"#;
const ALL: &str = concat!(
    r#"{"title":"TITLE","metadata":{},"objective":"OBJECTIVE","researcher":"RESEARCHER","#,
    r#""subject":"SUBJECT","tags":["TAGS"]}"#
);

/// What each shell is offered: as bash, zsh and fish want to be told it.
#[test]
fn modules_commands_and_keys_are_offered() {
    let (module, config) = (module("research-log"), config());
    let quoted = |text: &str| format!("'{text}'");
    let zsh = |text: &str, help: &str| format!("{}:{help}", text.replace(':', "\\:"));
    let fish = |text: &str, help: &str| format!("{text}\t{help}");
    let of_help = "the example of its help";
    std::thread::scope(|scope| {
        scope.spawn(|| {
            assert_eq!(offered("bash", &["call", &module, "cr"]), ["create_log"]);
            let keys = offered("bash", &["call", &module, "create_log", ""]);
            assert_eq!(keys, [quoted(TITLE), quoted(ALL)], "nothing was typed: with quotes");
            let keys = offered("bash", &["call", &module, "create_log", r#"'{"title":"TITLE","#]);
            assert_eq!(keys, [ALL], "bash itself keeps the quote");
        });
        scope.spawn(|| {
            let commands = offered("zsh", &["call", &module, ""]);
            assert!(commands.len() > 5 && commands[0] == "create_log:Creates a log", "{commands:?}");
            let keys = offered("zsh", &["call", &module, "create_log", r#"\{\"ti"#]);
            assert_eq!(keys, [zsh(TITLE, of_help), zsh(ALL, "every key")]);
        });
        scope.spawn(|| {
            let keys = offered("fish", &["call", &module, "create_log", "'{"]);
            assert_eq!(keys, [fish(TITLE, of_help), fish(ALL, "every key")]);
            let commands = offered("fish", &["call", "--config", &config, "archive", "cr"]);
            assert_eq!(commands, ["create_log\tCreates a log"]);
        });
    });
    for shell in ["bash", "zsh", "fish"] {
        assert_eq!(offered(shell, &["call", "--config", &config, "a"]), ["archive"]);
        assert_eq!(offered(shell, &["run", "good."]), ["good.jsonl"]);
        assert_eq!(offered(shell, &["call", "m.so", "--store", "good."]), ["good.jsonl"]);
        assert_eq!(offered(shell, &["comp"]).len(), 1);
        let options = offered(shell, &["call", "m.so", "ping", "--st"]);
        assert!(matches!(&options[..], [one] if one.starts_with("--store")), "{options:?}");
        let typed = offered(shell, &["call", &module, "--type", "query", ""]);
        assert!(typed.iter().all(|one| one.starts_with('-')), "a payload is no command: {typed:?}");
    }
}

/// Nothing of a module gets into the line that its user did not ask for, whatever its commands are called.
#[test]
fn names_are_never_taken_for_shell_code() {
    let names = [r"a b", r"x;id", r"$(id)", r"it's", r"\u001b[31mred", r"plain"];
    let commands = names.map(|name| format!(r#"{{"name":"{name}"}}"#)).join(",");
    let response = format!(r#"{{"status":"success","data":{{"commands":[{commands}]}}}}"#);
    let file = Source::new("table").define_text("RESPONSE", &response).library().display().to_string();
    let raw = ["a b", "x;id", "$(id)", "it's", "plain"];
    for (shell, word, expected) in [
        ("bash", "", &[r"a\ b", r"x\;id", r"\$\(id\)", r"it\'s", "plain"][..]),
        ("bash", "x", &[r"x\;id"]),
        ("bash", "'x", &["x;id"]),
        ("bash", "\"$", &[]),
        ("powershell", "", &["'a b'", "'x;id'", "'$(id)'", "'it''s'", "plain"]),
        // These quote what they insert.
        ("zsh", "", &raw),
        ("fish", "", &raw),
    ] {
        let mut found = offered(shell, &["call", &file, word]);
        found.retain(|one| !one.starts_with('-'));
        assert_eq!(found, expected, "{shell} {word}");
    }
}

#[cfg(unix)]
#[test]
fn modules_that_crash_or_hang_offer_nothing() {
    std::thread::scope(|scope| {
        for (name, harm) in
            [("crash", "*(volatile int *)8 = 1"), ("exit", "exit(0)"), ("hang", "for (;;) pause()")]
        {
            scope.spawn(move || {
                let harm = support::harm::module("completion", name, harm, &["-DOVER=\"describe\""]);
                let found = offered("fish", &["call", &harm.display().to_string(), ""]);
                assert!(found.iter().all(|one| one.starts_with('-')), "{name}: {found:?}");
            });
        }
    });
    let found = offered("fish", &["call", "no-such-module.so", ""]);
    assert!(found.iter().all(|one| one.starts_with('-')), "{found:?}");
}

/// bash, with its script and the words of a line, in a folder whose name has a space.
#[cfg(target_os = "linux")]
#[test]
fn bash_completes() {
    let (module, folder) = (module("research-log"), temporary("cli completion"));
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::copy(module, folder.join("log.so")).expect("copied");
    let ask = r#"source <(rp completions bash)
complete -p rp
offers() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_TYPE=9; COMPREPLY=()
    word=${!#}; _clap_complete_rp rp "${word#\'}" "${COMP_WORDS[COMP_CWORD - 1]}"; printf '%s\n' "${COMPREPLY[@]}"; }
offers rp comp
offers rp call lo
offers rp call '../cli\ c'
offers rp call log.so cr
offers rp call '../cli\ completion/log.so' cr
offers rp call log.so create_log "'{\"title\":\"TITLE\","#;
    let folder_of_rp = std::path::Path::new(env!("CARGO_BIN_EXE_rp")).parent().expect("a folder");
    let path = format!("{}:{}", folder_of_rp.display(), std::env::var("PATH").expect("a PATH"));
    let mut bash = Command::new("bash");
    bash.args(["--norc", "-c", &format!("{ask}\"")]).current_dir(&folder).env("PATH", path);
    let output = bash.output().expect("bash starts");
    let text = String::from_utf8_lossy(&output.stdout);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines[1..],
        ["completions", "log.so", r"../cli\ completion/", "create_log", "create_log", ALL],
        "{output:?}"
    );
    assert!(lines[0].ends_with("-F _clap_complete_rp rp") && output.stderr.is_empty(), "{output:?}");
}
