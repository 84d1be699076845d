//! Modules for another platform than the one that builds them: what CMake does with them, and a build for Windows by MinGW
//! whose tests run under wine. The latter are run by `./dev platforms windows`, which brings what they need.

use std::path::Path;

use super::shell::Folder;

const MODULES: &str = "include(CTest)\nrp_add_module(hello-c SOURCES counter.c INSTALL lib/hello)\n\
    rp_add_module(hello SOURCES hello.cpp)\nrp_add_tests(hello SESSION greet.jsonl)\n";
const SESSION: &str = "{\"module\":\"hello\",\"type\":\"command\",\"payload\":{\"name\":\"greet\"},\
    \"expect\":{\"status\":\"success\",\"data\":{\"hello\":\"world\"}}}\n";

fn project() -> Folder {
    let folder = Folder::project("find_package");
    super::install(&folder);
    folder.write("modules.cmake", MODULES);
    folder.write("greet.jsonl", SESSION);
    folder
}

/// To CMake it is a cross build as soon as the system is named. A program that starts another is an emulator.
#[test]
fn a_cross_build_is_tested_by_its_own_rp() {
    let folder = project();
    let configure = "cmake -B build -DCMAKE_PREFIX_PATH=$PWD/prefix -DCMAKE_SYSTEM_NAME=Linux";
    let said = folder.sh_fails(&format!("PATH=$(dirname $RP):$PATH {configure}"));
    assert!(said.contains("CMAKE_CROSSCOMPILING_EMULATOR"), "{said}");
    let emulator = "-DRP_PROGRAM=$RP '-DCMAKE_CROSSCOMPILING_EMULATOR=env;UNDER=emulator'";
    folder.sh(&format!("{configure} {emulator}"));
    let said = folder.sh("ctest --test-dir build -N -V");
    assert_eq!(said.matches(": Test command: ").count(), 2, "{said}");
    assert_eq!(said.matches("env \"UNDER=emulator\"").count(), 2, "{said}");
    assert_eq!(said.matches("RP_RUNNER=env UNDER=emulator").count(), 2, "{said}");
}

/// The host looks for the name of the module, whatever a project adds to its other libraries.
#[test]
fn a_debug_build_has_the_same_name() {
    let folder = Folder::project("find_package");
    super::install(&folder);
    folder.sh(
        "cmake -B build -DCMAKE_PREFIX_PATH=$PWD/prefix -DCMAKE_BUILD_TYPE=Debug -DCMAKE_DEBUG_POSTFIX=d",
    );
    folder.sh("cmake --build build --target hello-c");
    folder.assert_counts("build/libhello_c.so");
}

/// What docs/src/cross.md says to type, in a folder with an installed rp.
fn configure_for_windows(options: &str) -> String {
    let page = include_str!("../../../docs/src/cross.md");
    let line = page.lines().find_map(|line| line.strip_prefix("$ cmake -B build-windows "));
    let line = line.expect("the page has the line").replace("-DBUILD_TESTING=OFF", options);
    format!("cmake -B build-windows -DCMAKE_PREFIX_PATH=$PWD/prefix {line}")
}

#[test]
#[ignore = "needs mingw-w64, which ./dev platforms windows brings"]
fn mingw_builds_a_dll_that_needs_nothing() {
    let folder = project();
    folder.sh(&format!("{} && cmake --build build-windows", configure_for_windows("-DBUILD_TESTING=OFF")));
    for library in ["hello_c.dll", "hello.dll"] {
        let said = folder.sh(&format!("x86_64-w64-mingw32-objdump -p build-windows/{library}"));
        let exports: Vec<_> = said.lines().filter(|line| line.contains("] rp_")).collect();
        assert!(exports.len() == 2 && said.contains("] rp_module_v1\n"), "{library}: {exports:?}");
        let needed: Vec<_> = said.lines().filter_map(|line| line.split("DLL Name: ").nth(1)).collect();
        assert!(
            needed.iter().all(|name| ["KERNEL32.dll", "msvcrt.dll"].contains(name)),
            "{library}: {needed:?}"
        );
        let said = folder.sh(&format!("$RP inspect build-windows/{library}"));
        assert!(said.contains("hello") || said.contains("test-minimal-c"), "{said}");
    }
    folder.sh("cmake --install build-windows --prefix out");
    assert_eq!(folder.sh("cd out && find . -type f"), "./lib/hello/hello_c.dll\n", "no import library");
}

/// RP_WINDOWS names rp.exe; wine has its variables from who runs this.
#[test]
#[ignore = "needs mingw-w64, wine and rp.exe, which ./dev platforms windows brings"]
fn mingw_modules_are_tested_under_wine() {
    let program = std::env::var("RP_WINDOWS").expect("RP_WINDOWS names rp.exe");
    assert!(Path::new(&program).is_absolute(), "{program}");
    let folder = project();
    let options = format!("-DRP_PROGRAM={program} -DCMAKE_CROSSCOMPILING_EMULATOR=wine");
    folder.sh(&format!("{} && cmake --build build-windows", configure_for_windows(&options)));
    folder.sh("ctest --test-dir build-windows --output-on-failure");
}

const HOST: &str = "cmake_minimum_required(VERSION 3.16)\nproject(embedder LANGUAGES C)\n\
    find_package(rp REQUIRED COMPONENTS host)\nfind_package(Threads REQUIRED)\n\
    foreach(kind host host_static)\nadd_executable(${kind} runner.c)\n\
    target_link_libraries(${kind} PRIVATE rp::${kind} Threads::Threads)\n\
    target_link_options(${kind} PRIVATE -static)\nendforeach()\n";

/// The host's library, with its import library and as an archive, and a program around each that does the table of hosts. Beside
/// rp.exe are the modules and what cargo made of the host.
#[test]
#[ignore = "needs mingw-w64, wine and what ./dev platforms windows builds"]
fn mingw_links_the_host() {
    let program = std::env::var("RP_WINDOWS").expect("RP_WINDOWS names rp.exe");
    let built = Path::new(&program).parent().expect("a folder").display().to_string();
    let folder = Folder::new();
    folder.write("CMakeLists.txt", HOST);
    folder.copy("tests/embed_table/runner.c", "runner.c");
    let cross = "-DCMAKE_SYSTEM_NAME=Windows -DCMAKE_C_COMPILER=x86_64-w64-mingw32-gcc-posix";
    folder.sh(&format!(
        "cmake -S $ROOT -B host {cross} -DCMAKE_CXX_COMPILER=x86_64-w64-mingw32-g++-posix -DBUILD_TESTING=OFF -DRP_HOST=ON \
         -DRP_HOST_ARCHIVE={built}/librp_host.a -DCMAKE_INSTALL_PREFIX=$PWD/prefix"
    ));
    folder.sh("cmake --build host --target rp_host && cmake --install host && rm -r host");
    folder.sh(&format!("cmake -B build {cross} -DCMAKE_PREFIX_PATH=$PWD/prefix && cmake --build build"));
    folder.sh("cp prefix/bin/rp_host.dll build");
    for kind in ["host", "host_static"] {
        let run = format!("wine build/{kind}.exe $ROOT/tests/embed_table/table.tsv {built} '' .dll 2>errors");
        let printed = folder.sh(&run).replace("\r\n", "\n");
        assert_eq!(printed, include_str!("../../embed_table/transcript.txt"), "{kind}");
    }
}
