//! Imports of the host run downwards, from floor to floor, and nowhere do two files import each other.
//!
//! The floors are the table in CONTRIBUTING.md.

mod c;
mod graph;
pub mod source;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use support::root;

use graph::{Imports, circles, imports};

/// Every file of a kind but the templates, which are no code before `rp new` fills them in.
pub fn files(kind: &str) -> BTreeMap<PathBuf, String> {
    let output = Command::new("git").args(["ls-files", kind]).current_dir(root()).output().expect("git runs");
    let list = String::from_utf8(output.stdout).expect("names in UTF-8");
    let paths = list.lines().filter(|path| !path.starts_with("templates/")).map(PathBuf::from);
    paths.filter_map(|path| Some((path.clone(), std::fs::read_to_string(root().join(&path)).ok()?))).collect()
}

/// The floor of each place of host/src, from the table in CONTRIBUTING.md: `| 4 | \`loader/\` ...`.
fn floors(contributing: &str) -> BTreeMap<String, u32> {
    let rows = contributing.lines().filter_map(|line| {
        let mut cells = line.trim_matches(['|', ' ']).split('|').map(str::trim);
        Some((cells.next()?.parse().ok()?, cells.next()?))
    });
    let names = |cell: &str| cell.split('`').skip(1).step_by(2).map(place_name).collect::<Vec<_>>();
    rows.flat_map(|(floor, cell): (u32, &str)| names(cell).into_iter().map(move |name| (name, floor)))
        .collect()
}

fn place_name(text: &str) -> String {
    text.trim_end_matches('/').trim_end_matches(".rs").to_owned()
}

/// The place of a file of the host: the folder or the file below host/src.
fn place(file: &Path) -> Option<String> {
    let inside = file.strip_prefix("host/src").ok()?;
    inside.components().next().map(|first| place_name(&first.as_os_str().to_string_lossy()))
}

/// What runs up, or to the side, in words.
fn upward(imports: &Imports, floors: &BTreeMap<String, u32>) -> Vec<String> {
    let mut faults = Vec::new();
    for (file, imported) in imports {
        let Some(place_of_file) = place(file) else { continue };
        let Some(floor) = floors.get(&place_of_file) else {
            faults.push(format!("{}: {place_of_file} has no floor; add it to the table", file.display()));
            continue;
        };
        for other in imported {
            let Some(place_of_other) = place(other).filter(|other| *other != place_of_file) else { continue };
            match floors.get(&place_of_other) {
                Some(below) if below < floor => {}
                other_floor => faults.push(format!(
                    "{} (floor {floor}) imports {} (floor {}): move what it needs to a floor below both, or hand it in \
                     from above as an argument",
                    file.display(),
                    other.display(),
                    other_floor.map_or("none".into(), ToString::to_string),
                )),
            }
        }
    }
    faults
}

fn named(circle: &[&Path]) -> String {
    let names: Vec<_> = circle.iter().map(|file| file.display().to_string()).collect();
    format!("{}: move what they share into a file that imports neither", names.join(" and "))
}

#[test]
fn no_files_import_each_other() {
    let imports = imports(&files("*.rs"));
    let arrows: usize = imports.values().map(|imported| imported.len()).sum();
    assert!(imports.len() > 300 && arrows > 600, "only {} files and {arrows} imports", imports.len());
    let circles: Vec<_> = circles(&imports).iter().map(|circle| named(circle)).collect();
    assert!(circles.is_empty(), "these files import each other:\n{}", circles.join("\n"));
}

#[test]
fn no_files_in_c_call_each_other() {
    let uses = c::uses(&files("modules-c/*.c"));
    assert!(uses.values().any(|used| !used.is_empty()), "no file in C uses another");
    let circles: Vec<_> = circles(&uses).iter().map(|circle| named(circle)).collect();
    assert!(circles.is_empty(), "these files call each other:\n{}", circles.join("\n"));
}

#[test]
fn imports_of_the_host_run_downwards() {
    let floors = floors(&std::fs::read_to_string(root().join("CONTRIBUTING.md")).expect("a file"));
    assert!(floors.len() > 10, "no table of floors in CONTRIBUTING.md: {floors:?}");
    let faults = upward(&imports(&files("*.rs")), &floors);
    assert!(faults.is_empty(), "imports that run up:\n{}", faults.join("\n"));
}

/// The imports of a crate whose files are these.
fn planted(files: &[(&str, &str)]) -> Imports {
    imports(&files.iter().map(|(file, text)| (PathBuf::from(file), (*text).to_owned())).collect())
}

#[test]
fn a_circle_is_found_behind_re_exports_and_paths() {
    let cases: &[&[(&str, &str)]] = &[
        &[
            ("src/lib.rs", "mod a; mod b;"),
            ("src/a.rs", "use crate::b::B; pub struct A;"),
            ("src/b.rs", "pub struct B(super::a::A);"),
        ],
        &[
            ("src/lib.rs", "mod a; mod b; pub use a::A;"),
            ("src/a.rs", "use super::b::{self, B}; pub struct A;"),
            ("src/b.rs", "pub struct B; fn f() { format!(\"{}\", crate::A); }"),
        ],
        &[
            ("src/lib.rs", "mod a; pub struct L; fn f() { a::g() }"),
            ("src/a/mod.rs", "pub fn g() { crate::L; }"),
        ],
        &[
            ("src/lib.rs", "mod a; pub use a::*; mod b;"),
            ("src/a.rs", "pub fn a() { crate::b::b() }"),
            ("src/b.rs", "use crate::*; pub fn b() { super::a() }"),
        ],
    ];
    for case in cases {
        assert_eq!(circles(&planted(case)).len(), 1, "{case:?}");
    }
}

#[test]
fn a_circle_in_c_is_found() {
    let file = |name: &str, text: &str| (PathBuf::from(name), text.to_owned());
    let uses = c::uses(&BTreeMap::from([
        file("m/a.c", "#include <b.h>\nint a(void) {\n  return b(1);\n}\n"),
        file("m/b.c", "int a(void);\n\nint b(int n) {\n  return n ? a() : 0;\n}\n"),
        file("other/c.c", "int a(void);\n\nstatic int b(int n) {\n  return a();\n}\n"),
    ]));
    assert_eq!(circles(&uses).len(), 1, "{uses:?}");
}

#[test]
fn what_is_no_circle_is_left_alone() {
    let cases: &[&[(&str, &str)]] = &[
        &[
            ("src/lib.rs", "mod a; mod b; pub use a::A;"),
            ("src/a.rs", "pub struct A;"),
            ("src/b.rs", "use crate::A; struct B(A);"),
        ],
        &[
            ("src/lib.rs", "mod a; mod b;"),
            ("src/a.rs", "pub struct A; #[cfg(test)] mod tests { use crate::b::B; }"),
            ("src/b.rs", "use crate::a::A; pub struct B;"),
        ],
        &[
            ("src/lib.rs", "mod a; mod b;"),
            ("src/a.rs", "// crate::b::B\nconst A: &str = \"crate::b::B\";"),
            ("src/b.rs", "use crate::a::A; pub struct B;"),
        ],
    ];
    for case in cases {
        assert!(circles(&planted(case)).is_empty(), "{case:?}");
    }
}

#[test]
fn an_import_that_runs_up_is_named_with_both_files() {
    let floors = floors("| 1 | `error.rs` | x |\n| 2 | `options/`, `platform/` | y |\n");
    let imports = planted(&[
        ("host/src/lib.rs", "mod error; mod options; mod platform;"),
        ("host/src/error.rs", "use crate::options::Options;"),
        ("host/src/options/mod.rs", "use crate::platform::os; pub struct Options;"),
        ("host/src/platform/mod.rs", "pub mod os;"),
        ("host/src/platform/os.rs", "use crate::error::Error;"),
    ]);
    let faults = upward(&imports, &floors);
    assert_eq!(faults.len(), 3, "{faults:#?}");
    assert!(
        faults[0].starts_with("host/src/error.rs (floor 1) imports host/src/options/mod.rs (floor 2)"),
        "{faults:#?}"
    );
    assert!(faults[1].starts_with("host/src/lib.rs: lib has no floor"), "{faults:#?}");
    assert!(
        faults[2].starts_with("host/src/options/mod.rs (floor 2) imports host/src/platform/os.rs (floor 2)"),
        "{faults:#?}"
    );
}
