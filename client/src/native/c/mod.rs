//! Clients in C.

mod commands;
mod names;
mod types;

use super::comment::comment;
use super::lower::{is_too_large, lowered};
use crate::language::{Job, Language};
use crate::text::Code;
use names::Names;
use types::Types;

pub fn write(job: &mut Job<'_>) -> String {
    let model = lowered(job.model, false, &mut job.notes);
    let names = Names::of(job, &model);
    let types = Types { model: &model, names: &names };
    let upper = names.prefix.to_ascii_uppercase();
    let fill = |text: &str| {
        text.replace("PREFIX", &upper)
            .replace("prefix", &names.prefix)
            .replace("module-name", &job.model.module)
    };
    let mut code = Code::default();
    code.line(format!("// {}", job.head(Language::C)));
    code.line("// clang-format off");
    comment(&mut code, 0, &job.about().join("\n"));
    code.raw(&fill(include_str!("head.h.txt")));
    for shape in (0..model.shapes.len()).filter(|shape| !is_too_large(&model, *shape)) {
        code.gap();
        types.define(&mut code, shape);
    }
    types.events(&mut code);
    code.raw(&fill(include_str!("send.h.txt")));
    for (command, name) in model.commands.iter().zip(&names.functions) {
        code.gap();
        commands::write(&mut code, &types, command, name);
    }
    code.gap();
    code.line("#endif");
    code.into_text()
}
