//! What a check says where the system does not tell what it asks for: which system it is, and what that has not.

use std::path::{Path, PathBuf};

use libtest_mimic::{Failed, Trial};

pub fn trials() -> Vec<Trial> {
    vec![Trial::test("skips::each_names_the_system_and_what_it_lacks", each_names_what_is_missing)]
}

/// Of whom it may be said that something is missing there.
const SYSTEMS: [&str; 6] = ["Windows", "macOS", "musl", "POSIX", "this Linux", "this architecture"];

fn each_names_what_is_missing() -> Result<(), Failed> {
    let mut texts = Vec::new();
    for file in sources(&support::root().join("conformance/src")) {
        let source = std::fs::read_to_string(&file)?;
        assert!(!source.contains("this system does not tell"), "{}", file.display());
        let said = source.split("Gap::Lacks(\"").skip(1).filter_map(|rest| rest.split('"').next());
        texts.extend(said.map(str::to_owned));
    }
    assert!(texts.len() > 5, "the texts are not where they were: {texts:?}");
    let is_plain = |text: &&String| {
        SYSTEMS
            .iter()
            .any(|system| text.strip_prefix(system).is_some_and(|rest| rest.starts_with(" has no ")))
    };
    let vague: Vec<_> = texts.iter().filter(|text| !is_plain(text)).collect();
    if vague.is_empty() {
        Ok(())
    } else {
        Err(format!("these do not say `SYSTEM has no CALL`: {vague:?}").into())
    }
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect()
}
