//! A function for each command.

use super::super::comment::{WIDTH, comment};
use super::super::literal::literal;
use super::types::Types;
use crate::model::{Args, Command, Type};
use crate::text::Code;

pub fn write(code: &mut Code, types: &Types<'_>, command: &Command, name: &str) {
    let record = types.record(&command.returns.ty);
    comment(code, 0, if command.about.trim().is_empty() { "A command." } else { &command.about });
    code.lines([
        "//",
        "// out      valid as long as the call",
        "// returns  RP_OK: go on; otherwise return this from the function",
        "// [may-block] [may-call-host]",
    ]);
    let out = record.unwrap_or("rp_json");
    let (parameter, args_record, args) = match command.args {
        Args::None => (String::new(), "NULL".to_owned(), "NULL"),
        Args::Free => ("rp_json args, ".to_owned(), "NULL".to_owned(), "&args"),
        Args::Struct(shape) => {
            let of = types.record(&Type::Named(shape)).unwrap_or_default();
            (format!("const {of} *args, "), format!("&{of}_record"), "args")
        }
    };
    broken(
        code,
        &format!("static inline rp_status {name}("),
        &format!("const rp_call *call, {parameter}{out} *out)"),
    );
    code.line("{");
    let prefix = &types.names.prefix;
    let called = literal(&command.name);
    match record {
        None => {
            let head = format!("    return {prefix}_send_command(");
            broken(code, &head, &format!("call, {called}, {args_record}, {args}, out);"));
        }
        Some(record) => {
            code.line("    rp_json data;");
            let head = format!("    rp_status status = {prefix}_send_command(");
            broken(code, &head, &format!("call, {called}, {args_record}, {args}, &data);"));
            code.line("    if (status != RP_OK) return status;");
            code.line(format!(
                "    return {prefix}_read_result(call, {called}, &{record}_record, data, out);"
            ));
        }
    }
    code.line("}");
}

/// A line that goes on in the next one where it is too long.
fn broken(code: &mut Code, head: &str, rest: &str) {
    if head.len() + rest.chars().count() <= WIDTH {
        return code.line(format!("{head}{rest}"));
    }
    let indent = head.len() - head.trim_start().len() + 4;
    code.line(head);
    code.line(format!("{:indent$}{rest}", ""));
}
