//! The ABIs as a compiler lays them out, against those that were recorded in `spec/abi/`.
//!
//! `symbols.txt` and `rp_host.txt` hold the names; these hold sizes, offsets and types, as libabigail reads them from debug
//! information. RP_BLESS=1 records anew, which is right for what was never released and for what was added at an end.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::host;
use support::root;

/// A header, its record, and what is compiled for libabigail to read.
struct Abi {
    header: &'static str,
    record: &'static str,
    /// The text of a source that reaches everything in the header whose text it gets.
    source: fn(&str) -> String,
}

const MODULE: Abi = Abi {
    header: "rp_module.h",
    record: "spec/abi/rp_module.abi",
    source: |_| include_str!("abi/module.c").into(),
};

const HOST: Abi = Abi { header: "rp_host.h", record: "spec/abi/rp_host.abi", source: stubs };

/// Every function of the header, as a library would have it.
fn stubs(header: &str) -> String {
    let declared = host::declarations(header);
    let functions = declared.lines().filter_map(|line| line.strip_prefix("RPH_API ")?.strip_suffix(';'));
    let bodies =
        functions.map(|function| function.replacen("RPH_CHECK ", "", 1) + " { __builtin_trap(); }\n");
    format!("#include \"rp_host.h\"\n{}", bodies.collect::<String>())
}

fn scratch(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).expect("made");
    folder
}

fn run(command: &mut Command) -> Output {
    let program = command.get_program().to_owned();
    command
        .output()
        .unwrap_or_else(|error| panic!("{}: {error}; `./dev test` installs it", program.display()))
}

impl Abi {
    fn text(&self) -> String {
        std::fs::read_to_string(root().join("include").join(self.header)).expect("the header is there")
    }

    /// A library of what that text of the header declares; the header itself lies in `include`.
    fn library(&self, name: &str, text: &str, include: &Path, compiler: &str) -> PathBuf {
        let folder = scratch(&format!("{}-{name}", self.header));
        let (source, out) = (folder.join("module.c"), folder.join("library.so"));
        std::fs::write(&source, (self.source)(text)).expect("written");
        let mut command = Command::new(compiler);
        command.current_dir(root()).args(["-std=c99", "-g", "-fPIC", "-shared"]);
        // The path of the source is recorded too.
        command.arg(format!("-fdebug-prefix-map={}=tests/header/abi", folder.display()));
        command.arg("-I").arg(include).args(["-Iinclude", "-o"]).arg(&out);
        let output = run(command.arg(source));
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        out
    }

    fn record(&self, library: &Path) {
        let mut command = Command::new("abidw");
        let plain = ["--no-corpus-path", "--no-comp-dir-path", "--no-show-locs", "--no-elf-needed"];
        let output = run(command.args(plain).arg("--out-file").arg(root().join(self.record)).arg(library));
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// What differs from the recorded ABI; empty where nothing does.
    fn difference(&self, library: &Path) -> String {
        let output =
            run(Command::new("abidiff").arg("--harmless").arg(root().join(self.record)).arg(library));
        let text =
            String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        if output.status.success() { String::new() } else { format!("{}\n{text}", output.status) }
    }

    fn is_the_recorded_one(&self) {
        let text = self.text();
        let library = |compiler: &str| self.library(compiler, &text, &root().join("include"), compiler);
        let gcc = library("gcc");
        if std::env::var_os("RP_BLESS").is_some_and(|value| value == "1") {
            self.record(&gcc);
        }
        for library in [gcc, library("clang")] {
            let difference = self.difference(&library);
            assert!(
                difference.is_empty(),
                "{} differs from {}; what was released never changes.\n{difference}",
                library.display(),
                self.record
            );
        }
    }

    /// Changes the header, and looks for what of the change must be named.
    fn notices(&self, name: &str, from: &str, to: &str, named: &str) {
        // In C99 its asserts are arrays of -1 elements; they would stop the compiler before libabigail had a look.
        let text = self.text().replace("? 1 : -1]", "? 1 : 1]");
        assert!(text.contains(from), "{from}");
        let (text, folder) = (text.replace(from, to), scratch(&format!("{}-{name}", self.header)));
        std::fs::write(folder.join(self.header), &text).expect("written");
        let difference = self.difference(&self.library(name, &text, &folder, "gcc"));
        assert!(difference.contains(named), "{name}: {difference:?}");
    }
}

#[test]
fn the_abi_is_the_recorded_one() {
    MODULE.is_the_recorded_one();
}

#[test]
fn the_abi_of_the_host_is_the_recorded_one() {
    HOST.is_the_recorded_one();
}

/// Each change of the kind that a prototype would survive, and what of it must be named.
#[test]
fn a_changed_field_is_noticed() {
    MODULE.notices("sign", "  uint64_t cause;", "  int64_t cause;", "uint64_t cause");
    MODULE.notices("width", "  size_t capacity;", "  uint32_t capacity;", "size_t capacity");
    MODULE.notices("name", "cause", "reason", "reason");
    MODULE.notices("end", "} rp_message;", "  uint64_t later;\n} rp_message;", "later");
}

/// Changes that every caller's source would survive.
#[test]
fn a_change_for_hosts_is_noticed() {
    HOST.notices("limit", "  int64_t timeout_us;", "  uint64_t timeout_us;", "timeout_us");
    HOST.notices("argument", "rph_reply_new(size_t limit)", "rph_reply_new(uint32_t limit)", "rph_reply_new");
    HOST.notices("gone", "RPH_API void rph_error_free(rph_error *error);", "", "rph_error_free");
    HOST.notices(
        "callback",
        "(void *context, const char *json, size_t len)",
        "(void *context, const char *json, uint32_t len)",
        "rph_json_fn",
    );
}
