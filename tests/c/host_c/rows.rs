//! Every function of rp_host.h has its rows in hostile.c and fork.c: what no caller should pass, for each of its parameters.
//!
//! - NULL for each pointer that may not be missing
//! - for each text: EACH_TEXT, or EACH_PAYLOAD or EACH_IGNORED, and a row in which it is empty
//! - in fork.c for what is the parent's: FAILS with FORKED

use std::fmt::Write as _;

use support::root;

/// A function of the header.
struct Function {
    name: String,
    parameters: Vec<String>,
    has_error: bool,
}

/// A call in a program in C.
struct Call {
    function: String,
    arguments: Vec<String>,
    /// The macro around it.
    within: String,
}

/// A child makes no call with what is its parent's (rule 7); asking each time who calls would be too dear there.
const UNASKED_IN_A_CHILD: [&str; 2] = ["rph_call", "rph_command"];
/// What may be missing, wherever it is asked for, and what it is called.
const OPTIONAL: [&str; 4] = ["rph_drop_fn drop", "void *context", "rp_status *status", "size_t *len"];

#[test]
fn every_function_has_its_rows() {
    let read = |path: &str| std::fs::read_to_string(root().join(path)).unwrap();
    let functions = functions(&read("spec/abi/rp_host.txt"));
    assert!(functions.len() > 60, "{} functions", functions.len());
    let hostile = calls(&read("tests/c/host_c/hostile.c"));
    let fork = calls(&read("tests/c/host_c/fork.c"));
    let missing: String = functions.iter().map(|function| missing(function, &hostile, &fork)).collect();
    assert!(missing.is_empty(), "rows that are missing:\n{missing}");
}

/// The rows that a function lacks, one a line.
fn missing(function: &Function, hostile: &[Call], fork: &[Call]) -> String {
    let mut text = String::new();
    let mut lacks = |file: &str, what: &str| {
        writeln!(text, "tests/c/host_c/{file}: {} {what}", function.name).unwrap();
    };
    let hostile: Vec<_> = hostile.iter().filter(|call| call.function == function.name).collect();
    for (at, parameter) in function.parameters.iter().enumerate() {
        if is_needed(function, at) && !hostile.iter().any(|call| call.has(at, "NULL")) {
            lacks("hostile.c", &format!("with NULL for {parameter}"));
        }
        if function.is_text(at) {
            let is_each = |call: &&&Call| call.within.starts_with("EACH_") && call.has(at, "t");
            if !hostile.iter().any(|call| is_each(&call)) {
                lacks("hostile.c", &format!("within EACH_TEXT for {parameter}"));
            }
            if !hostile.iter().any(|call| call.has(at + 1, "0")) {
                lacks("hostile.c", &format!("with length 0 for {parameter}"));
            }
        }
    }
    let is_told = |call: &Call| call.function == function.name && call.within == "FAILS";
    if function.is_refused_in_a_child() && !fork.iter().any(is_told) {
        lacks("fork.c", "with FAILS(…, FORKED)");
    }
    text
}

/// Whether a pointer without which the function has nothing to do. A text may be NULL where it has no length.
fn is_needed(function: &Function, at: usize) -> bool {
    let parameter = &function.parameters[at];
    let is_pointer = parameter.contains('*') || parameter.contains("_fn ");
    let is_optional =
        OPTIONAL.contains(&parameter.as_str()) || parameter.starts_with("const rph_call_options");
    is_pointer && !is_optional && !function.is_text(at)
}

impl Function {
    /// Whether the parameter is a text, whose length follows.
    fn is_text(&self, at: usize) -> bool {
        let is_length = |next: &String| next.starts_with("size_t ") && next.ends_with("len");
        self.parameters[at].starts_with("const char *") && self.parameters.get(at + 1).is_some_and(is_length)
    }

    fn is_refused_in_a_child(&self) -> bool {
        let of_a_parent = ["const rph_host *", "const rph_instance *", "const rph_subscription *"];
        let first = self.parameters.first().map(String::as_str).unwrap_or_default();
        let is_parents = of_a_parent.iter().any(|object| first.starts_with(object));
        self.has_error && is_parents && !UNASKED_IN_A_CHILD.contains(&self.name.as_str())
    }
}

impl Call {
    fn has(&self, at: usize, argument: &str) -> bool {
        self.arguments.get(at).is_some_and(|found| found == argument)
    }
}

fn functions(declarations: &str) -> Vec<Function> {
    let declared = declarations.lines().filter_map(|line| line.strip_prefix("RPH_API "));
    let function = |line: &str| {
        let (before, rest) = line.split_once('(').expect("a list of parameters");
        let (parameters, _) = arguments(rest);
        let name = before.rsplit([' ', '*']).next().expect("a name").to_owned();
        Function {
            name,
            parameters,
            has_error: before.contains("rph_error *") && before.contains("RPH_CHECK"),
        }
    };
    declared.map(function).collect()
}

/// The calls of functions of the header.
fn calls(code: &str) -> Vec<Call> {
    let starts = code.match_indices("rph_").filter(|(at, _)| !code[..*at].ends_with(is_of_a_word));
    let call = |(at, _): (usize, &str)| {
        let rest = &code[at..];
        let end = rest.find(|letter| !is_of_a_word(letter)).unwrap_or(rest.len());
        let (arguments, _) = arguments(rest[end..].strip_prefix('(')?);
        let around = code[..at].strip_suffix('(').unwrap_or_default();
        let within = around[around.rfind(|letter| !is_of_a_word(letter)).map_or(0, |at| at + 1)..].to_owned();
        Some(Call {
            function: rest[..end].to_owned(),
            arguments: arguments.into_iter().flat_map(both).collect(),
            within,
        })
    };
    starts.filter_map(call).collect()
}

fn is_of_a_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}

/// TEXT stands for two arguments.
fn both(argument: String) -> Vec<String> {
    if argument.starts_with("TEXT(") { vec![argument, "a length".to_owned()] } else { vec![argument] }
}

/// What is parted by commas until the parenthesis that closes, and what comes behind that.
fn arguments(code: &str) -> (Vec<String>, &str) {
    let (mut list, mut open, mut start) = (Vec::new(), 0, 0);
    let mut letters = code.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => skip_string(&mut letters),
            '(' | '{' => open += 1,
            ')' | '}' if open > 0 => open -= 1,
            ')' | ',' if open == 0 => {
                list.push(code[start..at].split_whitespace().collect::<Vec<_>>().join(" "));
                start = at + 1;
                if letter == ')' {
                    return (list, &code[start..]);
                }
            }
            _ => {}
        }
    }
    panic!("a parenthesis is not closed: {code}")
}

fn skip_string(letters: &mut std::str::CharIndices<'_>) {
    while let Some((_, letter)) = letters.next() {
        match letter {
            '\\' => drop(letters.next()),
            '"' => return,
            _ => {}
        }
    }
}

#[test]
fn a_row_that_is_missing_is_named() {
    let header = "RPH_API RPH_CHECK rph_error *rph_new(const rph_host *host, const char *name, size_t len, rph_reply *out);\n";
    let rows = "FAILS(rph_new(NULL, \"a)\\\"\", 1, reply), BAD);\n FAILS(rph_new(host, TEXT(f(\"a\")), NULL), BAD);\n";
    let found = |rows: &str, fork: &str| missing(&functions(header)[0], &calls(rows), &calls(fork));
    let all = found(rows, "rph_new(host, NULL, 0, reply)");
    assert_eq!(
        all,
        "tests/c/host_c/hostile.c: rph_new within EACH_TEXT for const char *name\n\
         tests/c/host_c/hostile.c: rph_new with length 0 for const char *name\n\
         tests/c/host_c/fork.c: rph_new with FAILS(…, FORKED)\n"
    );
    let rest = "EACH_TEXT(rph_new(host, t, n, reply));\n FINE(rph_new(host, \"\", 0, reply));\n";
    assert_eq!(found(&(rows.to_owned() + rest), "FAILS(rph_new(host, TEXT(\"a\"), reply), FORKED);"), "");
    let without = rows.replace("rph_new(NULL", "rph_new(host").replace(", NULL)", ", reply)");
    assert_eq!(found(&(without + rest), "FAILS(rph_new(host), FORKED)").lines().count(), 2);
}
