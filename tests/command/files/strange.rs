//! Files that are not what they seem: the command says so, at once and whatever their size.

use std::fs::File;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::{finish, numbered, rp};
use support::temporary;

const ELF: &[u8] = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0\x3e\0\x01\0\0\0";
const WASM: &[u8] = b"\0asm\x01\0\0\0";

fn sparse(path: &Path, head: &[u8], len: u64) {
    std::fs::write(path, head).unwrap();
    File::options().write(true).open(path).unwrap().set_len(len).unwrap();
}

fn looping(path: &Path) {
    std::os::unix::fs::symlink(path.file_name().unwrap(), path).unwrap();
}

fn fifo(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// Each file, and its code.
fn strange(dir: &Path) -> Vec<(PathBuf, &'static str)> {
    let path = |name: &str| dir.join(name);
    sparse(&path("zero.so"), b"", 40 << 30);
    sparse(&path("elf.so"), ELF, 40 << 30);
    sparse(&path("archive.so"), b"!<arch>\n", 1 << 30);
    sparse(&path("guest.wasm"), WASM, 40 << 30);
    sparse(&path("large.wasm"), WASM, (64 << 20) + 1);
    looping(&path("loop.so"));
    fifo(&path("fifo.so"));
    let _listener = UnixListener::bind(path("socket.so")).unwrap();
    std::fs::create_dir(path("folder.so")).unwrap();
    vec![
        (path("zero.so"), "not_a_library"),
        (path("elf.so"), "too_large"),
        (path("archive.so"), "not_a_library"),
        (path("guest.wasm"), "too_large"),
        (path("large.wasm"), "too_large"),
        (path("loop.so"), "unreadable"),
        (path("fifo.so"), "not_a_file"),
        (path("socket.so"), "not_a_file"),
        (path("folder.so"), "not_a_file"),
        ("/dev/zero".into(), "not_a_file"),
        ("/proc/kcore".into(), "too_large"),
        ("/proc/self/mem".into(), "unreadable"),
        (path("zero.so/inside.so"), "unreadable"),
        (path(&"n".repeat(300)), "unreadable"),
        (path(&"d/".repeat(2100)), "unreadable"),
    ]
}

#[test]
fn each_is_told() {
    let (_keep, dir) = temporary();
    for (path, code) in strange(Path::new(&dir)) {
        if path.starts_with("/proc/kcore") && !path.exists() {
            continue;
        }
        for command in ["inspect", "call"] {
            let mut rp = rp(&dir, &["--json", command]);
            rp.arg(&path);
            let output = finish(rp);
            let told: Value = serde_json::from_slice(&output.stderr).unwrap_or_else(|_| panic!("{output:?}"));
            assert_eq!(told["code"], format!("rp::load::{code}"), "{command} {path:?}: {told}");
            assert!(matches!(output.status.code(), Some(1 | 2)), "{output:?}");
        }
    }
}

/// They hide none of the others in a list.
#[test]
fn beside_a_module() {
    let (_keep, dir) = temporary();
    let folder = Path::new(&dir).join("modules");
    std::fs::create_dir(&folder).unwrap();
    strange(&folder);
    std::fs::copy(numbered(6), folder.join("module.so")).unwrap();
    let output = finish(rp(&dir, &["list", folder.to_str().unwrap(), "--json"]));
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (told["modules"].as_array().unwrap().len(), told["broken"].as_array().unwrap().len()),
        (1, 6),
        "{told}"
    );
}

/// `rp check` hangs at none of them.
#[test]
fn under_check() {
    let (_keep, dir) = temporary();
    for name in ["fifo.so", "loop.so", "folder.so"] {
        let path = Path::new(&dir).join(name);
        match name {
            "fifo.so" => fifo(&path),
            "loop.so" => looping(&path),
            _ => std::fs::create_dir(&path).unwrap(),
        }
        let output = finish(rp(&dir, &["check", path.to_str().unwrap(), "--filter", "=entry/loads"]));
        assert_eq!(output.status.code(), Some(2), "{output:?}");
    }
}

/// Nor does a configuration that never ends.
#[test]
fn as_configuration() {
    let (_keep, dir) = temporary();
    let large = Path::new(&dir).join("rp.toml");
    sparse(&large, b"# ", 40 << 30);
    for path in [large.to_str().unwrap(), "/dev/zero"] {
        let output = finish(rp(&dir, &["run", path, "s.jsonl", "--json"]));
        let told: Value = serde_json::from_slice(&output.stderr).unwrap();
        assert_eq!(
            (output.status.code(), &told["code"]),
            (Some(2), &"rp::config::unreadable".into()),
            "{told}"
        );
    }
}
