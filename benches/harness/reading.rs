//! Readers of JSON beside each other: whether a text is a response.
use serde::de::IgnoredAny;

use crate::measure::{Kind, Subject};

/// A text of about `size` bytes that is a response, and what it is made of.
type Shape = (&'static str, fn(usize) -> String);

pub const SHAPES: &[Shape] = &[
    ("small records", records),
    ("one long text", |size| text(size, "the age is hard to read, ")),
    ("text with escapes", |size| text(size, r#"the \"age\" is\n "#)),
    ("text beyond ASCII", |size| text(size, "Þórður á Ísafirði, ")),
    ("numbers", |size| list(size, |at| format!("{}.{}", at * at % 9973, at * 7919 % 1000))),
    ("deep nesting", nested),
    ("a wide object", |size| filled(size, "{", "}", |at| format!(r#""key_{}":{at}"#, at * at))),
];

fn records(size: usize) -> String {
    const NAMES: [&str; 5] = ["Ann Smith", "Bridget O'Brien", "Li", "Johannes von Habsburg", "Mary"];
    list(size, |at| {
        let sources: Vec<String> = (0..at * 5 % 4 + 1).map(|n| (n * at * 13 % 1000).to_string()).collect();
        let (id, name, born) =
            (at * 0x9e37_79b9 % (1 << (8 + at * 7 % 24)), NAMES[(at * 7 + at / 3) % 5], 1700 + at * 37 % 300);
        let (sources, sure) = (sources.join(","), at % 3 == 0);
        format!(r#"{{"id":"{id:x}","name":"{name}","born":{born},"sources":[{sources}],"sure":{sure}}}"#)
    })
}

fn text(size: usize, piece: &str) -> String {
    let mut data = String::from('"');
    while data.len() + piece.len() + HEAD.len() + 2 <= size {
        data += piece;
    }
    response(&(data + "\""))
}

/// Twenty levels, over and over.
fn nested(size: usize) -> String {
    list(size, |_| format!("{}1{}", r#"{"a":["#.repeat(10), "]}".repeat(10)))
}

fn list(size: usize, element: impl Fn(usize) -> String) -> String {
    filled(size, "[", "]", element)
}

fn filled(size: usize, open: &str, close: &str, element: impl Fn(usize) -> String) -> String {
    let mut data = open.to_owned();
    for at in 0.. {
        let next = element(at);
        if at > 0 && data.len() + next.len() + HEAD.len() + 3 > size {
            break;
        }
        data += if at > 0 { "," } else { "" };
        data += &next;
    }
    response(&(data + close))
}

pub const OURS: &str = "rp, a response";
pub const PEERS: [&str; 3] = ["serde_json, ignored", "sonic-rs, ignored", "simd-json, a tape"];

const HEAD: &str = r#"{"status":"success","data":"#;

fn response(data: &str) -> String {
    format!("{HEAD}{data}}}")
}

/// Each reader of that text. simd-json writes into what it reads, so it has a copy made each time.
pub fn subjects(text: &str) -> Vec<Subject<'_>> {
    let (mut copy, mut buffers) = (text.as_bytes().to_vec(), simd_json::Buffers::new(text.len()));
    assert!(rp_protocol::Response::parse(text).is_ok_and(|response| response.is_success()), "{text}");
    assert!(
        serde_json::from_str::<IgnoredAny>(text).is_ok() && sonic_rs::from_str::<IgnoredAny>(text).is_ok()
    );
    assert!(simd_json::to_tape_with_buffers(&mut copy, &mut buffers).is_ok());
    let [serde_json, sonic_rs, simd_json] = PEERS;
    vec![
        Subject::new(OURS, Kind::Ours, || rp_protocol::Response::parse(text).is_ok()),
        Subject::new(serde_json, Kind::Peer, || serde_json::from_str::<IgnoredAny>(text).is_ok()),
        Subject::new(sonic_rs, Kind::Peer, || sonic_rs::from_str::<IgnoredAny>(text).is_ok()),
        Subject::new(simd_json, Kind::Peer, move || {
            copy.copy_from_slice(text.as_bytes());
            simd_json::to_tape_with_buffers(&mut copy, &mut buffers).is_ok()
        }),
    ]
}
