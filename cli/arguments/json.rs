//! Arguments that are JSON.

use std::io::Read;

use serde::de::IgnoredAny;

use crate::fault::Fault;
use crate::json::without_mark;

/// An argument that is valid JSON, byte for byte as it was given: `{}` without one, and for `-` standard input.
pub fn json_argument(what: &str, given: Option<&str>) -> Result<String, Fault> {
    let text = match given {
        None => "{}".to_owned(),
        Some("-") => read_stdin()?,
        Some(text) => text.to_owned(),
    };
    match serde_json::from_str::<IgnoredAny>(&text) {
        Ok(_) => Ok(text.trim().to_owned()),
        Err(error) => Err(Fault::environment("rp::usage", format!("{what}: not valid JSON: {error}")).help(
            "quote it for the shell, as in '{\"text\":\"hello\"}', or give - and pipe it to standard input",
        )),
    }
}

fn read_stdin() -> Result<String, Fault> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).map_err(|error| {
        Fault::environment("rp::input", format!("standard input cannot be read: {error}"))
            .help_with(&error, "give the JSON on standard input")
    })?;
    Ok(without_mark(&text).to_owned())
}

/// The object that --init hands over.
pub fn init_config(text: &str) -> Result<serde_json::Value, Fault> {
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(value) if value.is_object() => Ok(value),
        Ok(_) => {
            Err(Fault::environment("rp::usage", "--init: not a JSON object").help("give {} or {\"key\":…}"))
        }
        Err(error) => Err(Fault::environment("rp::usage", format!("--init: not valid JSON: {error}"))
            .help("quote it for the shell, as in '{\"key\":1}'")),
    }
}
