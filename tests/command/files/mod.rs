//! Files that change under their module's feet, libraries beside a module, and what processes leave behind.

mod causes;
mod names;
mod outputs;
mod strange;
mod unicode;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use rp_host::{Host, Instance, LoadOptions};
use serde_json::{Value, json};
use support::scripted::scripted_library;
use support::{Source, await_file, temporary};

/// A module that answers with its number; libraries of two numbers have the same size.
fn numbered(number: u32) -> PathBuf {
    assert!(number < 10);
    Source::new("table")
        .define_text("RESPONSE", &format!(r#"{{"status":"success","data":{number}}}"#))
        .library()
}

fn number(instance: &Instance) -> u32 {
    instance.command("number", &json!({})).unwrap()
}

/// Puts a library in another's place with a new file.
fn replace(path: &Path, with: &Path) {
    let fresh = path.with_extension("fresh");
    std::fs::copy(with, &fresh).unwrap();
    std::fs::rename(fresh, path).unwrap();
}

/// Writes a library's bytes into the file that is there.
fn overwrite(path: &Path, with: &Path) {
    std::fs::write(path, std::fs::read(with).unwrap()).unwrap();
}

fn named(name: &str) -> LoadOptions {
    LoadOptions::new().instance(name)
}

#[test]
fn replaced_while_loaded() {
    changed_while_loaded(replace);
}

#[test]
fn overwritten_while_loaded() {
    changed_while_loaded(overwrite);
}

fn changed_while_loaded(change: fn(&Path, &Path)) {
    let (_keep, dir) = temporary();
    let path = Path::new(&dir).join("module.so");
    std::fs::copy(numbered(1), &path).unwrap();
    let host = Host::new();
    let first = host.load_with(&path, named("first")).unwrap();
    change(&path, &numbered(2));
    assert_eq!(number(&first), 1, "what is loaded stays what it is");
    let second = host.load_with(&path, named("second")).unwrap();
    assert_eq!((number(&first), number(&second)), (1, 2));
    std::fs::write(&path, "no library any more").unwrap();
    assert_eq!(host.load_with(&path, named("third")).unwrap_err().code(), "rp::load::not_a_library");
    std::fs::File::options().write(true).open(&path).unwrap().set_len(0).unwrap();
    assert_eq!(host.load_with(&path, named("third")).unwrap_err().code(), "rp::load::empty");
    std::fs::remove_file(&path).unwrap();
    assert_eq!((number(&first), number(&second)), (1, 2));
    first.unload().unwrap();
    second.unload().unwrap();
}

/// A reload of a file that was changed runs the new code, however fast it follows.
#[test]
fn a_reload_runs_the_new_code() {
    let (_keep, dir) = temporary();
    let path = Path::new(&dir).join("module.so");
    let host = Host::new();
    for round in 0..40 {
        let change = if round % 4 < 2 { replace } else { overwrite };
        change(&path, &numbered(round % 2));
        let instance = host.load(&path).unwrap();
        assert_eq!(number(&instance), round % 2, "round {round}");
        instance.unload().unwrap();
    }
}

/// The private copies that are mapped into this process.
fn mapped_copies() -> BTreeSet<String> {
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
    let paths = maps.lines().filter_map(|line| line.split_whitespace().nth(5));
    paths.filter(|path| path.contains("rp-modules-")).map(str::to_owned).collect()
}

/// A file that did not change is mapped once, however often it is loaded.
#[test]
fn an_unchanged_file_is_mapped_once() {
    let (_keep, dir) = temporary();
    let path = Path::new(&dir).join("module.so");
    std::fs::copy(numbered(3), &path).unwrap();
    // Only a file that was left alone for a moment is known not to have changed: times have grains.
    std::thread::sleep(Duration::from_millis(300));
    let host = Host::new();
    host.load(&path).unwrap().unload().unwrap();
    let before = mapped_copies();
    assert_eq!(before.len(), 1, "{before:?}");
    for round in 0..20 {
        let instance = host.load_with(&path, named(&format!("round-{round}"))).unwrap();
        assert_eq!(number(&instance), 3);
        instance.unload().unwrap();
    }
    assert_eq!(mapped_copies(), before);
}

/// A file whose times say that it did not change, though it did: where a sha-256 is expected, what runs is what has it.
#[test]
fn an_expected_content_is_what_runs() {
    let (_keep, dir) = temporary();
    let path = Path::new(&dir).join("module.so");
    let host = Host::new();
    for round in 0..20 {
        let content = numbered(round % 2);
        overwrite(&path, &content);
        let hash = sha256(&content);
        let instance = host.load_with(&path, LoadOptions::new().sha256(hash)).unwrap();
        assert_eq!(number(&instance), round % 2);
        instance.unload().unwrap();
        let other = sha256(&numbered(1 - round % 2));
        let error = host.load_with(&path, LoadOptions::new().sha256(other)).unwrap_err();
        assert_eq!(error.code(), "rp::load::unexpected_hash");
    }
    let copies = mapped_copies();
    host.load_with(&path, LoadOptions::new().sha256(sha256(&numbered(1)))).unwrap();
    assert_eq!(mapped_copies(), copies, "the same content is mapped once");
}

fn sha256(path: &Path) -> [u8; 32] {
    let output = Command::new("sha256sum").arg(path).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let byte = |index: usize| u8::from_str_radix(&text[2 * index..2 * index + 2], 16).unwrap();
    std::array::from_fn(byte)
}

/// A module finds the libraries that it brings along, beside itself and in a folder beside its own.
#[test]
fn libraries_beside_a_module() {
    for (folder, rpath) in
        [("plugins", "$ORIGIN"), ("lib", "$ORIGIN/../lib"), ("plugins/own", "${ORIGIN}/own")]
    {
        let (_keep, dir) = temporary();
        let soname = format!("libbeside-{}.so", folder.replace('/', "-"));
        let dependency = Source::new("dependency").flag(format!("-Wl,-soname,{soname}")).library();
        let module = Source::new("table")
            .define("USES_DEPENDENCY")
            .flag(dependency.to_str().unwrap())
            .flag(format!("-Wl,-rpath,{rpath}"))
            .library();
        let (home, beside) = (Path::new(&dir).join("plugins"), Path::new(&dir).join(folder));
        std::fs::create_dir_all(&home).unwrap();
        std::fs::create_dir_all(&beside).unwrap();
        std::fs::copy(&module, home.join("module.so")).unwrap();
        let host = Host::new();
        let error = host.load(home.join("module.so")).unwrap_err();
        assert_eq!(error.code(), "rp::load::missing_dependency", "{rpath}: it is not there yet");
        std::fs::copy(&dependency, beside.join(&soname)).unwrap();
        let instance = host.load(home.join("module.so")).unwrap_or_else(|error| panic!("{rpath}: {error}"));
        assert_eq!(instance.command::<_, Value>("any", &json!({})).unwrap(), json!({}));
        instance.unload().unwrap();
    }
}

/// The copy's name has a number beside the module's, which has as many bytes here as a file's name can.
#[test]
fn the_longest_name() {
    let (_keep, dir) = temporary();
    let path = Path::new(&dir).join("n".repeat(252) + ".so");
    std::fs::copy(numbered(7), &path).unwrap();
    assert_eq!(number(&Host::new().load(&path).unwrap()), 7);
}

/// The command, with a folder for temporary files of its own.
fn rp(temporary: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rp"));
    command.args(arguments).env("TMPDIR", temporary).stdin(Stdio::null());
    command
}

fn finish(mut command: Command) -> Output {
    command.output().unwrap()
}

fn left_in(folder: &str) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

fn steps(steps: Value) -> String {
    json!({"steps": steps}).to_string()
}

/// A process removes its private copies at its end; those of a killed one are swept by the next, those of a living one
/// are left alone.
#[test]
fn private_copies_go_with_their_process() {
    let (_keep, dir) = temporary();
    let (_keep_signs, signs) = temporary();
    let module = scripted_library("scripted").to_str().unwrap().to_owned();
    let begun = |name: &str| format!("{signs}/{name}-begun");
    let go = format!("{signs}/go");
    let start = |name: &str| {
        let work = steps(json!([{"touch": begun(name)}, {"wait_file": go}, {"log": "done"}]));
        let child = rp(&dir, &["call", &module, "run", &work]).stdout(Stdio::piped()).spawn().unwrap();
        await_file(begun(name));
        child
    };
    let nothing = steps(json!([]));
    let short = || assert!(finish(rp(&dir, &["call", &module, "run", &nothing])).status.success());

    short();
    assert_eq!(left_in(&dir), BTreeSet::new(), "a process left something behind");
    let mut killed = start("killed");
    let left = left_in(&dir);
    assert_eq!(left.len(), 1, "{left:?}");
    killed.kill().unwrap();
    killed.wait().unwrap();
    assert_eq!(left_in(&dir), left, "nobody is left to remove it");
    let living = start("living");
    let of_living = left_in(&dir);
    assert!(of_living.is_disjoint(&left) && of_living.len() == 1, "{of_living:?}: the next one sweeps");
    short();
    assert_eq!(left_in(&dir), of_living, "a living process keeps its folder");
    std::fs::write(&go, "").unwrap();
    let output = living.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(left_in(&dir), BTreeSet::new());
}

/// Processes that start and end at the same time do not sweep each other's folders.
#[test]
fn many_processes_at_once() {
    let (_keep, dir) = temporary();
    let module = scripted_library("scripted").to_str().unwrap().to_owned();
    let nothing = steps(json!([]));
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..6 {
                    let output = finish(rp(&dir, &["call", &module, "run", &nothing]));
                    assert!(output.status.success(), "{output:?}");
                }
            });
        }
    });
    assert_eq!(left_in(&dir), BTreeSet::new());
}

/// Where no private copy can be made, the error says where and what to set.
#[test]
fn nowhere_to_put_a_copy() {
    let (_keep, dir) = temporary();
    let module = scripted_library("scripted").to_str().unwrap().to_owned();
    let output = finish(rp(&format!("{dir}/missing"), &["--json", "call", &module, "run"]));
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    let text = String::from_utf8(output.stderr).unwrap();
    for part in ["rp::load::private_copy", "TMPDIR", &dir] {
        assert!(text.contains(part), "{part}: {text}");
    }
}
