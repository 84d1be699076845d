//! The class with a method for each command.

use super::super::comment::comment;
use super::super::literal::literal;
use super::types::Types;
use crate::language::Job;
use crate::model::{Args, Command, Type};
use crate::text::Code;

pub fn write(code: &mut Code, job: &Job<'_>, types: &Types<'_>) {
    code.raw(&include_str!("client.hpp.txt").replace("module-name", &job.model.module));
    for (command, name) in types.model.commands.iter().zip(&types.names.methods) {
        code.gap();
        method(code, types, command, name);
    }
    code.gap();
    code.line("private:");
    code.line("    rp::host host_;");
    code.line("    std::string_view instance_;");
    code.line("};");
}

fn method(code: &mut Code, types: &Types<'_>, command: &Command, name: &str) {
    comment(code, 4, &command.about);
    let mut parameters = Vec::new();
    match command.args {
        Args::None => {}
        Args::Free => parameters.push("const rp::raw_object &args = rp::raw_object()".to_owned()),
        Args::Struct(shape) => parameters.push(format!("const {} &args", types.names.types[shape])),
    }
    let args = if parameters.is_empty() { "rp::raw_object()" } else { "args" };
    let borrows = types.model.holds(&command.returns.ty, &|ty| *ty == Type::Any);
    let result = types.item(&command.returns);
    let name_literal = literal(&command.name);
    if borrows {
        comment(code, 4, "The result points into `out`.");
        parameters.insert(0, "rp::buffer &out".to_owned());
    }
    code.line(format!("    rp::result<{result}> {name}({}) const", parameters.join(", ")));
    code.line("    {");
    if borrows {
        let members =
            format!("{{\"module\", instance_}}, {{\"name\", {name_literal}}}, {{\"args\", {args}}}");
        code.line(format!(
            "        const auto data = host_.ask_json(\"command\", rp::object{{{members}}}, out);"
        ));
        code.line("        if (!data) return data.error();");
        code.line(format!("        return data->as<{result}>();"));
    } else {
        code.line(format!("        return host_.call<{result}>(instance_, {name_literal}, {args});"));
    }
    code.line("    }");
}
