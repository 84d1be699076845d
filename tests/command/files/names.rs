//! Names that mean something to the system's loader, to a terminal or to JSON, and places whose names do.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::Path;

use rp_host::Host;

use super::{finish, number, numbered, rp};
use support::{Source, temporary};

fn names() -> Vec<OsString> {
    let texts = [
        "lib$LIB.so",
        "lib${ORIGIN}.so",
        "$PLATFORM",
        "$ORIGIN",
        "a b.so",
        "new\nline.so",
        "\u{1b}[2J.so",
        "ä.so",
    ];
    let mut names: Vec<OsString> = texts.map(Into::into).to_vec();
    names.push(OsString::from_vec(b"lib\xff.so".to_vec()));
    names.push(format!("{}$LIB.so", "n".repeat(248)).into());
    names
}

#[test]
fn of_files() {
    let host = Host::new();
    for name in names() {
        let (_keep, dir) = temporary();
        let path = Path::new(&dir).join(name);
        std::fs::copy(numbered(4), &path).unwrap();
        let instance = host.load(&path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
        assert_eq!(number(&instance), 4, "{path:?}");
        instance.unload().unwrap();
    }
}

/// Libraries beside a module are found in a folder of such a name, too, and by its name.
#[test]
fn of_folders() {
    let (_keep, dir) = temporary();
    for (index, name) in names().into_iter().enumerate() {
        let soname = format!("libbeside-{index}.so");
        let dependency = Source::new("dependency").flag(format!("-Wl,-soname,{soname}")).library();
        let module = Source::new("table")
            .define("USES_DEPENDENCY")
            .flag(dependency.to_str().unwrap())
            .flag("-Wl,-rpath,$ORIGIN/../lib:$ORIGIN/own")
            .library();
        let home = Path::new(&dir).join(index.to_string()).join(&name);
        let beside = if index % 2 == 0 { home.join("own") } else { home.with_file_name("lib") };
        std::fs::create_dir_all(&home).unwrap();
        std::fs::create_dir_all(&beside).unwrap();
        std::fs::copy(module, home.join(&name)).unwrap();
        std::fs::copy(dependency, beside.join(soname)).unwrap();
        Host::new().load(home.join(&name)).unwrap_or_else(|error| panic!("{home:?}: {error}"));
    }
}

/// The folder of private copies may lie behind any name.
#[test]
fn of_the_temporary_folder() {
    let module = numbered(5);
    for name in names() {
        let (_keep, dir) = temporary();
        let folder = Path::new(&dir).join(name);
        std::fs::create_dir(&folder).unwrap();
        let mut command = rp(&dir, &["call", module.to_str().unwrap(), "number", "--json"]);
        command.env("TMPDIR", &folder);
        let output = finish(command);
        assert!(output.status.success(), "{folder:?}: {output:?}");
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0, "{folder:?}");
    }
}

/// Neighbours whose folder may not be listed cannot be found, and harm nothing.
#[test]
fn of_a_folder_that_cannot_be_listed() {
    use std::os::unix::fs::PermissionsExt;
    let (_keep, dir) = temporary();
    let home = Path::new(&dir).join("home");
    std::fs::create_dir(&home).unwrap();
    let module = Source::new("table").flag("-Wl,-rpath,$ORIGIN").library();
    std::fs::copy(module, home.join("module.so")).unwrap();
    std::fs::set_permissions(&dir, std::fs::Permissions::from_mode(0o311)).unwrap();
    let loaded = Host::new().load(home.join("module.so")).map(|_| ());
    std::fs::set_permissions(&dir, std::fs::Permissions::from_mode(0o700)).unwrap();
    loaded.unwrap();
}
