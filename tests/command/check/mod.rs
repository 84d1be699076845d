//! `rp check` as people and programs meet it: exit codes, reports, the command that reproduces a finding.

#[cfg(unix)]
mod family;
#[cfg(unix)]
mod runner;

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use support::Source;

/// Exit code, standard output and standard error.
fn rp(arguments: &[&str]) -> (i32, String, String) {
    let output =
        Command::new(env!("CARGO_BIN_EXE_rp")).args(arguments).env_remove("FORCE_COLOR").output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().expect("rp never dies of a module"), text(output.stdout), text(output.stderr))
}

fn findings(arguments: &[&str]) -> (i32, Vec<Value>) {
    let (code, out, err) = rp(arguments);
    let lines =
        out.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}\n{err}")));
    (code, lines.collect())
}

fn good(name: &str) -> String {
    let folder = Path::new(env!("CARGO_BIN_EXE_rp")).parent().unwrap().join("deps");
    folder.join(rp_host::library_file_name(name)).display().to_string()
}

fn broken(name: &str) -> String {
    let all = support::broken::all();
    let module = all.iter().find(|module| module.name == name).unwrap();
    module.library().unwrap_or_else(|_| panic!("{name} does not compile")).display().to_string()
}

fn temporary(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

#[test]
fn a_good_module_passes() {
    let (code, out, err) = rp(&["check", &good("test-minimal-c")]);
    assert_eq!(code, 0, "{out}{err}");
    assert!(
        out.contains("PASS") && out.contains("skip the module is not concurrent: threads/concurrent"),
        "{out}"
    );
}

#[test]
fn a_finding_tells_what_was_sent_and_how_to_see_it_again() {
    let file = broken("life/early_event");
    let (code, out, _) = rp(&["check", &file]);
    assert_eq!(code, 1, "{out}");
    for part in [
        "fail life/before-init",
        "event {\"event\":\"rp_check_nobody_has_this\",\"data\":{}}\n",
        "rule       rp_module.h: Before init, answer only init and describe",
        "| got status 0 {\"status\":\"success\",\"data\":{}}",
    ] {
        let part = part.replace(
            "\"event\":\"rp_check_nobody_has_this\",\"data\":{}",
            "\"data\":{},\"event\":\"rp_check_nobody_has_this\"",
        );
        assert!(out.contains(&part), "{part:?} is not in\n{out}");
    }
    let reproduce = out.lines().find_map(|line| line.trim().strip_prefix("reproduce  rp ")).unwrap();
    let again: Vec<&str> = reproduce.split(' ').collect();
    let (code, out, _) = rp(&again);
    assert_eq!(code, 1, "{reproduce}\n{out}");
    assert!(out.contains("fail life/before-init"), "{out}");
}

#[test]
fn crashes_and_hangs_are_named() {
    let (code, found) = findings(&["check", "--json", "--filter", "=json/deep", &broken("json/recursive")]);
    assert_eq!((code, &found[0]["outcome"]), (1, &"crash".into()));
    // Rust's own handler says what happened and aborts where a stack ends.
    assert!(matches!(found[0]["text"].as_str(), Some("SIGSEGV" | "SIGABRT" | "SIGBUS")), "{found:?}");
    let slow = [
        "check",
        "--json",
        "--filter",
        "=life/many-at-once",
        "--limit",
        "0.1",
        &broken("threads/not_concurrent"),
    ];
    let (_, found) = findings(&slow);
    assert!(matches!(found[0]["outcome"].as_str(), Some("pass" | "timeout")), "{found:?}");
}

/// What a module does wrong over one message is one finding, however many checks send that message: with the rule that it
/// breaks, and with the checks that it kept from their work.
#[cfg(unix)]
#[test]
fn one_fault_is_reported_once() {
    let answers = "rp_module.h: The module answers each with one JSON object, the response";
    let cases = [
        ("libcrashes.so", "*(volatile int *)8 = 1", "crash", "crashes: SIGSEGV", answers),
        (
            "libaborts.so",
            "abort()",
            "crash",
            "crashes: SIGABRT",
            "rp_module.h, rule 4: Never call exit or abort",
        ),
        (
            "libpanics.so",
            "return RP_ERR_PANIC",
            "fail",
            "panics",
            "rp_module.h: Status without a response: the module",
        ),
    ];
    for (name, harm, kind, what, rule) in cases {
        // A message that most checks send.
        let over = [r#"-DOVER="rp_check_nobody_has_this""#];
        let file = support::harm::module("check-once", name, harm, &over).display().to_string();
        let (code, out, err) = rp(&["check", &file]);
        assert_eq!(code, 1, "{out}{err}");
        assert!(
            out.starts_with(&format!("{kind} rp_check_nobody_has_this {what}  {file}\n")),
            "{name}: {out}"
        );
        assert_eq!(out.matches(&format!("_this {what}")).count(), 1, "{name}: {out}");
        let is_heading = |id: &str| out.contains(&format!(" {id}  "));
        assert!(!is_heading("environment/stdout") && !is_heading("faults/random-session"), "{name}: {out}");
        assert!(out.contains("checks could not be judged: ") && out.contains(rule), "{name}: {out}");
        assert!(out.contains("| sent rp_check_nobody_has_this {}\n"), "{name}: {out}");
        // Programs get all of it, with what the findings have in common.
        let (code, all) = findings(&["check", "--json", &file]);
        let same: Vec<_> = all.iter().filter(|one| one["cause"].is_string()).collect();
        assert!(code == 1 && same.len() > 5, "{name}: {same:?}");
        assert!(same.iter().all(|one| one["rule"].as_str().unwrap().starts_with(rule)), "{name}: {same:?}");
        // A check that only ran into it does not say that the module broke the rule that it is about.
        let (_, out, _) = rp(&["check", "--filter", "=messages/unknown-type", &file]);
        assert!(out.contains("  1 check could not be judged: messages/unknown-type"), "{name}: {out}");
    }
}

#[test]
fn usage_and_environment_are_exit_code_2() {
    let file = good("test-minimal-c");
    let cases: &[&[&str]] = &[
        &["check"],
        &["check", "/nowhere/libx.so"],
        &["check", &file, "--filter", "no-such-check"],
        &["check", &file, "--init", "[]"],
        &["check", &file, "--limit", "0"],
        &["check", &file, "--junit", "/nowhere/x.xml", "--filter", "entry/"],
    ];
    for arguments in cases {
        let (code, out, err) = rp(arguments);
        assert_eq!(code, 2, "{arguments:?}\n{out}{err}");
        assert!(!err.is_empty(), "{arguments:?}");
    }
}

#[test]
fn the_list_names_every_check_and_its_rule() {
    let (code, list) = findings(&["check", "--list", "--json"]);
    assert_eq!(code, 0);
    assert_eq!(list.len(), rp_conformance::all().count());
    assert!(list.iter().all(|line| line["words"].as_str().is_some_and(|words| !words.is_empty())));
}

#[test]
fn junit_tells_the_same() {
    let path = temporary("check-junit.xml");
    let (code, _, _) =
        rp(&["check", &broken("life/early_event"), "--filter", "life/", "--junit", path.to_str().unwrap()]);
    assert_eq!(code, 1);
    let text = std::fs::read_to_string(&path).unwrap();
    for part in ["failures=\"1\"", "errors=\"0\"", "name=\"life/before-init\"", "<failure message="] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
}

#[test]
fn in_process_finds_the_same() {
    let file = broken("replies/stale_data");
    let outcomes = |arguments: &[&str]| {
        let (_, found) = findings(arguments);
        found.iter().map(|one| (one["check"].to_string(), one["outcome"].to_string())).collect::<Vec<_>>()
    };
    let apart = outcomes(&["check", "--json", &file, "--filter", "replies/", "--filter", "json/"]);
    let together =
        outcomes(&["check", "--json", "--in-process", &file, "--filter", "replies/", "--filter", "json/"]);
    assert_eq!(apart, together);
}

/// Cut anywhere, or with a byte flipped, a module is found out or passes; rp lives through it.
#[test]
fn damaged_files_do_not_end_the_program() {
    let original = std::fs::read(good("test-minimal-c")).unwrap();
    let path = temporary("damaged.so");
    let check = |bytes: &[u8]| {
        std::fs::write(&path, bytes).unwrap();
        rp(&[
            "check",
            path.to_str().unwrap(),
            "--filter",
            "entry/",
            "--filter",
            "life/create",
            "--limit",
            "5",
        ])
    };
    for cut in 0..12 {
        let (code, out, err) = check(&original[..original.len() * cut / 12]);
        assert_eq!(code, 1, "cut {cut}: {out}{err}");
        assert!(out.contains("entry/loads"), "{out}");
    }
    let mut random = fastrand::Rng::with_seed(7);
    for _ in 0..20 {
        let mut bytes = original.clone();
        let at = random.usize(..bytes.len());
        bytes[at] ^= 1 << random.u8(..8);
        let (code, out, err) = check(&bytes);
        assert!(matches!(code, 0 | 1), "byte {at}: {code} {out}{err}");
    }
}

#[test]
fn files_that_are_no_modules_fail_one_check() {
    let path = temporary("text.so");
    std::fs::write(&path, "no module\n").unwrap();
    let (code, found) = findings(&["check", "--json", path.to_str().unwrap()]);
    let bad: Vec<_> =
        found.iter().filter(|one| one["outcome"] == "fail").map(|one| one["check"].as_str()).collect();
    assert_eq!((code, bad), (1, vec![Some("entry/loads"), Some("life/real-host")]));
}

/// In a process of its own, a module passes the same checks, but for those that look into the process; what one of them finds
/// is found there too.
#[cfg(target_os = "linux")]
#[test]
fn isolated_modules_are_checked() {
    let (code, found) = findings(&["check", "--json", "--isolated", &good("test-minimal-c")]);
    assert_eq!(code, 0, "{found:?}");
    let of = |id: &str| found.iter().find(|one| one["check"] == id).unwrap();
    assert_eq!(of("messages/response")["outcome"], "pass");
    let skipped = of("environment/umask");
    assert_eq!(skipped["outcome"], "skip");
    assert!(skipped["text"].as_str().unwrap().contains("isolated module"), "{skipped}");
    let passed = found.iter().filter(|one| one["outcome"] == "pass").count();
    assert!(passed > 40, "{passed} checks passed");

    let limited = ["--isolated", "--isolated-limit", "threads=2", "--sandbox", "off"];
    let (code, out, _) = rp(&[&["check", &broken("life/early_event")][..], &limited].concat());
    assert_eq!(code, 1, "{out}");
    assert!(out.contains("fail life/before-init"), "{out}");
    let again = "--filter =life/before-init --in-process --isolated --isolated-limit threads=2 --sandbox off";
    assert!(out.contains(again), "{out}");
}

/// One that crashes in `create` is not blocked: it crashed, there.
#[cfg(target_os = "linux")]
#[test]
fn a_crash_in_create_of_an_isolated_module_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("create.so");
    let faulty = Source::new("tests/hostile/faulty.c").flag("-O0").flag("-g").flag("-pthread");
    std::fs::copy(faulty.library(), &file).unwrap();
    let file = file.to_str().unwrap();
    for id in ["life/create", "messages/response"] {
        let (code, found) = findings(&["check", "--json", "--isolated", "--filter", &format!("={id}"), file]);
        assert_eq!((code, &found[0]["outcome"]), (1, &"crash".into()), "{found:?}");
        let text = found[0]["text"].as_str().unwrap();
        assert!(text.starts_with("SIGSEGV, in fault_segv (faulty.h:"), "{text}");
    }
    let (_, out, _) = rp(&["check", "--isolated", "--filter", "messages/response", file]);
    assert!(out.starts_with("crash create crashes: SIGSEGV, in fault_segv (faulty.h:"), "{out}");
}

/// The crash of an isolated module is the same finding as in the check's own process, and names function and line.
#[cfg(target_os = "linux")]
#[test]
fn the_crash_of_an_isolated_module_is_named() {
    let over = [r#"-DOVER="rp_check_nobody_has_this""#, "-g", "-O0"];
    for (name, harm, what, id) in [
        ("libcrashes-apart.so", "*(volatile int *)8 = 1", "SIGSEGV, in ", "messages/unknown-type"),
        (
            "libends-apart.so",
            "_exit(3)",
            "the module ended the process with exit code 3",
            "messages/unknown-type",
        ),
    ] {
        let file = support::harm::module("check-once", name, harm, &over).display().to_string();
        let (code, out, err) = rp(&["check", "--isolated", "--filter", id, &file]);
        assert_eq!(code, 1, "{out}{err}");
        let expected = format!("crash rp_check_nobody_has_this crashes: {what}");
        assert!(out.starts_with(&expected), "{name}: {out}");
        let head = out.lines().next().unwrap();
        assert!(
            !what.starts_with("SIGSEGV") || (head.contains(".c:") && out.contains("SIGSEGV at 0x8")),
            "{name}: {out}"
        );
    }
}
