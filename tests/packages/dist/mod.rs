//! What is handed to others: the release archive, unpacked and used away from the tree, and `cargo install`.
//!
//! The short form packs the command as the tests have it; with RP_FULL=1 it is what `./dev dist` makes.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;
use support::is_full;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Types a line in a folder, with other variables; it has to succeed.
fn sh(folder: &Path, variables: &[(&str, &str)], line: &str) -> String {
    let mut shell = Command::new("sh");
    shell.args(["-euc", line]).current_dir(folder).env("ROOT", ROOT).envs(variables.iter().copied());
    for variable in
        ["CFLAGS", "LDFLAGS", "MAKEFLAGS", "CMAKE_GENERATOR", "CMAKE_PREFIX_PATH", "PKG_CONFIG_PATH"]
    {
        shell.env_remove(variable);
    }
    let output = shell.output().unwrap_or_else(|error| panic!("sh: {error}"));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{line}\n{}\n{text}{errors}", output.status);
    text
}

/// The archive.
fn archive(folder: &Path) -> PathBuf {
    let program = env!("CARGO_BIN_EXE_rp");
    if is_full() {
        sh(Path::new(ROOT), &[], "./dev dist");
        let target = Path::new(program).parent().and_then(Path::parent).unwrap();
        let archives = target.join("dist").read_dir().unwrap().map(|entry| entry.unwrap().path());
        let is_this = |path: &PathBuf| {
            let name = path.file_name().unwrap().to_string_lossy();
            name.starts_with(&format!("rp-{VERSION}-")) && name.ends_with(".gz")
        };
        return archives.into_iter().find(is_this).unwrap();
    }
    // The same for all tests of a run, which are processes of their own.
    let Ok(run) = std::env::var("NEXTEST_RUN_ID") else { return packed(&folder.join("dist"), &[]) };
    let shared = Path::new(env!("CARGO_TARGET_TMPDIR")).join("dist");
    let noted = shared.join("run");
    if std::fs::read_to_string(&noted).is_ok_and(|noted| noted == run) {
        let name = sh(&shared, &[], "ls -d $PWD/rp-*.tar.gz");
        return name.trim_end().into();
    }
    let _of_another_run = std::fs::remove_dir_all(&shared);
    let archive = packed(&shared, &[]);
    std::fs::write(noted, run).unwrap();
    archive
}

/// One file is written, whichever test asks for it.
fn alone<T>(make: impl FnOnce() -> T) -> T {
    let lock = File::create(Path::new(env!("CARGO_TARGET_TMPDIR")).join("dist.lock")).unwrap();
    lock.lock().unwrap();
    make()
}

/// Unpacked, and with its programs first on the PATH.
struct Unpacked {
    folder: tempfile::TempDir,
    name: String,
}

impl Unpacked {
    fn new() -> Self {
        alone(|| {
            let folder = tempfile::tempdir().unwrap();
            let archive = archive(folder.path());
            let (dir, file) = (archive.parent().unwrap(), archive.file_name().unwrap().to_str().unwrap());
            let checked = sh(dir, &[], &format!("sha256sum -c {file}.sha256"));
            assert_eq!(checked, format!("{file}: OK\n"));
            sh(folder.path(), &[], &format!("tar -xzf '{}'", archive.display()));
            let name = file.strip_suffix(".tar.gz").unwrap().to_owned();
            assert!(name.starts_with(&format!("rp-{VERSION}-")), "{name}");
            Self { folder, name }
        })
    }

    fn sh(&self, line: &str) -> String {
        let prefix = self.folder.path().join(&self.name).display().to_string();
        let path = format!("{prefix}/bin:{}", std::env::var("PATH").unwrap());
        sh(self.folder.path(), &[("PREFIX", &prefix), ("PATH", &path)], line)
    }
}

#[test]
fn the_archive_is_unpacked_and_used() {
    let unpacked = Unpacked::new();
    assert_eq!(
        unpacked.sh("command -v rp; rp --version"),
        unpacked.sh("echo $PREFIX/bin/rp; echo rp").trim_end().to_owned() + &format!(" {VERSION}\n")
    );
    unpacked.sh("test -x $PREFIX/bin/rp-worker");
    unpacked.sh("test -f $PREFIX/share/doc/rp/LICENSE-MIT && test -f $PREFIX/share/doc/rp/LICENSE-APACHE");
    unpacked.sh("for part in '' -call -check -new; do test -s $PREFIX/share/man/man1/rp$part.1; done");
    unpacked.sh("bash -n $PREFIX/share/bash-completion/completions/rp");
    unpacked.sh("diff -r $PREFIX/include $ROOT/include");

    // A module by hand, found through pkg-config.
    unpacked.sh("rp new c by-hand && rm -r by-hand/include && cd by-hand && PKG_CONFIG_PATH=$PREFIX/share/pkgconfig && \
         export PKG_CONFIG_PATH && cc -shared -fPIC -fvisibility=hidden $(pkg-config --cflags rp_module) module.c \
         -o libby_hand.so && rp check libby_hand.so && rp run --modules . tests/session.jsonl");
    // One with CMake, found through find_package.
    unpacked.sh(
        "rp new cpp found && cd found && rm -r include cmake && cp $ROOT/tests/packages/dist/CMakeLists.txt . && \
         cmake -B build -DCMAKE_PREFIX_PATH=$PREFIX && cmake --build build && rp check build/libfound.so",
    );
}

/// What `archive.sh` prints for one folder, with these variables. The command serves as a worker too. What cargo built of the
/// library is large, and takes long to pack; the rest is not packed as small as it could be either.
fn packed(folder: &Path, variables: &[(&str, &str)]) -> PathBuf {
    let program = env!("CARGO_BIN_EXE_rp");
    let line = format!("sh $ROOT/dev.d/lib/archive.sh '{program}' '{program}' '' '{}'", folder.display());
    let variables = [variables, &[("LEVEL", "1")]].concat();
    sh(Path::new(ROOT), &variables, &line).trim_end().into()
}

/// The same tree gives the same bytes, wherever and whenever; in the long form built twice, in clones of the repository.
#[test]
fn two_archives_are_equal() {
    let folder = tempfile::tempdir().unwrap();
    let archives = ["one", "another/and-deeper"].map(|name| {
        let place = folder.path().join(name);
        match name {
            "one" if !is_full() => return alone(|| archive(&place)),
            _ if !is_full() => return packed(&place, &[]),
            _ => {}
        }
        sh(
            folder.path(),
            &[("CARGO_TARGET_DIR", "")],
            &format!(
                "git clone --quiet $ROOT '{name}' && cd '{name}' && unset CARGO_TARGET_DIR && ./dev dist"
            ),
        );
        let found = sh(&place, &[], "ls -d $PWD/target/dist/rp-*.tar.gz");
        found.trim_end().into()
    });
    let [one, another] = archives.map(|archive| std::fs::read(archive).unwrap());
    assert!(one == another, "the archives differ: {} and {} bytes", one.len(), another.len());
}

/// By a key that is made for the test: what was signed is verified, what was changed is not, nor is it by another key.
#[test]
fn an_archive_is_signed() {
    let folder = tempfile::tempdir().unwrap();
    let key = |name: &str| {
        let key = folder.path().join(name).display().to_string();
        sh(folder.path(), &[], &format!("minisign -G -W -p '{key}.pub' -s '{key}'"));
        key
    };
    let (ours, other) = (key("ours"), key("other"));
    let archive = packed(&folder.path().join("dist"), &[("KEY", &ours)]);
    let verify = |key: &str| format!("minisign -V -p '{key}.pub' -m '{}'", archive.display());
    let said = sh(folder.path(), &[], &verify(&ours));
    assert!(said.contains(&format!("Trusted comment: rp version={VERSION} target=")), "{said}");
    sh(folder.path(), &[], &format!("! {}", verify(&other)));
    let mut bytes = std::fs::read(&archive).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    std::fs::write(&archive, bytes).unwrap();
    sh(folder.path(), &[], &format!("! {}", verify(&ours)));
}

#[test]
fn the_archive_says_what_it_is_made_of() {
    let unpacked = Unpacked::new();
    let text = unpacked.sh("cat $PREFIX/share/doc/rp/sbom.cdx.json");
    let bill: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&bill["bomFormat"], &bill["specVersion"]), (&"CycloneDX".into(), &"1.5".into()));
    let components = bill["components"].as_array().unwrap();
    let third_party = unpacked.sh("grep -c '^==== ' $PREFIX/share/doc/rp/THIRD-PARTY");
    let has_purl =
        |one: &&serde_json::Value| one["purl"].is_string() && one["hashes"][0]["content"].is_string();
    let of_others = components.iter().filter(has_purl).count();
    assert_eq!(of_others.to_string(), third_party.trim_end(), "as many as there are licences");
    for ours in ["rp", "rp-host", "rp-worker", "rp-capi"] {
        assert!(components.iter().any(|one| one["name"] == ours && one["purl"].is_null()), "{ours}");
    }
    let note = unpacked.sh("cat $PREFIX/share/doc/rp/PROVENANCE");
    let commit = unpacked.sh("git -C $ROOT rev-parse HEAD");
    for line in [
        format!("version: {VERSION}"),
        format!("commit: {}", commit.trim_end()),
        "command: ./dev dist".into(),
    ] {
        assert!(note.lines().any(|one| one == line), "{line}: {note}");
    }
}

/// A program around the host, in C, linked with the library of the archive; the short form packs none.
#[test]
fn the_library_of_the_archive_is_linked() {
    if !is_full() {
        return;
    }
    let unpacked = Unpacked::new();
    unpacked.sh(
        "printf '#include \"rp_host.h\"\n#include <stdio.h>\nint main(void) { return puts(rph_version()) < 0; }\n' >host.c",
    );
    unpacked.sh("export PKG_CONFIG_PATH=$PREFIX/lib/pkgconfig; cc host.c $(pkg-config --cflags --libs rp_host) -o host");
    assert_eq!(unpacked.sh("LD_LIBRARY_PATH=$PREFIX/lib ./host"), format!("{VERSION}\n"));
}

#[test]
fn the_archive_has_the_licence_of_everything_in_it() {
    let unpacked = Unpacked::new();
    let text = unpacked.sh("cat $PREFIX/share/doc/rp/THIRD-PARTY");
    let parts: Vec<&str> = text.split("==== ").skip(1).collect();
    assert!(parts.len() > 40, "{} packages", parts.len());
    for package in ["clap ", "libsqlite3-sys ", "serde_json "] {
        assert!(parts.iter().any(|part| part.starts_with(package)), "{package}");
    }
    let without: Vec<&str> = parts
        .iter()
        .filter(|part| part.lines().count() < 5)
        .map(|part| part.lines().next().unwrap())
        .collect();
    assert!(without.len() * 10 < parts.len(), "without a text: {without:?}");
}

/// `cargo install --path .` gives a command that works elsewhere, and wants no cmake.
#[test]
fn what_cargo_installs_needs_no_cmake() {
    let tree = sh(Path::new(ROOT), &[], "cargo tree --locked -p rp -e normal,build --prefix none");
    assert!(!tree.lines().any(|line| line.starts_with("cmake ")), "{tree}");
    if is_full() {
        let folder = tempfile::tempdir().unwrap();
        let nothing = [("CMAKE", "/no/cmake")];
        sh(folder.path(), &nothing, "cargo install --quiet --locked --path $ROOT --root installed");
        let line = "PATH=$PWD/installed/bin:$PATH; rp new c elsewhere && cd elsewhere && make check";
        assert!(sh(folder.path(), &[], line).contains("4 expectations met"));
    }
}
