//! Makes `include/rp_module.h` and `include/rp_module_layout.h`: what cbindgen makes of `host/src/abi.rs`, between the fragments
//! of `host/src/abi/header/`.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use crate::layout;
use crate::source::Abi;
use support::root;

const OPEN: &str = "#if defined(__cplusplus)\nextern \"C\" {\n#endif\n";
const CLOSE: &str = "#if defined(__cplusplus)\n}  // extern \"C\"\n#endif\n";

/// The header, or what cbindgen warned about: it prints a type that it does not know as it stands, and goes on.
pub fn header(abi: &Abi, source: &Path) -> Result<String, Vec<String>> {
    let (text, warnings) = watch_warnings(|| run_cbindgen("cbindgen.toml", &[source.to_owned()]));
    if !warnings.is_empty() {
        return Err(warnings);
    }
    let declared = Declared::read(&drop_struct(&put_in_calling_convention(&text)));
    let parts = [
        fragment("top.h"),
        "#ifndef RP_MODULE_H\n#define RP_MODULE_H\n".into(),
        "#include <stddef.h>\n#include <stdint.h>\n".into(),
        fragment("calling.h"),
        OPEN.into(),
        declared.types,
        fill(&fragment("exports.h"), "ENTRY", &declared.functions),
        CLOSE.into(),
        fragment("helpers.h"),
        ["messages.h", "manifest.h", "rules.h", "tags.h", "webassembly.h"].map(fragment).join("//\n//\n"),
        fill(&fragment("private.h"), "SIZES", &layout::size_asserts(abi)),
        "#endif  // RP_MODULE_H\n".into(),
    ];
    Ok(tidy(&part_long_comments(&parts.join("\n"))))
}

/// The header of the layout: the asserts, between the two halves of its fragment.
pub fn layout_header(abi: &Abi) -> String {
    tidy(&fill(&fragment("layout.h"), "LAYOUT", &layout::c_asserts(abi)))
}

fn fragment(name: &str) -> String {
    read_fragment(&root().join("host/src/abi/header").join(name))
}

/// A fragment of a header, with the line ends of Unix.
pub fn read_fragment(path: &Path) -> String {
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    text.replace("\r\n", "\n")
}

/// The fragment with `text` in place of its line `// @MARK@`.
fn fill(fragment: &str, mark: &str, text: &str) -> String {
    let line = format!("// @{mark}@\n");
    assert_eq!(fragment.matches(&line).count(), 1, "a fragment of the header has lost its line {line}");
    fragment.replace(&line, &format!("{}\n", text.trim()))
}

/// What cbindgen makes of the sources by the configuration of that path.
pub fn run_cbindgen(config: &str, sources: &[PathBuf]) -> String {
    let config = cbindgen::Config::from_file(root().join(config)).expect("its configuration is readable");
    let builder = cbindgen::Builder::new().with_config(config);
    let builder = sources.iter().fold(builder, |builder, source| builder.with_src(source));
    let mut text = vec![];
    builder.generate().unwrap_or_else(|e| panic!("cbindgen: {e}")).write(&mut text);
    String::from_utf8(text).expect("cbindgen writes UTF-8")
}

/// What cbindgen wrote, in the order of the header.
struct Declared {
    /// The types; the constants stand behind the first, the status, which most of them are values of.
    types: String,
    functions: String,
}

impl Declared {
    /// cbindgen parts its items by an empty line, and has none inside an item.
    fn read(text: &str) -> Declared {
        let items: Vec<_> = text.trim().split("\n\n").collect();
        let (constants, rest): (Vec<&str>, Vec<&str>) =
            items.into_iter().partition(|item| item.contains("#define "));
        let (functions, types): (Vec<&str>, Vec<&str>) =
            rest.into_iter().partition(|item| item.contains("RP_EXPORT "));
        let (status, structs) = types.split_first().expect("the ABI has types");
        let types = [*status, &grouped(&constants), &structs.join("\n\n"), ""].join("\n\n");
        Declared { types, functions: functions.join("\n\n") }
    }
}

/// Constants of a group stand close together; a group begins where a label says since when it is there.
fn grouped(constants: &[&str]) -> String {
    let mut text = String::new();
    for constant in constants {
        text += if constant.contains("Since ABI ") { "\n" } else { "" };
        text += &format!("{constant}\n");
    }
    text.trim().to_owned()
}

/// Types go by their typedef, which is not there yet while the struct itself is being declared.
fn drop_struct(header: &str) -> String {
    let mut text = String::new();
    let mut open = None;
    for line in header.lines() {
        if let Some(name) = line.strip_prefix("typedef struct ") {
            open = Some(format!("struct {}", name.trim_end_matches(" {")));
        } else if line.starts_with('}') {
            open = None;
        }
        let is_needed = open.as_ref().is_some_and(|open| line.contains(open));
        text += &if is_needed { line.to_owned() } else { line.replace("struct rp_", "rp_") };
        text.push('\n');
    }
    text
}

/// cbindgen drops calling conventions: every function pointer and every exported function gets RP_CALL here.
fn put_in_calling_convention(header: &str) -> String {
    let mut text = String::new();
    let mut inside_parameters = false;
    for line in header.lines() {
        let is_code = !line.trim_start().starts_with("//");
        if inside_parameters {
            text += &" ".repeat("RP_CALL ".len());
        }
        if is_code && line.starts_with("  ") && line.contains(" (*") || is_code && line.contains(" *(*") {
            text += &line.replacen("(*", "(RP_CALL *", 1);
            inside_parameters = !line.ends_with(");");
        } else if is_code && line.starts_with("const struct rp_module *rp_module_v1(") {
            text += &line.replacen("rp_module_v1", "RP_CALL rp_module_v1", 1);
        } else {
            text += line;
            inside_parameters &= !line.ends_with(");");
        }
        text.push('\n');
    }
    text.replace("\nRP_EXPORT\n", "\nRP_EXPORT ")
}

/// A field whose comment has paragraphs stands apart from the one before it.
fn part_long_comments(text: &str) -> String {
    let lines: Vec<_> = text.lines().collect();
    let mut parted = String::new();
    for (at, line) in lines.iter().enumerate() {
        let after_field = at > 0 && lines[at - 1].starts_with("  ") && lines[at - 1].ends_with(';');
        let comment = lines[at..].iter().take_while(|line| line.starts_with("  //"));
        if after_field && comment.clone().any(|line| *line == "  //") {
            parted.push('\n');
        }
        parted += line;
        parted.push('\n');
    }
    parted
}

/// No blanks at line ends, no two empty lines in code, one at the end.
pub fn tidy(text: &str) -> String {
    let mut tidy = String::new();
    for line in text.lines() {
        let line = line.trim_end();
        if !(line.is_empty() && (tidy.is_empty() || tidy.ends_with("\n\n"))) {
            tidy += line;
            tidy.push('\n');
        }
    }
    tidy
}

static WARNINGS: Mutex<Vec<String>> = Mutex::new(vec![]);
static WATCHING: Mutex<()> = Mutex::new(());

/// The prototype of the entry stands under `cfg(cbindgen)`, which has no name in C: this warning is wanted.
const EXPECTED: &str = "Missing `[defines]` entry for `cbindgen` in cbindgen config.";

struct Collector;

impl log::Log for Collector {
    fn enabled(&self, metadata: &log::Metadata) -> bool {
        metadata.target().starts_with("cbindgen")
    }

    fn log(&self, record: &log::Record) {
        let text = record.args().to_string();
        if self.enabled(record.metadata()) && text != EXPECTED {
            WARNINGS.lock().unwrap().push(text);
        }
    }

    fn flush(&self) {}
}

/// cbindgen tells its warnings to the `log` crate only.
pub fn watch_warnings<T>(work: impl FnOnce() -> T) -> (T, Vec<String>) {
    let _one_at_a_time = WATCHING.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let _ = log::set_logger(&Collector);
    log::set_max_level(log::LevelFilter::Warn);
    WARNINGS.lock().unwrap().clear();
    let result = work();
    (result, std::mem::take(&mut *WARNINGS.lock().unwrap()))
}
