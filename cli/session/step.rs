//! A step of a session: one message, and what its response must hold.

use std::collections::HashSet;
use std::ops::Range;

use rp_protocol::is_module_name;
use serde_json::value::RawValue;

use super::fault::SessionFault;
use super::form::Fields;
use super::interpolation::{Template, TemplateFault, is_name};
use super::sources::Source;

/// The module of steps that the owner of the host sends; no instance has this name.
pub const HOST: &str = rp_host::HOST_NAME;
/// The type of a message to the host that waits for an event. The router of the host knows all others.
pub const WAIT_FOR: &str = "wait_for";

/// One message and what is expected to come of it.
#[derive(Debug)]
pub struct Step<'a> {
    /// The number of its first line, counted from 1.
    pub line: usize,
    /// How many bytes of the session come before it.
    pub start: usize,
    /// The step as it was written.
    pub source: &'a str,
    /// Module or instance.
    pub module: String,
    /// The message's type.
    pub message_type: String,
    /// The message's payload.
    pub payload: Place<'a>,
    /// What the response has to hold.
    pub expect: Option<Place<'a>>,
    /// What the events that it causes have to hold, in their order.
    pub events: Option<Place<'a>>,
    /// The same for the lines of the log.
    pub log: Option<Place<'a>>,
    /// Under which name later steps find the response.
    pub kept_as: Option<String>,
    /// Text for people.
    pub note: Option<String>,
}

/// A template and its position in the step.
#[derive(Debug)]
pub struct Place<'a> {
    /// Bytes of the step.
    pub span: Range<usize>,
    /// The JSON.
    pub template: Template<'a>,
}

/// The state of a session while it is read: only the names that earlier lines gave are kept.
#[derive(Default)]
pub struct Session {
    names: HashSet<String>,
}

impl Session {
    /// Reads the next step.
    pub fn read<'a>(&mut self, source: &'a Source) -> Result<Step<'a>, SessionFault> {
        let step = parse(source)?;
        check_names(&step, &mut self.names)?;
        Ok(step)
    }
}

fn parse(source: &Source) -> Result<Step<'_>, SessionFault> {
    let (line, number) = (source.json.as_str(), source.line);
    // A character of a comment may be several spaces of the JSON.
    let whole = |span: Range<usize>| floor(&source.text, span.start)..floor(&source.text, span.end);
    let fault = |span: Range<usize>, text: String| SessionFault { line: number, span: whole(span), text };
    let parsed: Fields<'_> = serde_json::from_str(line).map_err(|error| {
        let (span, text) = place_of(&error, line);
        fault(span, text)
    })?;
    if !is_module_name(&parsed.module) {
        let text = format!("`{}` is not a module name: lower-case letters, digits and `-`", parsed.module);
        return Err(fault(0..line.len(), text));
    }
    if let Some(name) = parsed.kept_as.as_ref().filter(|name| !is_name(name)) {
        let text = format!("`as`: `{name}` is not a name: letters, digits, `_` and `-`");
        return Err(fault(0..line.len(), text));
    }
    let payload = match parsed.payload {
        Some(raw) => place(line, raw, "payload", number)?,
        None => Place { span: 0..line.len(), template: Template::empty() },
    };
    Ok(Step {
        line: number,
        start: source.start,
        source: &source.text,
        module: parsed.module,
        message_type: parsed.message_type,
        payload,
        expect: parsed.expect.map(|raw| place(line, raw, "expect", number)).transpose()?,
        events: parsed.events.map(|raw| place(line, raw, "events", number)).transpose()?,
        log: parsed.log.map(|raw| place(line, raw, "log", number)).transpose()?,
        kept_as: parsed.kept_as,
        note: parsed.note,
    })
}

fn place<'a>(source: &'a str, raw: &'a RawValue, key: &str, line: usize) -> Result<Place<'a>, SessionFault> {
    let text = raw.get();
    // The raw value is a slice of the step.
    let start = text.as_ptr().addr() - source.as_ptr().addr();
    let span = start..start + text.len();
    let (first, form) = if ["events", "log"].contains(&key) { ('[', "array") } else { ('{', "object") };
    if !text.starts_with(first) {
        return Err(SessionFault { line, span, text: format!("`{key}` is not an {form}") });
    }
    let template = Template::parse(raw).map_err(|fault| SessionFault {
        line,
        span: start + fault.span.start..start + fault.span.end,
        text: fault.text,
    })?;
    Ok(Place { span, template })
}

impl<'a> Step<'a> {
    /// What is expected, with the key of each part.
    pub fn expectations(&self) -> impl Iterator<Item = (&'static str, &Place<'a>)> {
        let all = [("expect", &self.expect), ("events", &self.events), ("log", &self.log)];
        all.into_iter().filter_map(|(key, place)| Some((key, place.as_ref()?)))
    }
}

impl Place<'_> {
    /// Where in the step the value at a path is; of a path into a reference the string that holds it.
    pub fn value_at(&self, path: &[String]) -> Range<usize> {
        let place = self.template.value_at(path);
        self.span.start + place.start..self.span.start + place.end
    }

    /// A fault in the template as a fault in the step.
    pub fn fault(&self, line: usize, fault: TemplateFault) -> SessionFault {
        let start = self.span.start;
        SessionFault { line, span: start + fault.span.start..start + fault.span.end, text: fault.text }
    }
}

/// A reference needs an earlier step that keeps its response, and no two steps give the same name. What a step causes may
/// be compared with its own response.
fn check_names(step: &Step<'_>, names: &mut HashSet<String>) -> Result<(), SessionFault> {
    for place in std::iter::once(&step.payload).chain(&step.expect) {
        check_references(step.line, place, names)?;
    }
    if let Some(name) = &step.kept_as
        && !names.insert(name.clone())
    {
        return Err(SessionFault {
            line: step.line,
            span: step.payload.span.clone(),
            text: format!("`as`: an earlier step kept its response as `{name}` already"),
        });
    }
    step.events.iter().chain(&step.log).try_for_each(|place| check_references(step.line, place, names))
}

fn check_references(line: usize, place: &Place<'_>, names: &HashSet<String>) -> Result<(), SessionFault> {
    match place.template.references().find(|(reference, _)| !names.contains(&reference.name)) {
        Some((reference, span)) => {
            let text = format!("no earlier step kept a response as `{}`", reference.name);
            Err(place.fault(line, TemplateFault { span, text }))
        }
        None => Ok(()),
    }
}

/// Where the error is, and what it says.
fn place_of(error: &serde_json::Error, json: &str) -> (Range<usize>, String) {
    let text = without_position(error);
    let start = json.find('{').unwrap_or_default();
    if error.is_eof() && json[start..].starts_with('{') {
        return (start..start + 1, "the object that begins here does not end: a `}` is missing".to_owned());
    }
    let before = json.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum::<usize>();
    let at = (before + error.column()).min(json.len());
    let span = unknown_field(&json[..floor(json, at)], &text).unwrap_or_else(|| {
        let at = floor(json, at.saturating_sub(1));
        at..at
    });
    (span, text)
}

/// Without the position, which the span shows better.
fn without_position(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at line ").map_or(text.clone(), |(message, _)| message.to_owned())
}

/// Where the unknown field is: serde_json stops right behind it.
fn unknown_field(read: &str, text: &str) -> Option<Range<usize>> {
    let (name, _) = text.strip_prefix("unknown field `")?.split_once('`')?;
    let before = read.strip_suffix('"')?.strip_suffix(name)?.strip_suffix('"')?;
    Some(before.len()..read.len())
}

fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::super::interpolation::Kept;
    use super::*;

    fn lines(texts: &[&str]) -> Vec<Source> {
        let line = |(at, text): (usize, &&str)| Source {
            line: at + 1,
            start: 0,
            text: (*text).to_owned(),
            json: (*text).to_owned(),
        };
        texts.iter().enumerate().map(line).collect()
    }

    #[test]
    fn what_is_not_said_has_a_default() {
        let lines = lines(&[
            r#"{"module":"a","type":"describe"}"#,
            r#"{"module":"b-2","type":"own","payload":{ "x" : 1.50 },"as":"one","note":"hm"}"#,
        ]);
        let mut session = Session::default();
        let steps: Vec<_> = lines.iter().map(|line| session.read(line).expect("a step")).collect();
        assert_eq!(steps[0].payload.template.fill(&Kept::new()).expect("filled"), "{}");
        assert_eq!(steps[1].payload.template.fill(&Kept::new()).expect("filled"), "{ \"x\" : 1.50 }");
        assert_eq!(&steps[1].source[steps[1].payload.span.clone()], "{ \"x\" : 1.50 }");
        assert_eq!((steps[1].kept_as.as_deref(), steps[1].note.as_deref()), (Some("one"), Some("hm")));
    }

    /// A line after a good one, a part of its fault, and the text under the span.
    const FAULTS: &[(&str, &str, &str)] = &[
        ("{\"module\":\"a\"", "begins here does not end", "{"),
        ("# a comment", "expected value", ""),
        ("{\"module\":\"a\",\n \"typ\":\"b\"}", "unknown field `typ`", "\"typ\""),
        ("{\"module\":\"a\",\n \"type\" \"b\"}", "expected `:`", ""),
        (r#"{"module":"a"}"#, "missing field `type`", ""),
        (
            r#"{"module":"a","type":"x","expcet":{}}"#,
            "unknown field `expcet`, expected one of `module`",
            r#""expcet""#,
        ),
        (r#"{"module":"a","type":"x","payload":[1]}"#, "`payload` is not an object", "[1]"),
        (r#"{"module":"a","type":"x","payload":null}"#, "`payload` is not an object", "null"),
        (r#"{"module":"a","type":"x","expect":true}"#, "`expect` is not an object", "true"),
        (r#"{"module":"a","type":"x","events":{}}"#, "`events` is not an array", "{}"),
        (r#"{"module":"a","type":"x","log":null}"#, "`log` is not an array", "null"),
        (r#"{"module":"../a","type":"x"}"#, "is not a module name", r#"{"module":"../a","type":"x"}"#),
        (
            r#"{"module":"a","type":"x","payload":{"v":"${two.x}"}}"#,
            "kept a response as `two`",
            r#""${two.x}""#,
        ),
        (
            r#"{"module":"a","type":"x","events":[{"v":"${two.x}"}]}"#,
            "kept a response as `two`",
            r#""${two.x}""#,
        ),
        (
            r#"{"module":"a","type":"x","expect":{"v":"${two.x}"}}"#,
            "kept a response as `two`",
            r#""${two.x}""#,
        ),
        (r#"{"module":"a","type":"x","payload":{"v":"${one"}}"#, "without `}`", r#""${one""#),
        (r#"{"module":"a","type":"x","payload":{},"as":"one"}"#, "already", "{}"),
        (
            r#"{"module":"a","type":"x","as":"a.b"}"#,
            "is not a name",
            r#"{"module":"a","type":"x","as":"a.b"}"#,
        ),
    ];

    #[test]
    fn faults_say_line_and_place() {
        let good = r#"{"module":"a","type":"init","as":"one"}"#;
        for (line, expected, under) in FAULTS {
            let lines = lines(&[good, line]);
            let mut session = Session::default();
            session.read(&lines[0]).expect("a good one");
            let fault = session.read(&lines[1]).expect_err(line);
            assert!(fault.text.contains(expected), "{line}: {}", fault.text);
            assert_eq!(fault.line, 2, "{line}");
            assert_eq!(&line[fault.span.clone()], *under, "{line}");
        }
    }
}
