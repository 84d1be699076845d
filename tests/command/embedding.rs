//! The embeddings in `examples/` do what they say.

#[allow(dead_code, reason = "the test runs it without its main")]
#[path = "../../examples/embed.rs"]
mod embed;

#[allow(dead_code, reason = "the test runs it without its main")]
#[path = "../../examples/embed_tokio.rs"]
mod embed_tokio;

use std::path::PathBuf;

fn modules() -> PathBuf {
    std::env::current_exe().expect("a path").parent().expect("a folder").to_owned()
}

#[test]
fn blocking() {
    let lines = embed::run(&modules()).expect("it runs");
    let expected = [
        "the scribe wrote version 1 of Blankenhain",
        "the scribe wrote version 1 of Kranichfeld",
        "the reader found 1: \"Blankenhain\"",
        "the reader told the scribe that it heard \"entity.created\"",
        "the reader told the scribe that it heard \"entity.created\"",
        "reader: command send: reader may not write note: the grant write=note is missing (denied)",
    ];
    assert_eq!(lines, expected);
}

#[tokio::test(flavor = "current_thread")]
async fn with_tokio() {
    let lines = embed_tokio::run(&modules()).await.expect("it runs");
    let expected = [
        "the scribe wrote version 1",
        "the reader found 1",
        "the scribe did 100 steps",
        "the runtime was free meanwhile: true",
        "the first report was 1 of 100",
        "the long work ended in time: false",
        "the reader heard \"entity.created\"",
    ];
    assert_eq!(lines, expected);
}
