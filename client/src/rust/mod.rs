//! Clients in Rust.

mod comment;
mod events;
mod layout;
mod names;
mod types;

use crate::language::{Caller, Job, Language};
use crate::model::{Args, Command, Type};
use crate::name::pascal;
use crate::text::{Code, listed};
use comment::doc;
use layout::{CHAIN, WIDTH, literal, short_list};
use names::Names;
use types::Types;

pub fn write(job: &Job<'_>) -> String {
    let names = Names::of(job);
    let types = Types { model: job.model, names: &names, caller: job.caller };
    let mut code = Code::default();
    code.line(format!("// {}", job.head(Language::Rust)));
    code.gap();
    client(&mut code, job, &types);
    for shape in 0..job.model.shapes.len() {
        code.gap();
        types.define(&mut code, shape);
    }
    if !job.model.events.is_empty() {
        code.gap();
        events::write(&mut code, job, &types);
    }
    code.into_text()
}

/// The struct with a method for each command.
fn client(code: &mut Code, job: &Job<'_>, types: &Types<'_>) {
    let name = pascal(&job.name);
    let mut about = job.about();
    about.push(String::new());
    about.push(match job.caller {
        Caller::Host => {
            format!("The commands of the module {}, through an instance of it.", job.model.module)
        }
        Caller::Module => format!("The commands of the module {}, for another module.", job.model.module),
    });
    doc(code, 0, &about.join("\n"));
    code.raw(&match job.caller {
        Caller::Host => include_str!("host.rs.txt").replace("ClientName", &name),
        Caller::Module => include_str!("module.rs.txt")
            .replace("ClientName", &name)
            .replace("module-name", &job.model.module),
    });
    for (at, command) in job.model.commands.iter().enumerate() {
        code.gap();
        method(code, command, &types.names.methods[at], types);
    }
    code.line("}");
}

fn method(code: &mut Code, command: &Command, name: &str, types: &Types<'_>) {
    let errors = match types.caller {
        Caller::Host => "- If there is no response, if it is an error response, or if it has another shape.",
        Caller::Module => "- The error response of the module, as it came, or that of the host.",
    };
    doc(code, 4, &format!("{}\n\n# Errors\n{errors}", described(command)));
    let (parameter, argument) = match command.args {
        Args::None => (None, "&serde_json::json!({})"),
        Args::Free => (Some(format!("args: &{}", types.of(&Type::Object))), "args"),
        Args::Struct(shape) => (Some(format!("args: &{}", types.names.types[shape])), "args"),
    };
    let argument = match (command.args, types.caller) {
        (Args::None, Caller::Module) => "&rp_sdk::json!({})",
        _ => argument,
    };
    let result = types.item(&command.returns);
    let error = match types.caller {
        Caller::Host => "rp_host::Error",
        Caller::Module => "rp_sdk::Error",
    };
    let mut parameters = vec!["&self".to_owned()];
    parameters.extend(parameter);
    let tail = format!(" -> Result<{result}, {error}> {{");
    code.lines(listed(4, &format!("pub fn {name}("), &parameters, &tail, 4, WIDTH));
    let command = literal(&command.name);
    let argument = argument.to_owned();
    let (of, steps, items) = match types.caller {
        Caller::Host => {
            ("self.instance", &[".with(&self.options)", ".command("][..], vec![command, argument])
        }
        Caller::Module => ("self.host", &[".call("][..], vec!["self.instance".to_owned(), command, argument]),
    };
    chain(code, of, steps, &items);
    code.line("    }");
}

/// A chain of calls, the last with arguments; in several lines where rustfmt breaks it.
fn chain(code: &mut Code, of: &str, steps: &[&str], items: &[String]) {
    let one = format!("{of}{}{})", steps.concat(), items.join(", "));
    if one.chars().count() <= CHAIN {
        return code.line(format!("        {one}"));
    }
    code.line(format!("        {of}"));
    let (last, before) = steps.split_last().expect("a step");
    code.lines(before.iter().map(|step| format!("            {step}")));
    code.lines(short_list(12, last, items, ")", CHAIN));
}

/// What a command does, or its name.
fn described(command: &Command) -> String {
    match command.about.trim() {
        "" => format!("The command `{}`.", command.name.replace('`', "'")),
        about => about.to_owned(),
    }
}
