//! The class with a method for each command.

use super::comment::{WIDTH, docstring, docstring_of};
use super::names::{Names, parameters};
use super::types::{item, of};
use crate::language::Job;
use crate::model::{Args, Command, Field, Type};
use crate::text::{Code, line, listed, quoted, wrapped};

/// A type for each event, and their union.
pub fn events(code: &mut Code, job: &Job<'_>, names: &Names) {
    for (event, name) in job.model.events.iter().zip(&names.events) {
        code.gap();
        code.gap();
        code.line(format!("{name} = TypedDict("));
        code.line(format!("    {},", quoted(name)));
        code.line("    {");
        code.line(format!("        \"event\": Literal[{}],", quoted(&event.name)));
        code.line(format!("        \"data\": {},", quoted(&of(&event.data, names))));
        code.line("        \"from\": str,");
        code.line("    },");
        code.line(")");
    }
    match &names.events[..] {
        [] => {}
        [one] => code.line(format!("{} = {one}", names.event)),
        all => {
            code.line(format!("{} = Union[", names.event));
            code.lines(all.iter().map(|name| format!("    {name},")));
            code.line("]");
        }
    }
}

pub fn write(code: &mut Code, job: &Job<'_>, names: &Names) {
    code.gap();
    code.gap();
    code.line(format!("class {}:", names.client));
    let mut about = job.about();
    about.push("A call that is not answered with success raises RpError.".to_owned());
    docstring(code, 4, &about.join("\n\n"));
    code.gap();
    code.raw(&include_str!("client.py.txt").replace("module-name", &job.model.module));
    if !names.events.is_empty() {
        code.gap();
        listen(code, job, names);
    }
    for (command, name) in job.model.commands.iter().zip(&names.methods) {
        code.gap();
        method(code, job, names, command, name);
    }
}

/// The method that waits for events.
fn listen(code: &mut Code, job: &Job<'_>, names: &Names) {
    code.line(format!("    def events(self) -> Iterator[{}]:", names.event));
    code.line(
        "        \"\"\"Subscribes to the events of the module, and waits for one after the other.\"\"\"",
    );
    code.line("        known = [");
    code.lines(job.model.events.iter().map(|event| format!("            {},", quoted(&event.name))));
    code.line("        ]");
    code.line("        for name in known:");
    code.line("            self._connection.subscribe(name)");
    code.line("        while True:");
    code.line("            event = self._connection.next_event()");
    code.line("            if event.get(\"event\") in known:");
    code.line(format!("                yield cast({}, event)", names.event));
}

fn method(code: &mut Code, job: &Job<'_>, names: &Names, command: &Command, name: &str) {
    let fields = match command.args {
        Args::Struct(shape) => job.model.fields(shape),
        Args::Free | Args::None => &[],
    };
    let parameters = parameters(fields);
    let returns = item(&command.returns, names);
    signature(code, names, command.args, fields, &parameters, (name, &returns));
    documentation(code, command, fields, &parameters);
    match command.args {
        Args::Free => {}
        _ => dictionary(code, "        args: dict[str, Any] = {", "}", fields, &parameters, true),
    }
    if fields.iter().any(|field| !field.is_required) {
        dictionary(code, "        optional = {", "}", fields, &parameters, false);
        code.line("        args.update(_given(optional))");
    }
    let call = [quoted(&command.name), "args".to_owned()];
    if command.returns.ty == Type::Any {
        return code.lines(listed(8, "return self._command(", &call, "", 4, WIDTH));
    }
    code.lines(listed(8, "data = self._command(", &call, "", 4, WIDTH));
    code.lines(listed(8, "return cast(", &[returns, "data".to_owned()], "", 4, WIDTH));
}

fn signature(
    code: &mut Code,
    names: &Names,
    args: Args,
    fields: &[Field],
    parameters: &[String],
    (name, returns): (&str, &str),
) {
    if args == Args::Free {
        let parameters = ["self".to_owned(), "args: dict[str, Any]".to_owned()];
        return code.lines(listed(
            4,
            &format!("def {name}("),
            &parameters,
            &format!(" -> {returns}:"),
            4,
            WIDTH,
        ));
    }
    if fields.is_empty() {
        return code.line(format!("    def {name}(self) -> {returns}:"));
    }
    code.line(format!("    def {name}("));
    code.line("        self,");
    code.line("        *,");
    for (field, parameter) in fields.iter().zip(parameters) {
        let ty = of(&field.item.ty, names);
        code.line(match (field.is_required, field.is_optional(), &field.item.ty) {
            (true, true, Type::Any) | (true, false, _) => format!("        {parameter}: {ty},"),
            (true, true, _) => format!("        {parameter}: Optional[{ty}],"),
            (false, _, Type::Any) => format!("        {parameter}: Any = None,"),
            (false, ..) => format!("        {parameter}: Optional[{ty}] = None,"),
        });
    }
    code.line(format!("    ) -> {returns}:"));
}

fn documentation(code: &mut Code, command: &Command, fields: &[Field], parameters: &[String]) {
    let text = match command.about.trim() {
        "" => format!("The command {}.", command.name),
        about => about.to_owned(),
    };
    let mut lines = wrapped(&text, WIDTH - 16);
    let described = fields.iter().zip(parameters).filter(|(field, _)| !field.about.trim().is_empty());
    for (at, (field, parameter)) in described.enumerate() {
        if at == 0 {
            lines.extend([String::new(), "Args:".to_owned()]);
        }
        let about = wrapped(&format!("{parameter}: {}", line(&field.about)), WIDTH - 24);
        let indents = std::iter::once("    ").chain(std::iter::repeat("        "));
        lines.extend(about.iter().zip(indents).map(|(line, indent)| format!("{indent}{line}")));
    }
    docstring_of(code, 8, lines);
}

/// A dictionary of the required or of the optional arguments.
fn dictionary(
    code: &mut Code,
    head: &str,
    tail: &str,
    fields: &[Field],
    parameters: &[String],
    is_required: bool,
) {
    let wanted = fields.iter().zip(parameters).filter(|(field, _)| field.is_required == is_required);
    let lines: Vec<String> = wanted
        .map(|(field, parameter)| format!("            {}: {parameter},", quoted(&field.key)))
        .collect();
    if lines.is_empty() {
        return code.line(format!("{head}{tail}"));
    }
    code.line(head);
    code.lines(lines);
    code.line(format!("        {tail}"));
}
