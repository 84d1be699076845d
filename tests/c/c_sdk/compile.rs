//! Compiles C with the warnings that C authors like; a warning is a failure.
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const STRICT: &[&str] = &["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror"];
const SANITIZE: &[&str] = &["-g", "-O0", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"];

fn folder() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("c_sdk");
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}

fn compiler(name: &str) -> Command {
    let mut command = Command::new(name);
    command.args(STRICT).arg("-I").arg(Path::new(ROOT).join("include"));
    command
}

fn succeed(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|e| panic!("{command:?}: {e}; `./dev test` installs it"));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{command:?}: {said}{}", String::from_utf8_lossy(&output.stderr));
    said
}

/// Builds a module of one source text at a level of optimisation.
pub fn module(name: &str, with: &str, level: &str, source: &str) -> PathBuf {
    let (file, library) = (folder().join(format!("{name}.c")), folder().join(format!("{name}.so")));
    std::fs::write(&file, source).expect("written");
    let mut command = compiler(with);
    command.args(["-std=c99", level, "-shared", "-fPIC", "-fvisibility=hidden"]).arg(&file);
    succeed(command.arg("-o").arg(&library));
    library
}

/// Compiles nothing but what the options include.
pub fn check(with: &str, options: &[&str]) {
    succeed(compiler(with).args(options).args(["-fsyntax-only", "/dev/null"]).stdin(Stdio::null()));
}

/// Compiles a source text and leaves nothing; what the compiler said where it refuses it.
pub fn check_source(with: &str, source: &str) -> Result<(), String> {
    let mut command = compiler(with);
    command.args(["-std=c99", "-Wno-unused-const-variable", "-fsyntax-only", "-x", "c", "-"]);
    command.stdin(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap_or_else(|e| panic!("{command:?}: {e}; `./dev test` installs it"));
    child.stdin.take().expect("it is piped").write_all(source.as_bytes()).expect("the compiler reads");
    let output = child.wait_with_output().expect("it ends");
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}

/// Runs the research log in C on an allocator that fails, under the sanitizers.
pub fn run_without_memory() -> String {
    let (root, program) = (Path::new(ROOT), folder().join("no_memory"));
    let replaced =
        ["-Dmalloc=try_malloc", "-Dcalloc=try_calloc", "-Drealloc=try_realloc", "-DRP_MEMORY_BLOCK=0"];
    let sources = std::fs::read_dir(root.join("modules-c/research-log-c")).expect("the module is there");
    let sources = sources.map(|entry| entry.expect("the folder is read").path());
    let mut objects = Vec::new();
    for source in sources.filter(|path| path.extension().is_some_and(|extension| extension == "c")) {
        let object = folder().join(source.file_name().expect("a name")).with_extension("o");
        let mut command = compiler("gcc");
        command.args(SANITIZE).args(replaced).args(["-std=c99", "-c"]).arg(&source).arg("-o").arg(&object);
        succeed(&mut command);
        objects.push(object);
    }
    let mut link = compiler("gcc");
    link.args(SANITIZE).arg("-std=c99").arg(root.join("tests/c/c_sdk/no_memory.c")).args(&objects);
    succeed(link.arg("-o").arg(&program));
    succeed(&mut Command::new(&program))
}
