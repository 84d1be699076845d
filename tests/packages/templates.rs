//! Every project that `rp new` makes, built and tested as its user would: outside the tree, with what its README says.
//! Each ends in `rp check` on the module, and in a session whose expectations are met.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use support::is_full;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// A project named word-count.
struct Project {
    _folder: tempfile::TempDir,
    path: PathBuf,
}

impl Project {
    fn new(language: &str, options: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut rp = Command::new(env!("CARGO_BIN_EXE_rp"));
        rp.args(["new", language, "word-count"]).args(options).current_dir(folder.path());
        let output = rp.env("RP_SDK", Path::new(ROOT).join("sdk")).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Self { path: folder.path().join("word-count"), _folder: folder }
    }

    /// Types a line, with `rp` on the PATH; it has to succeed.
    fn sh(&self, line: &str) -> String {
        let programs = Path::new(env!("CARGO_BIN_EXE_rp")).parent().unwrap();
        let path = std::env::var("PATH").unwrap();
        let mut shell = Command::new("sh");
        shell.args(["-euc", line]).current_dir(&self.path);
        shell.env("PATH", format!("{}:{path}", programs.display()));
        for (variable, _) in std::env::vars().filter(|(name, _)| is_of_the_outer_build(name)) {
            shell.env_remove(variable);
        }
        let output = shell.output().unwrap_or_else(|error| panic!("sh: {error}"));
        let text = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        let text = text.concat();
        assert!(output.status.success(), "{line}\n{}\n{text}", output.status);
        text
    }

    /// What its README tells people to type: the indented lines, up to what they are for.
    fn recipes(&self, is_wasm: bool) -> Vec<String> {
        let readme = std::fs::read_to_string(self.path.join("README.md")).unwrap();
        let lines = readme.lines().filter_map(|line| line.strip_prefix("    "));
        let commands =
            lines.map(|line| line.split_once("  ").map_or(line, |(command, _)| command).to_owned());
        let commands: Vec<_> = commands.filter(|command| command.contains("wasm") == is_wasm).collect();
        assert!(!commands.is_empty(), "{readme}");
        commands
    }

    /// Types them, one after the other.
    fn follow(&self, recipes: &[String]) -> String {
        recipes.iter().map(|line| self.sh(line)).collect()
    }

    fn has(&self, file: &str) -> bool {
        self.path.join(file).exists()
    }
}

fn is_of_the_outer_build(variable: &str) -> bool {
    let cargo = variable.starts_with("CARGO_") && !["CARGO_HOME", "CARGO_NET_OFFLINE"].contains(&variable);
    let flags = ["CFLAGS", "CXXFLAGS", "LDFLAGS", "MAKEFLAGS", "CMAKE_GENERATOR", "RUSTFLAGS", "RP"];
    cargo || flags.contains(&variable)
}

/// Whether the compiler for WebAssembly is there; without it there is a gap, which is said, or with RP_FULL a failure.
fn has_wasm(language: &str) -> bool {
    let mut rp = Command::new(env!("CARGO_BIN_EXE_rp"));
    let output = rp.args(["doctor", language, "--wasm"]).output().unwrap();
    if !output.status.success() {
        let report = String::from_utf8_lossy(&output.stdout);
        assert!(!is_full(), "{report}");
        // Not println!, which the test runner keeps to itself.
        let _ = writeln!(
            std::io::stderr(),
            "gap: the template {language} was not tested for WebAssembly\n{report}"
        );
    }
    output.status.success()
}

/// The compiler that `rp doctor` found.
fn wasm_compiler(tool: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_rp")).args(["doctor", "--json"]).output().unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let tools = report["tools"].as_array().unwrap();
    let version = tools.iter().find(|one| one["tool"] == tool).unwrap()["version"].as_str().unwrap();
    version.split_once(':').unwrap().0.to_owned()
}

fn assert_tested(said: &str) {
    assert!(said.contains("4 messages, 4 expectations met"), "{said}");
    assert!(said.contains("PASS  WARN  FAIL"), "{said}");
}

#[test]
fn make_projects() {
    for language in ["c", "plain"] {
        let project = Project::new(language, &[]);
        project.sh("CFLAGS='-O2 -Werror -Wconversion -Wshadow' make");
        assert_tested(&project.follow(&project.recipes(false)));
        assert!(!project.has(".github/workflows/wasm.yml"), "{language}");
    }
}

#[test]
fn make_projects_for_webassembly() {
    for language in ["c", "plain"] {
        if has_wasm(language) {
            let project = Project::new(language, &["--wasm"]);
            let clang = wasm_compiler("wasm cc");
            let recipes: Vec<_> =
                project.recipes(true).iter().map(|line| line.replace("clang-19", &clang)).collect();
            assert_tested(&project.follow(&recipes));
        }
    }
}

#[test]
fn cmake_projects() {
    for language in ["c-cmake", "cpp"] {
        let project = Project::new(language, &["--wasm"]);
        project.sh("cmake -B build -DCMAKE_COMPILE_WARNING_AS_ERROR=ON && cmake --build build");
        let said = project.follow(&project.recipes(false));
        assert!(said.contains("100% tests passed") && said.contains("\"hello\": \"Ada\""), "{said}");
        // What the tests printed that the recipes ran.
        assert_tested(&project.sh("cat build/Testing/Temporary/LastTest.log"));
        if has_wasm(language) {
            let said = project.follow(&project.recipes(true));
            assert!(said.contains("100% tests passed"), "{said}");
        }
        if language == "c-cmake" {
            project.sh("cmake --preset sanitize && cmake --build --preset sanitize");
            let symbols =
                project.sh("nm -D build/sanitize/libword_count.so && ctest --preset sanitize -R session");
            assert!(symbols.contains("__asan_") && symbols.contains("0 tests failed out of 1"), "{symbols}");
        }
        let said = project.sh("! PATH=/usr/bin:/bin cmake -B other");
        assert!(said.contains("rp is not on the PATH"), "{said}");
    }
}

/// Whether the compilers of a language are there; without them there is a gap, which is said. `./dev languages` has all.
fn is_ready(language: &str) -> bool {
    let output = Command::new(env!("CARGO_BIN_EXE_rp")).args(["doctor", language]).output().unwrap();
    if !output.status.success() {
        let report = String::from_utf8_lossy(&output.stdout);
        assert!(std::env::var_os("RP_LANGUAGES").is_none(), "{language}: {report}");
        let _ =
            writeln!(std::io::stderr(), "gap: the template {language} was not tested: rp doctor {language}");
    }
    output.status.success()
}

fn follow_other(language: &str) {
    if is_ready(language) {
        let project = Project::new(language, &[]);
        let said = project.follow(&project.recipes(false));
        assert_tested(&said);
        assert!(said.contains("\"hello\": \"Ada\""), "{said}");
        let exported = project.sh("nm -D --defined-only build/libword_count.so");
        let names: Vec<&str> = exported.lines().filter_map(|line| line.split(' ').nth(2)).collect();
        assert!(names.contains(&"rp_manifest") && names.contains(&"rp_module_v1"), "{exported}");
    }
}

#[test]
fn other_projects() {
    for language in ["ada", "d", "fortran", "nim", "ocaml", "pascal", "python"] {
        follow_other(language);
    }
}

/// Go compiles its runtime, and Zig itself, the first time: minutes, so `./dev languages` asks for them.
#[test]
fn other_projects_that_take_minutes() {
    for language in ["go", "zig"].into_iter().filter(|_| std::env::var_os("RP_LANGUAGES").is_some()) {
        follow_other(language);
    }
}

#[test]
fn only_some_projects_are_for_webassembly() {
    let folder = tempfile::tempdir().unwrap();
    let mut rp = Command::new(env!("CARGO_BIN_EXE_rp"));
    let output = rp.args(["new", "nim", "hello", "--wasm"]).current_dir(folder.path()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(2) && said.contains("rp::new::wasm"), "{said}");
    assert!(!folder.path().join("hello").exists());
}

/// With the versions that are locked here, so that the network has no say in it.
#[test]
fn the_rust_project() {
    let project = Project::new("rust", &["--wasm"]);
    std::fs::copy(Path::new(ROOT).join("Cargo.lock"), project.path.join("Cargo.lock")).unwrap();
    // That of the workspace, which has the macros of the SDK already.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let target = format!("--target-dir '{}'", target.display());
    assert_tested(&project.sh(&format!("cargo test --offline {target} -- --nocapture")));
    if has_wasm("rust") {
        // In the short form without the optimiser, which takes most of the time.
        let level = if is_full() { "" } else { "--config profile.release.opt-level=0" };
        let said = project.sh(&format!(
            "cargo build --offline --release {level} --target wasm32-unknown-unknown {target} && cd {folder} && \
             rp check word_count.wasm && rp run --modules . $OLDPWD/tests/session.jsonl",
            folder =
                target.trim_start_matches("--target-dir ").to_owned() + "/wasm32-unknown-unknown/release"
        ));
        assert_tested(&said);
    }
}

#[test]
fn nothing_is_overwritten_and_names_are_names() {
    let folder = tempfile::tempdir().unwrap();
    let new = |arguments: &[&str]| {
        let mut rp = Command::new(env!("CARGO_BIN_EXE_rp"));
        let output =
            rp.arg("new").args(arguments).current_dir(folder.path()).env_remove("RP_SDK").output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    std::fs::create_dir(folder.path().join("full")).unwrap();
    std::fs::write(folder.path().join("full/notes.txt"), "mine").unwrap();
    std::fs::create_dir(folder.path().join("empty")).unwrap();
    for (arguments, code, told) in [
        (&["c", "full"][..], 2, "rp::new::exists"),
        (&["c", "Full"], 2, "rp::new::name"),
        (&["rust", "hello"], 2, "--sdk"),
        (&["rust", "hello", "--sdk", "full"], 2, "rp::new::sdk"),
        (&["c", "hello", "--description", "says \"hi\""], 2, "rp::new::description"),
        (&["cobol", "hello"], 2, "possible values: c, c-cmake, cpp, rust, plain, nim"),
        (&["c", "hello", "--dir", "empty"], 0, ""),
        (&["rust", "git", "--sdk", "https://example.org/rp.git"], 0, ""),
    ] {
        let (found, stderr) = new(arguments);
        assert!(found == Some(code) && stderr.contains(told), "{arguments:?}: {found:?} {stderr}");
    }
    assert!(!folder.path().join("hello").exists() && folder.path().join("empty/module.c").exists());
    let manifest = std::fs::read_to_string(folder.path().join("git/Cargo.toml")).unwrap();
    assert!(manifest.contains(r#"rp-sdk = { git = "https://example.org/rp.git", features"#), "{manifest}");
    assert!(manifest.contains("Cargo.lock pins the commit"), "{manifest}");
}

/// Of the template's example only the command is left.
#[test]
fn a_project_is_named_after_its_module() {
    for (language, source, state) in [
        ("c", "module.c", "weather_state"),
        ("plain", "module.c", "weather_state"),
        ("cpp", "module.cpp", "class weather_module"),
        ("rust", "src/lib.rs", "pub struct Weather"),
        ("nim", "src/weather.nim", "type State"),
        ("python", "module.py", "class Module"),
        ("zig", "src/module.zig", "const State"),
        ("go", "module.go", "type state struct"),
        ("ada", "src/module.adb", "type State"),
        ("ocaml", "module.ml", "type state"),
        ("d", "source/module.d", "struct State"),
        ("pascal", "weather.pas", "TState"),
        ("fortran", "src/module.f90", "type :: state"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let mut rp = Command::new(env!("CARGO_BIN_EXE_rp"));
        rp.args(["new", language, "weather", "--description", "Keeps readings."]).current_dir(folder.path());
        let output = rp.env("RP_SDK", Path::new(ROOT).join("sdk")).output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        let lines: Vec<&str> = said.lines().collect();
        assert_eq!((lines.len(), lines[1].contains(source)), (5, true), "{said}");
        assert!(lines[4].starts_with("Next: cd weather && "), "{said}");
        let read = |file: &str| std::fs::read_to_string(folder.path().join("weather").join(file)).unwrap();
        let manifest = match language {
            "rust" => "Cargo.toml",
            "nim" | "python" | "go" | "fortran" | "ocaml" => "entry.c",
            "ada" => "src/module.ads",
            _ => source,
        };
        assert!(read(manifest).contains("Keeps readings."), "{language}");
        assert!(read(source).contains(state), "{language}");
        for text in [read(source), read(manifest), read("README.md")] {
            assert!(!text.contains("greeter") && !text.contains("Greets whoever"), "{language}: {text}");
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let mut rp = Command::new(env!("CARGO_BIN_EXE_rp"));
    let sdk = Path::new(ROOT).join("sdk");
    rp.args(["new", "rust", "weather", "--sdk"]).arg(sdk).current_dir(folder.path());
    assert!(rp.output().unwrap().status.success());
    let manifest = std::fs::read_to_string(folder.path().join("weather/Cargo.toml")).unwrap();
    assert!(
        manifest.contains("The weather module") && manifest.contains("To share the project"),
        "{manifest}"
    );
}
