//! Modules made of files in C++, and what they answer.

use std::path::{Path, PathBuf};

use rp_host::{Grants, Host, Instance, LoadOptions, Message, Reply};
use serde_json::{Value, json};
use support::compiler::{Job, gcc, run_all, scratch};

/// A module of a file, for a test of its own.
pub fn compile(file: &str, test: &str, flags: &str) -> PathBuf {
    let library = scratch(&format!("lib{}_{test}.so", file.trim_end_matches(".cpp")));
    let job =
        Job::new(gcc().cpp).args("-std=c++17 -g -shared -fPIC -fvisibility=hidden -Iinclude").args(flags);
    run_all(vec![job.args(&format!("tests/c/sdk_hpp/{file} -o")).arg(library.to_str().unwrap())]);
    library
}

pub fn probe(test: &str, flags: &str) -> PathBuf {
    compile("probe.cpp", test, flags)
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
