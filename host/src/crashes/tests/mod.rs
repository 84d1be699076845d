//! Processes that crash in every way: this program starts itself anew for each.

mod hostile;

use std::fs::File;
use std::os::fd::FromRawFd;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{Remains, report};
use crate::os::{self, CRASH_AREA, CrashStack, SharedMemory};

/// Says to a child what to crash in: a library and a function.
const CHILD: &str = "RP_CRASH_CHILD";

/// No test but the other end of [`crash_of`].
#[test]
fn child() {
    let Ok(child) = std::env::var(CHILD) else { return };
    let (library, function) = child.split_once(' ').expect("a library and a function");
    // SAFETY: the parent made the area its standard input, and nothing else uses it.
    let area = unsafe { File::from_raw_fd(0) };
    os::report_crashes(area).expect("handlers");
    os::report_data_in_use();
    let (library, function) = (library.to_owned(), function.to_owned());
    let lane = std::thread::spawn(move || {
        let _stack = CrashStack::of_lane(0).expect("a stack");
        os::at_work_for(7);
        // SAFETY: the library is a test's own; crashing is what it is for.
        unsafe {
            let library = libloading::Library::new(library).expect("a library");
            let function = library.get::<unsafe extern "C" fn() -> i32>(function).expect("a function");
            function();
        }
    });
    lane.join().expect("no panic");
    std::process::exit(0);
}

/// What a compiler makes of a source beside this file; it is removed with its folder.
struct Built {
    path: PathBuf,
    _folder: tempfile::TempDir,
}

fn built(command: &[&str]) -> Built {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("libcrash.so");
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/crashes/tests");
    let mut compiler = Command::new(command[0]);
    let output = compiler.args(&command[1..]).arg("-o").arg(&path).current_dir(sources).output();
    let output = output.expect("a compiler");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    Built { path, _folder: folder }
}

/// What is written of the crash of a child that calls `function` of `library`.
fn crash_of(library: &Built, function: &str, memory: Option<u64>, has_core: bool) -> String {
    let area = SharedMemory::create("rp-crash", CRASH_AREA).expect("memory");
    let status = Command::new(std::env::current_exe().expect("a program"))
        .args(["--exact", "crashes::tests::child", "--nocapture"])
        .env(CHILD, format!("{} {function}", library.path.display()))
        .stdin(area.file().try_clone().expect("a descriptor"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .expect("a child");
    let number = status.signal().unwrap_or_else(|| panic!("{function}: {status}"));
    let signal = SIGNALS.iter().find(|(known, _)| *known == number).expect("a signal of the table");
    report(&Remains {
        signal: *signal,
        area: &area,
        process: 42,
        copy: &library.path,
        original: &library.path,
        memory,
        has_core,
    })
    .to_string()
}

const SIGNALS: [(i32, &str); 7] = [
    (libc::SIGSEGV, "SIGSEGV"),
    (libc::SIGBUS, "SIGBUS"),
    (libc::SIGABRT, "SIGABRT"),
    (libc::SIGILL, "SIGILL"),
    (libc::SIGFPE, "SIGFPE"),
    (libc::SIGSYS, "SIGSYS"),
    (libc::SIGKILL, "SIGKILL"),
];

/// Whether the text is as expected, where `*` stands for what another compiler or C library makes different.
fn is_like(text: &str, expected: &str) -> bool {
    let mut parts = expected.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let parts: Vec<&str> = parts.collect();
    for (at, part) in parts.iter().enumerate() {
        let found =
            if at + 1 == parts.len() { rest.strip_suffix(part).map(str::len) } else { rest.find(part) };
        let Some(found) = found else { return false };
        rest = &rest[found + part.len()..];
    }
    rest.is_empty()
}

/// Compares the crashes in functions of a library; each line of what is expected will do.
fn check(library: &Built, cases: &[(&str, &str)]) {
    let mut faults = String::new();
    for (function, expected) in cases {
        let text = crash_of(library, function, None, false);
        if !expected.lines().any(|expected| is_like(&text, expected)) {
            faults += &format!("{function}: {text}\n  expected {expected}\n");
        }
    }
    assert!(faults.is_empty(), "{faults}");
}

fn c(options: &[&str]) -> Built {
    built(&[&["cc", "-shared", "-fPIC", "-pthread", "-fno-stack-protector", "crash.c"], options].concat())
}

const NO_DATE: &str = "SIGSEGV at 0x8, in parse_date (crash.c:24) < create_entry (crash.c:29)";

#[test]
fn every_signal_names_function_and_line_in_c() {
    let no_date = |rest: &str| format!("{NO_DATE}{rest}");
    let cases = [
        ("segv", &*no_date(" < segv (crash.c:34)")),
        ("bus", "SIGBUS at 0x*, in bus (crash.c:40)"),
        ("fails_assertion", "SIGABRT, in __assert_fail (libc.so.6) < fails_assertion (crash.c:45)"),
        ("ill", "SIGILL, in ill (crash.c:51)"),
        ("fpe", "SIGFPE, in fpe (crash.c:56)"),
        ("sys", "SIGSYS, in * (libc.so.6) < sys (crash.c:61)"),
        ("in_libc", "SIGSEGV at 0x0, in libc.so.6+0x* < in_libc (crash.c:71)"),
        ("null_function", "SIGSEGV at 0x0, in 0x0, where no function is < null_function (crash.c:76)"),
        (
            "overflow",
            // The innermost has a line of its own but where the stack ends in the call itself.
            "SIGSEGV at 0x*, in deeper (crash.c:*) < deeper (crash.c:84), 63 times or more; the stack is full\n\
             SIGSEGV at 0x*, in deeper (crash.c:84), 64 times or more; the stack is full",
        ),
        ("own_thread", &*no_date(" < thread (crash.c:96); on a thread of the module's own")),
        ("many_threads", &*no_date(" < thread (crash.c:96); on a thread of the module's own")),
    ];
    check(&c(&["-g", "-O0"]), &cases);
}

#[test]
fn every_signal_names_function_and_line_in_optimised_c() {
    let cases = [
        ("segv", "SIGSEGV at 0x8, in segv (crash.c:34)"),
        ("bus", "SIGBUS at 0x*, in bus (crash.c:40)"),
        ("fails_assertion", "SIGABRT, in __assert_fail (libc.so.6) < fails_assertion (crash.c:45)"),
        ("ill", "SIGILL, in ill (crash.c:51)"),
        ("fpe", "SIGFPE, in fpe (crash.c:56)"),
        (
            "own_thread",
            "SIGSEGV at 0x8, in create_entry (crash.c:29) < thread (crash.c:96); on a thread of *",
        ),
    ];
    check(&c(&["-g", "-O2"]), &cases);
}

#[test]
fn what_leaves_no_report_is_said_to() {
    let cases = [
        ("kills", "SIGKILL; something outside ended it, such as the system because memory ran out"),
        (
            "own_thread_overflow",
            "SIGSEGV; it left no report of more, as when a thread of its own overflows its stack",
        ),
    ];
    check(&c(&["-g", "-O0"]), &cases);
}

#[test]
fn a_damaged_stack_is_told_as_far_as_it_goes() {
    let cases = [
        ("returns_nowhere", "SIGSEGV, in returns_nowhere (crash.c:149); the stack is damaged"),
        ("damages_stack", "SIGSEGV, in damages_stack (crash.c:160); the stack is damaged"),
    ];
    check(&c(&["-g", "-O0"]), &cases);
}

#[test]
fn the_crash_of_a_forked_child_is_not_told_as_that_of_its_parent() {
    check(&c(&["-g", "-O0"]), &[("forks", "SIGABRT, in abort (libc.so.6) < forks (crash.c:141)")]);
}

#[test]
fn a_constructor_is_a_function_too() {
    let library = c(&["-g", "-O0", "-DIN_CONSTRUCTOR"]);
    check(&library, &[("segv", &format!("{NO_DATE} < set_up (crash.c:166)"))]);
}

#[test]
fn without_lines_the_text_says_how_to_get_them() {
    const HINT: &str = "; build the module with -g to see source lines";
    let expected = format!("SIGSEGV at 0x8, in parse_date < create_entry < segv{HINT}");
    check(&c(&["-O0"]), &[("segv", &expected)]);
    let expected = format!("SIGSEGV at 0x8, in libcrash.so+0x* < libcrash.so+0x* < segv{HINT}");
    check(&c(&["-O0", "-s"]), &[("segv", &expected)]);
}

#[test]
fn memory_near_its_limit_and_a_core_dump_are_told() {
    let library = c(&["-g", "-O0"]);
    let hog = |memory| crash_of(&library, "hog", Some(memory), true);
    let dump = "`coredumpctl debug 42` opens its core dump";
    let near = format!("{NO_DATE} < hog (crash.c:126); it had * of 70000000 bytes; {dump}");
    assert!(is_like(&hog(70_000_000), &near), "{}", hog(70_000_000));
    assert_eq!(hog(140_000_000), format!("{NO_DATE} < hog (crash.c:126); {dump}"));
}

#[test]
fn names_of_cpp_are_those_of_its_source() {
    for level in ["-O0", "-O2"] {
        let compiler = ["c++", "-g", level, "-shared", "-fPIC", "crash.cpp"];
        let cases = [
            ("segv", "SIGSEGV at 0x0, in dates::parse (crash.cpp:21) < segv (crash.cpp:28)"),
            (
                "throws",
                "SIGABRT, in __cxa_throw (libstdc++.so.6) < dates::day<long> (crash.cpp:16) < throws (crash.cpp:33)",
            ),
            (
                "checked",
                "SIGABRT, in std::vector<int, std::allocator<int> >::at (*) < checked (crash.cpp:39)",
            ),
        ];
        check(&built(&compiler), &cases);
    }
}

#[test]
fn names_of_rust_are_those_of_its_source() {
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    for level in ["0", "2"] {
        let level_option = format!("-Copt-level={level}");
        let compiler =
            [&*rustc, "-g", "--crate-type=cdylib", "--crate-name=crash", &level_option, "crash.rs"];
        let store = "SIGSEGV at 0x8, in core::*write_volatile* (*) < crash::dates::Day::store (crash.rs:12)";
        let cases = [
            ("segv", &*format!("{store} < segv (crash.rs:29)")),
            (
                "aborts",
                "SIGABRT, in std::process::abort (*) < crash::dates::parse::{{closure}} (crash.rs:5) < \
                 crash::dates::parse (crash.rs:5) < aborts (crash.rs:24)",
            ),
            ("panics", "SIGABRT, in core::panicking::panic_* < panics (crash.rs:33)"),
            (
                "own_thread",
                &*format!("{store} < crash::own_thread::{{{{closure}}}} (crash.rs:39); on a thread of *"),
            ),
        ];
        check(&built(&compiler), &cases);
    }
}
