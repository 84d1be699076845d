//! Modules made of files in C++, and what they answer.

use std::path::{Path, PathBuf};

use rp_host::{Grants, Host, Instance, LoadOptions, Message, Reply};
use serde_json::{Value, json};
use support::Source;

/// A module of a file, compiled once for all tests.
pub fn compile(file: &'static str, flags: &str) -> PathBuf {
    let source = Source::new(file).compiler("g++").flag("-std=c++17").flag("-O0");
    flags.split_whitespace().fold(source, Source::flag).library()
}

pub fn probe(flags: &str) -> PathBuf {
    compile("tests/c/sdk_hpp/probe.cpp", flags)
}

pub fn load(host: &Host, library: &Path) -> Instance {
    let grants = Grants { call: vec!["other".into()], ..Grants::default() };
    host.load_with(library, LoadOptions::new().grants(grants)).unwrap()
}

/// The response to a command, or the code of the host's error.
pub fn ask(instance: &Instance, name: &str, args: Value) -> String {
    let payload = json!({"name": name, "args": args}).to_string();
    let mut reply = Reply::new();
    match instance.call(&Message::new("command", &payload), &mut reply).map(drop) {
        Ok(()) => reply.text().unwrap().to_owned(),
        Err(error) => error.code().to_owned(),
    }
}

pub fn error(code: &str, text: &str) -> String {
    format!(r#"{{"status":"error","error":{},"code":"{code}"}}"#, json!(text))
}

pub fn success(data: &str) -> String {
    format!(r#"{{"status":"success","data":{data}}}"#)
}

/// The text of an argument's refusal, with its details.
pub fn refused(path: &str, text: &str) -> String {
    let (text, path) = (json!(format!("{path}: {text}")), json!(path));
    format!(r#"{{"status":"error","error":{text},"code":"invalid_payload","details":{{"path":{path}}}}}"#)
}
