//! Everything that can be wrong with a module's file, its table, its manifest and its first steps: each is a clear, coded
//! error, nothing is lost, and the host is alive.

mod case;
mod elf;
mod files;
mod leaks;
mod macos;
mod modules;
mod windows;

use std::path::PathBuf;

use rp_host::{Host, LoadOptions};
use serde_json::json;
use support::scripted::{run, scripted_library};
use support::{Canary, Report, Source, build_all, built, full_text, temporary};

#[test]
fn every_fault_is_told() {
    let (_keep, dir) = temporary();
    let host = Host::new();
    let mut canary = Canary::new(&host);
    build_all(&modules::sources());
    let mut report = Report::default();
    for case in files::cases(dir.as_ref()).into_iter().chain(modules::cases()) {
        eprintln!("{}: {}", case.name, case.path.display());
        let error = host.load_with(&case.path, case.options.clone()).map(|_| ()).expect_err(case.name);
        let text = full_text(&error).replace(case.path.to_str().unwrap(), "[FILE]");
        report.add(case.name, &hide_what_varies(&text));
        canary.check(case.name);
        // The same again: nothing of the first try stands in the way, and nothing of it is taken for good.
        let again = host.load_with(&case.path, case.options).map(|_| ()).expect_err(case.name);
        assert_eq!(again.code(), error.code(), "{}", case.name);
    }
    canary.check("at the end");
    if cfg!(rp_sanitized) {
        // They lay libraries out in their own way, and the host is built without WebAssembly.
        return;
    }
    insta::assert_snapshot!(
        "faults",
        report.redacted(&[(&dir, "[DIR]"), (std::env::consts::ARCH, "[ARCH]")])
    );
}

/// Offsets and hashes differ between compilers.
fn hide_what_varies(text: &str) -> String {
    let is_varying = |word: &str| word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let words = text.split_inclusive([' ', ',', ':', '\n']).map(|word| {
        let bare = word.trim_end_matches([' ', ',', ':', '\n']);
        if is_varying(bare) { word.replace(bare, "[HASH]") } else { word.to_owned() }
    });
    let text: String = words.collect();
    let Some((before, numbers)) = text.split_once("it ends at byte ") else { return text };
    let Some((_, after)) = numbers.split_once('\n') else { return text };
    format!("{before}it ends at byte [N], but its headers describe [N] bytes\n{after}")
}

/// Cut anywhere, a module is refused, or it loads since only bytes are missing that are never loaded; it never crashes.
#[test]
fn cut_anywhere() {
    let (_keep, dir) = temporary();
    let host = Host::new();
    let mut canary = Canary::new(&host);
    let script = std::fs::read(scripted_library("scripted")).unwrap();
    let rust = std::fs::read(built("test-minimal")).unwrap();
    let bare = files::without_section_table(&script);
    let cuts = [(&script, 64), (&bare, 64), (&rust, rust.len() / 100)];
    let mut refused = std::collections::BTreeMap::<_, u32>::new();
    for (bytes, every) in cuts {
        for len in (0..bytes.len()).step_by(every).chain(bytes.len().saturating_sub(64)..bytes.len()) {
            let path = PathBuf::from(&dir).join(format!("cut-{len}.so"));
            std::fs::write(&path, &bytes[..len]).unwrap();
            match host.load_with(&path, LoadOptions::new().instance("cut")) {
                Ok(instance) => instance.unload().unwrap(),
                Err(error) => *refused.entry(error.code()).or_default() += 1,
            }
            std::fs::remove_file(path).unwrap();
        }
    }
    canary.check("after all cuts");
    assert!(refused["rp::load::truncated"] > 300, "{refused:?}");
    assert!(refused["rp::load::empty"] == 3, "{refused:?}");
}

/// The system's loader needs no section headers, and neither does the host.
#[test]
fn without_section_headers() {
    let (_keep, dir) = temporary();
    let host = Host::new();
    for library in [scripted_library("scripted"), built("test-minimal"), built("test-minimal-plain")] {
        let stripped = PathBuf::from(&dir).join(library.file_name().unwrap());
        std::fs::write(&stripped, files::without_section_table(&std::fs::read(&library).unwrap())).unwrap();
        let (whole, found) = (rp_host::inspect(&library).unwrap(), rp_host::inspect(&stripped).unwrap());
        assert_eq!((found.symbols, found.manifest_text), (whole.symbols, whole.manifest_text));
        host.load(&stripped).unwrap();
    }
    let hashed = Source::new("table").flag("-Wl,--hash-style=sysv").library();
    assert!(rp_host::inspect(hashed).unwrap().symbols.contains(&"rp_module_v1".to_owned()));
}

#[cfg(target_arch = "x86_64")]
#[test]
fn for_a_machine_of_another_width() {
    let path = Source::new("table").flag("-m32").flag("-nostdlib").flag("-ffreestanding").library();
    let error = Host::new().load(&path).unwrap_err();
    assert_eq!(error.code(), "rp::load::wrong_machine");
    assert!(
        error.to_string().ends_with("it is built for x86 (Elf); this machine is x86_64 (Elf)"),
        "{error}"
    );
    // Another machine's module may still be looked at.
    assert_eq!(rp_host::inspect(&path).unwrap().machine, "x86");
}

/// What newer modules may have, older hosts take.
#[test]
fn newer_modules_load() {
    let host = Host::new();
    let manifest = r#"{"name":"newer","version":"2.0.0","protocol":"1.9","needs":[],"reads_minds":true,
        "requests":{"dream":["*"]}}"#;
    let newer = Source::new("table")
        .define("STRUCT_SIZE=sizeof(struct newer)")
        .define_text("MANIFEST", &manifest.replace('\n', " "));
    let instance = host.load(newer.library()).unwrap();
    assert_eq!(instance.manifest().other["reads_minds"], json!(true));
    let answer: serde_json::Value = instance.command("anything", &json!({})).unwrap();
    assert_eq!(answer, json!({}));
    instance.unload().unwrap();
}

/// A failed init is followed by destroy, without shutdown; one that panicked by nothing at all.
#[test]
fn after_a_failed_init() {
    let (_keep, dir) = temporary();
    let host = Host::new();
    let mut canary = Canary::new(&host);
    for (status, destroyed) in [(2, true), (-5, true), (3, false)] {
        let (shut, end) = (format!("{dir}/shutdown-{status}"), format!("{dir}/destroy-{status}"));
        let options = LoadOptions::new().config(json!({
            "on_init": [{"return": status}],
            "on_shutdown": [{"touch": shut}],
            "on_destroy": {"steps": [], "report": end},
        }));
        let error = host.load_with(scripted_library("scripted"), options).unwrap_err();
        assert_eq!(error.code(), "rp::load::init_failed");
        assert!(!PathBuf::from(shut).exists(), "{status}: shutdown after a failed init");
        assert_eq!(PathBuf::from(end).exists(), destroyed, "{status}: destroy");
        canary.check("after a failed init");
    }
}

/// Two instances of one name, one after the other and at the same time: one is there, the other is refused and destroyed.
#[test]
fn two_of_one_name() {
    let (_keep, dir) = temporary();
    let host = Host::new();
    let outcomes: Vec<_> = std::thread::scope(|scope| {
        let load = |index: usize| {
            let end = format!("{dir}/destroyed-{index}");
            let config = json!({"on_destroy": {"steps": [], "report": end}});
            host.load_with(scripted_library("scripted"), LoadOptions::new().config(config))
                .map(|_| ())
                .map_err(|e| e.code())
        };
        let threads: Vec<_> = (0..8).map(|index| scope.spawn(move || load(index))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
    assert!(outcomes.iter().flat_map(|outcome| outcome.err()).all(|code| code == "rp::load::duplicate_name"));
    assert_eq!(host.instances().len(), 1);
    let survivor = host.instance("scripted").unwrap();
    assert_eq!(run(&survivor, json!([{"cancelled": "own"}])), json!([0]));
    // A second one gets a name of its own.
    host.load_with(scripted_library("scripted"), LoadOptions::new().instance("script-2")).unwrap();
}

/// The right sha-256, name and version let it in.
#[test]
fn what_was_expected_loads() {
    let host = Host::new();
    let path = scripted_library("scripted");
    let refused = host.load_with(&path, LoadOptions::new().sha256([0; 32])).unwrap_err().to_string();
    let found = refused.split("its sha-256 is ").nth(1).unwrap().split(',').next().unwrap();
    let hash: Vec<u8> =
        (0..32).map(|byte| u8::from_str_radix(&found[2 * byte..2 * byte + 2], 16).unwrap()).collect();
    let options = LoadOptions::new()
        .expect_name("scripted")
        .expect_version(">=1.0, <2.0".parse().unwrap())
        .sha256(hash.try_into().unwrap());
    host.load_with(&path, options.clone()).unwrap().unload().unwrap();
    // It is looked at again although the file is mapped.
    host.load_with(&path, options).unwrap();
}
