//! A stranger's folder, and the shell that the stranger types into.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The repository.
pub const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// A folder outside the tree.
pub struct Folder(tempfile::TempDir);

impl Folder {
    /// With a module in C, the one that people copy; and one in C++, the one that stands in the header's first comment.
    pub fn new() -> Folder {
        let folder = Folder(tempfile::tempdir().unwrap());
        folder.copy("modules-c/test-minimal-c/module.c", "counter.c");
        folder.write("hello.cpp", &example());
        folder
    }

    /// With a project that finds rp in one of several ways.
    pub fn project(way: &str) -> Folder {
        let folder = Folder::new();
        folder.copy(&format!("tests/packages/cmake/{way}.cmake"), "CMakeLists.txt");
        for file in ["modules.cmake", "exports.map", "program.c", "both.c"] {
            folder.copy(&format!("tests/packages/cmake/{file}"), file);
        }
        folder
    }

    pub fn path(&self, file: &str) -> PathBuf {
        self.0.path().join(file)
    }

    pub fn write(&self, file: &str, text: &str) {
        std::fs::write(self.path(file), text).unwrap();
    }

    pub fn copy(&self, from: &str, file: &str) {
        std::fs::copy(Path::new(ROOT).join(from), self.path(file)).unwrap_or_else(|e| panic!("{from}: {e}"));
    }

    /// Something of the repository under its own name.
    pub fn link(&self, from: &str) {
        std::os::unix::fs::symlink(Path::new(ROOT).join(from), self.path(from)).unwrap();
    }

    /// Types a line that has to succeed. It may use $ROOT, $INCLUDE and $RP.
    pub fn sh(&self, line: &str) -> String {
        let output = self.run(line);
        let text = text(&output);
        assert!(output.status.success(), "{line}\n{}\n{text}", output.status);
        text
    }

    /// Types a line that has to fail.
    pub fn sh_fails(&self, line: &str) -> String {
        let output = self.run(line);
        let text = text(&output);
        assert!(!output.status.success(), "{line}\nshould have failed\n{text}");
        text
    }

    fn run(&self, line: &str) -> Output {
        let mut shell = Command::new("sh");
        shell.args(["-euc", line]).current_dir(self.0.path());
        shell.env("ROOT", ROOT).env("INCLUDE", format!("{ROOT}/include")).env("RP", env!("CARGO_BIN_EXE_rp"));
        for variable in ["CFLAGS", "CXXFLAGS", "LDFLAGS", "MAKEFLAGS", "CMAKE_GENERATOR", "RP_C_SANITIZE"] {
            shell.env_remove(variable);
        }
        shell.output().unwrap_or_else(|error| panic!("sh: {error}"))
    }

    /// What the command `rp` makes of the module in C.
    pub fn assert_counts(&self, library: &str) {
        let said = self.sh(&format!("$RP call {library} ping --json"));
        assert_eq!(
            said, "{\"status\":\"success\",\"data\":{\"reply\":\"pong\",\"messages\":2}}\n",
            "{library}"
        );
    }

    /// What the command `rp` makes of the module in C++.
    pub fn assert_greets(&self, library: &str) {
        let said = self.sh(&format!("$RP call {library} greet --json"));
        assert_eq!(said, "{\"status\":\"success\",\"data\":{\"hello\":\"world\"}}\n", "{library}");
    }
}

fn text(output: &Output) -> String {
    let texts = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    texts.concat()
}

/// The module in the first comment of rp_sdk.hpp.
pub fn example() -> String {
    let text = example_in(include_str!("../../../include/rp_sdk.hpp"));
    assert!(text.contains("\nRP_MODULE_CLASS(") && text.trim_end().ends_with(");"), "{text}");
    text
}

/// The source in the first comment of a header.
pub fn example_in(header: &str) -> String {
    let lines = header.lines().skip_while(|line| !line.starts_with("//     #include"));
    let code = lines.take_while(|line| *line == "//" || line.starts_with("//     "));
    code.map(|line| line.strip_prefix("//     ").unwrap_or("").to_owned() + "\n").collect()
}
