//! What `rp header --bindings` writes: each compiler takes it, for pointers of each width that it can, and refuses it where a
//! struct is laid out otherwise.

use std::path::Path;
use std::process::Command;

use libtest_mimic::{Failed, Trial};

/// A language: the name of its file, what compiles that for each width, and how a size in it is spoiled.
struct Row {
    language: &'static str,
    file: &'static str,
    compilers: &'static [&'static str],
    right: &'static str,
    wrong: &'static str,
}

const ROWS: &[Row] = &[
    Row {
        language: "nim",
        file: "rp.nim",
        compilers: &["nim check --hints:off rp.nim", "nim check --hints:off --cpu:i386 rp.nim"],
        right: "sizeof(rp_reply) == (if on64: 48 else: 28)",
        wrong: "sizeof(rp_reply) == (if on64: 40 else: 32)",
    },
    Row {
        language: "ada",
        file: "rp.ads",
        compilers: &["gcc -c -gnat2012 -gnatc rp.ads", "gcc -m32 -c -gnat2012 -gnatc rp.ads"],
        right: "for rp_reply'Size use (if Is_64 then 384 else 224);",
        wrong: "for rp_reply'Size use (if Is_64 then 320 else 192);",
    },
    // The compiler for 32 bits is another program, which Debian has for another architecture.
    Row {
        language: "pascal",
        file: "rp.pas",
        compilers: &["fpc -v0e -l- -Cn -s rp.pas"],
        right: "{$if sizeof(rp_reply) <> 48}",
        wrong: "{$if sizeof(rp_reply) <> 40}",
    },
    Row {
        language: "fortran",
        file: "rp.f90",
        compilers: &["gfortran -fsyntax-only rp.f90", "gfortran -m32 -fsyntax-only rp.f90"],
        right: "storage_size(a_rp_reply) == merge(384, 224, on_64)",
        wrong: "storage_size(a_rp_reply) == merge(320, 192, on_64)",
    },
];

pub fn trials(built: Option<&Path>) -> Vec<Trial> {
    let is_ignored = built.is_none();
    let trial = |row: &'static Row| {
        let name = format!("languages::bindings::{}", row.language);
        Trial::test(name, move || is_compiled(row)).with_ignored_flag(is_ignored)
    };
    ROWS.iter().map(trial).collect()
}

fn is_compiled(row: &Row) -> Result<(), Failed> {
    let output = Command::new("rp").args(["header", "--bindings", row.language]).output()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout)?;
    assert!(text.contains(row.right), "{}", row.right);
    for compiler in row.compilers {
        let (taken, said) = compiles(row.file, &text, compiler)?;
        assert!(taken, "{compiler}: {said}");
        let (taken, said) = compiles(row.file, &text.replace(row.right, row.wrong), compiler)?;
        assert!(!taken && said.contains("rp"), "{compiler} takes a wrong layout: {said}");
    }
    Ok(())
}

fn compiles(file: &str, text: &str, compiler: &str) -> Result<(bool, String), Failed> {
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join(file), text)?;
    let output = Command::new("sh").args(["-c", compiler]).current_dir(folder.path()).output()?;
    let said = [output.stdout, output.stderr].concat();
    Ok((output.status.success(), String::from_utf8_lossy(&said).into_owned()))
}
