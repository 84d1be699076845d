//! `./dev` on machines that lack something: it installs as root, and otherwise names what to install.
//!
//! The machines are folders of links to the few programs that are there; installers are scripts that note how they
//! were called.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// A folder for PATH with the programs that every machine has, Rust, and those given.
fn machine(name: &str, programs: &[&str]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).expect("removed");
    }
    std::fs::create_dir_all(&folder).expect("made");
    let always = ["sh", "cat", "dirname", "uname", "sed", "sort", "tr", "cargo", "rustc", "date"];
    for program in always.iter().chain(programs) {
        symlink(find(program), folder.join(program)).expect("linked");
    }
    folder
}

fn find(program: &str) -> PathBuf {
    let path = std::env::var_os("PATH").expect("a PATH");
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
        .unwrap_or_else(|| panic!("{program} is not on this machine"))
}

/// Adds a program that notes its arguments in the file `calls`, and answers.
fn add_script(machine: &Path, name: &str, answer: &str) {
    let file = machine.join(name);
    let calls = machine.join("calls");
    std::fs::write(&file, format!("#!/bin/sh\necho {name} \"$@\" >> '{}'\n{answer}\n", calls.display()))
        .expect("written");
    std::fs::set_permissions(&file, PermissionsExt::from_mode(0o755)).expect("executable");
}

/// Exit code and everything printed.
fn dev(machine: &Path, job: &[&str]) -> (i32, String) {
    let output = Command::new(Path::new(ROOT).join("dev"))
        .args(job)
        .env("PATH", machine)
        .env_remove("LIBCLANG_PATH")
        .stdin(Stdio::null())
        .output()
        .expect("./dev starts");
    let text =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.code().expect("an exit code"), text)
}

#[test]
fn usage() {
    let machine = machine("dev-usage", &[]);
    let (code, text) = dev(&machine, &["help"]);
    assert_eq!(code, 0);
    for job in [
        "./dev run",
        "./dev test",
        "--full",
        "./dev fuzz",
        "./dev soak",
        "./dev header",
        "./dev languages",
        "./dev clients",
        "./dev pages",
        "./dev platforms",
        "./dev python",
    ] {
        assert!(text.contains(job), "{text}");
    }
    for wrong in [
        &[][..],
        &["sing"],
        &["run", "more"],
        &["test", "--ful"],
        &["test", "--full", "more"],
        &["languages", "zig"],
        &["python", "slow"],
        &["pages", "read"],
        &["fuzz", "0"],
        &["fuzz", "1x"],
    ] {
        let (code, text) = dev(&machine, wrong);
        assert_eq!((code, text.starts_with("usage:")), (2, true), "{wrong:?}: {text}");
    }
    let (code, text) = dev(&machine, &["fuzz", "1", "wams"]);
    assert!(code == 2 && text.contains("there is no target wams; there are: c_json"), "{text}");
    let (code, text) = dev(&machine, &["platforms", "i686", "vax"]);
    assert!(code == 2 && text.contains("there is no platform vax; there are: i686 windows"), "{text}");
}

/// A machine that has all that `./dev test` needs, and WebAssembly for Rust.
fn machine_for_tests(name: &str) -> PathBuf {
    let machine = machine(name, &[]);
    for rust in ["cargo", "rustc"] {
        std::fs::remove_file(machine.join(rust)).expect("removed");
    }
    // Without an answer to `metadata`, so that nothing after the tests finds its way.
    add_script(&machine, "cargo", r#"echo "full=${RP_FULL-}${RP_CHECK_FULL-}""#);
    // A folder of libraries, whatever is asked.
    add_script(&machine, "rustc", "echo /");
    for tool in [
        "abidiff",
        "cc",
        "c++",
        "gcc",
        "gdb",
        "llvm-symbolizer",
        "cmake",
        "make",
        "clang",
        "clang-format",
        "clang-tidy",
        "git",
        "minisign",
        "pkg-config",
        "valgrind",
        "chromium",
        "node",
    ] {
        add_script(&machine, tool, "");
    }
    // Without the package that is a compiler for WebAssembly.
    add_script(&machine, "python3", "exit 1");
    machine
}

#[test]
fn without_webassembly_the_test_prints_a_gap_and_the_full_test_fails() {
    let machine = machine_for_tests("dev-no-wasm");
    add_script(&machine, "id", "echo 1000");
    add_script(&machine, "apt-get", "");
    let gap = "gap: wasm-c is missing";
    let (_, text) = dev(&machine, &["test"]);
    assert!(text.contains(gap) && text.contains("full=\n"), "{text}");
    let (code, text) = dev(&machine, &["test", "--full"]);
    let help = "wasm-c is missing, which --full needs: sudo apt-get";
    assert!(code == 2 && text.contains(help) && text.contains("libc++-19-dev-wasm32"), "{text}");
    // As root it is installed, and what an installer does not bring stays a gap.
    add_script(&machine, "id", "echo 0");
    let (_, text) = dev(&machine, &["test"]);
    let calls = std::fs::read_to_string(machine.join("calls")).expect("calls");
    assert!(
        calls.contains("install -y --no-install-recommends clang-19") && text.contains(gap),
        "{calls}{text}"
    );
}

#[test]
fn the_full_test_is_the_long_form_of_each_stage() {
    let machine = machine_for_tests("dev-full");
    add_script(&machine, "clang++", "");
    for (arguments, profile, full) in
        [(&["test"][..], "ci", "full="), (&["test", "--full"], "full", "full=11")]
    {
        let (_, text) = dev(&machine, arguments);
        assert!(text.lines().any(|line| line == full), "{text}");
        let calls = std::fs::read_to_string(machine.join("calls")).expect("calls");
        assert!(calls.contains(&format!("nextest run --locked --workspace --profile {profile} ")), "{calls}");
    }
}

#[test]
fn names_what_to_install_where_it_may_not() {
    let machine = machine("dev-user", &[]);
    add_script(&machine, "id", "echo 1000");
    add_script(&machine, "apt-get", "");
    let (code, text) = dev(&machine, &["run"]);
    assert_eq!(code, 2, "{text}");
    assert!(text.contains("sudo apt-get") && text.contains("cmake g++ gcc libc6-dev"), "{text}");
    let calls = std::fs::read_to_string(machine.join("calls")).expect("calls");
    assert!(!calls.contains("apt-get"), "{calls}");
}

/// Tools whose packages have other names.
#[test]
fn knows_what_brings_the_sanitizers() {
    let machine = machine("dev-sanitizers", &[]);
    add_script(&machine, "id", "echo 1000");
    add_script(&machine, "apt-get", "");
    for (job, packages) in [
        ("asan", "cmake g++ gcc libc6-dev llvm make"),
        ("valgrind", "cmake g++ gcc libc6-dev make valgrind"),
        ("tsan", "cmake g++ gcc libc6-dev make"),
        ("msan", "clang cmake g++ gcc libc6-dev libclang-rt-dev make"),
    ] {
        let (code, text) = dev(&machine, &[job]);
        let command = format!("install -y --no-install-recommends {packages} ");
        assert_eq!((code, text.contains(&command)), (2, true), "{job}: {text}");
    }
}

#[test]
fn names_the_packages_of_other_languages() {
    let machine = machine("dev-languages", &[]);
    add_script(&machine, "id", "echo 1000");
    add_script(&machine, "apt-get", "");
    let (code, text) = dev(&machine, &["languages"]);
    assert_eq!(code, 2, "{text}");
    for package in [
        " fp-compiler ",
        " gfortran ",
        " golang-go ",
        " ldc ",
        " nodejs ",
        " npm ",
        " python3 python3-dev python3-venv",
    ] {
        assert!(text.contains(package), "{package} is not in {text}");
    }
}

/// One of them has the version of its compiler in its name.
#[test]
fn names_the_packages_of_other_platforms() {
    let machine = machine("dev-platforms", &[]);
    add_script(&machine, "id", "echo 1000");
    add_script(&machine, "apt-get", "");
    let cross = "libstdc++-VERSION-dev-arm64-cross";
    let names = ["12", "9", "12-x"].map(|version| cross.replace("VERSION", version));
    add_script(&machine, "apt-cache", &format!("printf '%s\\n' {}", names.join(" ")));
    let (code, text) = dev(&machine, &["platforms", "arm64", "windows"]);
    assert_eq!(code, 2, "{text}");
    for package in
        [" g++-mingw-w64-x86-64-posix ", " libstdc++-12-dev-arm64-cross ", " qemu-user ", " wine wine64"]
    {
        assert!(text.contains(package), "{package} is not in {text}");
    }
}

#[test]
fn installs_as_root() {
    let machine = machine("dev-root", &[]);
    add_script(&machine, "id", "echo 0");
    add_script(&machine, "apt-get", "");
    let (code, text) = dev(&machine, &["header"]);
    let calls = std::fs::read_to_string(machine.join("calls")).expect("calls");
    assert!(calls.contains("install -y --no-install-recommends clang cmake"), "{calls}");
    assert!(calls.contains("gcc-multilib"), "{calls}");
    // The installer did nothing, and that is noticed.
    assert_eq!((code, text.contains("still missing after the installation: cc")), (2, true), "{text}");
}

#[test]
fn says_how_to_get_rust_and_an_installer() {
    let machine = machine("dev-bare", &[]);
    add_script(&machine, "id", "echo 1000");
    let (code, text) = dev(&machine, &["run"]);
    assert_eq!((code, text.contains("missing: cc c++ cmake")), (2, true), "{text}");
    std::fs::remove_file(machine.join("cargo")).expect("removed");
    let (code, text) = dev(&machine, &["run"]);
    assert_eq!((code, text.contains("https://sh.rustup.rs")), (2, true), "{text}");
}
