//! The embeddings in `examples/` do what they say.

#[allow(dead_code, reason = "the test runs it without its main")]
#[path = "../../examples/embed.rs"]
mod embed;

#[allow(dead_code, reason = "the test runs it without its main")]
#[path = "../../examples/embed_events.rs"]
mod embed_events;

#[allow(dead_code, reason = "the test runs it without its main")]
#[path = "../../examples/embed_tokio.rs"]
mod embed_tokio;

#[allow(dead_code, reason = "the test runs it without its main")]
#[path = "../../examples/embed_config.rs"]
mod embed_config;

#[path = "../../docs/snippets/awaiting.rs"]
mod awaiting;
#[path = "../../docs/snippets/configuration.rs"]
mod configuration;
#[path = "../../docs/snippets/entering.rs"]
mod entering;
#[allow(dead_code, reason = "that it compiles is the test; the book's walk-through runs isolated modules")]
#[path = "../../docs/snippets/isolating.rs"]
mod isolating;
#[path = "../../docs/snippets/options.rs"]
mod options;
#[path = "../../docs/snippets/recording.rs"]
mod recording;
#[path = "../../docs/snippets/replacing.rs"]
mod replacing;
#[path = "../../docs/snippets/restarting.rs"]
mod restarting;
#[path = "../../docs/snippets/tour/tour.rs"]
mod tour;

use std::path::{Path, PathBuf};

use rp_host::{CancelToken, Host, library_file_name};
use serde_json::{Value, json};

/// What the example prints; `./dev platforms` compares with the same files what it prints elsewhere.
fn printed(lines: &[String]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

fn modules() -> PathBuf {
    std::env::current_exe().expect("a path").parent().expect("a folder").to_owned()
}

#[test]
fn blocking() {
    let lines = embed::run(&modules()).expect("it runs");
    assert_eq!(printed(&lines), include_str!("embedding/embed.txt"));
}

#[test]
fn with_a_configuration() {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/rp.toml");
    let lines = configuration::run(&file).expect("it runs");
    let expected = ["scribe is test-relay", "reader is test-relay", "the scribe wrote version 1"];
    assert_eq!(lines, expected);
}

#[test]
fn with_events() {
    let lines = embed_events::run(&modules()).expect("it runs");
    assert_eq!(printed(&lines), include_str!("embedding/embed_events.txt"));
}

/// The program that the book shows in four languages; python/tests/test_tour.py runs the others.
#[test]
fn the_tour() {
    let mut itself = std::process::Command::new(std::env::current_exe().expect("a path"));
    let output = itself
        .args(["--exact", "embedding::tour_itself", "--ignored", "--nocapture"])
        .output()
        .expect("it starts");
    let printed = String::from_utf8_lossy(&output.stdout);
    let expected = include_str!("../../docs/snippets/tour/tour.txt");
    assert!(
        output.status.success() && printed.contains(expected),
        "{printed}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
#[ignore = "a program of its own, which the_tour starts"]
fn tour_itself() {
    tour::run(&modules()).expect("it runs");
}

#[tokio::test(flavor = "current_thread")]
async fn with_tokio() {
    let lines = embed_tokio::run(&modules()).await.expect("it runs");
    assert_eq!(printed(&lines), include_str!("embedding/embed_tokio.txt"));
}

/// Calls belong to no runtime: two use one instance at once, and a call that began on one that is gone harms nobody.
#[test]
fn several_runtimes() {
    let host = Host::new();
    let module = modules().join(library_file_name("test-minimal"));
    let minimal = host.load(module).expect("it loads");
    let echo = |number: usize| minimal.command_async::<_, Value>("echo", &json!({"number": number}));
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    std::thread::scope(|scope| {
        for first in [0, 1000] {
            scope.spawn(move || {
                runtime().block_on(async {
                    for number in first..first + 100 {
                        let (one, other) = tokio::join!(echo(number), echo(number + 500));
                        assert_eq!(one.expect("an answer")["number"], number);
                        assert_eq!(other.expect("an answer")["number"], number + 500);
                    }
                });
            });
        }
    });
    // Begun on one runtime, answered on another.
    let mut call = echo(7);
    runtime().block_on(async {
        tokio::select! { biased; _ = &mut call => {}, () = std::future::ready(()) => {} }
    });
    drop(call);
    assert_eq!(runtime().block_on(echo(8)).expect("an answer")["number"], 8);
}

/// A whole program fits on a page: config, three modules, events, awaited calls, a deadline, new code.
#[tokio::test(flavor = "current_thread")]
async fn from_an_rp_toml() {
    let (_keep, dir) = support::temporary();
    let text = include_str!("../../examples/embed_config.toml");
    let file = PathBuf::from(dir).join("rp.toml");
    let folder = json!(modules()).to_string();
    std::fs::write(&file, text.replace("\"../target/debug/deps\"", &folder)).expect("a file");
    let lines = embed_config::run(&file).await.expect("it runs");
    assert_eq!(printed(&lines), include_str!("embedding/embed_config.txt"));
    #[cfg(target_os = "linux")]
    {
        isolate(&file);
        let lines = embed_config::run(&file).await.expect("it runs in processes of their own");
        assert_eq!(printed(&lines), include_str!("embedding/embed_config.txt"));
    }
    let is_code = |line: &&str| !line.trim().is_empty() && !line.trim().starts_with("//");
    let code = include_str!("../../examples/embed_config.rs").lines().filter(is_code).count();
    assert!(code <= 40, "{code} lines");
}

/// Has every module of a file run in a process of its own.
#[cfg(target_os = "linux")]
fn isolate(file: &Path) {
    let text = std::fs::read_to_string(file).expect("a file");
    let isolated =
        text.replace("[module.", "loader = 'isolated'\n[module.").replacen("loader = 'isolated'\n", "", 1);
    let text = isolated.replace("\n[instance.log]", "loader = 'isolated'\n[instance.log]");
    assert_eq!(text.matches("isolated").count(), 3, "{text}");
    let program = json!(env!("CARGO_BIN_EXE_rp"));
    std::fs::write(file, format!("worker_program = {program}\n{text}")).expect("written");
}

#[test]
fn many_calls_in_one_turn() {
    let host = Host::new();
    let one = host.load(modules().join(library_file_name("test-minimal"))).expect("it loads");
    let payloads =
        [r#"{"name":"ping","args":{}}"#, r#"{"name":"none","args":{}}"#, r#"{"name":"ping","args":{}}"#];
    assert_eq!(entering::entered(&one, &payloads).expect("all are answered"), 2);
    one.unload().expect("the turn has ended");
}

/// The snippets of the page on embedding.
#[tokio::test(flavor = "current_thread")]
async fn snippets_of_the_book() {
    let host = Host::new();
    let file = modules().join(library_file_name("test-minimal"));
    let one = restarting::restarted(&host, &file).expect("it loads");
    assert_eq!(options::with_options(&one, &CancelToken::new()).expect("an answer")["messages"], 2);
    assert_eq!(awaiting::awaited(&one, &one).await.expect("answers")[1]["messages"], 5);
    assert_eq!(replacing::replaced(&host, &one, &file).expect("an answer")["messages"], 2);
    assert_eq!(replacing::replaced(&host, &one, Path::new("nowhere")).expect("an answer")["messages"], 3);
}

#[test]
fn what_a_module_did_is_played_again() {
    let module = modules().join(library_file_name("test-minimal"));
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("embedding-recorded.jsonl");
    recording::record(&module, &file).expect("recorded");
    assert_eq!(recording::differences(&module, &file).expect("played"), [""; 0]);
    let answer = recording::answer_without_it(Path::new("nowhere.so"), &file).expect("answered");
    assert_eq!(answer["reply"], "pong");
    let other = modules().join(library_file_name("test-relay"));
    let found = recording::differences(&other, &file).expect("played");
    assert!(found.iter().any(|one| one.contains("(command ping): outcome was `")), "{found:?}");
}
