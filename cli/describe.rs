//! What a module says about its commands: the list of `rp call FILE`, the help of `rp call FILE COMMAND --help`.

mod page;
mod schema;

use rp_host::{Instance, Message};
use rp_protocol::message_type::DESCRIBE;
use serde_json::value::RawValue;
use unicode_width::UnicodeWidthStr;

use crate::fault::{Fault, response_text};
use crate::json::{Shape, elements, shape};
use crate::nearest::question;
use crate::output::{Output, STRONG, styled, terminal_width};
use crate::setup::Setup;
use crate::terminal::{say, shown};
use schema::Schema;

/// One command, as its module describes it.
pub struct Described<'a> {
    name: String,
    description: String,
    args: Option<Schema<'a>>,
    returns: Option<Schema<'a>>,
    raw: &'a RawValue,
}

/// Asks an instance to describe itself: the response as it came.
pub fn ask(setup: &Setup, instance: &Instance) -> Result<String, Fault> {
    let mut reply = setup.reply();
    let answered = setup.ask(instance, Message::new(DESCRIBE, "{}"), None, &mut reply)?;
    let text = response_text(&reply)?;
    if answered.is_success {
        return Ok(text.to_owned());
    }
    let said = raw(text).and_then(|response| string(response, "error")).unwrap_or_default();
    let name = instance.name();
    Err(Fault::data("rp::describe::not_answered", format!("{name} does not describe its commands: {said}"))
        .help("a module may leave `describe` unanswered; its documentation has to name its commands"))
}

/// The commands in a response to `describe`, in the module's order; what is no description is passed over.
pub fn commands(response: &str) -> Vec<Described<'_>> {
    let data = raw(response).and_then(|response| field(response, "data"));
    let commands = data.and_then(|data| field(data, "commands"));
    commands.map(elements).unwrap_or_default().into_iter().filter_map(described).collect()
}

fn described(raw: &RawValue) -> Option<Described<'_>> {
    let schema = |key| field(raw, key).map(Schema::new);
    Some(Described {
        name: string(raw, "name")?,
        description: string(raw, "description").unwrap_or_default(),
        args: schema("args"),
        returns: schema("returns"),
        raw,
    })
}

fn raw(text: &str) -> Option<&RawValue> {
    serde_json::from_str(text).ok()
}

fn field<'a>(raw: &'a RawValue, key: &str) -> Option<&'a RawValue> {
    match shape(raw) {
        Shape::Object(fields) => fields.get(key).copied(),
        _ => None,
    }
}

fn string(raw: &RawValue, key: &str) -> Option<String> {
    match shape(field(raw, key)?) {
        Shape::Text(text) => Some(text),
        _ => None,
    }
}

/// The help of one command. `call` is how it is called, up to the command's name.
pub fn help(response: &str, name: &str, call: &str, is_json: bool, output: &mut Output) -> Result<(), Fault> {
    let commands = commands(response);
    let Some(command) = commands.iter().find(|command| command.name == name) else {
        return Err(unknown(name, &commands, call));
    };
    if is_json {
        return output.json_of_module(command.raw.get());
    }
    output.line(page::of(command, call, terminal_width()).trim_end())
}

fn unknown(name: &str, commands: &[Described<'_>], call: &str) -> Fault {
    let text = format!("the module describes no command {name}");
    Fault::data("rp::describe::unknown_command", text).help(unknown_help(name, commands, call))
}

fn unknown_help(name: &str, commands: &[Described<'_>], call: &str) -> String {
    let names = commands.iter().map(|command| command.name.as_str());
    format!("{}`{call}` lists the commands", question(name, names))
}

/// Where a module did not know the command, names on standard error the one that may have been meant.
pub fn hint(setup: &Setup, instance: &Instance, response: &str, name: &str, call: &str) {
    let code = raw(response).and_then(|response| string(response, "code"));
    if code.as_deref() != Some(rp_protocol::code::UNKNOWN_COMMAND) {
        return;
    }
    // Without a description there is no hint; the response has told what is wrong.
    if let Ok(described) = ask(setup, instance) {
        let help = unknown_help(name, &commands(&described), call);
        say(&format!("help: {help}"));
    }
}

/// All commands of a module, a line each. `call` is how it is called, up to the command's name.
pub fn list(response: &str, of: &str, call: &str, output: &mut Output) -> Result<(), Fault> {
    let commands = commands(response);
    if commands.is_empty() {
        return output.line(&format!("{} describes no commands", shown(of)));
    }
    output.line(&styled(STRONG, &format!("Commands of {}:", shown(of))))?;
    let width = commands.iter().map(|command| shown(&command.name).width()).max().unwrap_or_default().min(24);
    for command in &commands {
        let name = shown(&command.name);
        let text = page::paragraphs(&command.description).into_iter().next().unwrap_or_default();
        let sentence = text.split_once(". ").map_or(text.as_str(), |(sentence, _)| sentence);
        let text = shown(sentence.trim_end_matches('.'));
        let lines = page::wrapped(&text, terminal_width().saturating_sub(width + 4).max(20));
        let mut lines = lines.iter();
        let first = lines.next().map_or("", String::as_str);
        let gap = if first.is_empty() { 0 } else { width.saturating_sub(name.width()) + 2 };
        output.line(&format!("  {}{:gap$}{first}", styled(STRONG, &name), ""))?;
        for line in lines {
            output.line(&format!("  {:<width$}  {line}", ""))?;
        }
    }
    output.folded(&format!("\n`{call} COMMAND --help` tells what a command takes and answers"), 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RESPONSE: &str = r#"{"status":"success","data":{"commands":[{"name":"ping"},7,{"description":"x"},{"name":"create_log"}]}}"#;

    #[test]
    fn what_is_no_description_is_passed_over() {
        let names: Vec<String> = commands(RESPONSE).into_iter().map(|command| command.name).collect();
        assert_eq!(names, ["ping", "create_log"]);
        for nothing in ["", "[]", r#"{"data":[]}"#, r#"{"data":{"commands":{"a":1}}}"#] {
            assert!(commands(nothing).is_empty(), "{nothing}");
        }
    }
}
