//! The events of a module in Rust: one enum for all of them.

use super::comment::doc;
use super::layout::{WIDTH, literal, short_list};
use super::types::Types;
use crate::language::{Caller, Job};
use crate::name::{Scope, pascal, words};
use crate::text::Code;

pub fn write(code: &mut Code, job: &Job<'_>, types: &Types<'_>) {
    let name = &types.names.events;
    let mut scope = Scope::default();
    let variants: Vec<String> =
        job.model.events.iter().map(|event| scope.take(&pascal(&words(&event.name)))).collect();
    doc(code, 0, "An event of the module.");
    code.line(match job.caller {
        Caller::Host => "#[derive(Clone, Debug, PartialEq)]",
        Caller::Module => "#[derive(Clone, Debug)]",
    });
    code.line(format!("pub enum {name} {{"));
    for (event, variant) in job.model.events.iter().zip(&variants) {
        let about = if event.about.trim().is_empty() { &event.name } else { &event.about };
        doc(code, 4, about);
        code.line(format!("    {variant}({}),", types.of(&event.data)));
    }
    code.line("}");
    code.gap();
    code.line(format!("impl {name} {{"));
    reading(code, job, &variants);
    code.line("}");
}

fn reading(code: &mut Code, job: &Job<'_>, variants: &[String]) {
    doc(code, 4, "The names of all events, to subscribe to them.");
    let names: Vec<String> = job.model.events.iter().map(|event| literal(&event.name)).collect();
    let head = format!("pub const NAMES: [&'static str; {}] = [", names.len());
    code.lines(short_list(4, &head, &names, "];", 60));
    code.gap();
    let about = "Reads an event by its name and its data in JSON; None for one that is not among them.";
    doc(code, 4, &format!("{about}\n\n# Errors\n- If the data has another shape."));
    code.line("    pub fn read(name: &str, data: &str) -> serde_json::Result<Option<Self>> {");
    code.line("        Ok(Some(match name {");
    for (event, variant) in job.model.events.iter().zip(variants) {
        arm(code, &literal(&event.name), &format!("Self::{variant}(serde_json::from_str(data)?)"));
    }
    code.line("            _ => return Ok(None),");
    code.line("        }))");
    code.line("    }");
}

fn arm(code: &mut Code, pattern: &str, value: &str) {
    let one = format!("            {pattern} => {value},");
    if one.chars().count() <= WIDTH {
        return code.line(one);
    }
    code.line(format!("            {pattern} => {{"));
    code.line(format!("                {value}"));
    code.line("            }");
}
