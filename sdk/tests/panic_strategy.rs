//! A profile that aborts on panic must not compile. rustc looks at one file of the SDK alone, so this is quick.
use std::path::Path;
use std::process::Command;

fn compile(strategy: &str) -> (bool, String) {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/panic_strategy.rs");
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let output = Command::new(rustc)
        .args(["--crate-type=lib", "--emit=metadata", "--edition=2024", "-C", strategy])
        .arg("--out-dir")
        .arg(env!("CARGO_TARGET_TMPDIR"))
        .arg(source)
        .output()
        .expect("rustc runs");
    (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn abort_is_refused_and_told_how_to_fix() {
    let (is_compiled, text) = compile("panic=abort");
    assert!(!is_compiled && text.contains("take panic = \"abort\" out of the profile"), "{text}");
}

#[test]
fn unwind_is_taken() {
    let (is_compiled, text) = compile("panic=unwind");
    assert!(is_compiled, "{text}");
}
