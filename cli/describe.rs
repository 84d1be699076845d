//! What a module says about its commands: the list of `rp call FILE`, the help of `rp call FILE COMMAND --help`.

mod command;
mod document;
mod offer;
mod page;
mod schema;
mod unexpected;

use rp_host::{Instance, Message};
use rp_protocol::message_type::DESCRIBE;
use unicode_width::UnicodeWidthStr;

pub use document::document;
pub use offer::{Offer, offers};

use crate::fault::Fault;
use crate::json::text_at;
use crate::nearest::question;
use crate::output::Output;
use crate::running::host::RunningHost;
use crate::terminal::{STRONG, styled, terminal_width};
use crate::terminal::{escaped, write_stderr};
use command::{Described, commands, raw};

/// Asks an instance to describe itself; answers the response as the module wrote it.
pub fn ask(host: &RunningHost, instance: &Instance) -> Result<String, Fault> {
    let response = host.ask(instance, Message::new(DESCRIBE, "{}"), None)?;
    if response.is_success {
        return Ok(response.text);
    }
    let said = raw(&response.text).and_then(|response| text_at(response, "error")).unwrap_or_default();
    let name = instance.name();
    Err(Fault::data("rp::describe::not_answered", format!("{name} does not describe its commands: {said}"))
        .help("a module need not answer `describe`; see its documentation for its commands"))
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

/// If a command has arguments that its module does not describe, names them on standard error: most modules skip them.
pub fn note(host: &RunningHost, instance: &Instance, payload: &str, name: &str) {
    let Some(arguments) = unexpected::arguments(payload) else { return };
    // Without a description nothing is known of the arguments.
    let Ok(described) = ask(host, instance) else { return };
    let commands = commands(&described);
    let command = commands.iter().find(|command| command.name == name);
    for sentence in command.map(|command| unexpected::sentences(command, arguments)).unwrap_or_default() {
        write_stderr(&format!("note: {sentence}"));
    }
}

/// If a module does not know a command, suggests a similar one on standard error.
pub fn hint(host: &RunningHost, instance: &Instance, response: &str, name: &str, call: &str) {
    let code = raw(response).and_then(|response| text_at(response, "code"));
    if code.as_deref() != Some(rp_protocol::code::UNKNOWN_COMMAND) {
        return;
    }
    // Without a description there is no hint; the response already says what is wrong.
    if let Ok(described) = ask(host, instance) {
        let help = unknown_help(name, &commands(&described), call);
        write_stderr(&format!("help: {help}"));
    }
}

/// The question whether a similar command was meant, or nothing. The instance is asked to describe itself.
pub fn question_of_command(host: &RunningHost, instance: &Instance, name: &str) -> String {
    let Ok(described) = ask(host, instance) else { return String::new() };
    let commands = commands(&described);
    question(name, commands.iter().map(|command| command.name.as_str()))
}

/// All commands of a module, a line each. `call` is how it is called, up to the command's name.
pub fn list(response: &str, of: &str, call: &str, output: &mut Output) -> Result<(), Fault> {
    let commands = commands(response);
    if commands.is_empty() {
        return output.line(&format!("{} describes no commands", escaped(of)));
    }
    output.line(&styled(STRONG, &format!("Commands of {}:", escaped(of))))?;
    let width =
        commands.iter().map(|command| escaped(&command.name).width()).max().unwrap_or_default().min(24);
    for command in &commands {
        let name = escaped(&command.name);
        let text = escaped(&page::first_sentence(&command.description));
        let lines = page::wrapped(&text, terminal_width().saturating_sub(width + 4).max(20));
        let mut lines = lines.iter();
        let first = lines.next().map_or("", String::as_str);
        let gap = if first.is_empty() { 0 } else { width.saturating_sub(name.width()) + 2 };
        output.line(&format!("  {}{:gap$}{first}", styled(STRONG, &name), ""))?;
        for line in lines {
            output.line(&format!("  {:<width$}  {line}", ""))?;
        }
    }
    output.folded(&format!("\n`{call} COMMAND --help` shows what a command takes and answers"), 0)
}
