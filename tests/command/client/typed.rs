//! mypy and tsc read clients and the programs that call through them, and must see what is wrong with a program.
//!
//! `./dev clients` installs both and runs this with RP_CLIENT_TOOLS, the folder that has them. They check against the oldest
//! Python and Node that the book names.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use super::served::assert_asks;
use super::{folder, written};

const DESCRIPTIONS: [&str; 3] = ["research-log", "hostile", "notes"];

/// Where the tool lies in the folder of tools.
fn tool(path: &str) -> PathBuf {
    let folder = std::env::var_os("RP_CLIENT_TOOLS");
    let folder = folder.expect("RP_CLIENT_TOOLS is not set: ./dev clients brings the tools and runs this");
    PathBuf::from(folder).join(path)
}

/// A folder with the program and a client of each description.
fn project(language: &str, ending: &str) -> tempfile::TempDir {
    let project = tempfile::tempdir_in(support::target_tmp()).expect("a folder");
    for name in DESCRIPTIONS {
        let file = project.path().join(format!("{}.{ending}", name.replace('-', "_")));
        std::fs::write(file, written(&["client", language, &format!("{name}.json")])).expect("written");
    }
    let ask = format!("ask.{ending}");
    std::fs::copy(folder().join(&ask), project.path().join(&ask)).expect("copied");
    project
}

fn mypy(project: &Path) -> Output {
    let mut mypy = Command::new(tool("venv/bin/mypy"));
    mypy.args(["--strict", "--python-version", "3.9", "--cache-dir"]).arg(tool("mypy-cache"));
    mypy.args(["ask.py", "research_log.py", "hostile.py", "notes.py"]);
    mypy.current_dir(project).output().expect("mypy starts")
}

/// Checks, and compiles into the folder `out`: Node before 22.18 takes no types. The options beside --strict are those of users
/// who are stricter, and those that refuse what Node cannot strip.
fn tsc(project: &Path) -> Output {
    std::fs::write(project.join("package.json"), r#"{"type":"module"}"#).expect("written");
    let mut tsc = Command::new(tool("node_modules/.bin/tsc"));
    tsc.args([
        "--strict",
        "--noEmitOnError",
        "--outDir",
        "out",
        "--target",
        "es2022",
        "--module",
        "nodenext",
    ]);
    tsc.args(["--noUncheckedIndexedAccess", "--exactOptionalPropertyTypes", "--noUnusedLocals"]);
    tsc.args(["--erasableSyntaxOnly", "--verbatimModuleSyntax", "--types", "node", "--typeRoots"]);
    tsc.arg(tool("node_modules/@types")).args(["ask.ts", "hostile.ts", "notes.ts"]);
    tsc.current_dir(project).output().expect("tsc starts")
}

fn assert_clean(output: &Output) {
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{told}{}", String::from_utf8_lossy(&output.stderr));
}

/// Programs that are wrong in one place are refused at that place.
fn assert_refuses(project: &Path, program: &str, check: fn(&Path) -> Output, wrong: &[(&str, &str)]) {
    let right = std::fs::read_to_string(project.join(program)).expect("the program is read");
    for (from, to) in wrong {
        let line = 1 + right.lines().position(|line| line.contains(from)).expect("the program has it");
        std::fs::write(project.join(program), right.replacen(from, to, 1)).expect("written");
        let output = check(project);
        let told = String::from_utf8_lossy(&output.stdout);
        let place = [format!("{program}:{line}:"), format!("{program}({line},")];
        assert!(!output.status.success() && place.iter().any(|place| told.contains(place)), "{to}: {told}");
    }
}

#[test]
#[ignore = "./dev clients brings mypy"]
fn mypy_reads_clients_in_python() {
    let project = project("python", "py");
    assert_clean(&mypy(project.path()));
    let wrong = [
        ("type=\"question\"", "type=\"qestion\""),
        ("tags=[\"kept\"]", "tags=[1]"),
        ("page[\"count\"]", "page[\"cuont\"]"),
        ("page[\"count\"]", "page[\"count\"].upper()"),
    ];
    assert_refuses(project.path(), "ask.py", mypy, &wrong);
}

#[test]
#[ignore = "./dev clients brings tsc"]
fn tsc_reads_clients_in_typescript() {
    let project = project("ts", "ts");
    assert_clean(&tsc(project.path()));
    let wrong = [
        ("type: \"question\"", "type: \"qestion\""),
        ("tags: [\"kept\"]", "tags: [1]"),
        ("page.count", "page.cuont"),
        ("page.count", "page.count.toUpperCase()"),
    ];
    assert_refuses(project.path(), "ask.ts", tsc, &wrong);
}

#[test]
#[ignore = "./dev clients brings tsc"]
fn a_program_in_typescript_calls_through_its_client() {
    let project = project("ts", "ts");
    assert_clean(&tsc(project.path()));
    let node = |program: &str| {
        let mut node = Command::new("node");
        node.arg(project.path().join("out").join(program));
        node
    };
    assert_asks(&mut node("ask.js"));
    for client in ["hostile.js", "notes.js"] {
        assert_clean(&node(client).output().expect("node starts"));
    }
}
