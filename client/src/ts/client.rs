//! The class with a method for each command.

use super::comment::{WIDTH, doc};
use super::names::Names;
use super::types::{alternatives, item, of};
use crate::language::Job;
use crate::model::{Args, Command};
use crate::text::{Code, listed, quoted};

/// A type for each event, and their union.
pub fn events(code: &mut Code, job: &Job<'_>, names: &Names) {
    for (event, name) in job.model.events.iter().zip(&names.events) {
        code.gap();
        doc(code, 0, &event.about);
        code.line(format!("export interface {name} {{"));
        code.line(format!("  event: {};", quoted(&event.name)));
        code.line(format!("  data: {};", of(&event.data, names)));
        code.line("  from: string;");
        code.line("}");
    }
    if !names.events.is_empty() {
        code.gap();
        doc(code, 0, "An event of the module; its `event` tells which one.");
        alternatives(code, &names.event, &names.events);
    }
}

pub fn write(code: &mut Code, job: &Job<'_>, names: &Names) {
    code.gap();
    let mut about = job.about();
    about.push("A call that is not answered with success rejects with RpError.".to_owned());
    doc(code, 0, &about.join("\n\n"));
    code.line(format!("export class {} {{", names.client));
    code.raw(&include_str!("client.ts.txt").replace("module-name", &job.model.module));
    if !names.events.is_empty() {
        code.gap();
        listen(code, job, names);
    }
    for (command, name) in job.model.commands.iter().zip(&names.methods) {
        code.gap();
        method(code, names, command, name);
    }
    code.line("}");
}

fn listen(code: &mut Code, job: &Job<'_>, names: &Names) {
    doc(code, 2, "Subscribes to the events of the module; gives a function that ends it.");
    code.line("  async subscribe(");
    code.line(format!("    listener: (event: {}) => void,", names.event));
    code.line("  ): Promise<() => void> {");
    let all: Vec<String> = job.model.events.iter().map(|event| quoted(&event.name)).collect();
    code.lines(listed(4, "const known: string[] = [", &all, ";", 2, WIDTH));
    code.line("    const end = this.connection.onEvent((event) => {");
    code.line("      if (known.includes(event.event)) {");
    code.line(format!("        listener(event as {});", names.event));
    code.line("      }");
    code.line("    });");
    code.line("    for (const name of known) await this.connection.subscribe(name);");
    code.line("    return end;");
    code.line("  }");
}

fn method(code: &mut Code, names: &Names, command: &Command, name: &str) {
    doc(
        code,
        2,
        &match command.about.trim() {
            "" => format!("The command {}.", command.name),
            about => about.to_owned(),
        },
    );
    let parameter = match command.args {
        Args::None => None,
        Args::Free => Some("args: JsonObject = {}".to_owned()),
        Args::Struct(shape) => Some(format!("args: {}", names.types[shape])),
    };
    let args = if parameter.is_some() { "args" } else { "{}" };
    let returns = item(&command.returns, names);
    let parameters: Vec<String> = parameter.into_iter().collect();
    let tail = format!(": Promise<{returns}> {{");
    code.lines(listed(2, &format!("async {name}("), &parameters, &tail, 2, WIDTH));
    let call = [quoted(&command.name), args.to_owned()];
    code.lines(listed(4, "const data = await this.command(", &call, ";", 2, WIDTH));
    code.line(format!("    return data as {returns};"));
    code.line("  }");
}
