//! Makes `include/rp_module.h` from `host/src/abi.rs`, and `sdk/src/abi.rs` from the header.

use std::path::Path;
use std::sync::Mutex;

use crate::root;
use crate::source::Abi;

/// The header, or what cbindgen warned about: it prints a type that it does not know as it stands, and goes on.
pub fn header(abi: &Abi, source: &Path) -> Result<String, Vec<String>> {
    let (text, warnings) = watch_warnings(|| run_cbindgen(source));
    if !warnings.is_empty() {
        return Err(warnings);
    }
    let text = part_long_comments(&put_in_calling_convention(&text));
    assert!(text.contains("@LAYOUT@\n"), "cbindgen.toml has lost its line @LAYOUT@");
    Ok(tidy(&text.replace("@LAYOUT@\n", crate::layout::c_asserts(abi).trim_start())))
}

fn run_cbindgen(source: &Path) -> String {
    let config =
        cbindgen::Config::from_file(root().join("cbindgen.toml")).expect("cbindgen.toml is readable");
    let builder = cbindgen::Builder::new().with_config(config).with_src(source);
    let mut text = vec![];
    builder.generate().unwrap_or_else(|e| panic!("cbindgen: {e}")).write(&mut text);
    String::from_utf8(text).expect("cbindgen writes UTF-8")
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
fn tidy(text: &str) -> String {
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
fn watch_warnings<T>(work: impl FnOnce() -> T) -> (T, Vec<String>) {
    let _one_at_a_time = WATCHING.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let _ = log::set_logger(&Collector);
    log::set_max_level(log::LevelFilter::Warn);
    WARNINGS.lock().unwrap().clear();
    let result = work();
    (result, std::mem::take(&mut *WARNINGS.lock().unwrap()))
}
