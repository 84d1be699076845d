//! The project for its own sake: modules-c/ alone, its presets, its style.
//!
//! The short form builds the small modules only, and has clang-tidy leave out the large one in C++ and what the compiler's
//! static analyzer has to say, which is most of the time. The large ones are built by cargo, and under sanitizers by
//! `./dev asan`. RP_FULL=1 has all.

use std::path::{Path, PathBuf};
use support::is_full;

use super::shell::{Folder, ROOT};

/// The tree with those folders of modules-c/, without Cargo's part and what it built.
fn tree(modules: &[String]) -> Folder {
    let folder = Folder::new();
    std::fs::create_dir(folder.path("modules-c")).unwrap();
    for part in ["CMakeLists.txt", "CMakePresets.json", "Cargo.toml", "cmake", "include"] {
        folder.link(part);
    }
    for module in modules {
        folder.link(&format!("modules-c/{module}"));
    }
    folder
}

/// Every folder of modules-c/ as ctest reports it.
fn modules() -> Vec<String> {
    let folders = std::fs::read_dir(Path::new(ROOT).join("modules-c")).unwrap();
    folders.map(|folder| folder.unwrap().file_name().into_string().unwrap()).collect()
}

/// Those that are built here: one in C, one in C++ and a plain one at least.
fn built() -> Vec<String> {
    let modules = modules().into_iter().filter(|name| is_full() || name.starts_with("test-minimal"));
    let modules: Vec<_> = modules.collect();
    assert!(modules.len() >= 3, "{modules:?}");
    modules
}

#[test]
fn modules_c_alone_with_rp() {
    let folder = tree(&built());
    let said = folder.sh("cmake --preset release -DRP_PROGRAM=$RP && cmake --build --preset release -- -j2");
    assert!(said.contains("the modules are run with"), "{said}");
    let said = folder.sh("ctest --preset release");
    for module in built() {
        let line = said.lines().find(|line| line.contains(&format!(": {module} ")));
        assert!(line.is_some_and(|line| line.contains("Passed")), "{module}: {said}");
    }
    assert!(folder.path("build/release/compile_commands.json").is_file());
}

#[test]
fn without_rp_it_says_so() {
    let folder = tree(&modules());
    let hint = "rp was not found, so the modules were not run: `cargo build` makes it";
    let said = folder.sh("PATH=/usr/bin:/bin cmake -B build");
    assert!(said.contains(hint), "{said}");
    let said = folder.sh("ctest --test-dir build -V");
    assert!(said.contains(hint) && said.contains("***Skipped"), "{said}");
}

#[test]
fn modules_c_with_sanitizers() {
    let folder = tree(&built());
    let targets = built().join(" ");
    folder.sh(&format!(
        "cmake --preset debug -DRP_PROGRAM=$RP && cmake --build --preset debug -j2 --target {targets}"
    ));
    // One is enough here: under the sanitizers each check costs its process a fifth of a second.
    folder.sh("ctest --preset debug -R cpp");
    for module in built() {
        let symbols =
            folder.sh(&format!("nm -D $(find build/debug -name lib{}.so)", module.replace('-', "_")));
        assert!(symbols.contains("__asan_") && symbols.contains("__ubsan_"), "{module}: {symbols}");
    }
}

/// The sources that are written by hand.
fn sources() -> Vec<PathBuf> {
    let modules = modules().into_iter().map(|module| Path::new(ROOT).join("modules-c").join(module));
    let files = modules.flat_map(|folder| std::fs::read_dir(folder).unwrap());
    let files = files.map(|file| file.unwrap().path());
    let files: Vec<_> =
        files.filter(|file| file.extension().is_some_and(|e| e == "c" || e == "cpp")).collect();
    assert!(files.len() >= 3, "{files:?}");
    files
}

fn shell_words(files: &[PathBuf]) -> String {
    files.iter().map(|file| format!(" '{}'", file.display())).collect()
}

#[test]
fn clang_format_changes_nothing() {
    let files = shell_words(&sources());
    let headers = "$INCLUDE/rp_sdk.h $INCLUDE/rp_sdk.hpp $INCLUDE/rp_sdk/*.h* $INCLUDE/rp_host.hpp $INCLUDE/rp_host/*.hpp \
        $ROOT/host/src/abi/header/*.h";
    Folder::new().sh(&format!("clang-format --dry-run -Werror {headers}{files}"));
}

#[test]
fn clang_tidy_finds_nothing() {
    let folder = tree(&modules());
    folder.sh("cmake -B build -DBUILD_TESTING=OFF");
    let tidy = "xargs -n 1 -P 2 clang-tidy -p build --quiet --config-file=$ROOT/.clang-tidy";
    let checks = if is_full() { "" } else { "'--checks=-clang-analyzer-*'" };
    let mut files = sources();
    files.retain(|file| is_full() || !file.to_str().is_some_and(|path| path.contains("/research-log-cpp/")));
    let said = folder.sh(&format!("echo {} | {tidy} {checks}", shell_words(&files)));
    assert!(!said.contains("warning:"), "{said}");
}
