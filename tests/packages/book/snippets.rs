//! Snippets that the book includes compile and answer.

use std::process::Command;

use rp_host::{Host, Message, Reply};

use super::root;

#[test]
fn the_reply_in_two_pieces() {
    let library = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("book-reply.so");
    let mut cc = Command::new("cc");
    cc.args([
        "-std=c99",
        "-Wall",
        "-Wextra",
        "-Wpedantic",
        "-Werror",
        "-shared",
        "-fPIC",
        "-fvisibility=hidden",
    ]);
    cc.arg("-I")
        .arg(root().join("include"))
        .arg(root().join("docs/snippets/reply.c"))
        .arg("-o")
        .arg(&library);
    assert!(cc.status().unwrap().success(), "{cc:?}");
    let host = Host::new();
    let instance = host.load(&library).unwrap();
    let mut reply = Reply::new();
    instance.call(&Message::new("command", r#"{"name":"any"}"#), &mut reply).unwrap();
    assert_eq!(reply.text().unwrap(), r#"{"status":"success","data":{"hello":"world"}}"#);
}
