//! The module of a language with further commands, built as its own `build.sh` says.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// A change of a file of the example: what is there, and what takes its place.
pub struct Change<'a> {
    pub file: &'a str,
    pub from: &'a str,
    pub to: &'a str,
}

/// A library, and the folder that goes with it.
pub struct Patched {
    pub library: PathBuf,
    _folder: TempDir,
}

/// Builds the module of a language after these changes, each in one place.
pub fn build(language: &str, changes: &[Change<'_>]) -> Patched {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::tempdir().unwrap();
    // The build lines find the templates beside the folder of the examples.
    let [source, out] = ["examples/languages/source", "out"].map(|name| folder.path().join(name));
    std::fs::create_dir_all(&source).unwrap();
    std::fs::create_dir(&out).unwrap();
    let copied = Command::new("cp").arg("-R").args([root.join("templates"), folder.path().into()]).status();
    assert!(copied.unwrap().success());
    for file in std::fs::read_dir(root.join("examples/languages").join(language)).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), source.join(file.file_name())).unwrap();
    }
    for Change { file, from, to } in changes {
        let text = std::fs::read_to_string(source.join(file)).unwrap();
        assert_eq!(text.matches(from).count(), 1, "{language}, {file}: {from}");
        std::fs::write(source.join(file), text.replace(from, to)).unwrap();
    }
    let mut script = Command::new("sh");
    script.args(["-e", "build.sh"]).current_dir(&source);
    let output = script.env("include", root.join("include")).env("out", &out).output().unwrap();
    assert!(
        output.status.success(),
        "{language}: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    let name = rp_host::library_file_name(&format!("test-minimal-{language}"));
    Patched { library: out.join(name), _folder: folder }
}
