//! The host's library as strangers use it: installed, moved, found by CMake and by pkg-config, shared and as an archive. Each
//! way ends in a program that greets through a module: those in the first comments of rp_host.h and rp_host.hpp.

use std::collections::BTreeSet;

use libloading::os::unix::Library;
use support::{deps, is_full};

use super::shell::{Folder, example_in};

const HEADER: &str = include_str!("../../../include/rp_host.h");
const HEADER_HPP: &str = include_str!("../../../include/rp_host.hpp");

/// A folder with both programs and the module.
fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("program.c", &example_in(HEADER));
    folder.write("program.cpp", &example_in(HEADER_HPP));
    folder.copy("tests/packages/cmake/embedder.cmake", "CMakeLists.txt");
    folder.sh("g++ -std=c++17 -shared -fPIC -I$INCLUDE hello.cpp -o libhello.so");
    folder
}

/// What CMake is told to make the library of what cargo built for the tests; in the long form it has cargo build it.
fn options() -> String {
    if is_full() {
        return "-DRP_HOST=ON".to_owned();
    }
    format!("-DRP_HOST=ON -DRP_HOST_ARCHIVE={}", deps().join("librp_host.a").display())
}

/// Installs into one folder and moves it to another, `prefix`.
fn install(folder: &Folder) {
    let configure = "cmake -S $ROOT -B host -DBUILD_TESTING=OFF -DCMAKE_INSTALL_LIBDIR=lib";
    folder.sh(&format!("{configure} {} -DCMAKE_INSTALL_PREFIX=$PWD/first", options()));
    folder.sh("cmake --build host --target rp_host && cmake --install host && mv first prefix && rm -r host");
}

fn assert_greets(folder: &Folder, program: &str) {
    let said = folder.sh(program);
    assert!(said.contains(r#"{"hello":"world"}"#), "{program}: {said}");
}

#[test]
fn an_installed_host_is_found_and_linked() {
    let folder = folder();
    install(&folder);
    folder.sh("cmake -B build -DCMAKE_PREFIX_PATH=$PWD/prefix && cmake --build build");
    let find = "export PKG_CONFIG_PATH=$PWD/prefix/lib/pkgconfig";
    let flags = |package: &str| format!("$(pkg-config --cflags --libs {package})");
    folder.sh(&format!("{find}; cc program.c {} -o c-static", flags("rp_host_static")));
    folder.sh(&format!("{find}; c++ -std=c++17 program.cpp {} -o cpp-shared", flags("rp_host")));
    for program in ["build/shared", "build/static", "./c-static"] {
        assert_greets(&folder, program);
    }
    assert_greets(&folder, "LD_LIBRARY_PATH=$PWD/prefix/lib ./cpp-shared");
    let needs = |program: &str| folder.sh(&format!("readelf -d {program}")).contains("[librp_host.so.0]");
    assert_eq!(
        ["build/shared", "cpp-shared", "build/static", "c-static"].map(needs),
        [true, true, false, false]
    );
    the_shared_library_is_what_it_should_be(&folder);
}

fn the_shared_library_is_what_it_should_be(folder: &Folder) {
    let symbols = folder.sh("nm -D --defined-only --with-symbol-versions prefix/lib/librp_host.so");
    let names = symbols.lines().filter_map(|line| line.split(' ').next_back()).filter(|it| *it != "RPH_1.0");
    let exported: BTreeSet<_> = names.collect();
    let declared = HEADER.lines().filter(|line| line.starts_with("RPH_API ")).filter_map(function_of);
    let declared: Vec<_> = declared.map(|name| format!("{name}@@RPH_1.0")).collect();
    assert!(declared.len() > 60, "{declared:?}");
    assert_eq!(exported, declared.iter().map(String::as_str).collect());
    // Its threads need its code: whoever closes it leaves it mapped.
    let open = |flags| {
        // SAFETY: the library's initialisers are those of Rust's own library, and harmless.
        unsafe { Library::open(Some(folder.path("prefix/lib/librp_host.so.0")), flags) }
    };
    open(libc::RTLD_NOW).unwrap().close().unwrap();
    assert!(open(libc::RTLD_NOW | libc::RTLD_NOLOAD).is_ok(), "it was unmapped");
}

/// The name of the function that a line declares.
fn function_of(line: &str) -> Option<&str> {
    line.split('(').next()?.rsplit([' ', '*']).next()
}

/// In the long form only: it links as much again.
#[test]
fn a_host_within_a_build_is_linked() {
    if !is_full() {
        return;
    }
    let folder = folder();
    folder.sh(&format!("ln -s $ROOT rp && cmake -B build {} && cmake --build build", options()));
    assert_greets(&folder, "build/shared");
    assert_greets(&folder, "build/static");
}

#[test]
fn an_installation_without_the_host_says_what_to_do() {
    let folder = Folder::new();
    super::install(&folder);
    folder.copy("tests/packages/cmake/embedder.cmake", "CMakeLists.txt");
    let said = folder.sh_fails("cmake -B build -DCMAKE_PREFIX_PATH=$PWD/prefix").replace("\n  ", " ");
    assert!(said.contains("without the component host") && said.contains("-DRP_HOST=ON"), "{said}");
}
