//! The headers and the CMake project as strangers use them: outside the tree, each in the way that suits them. Every way
//! ends in a module that `rp call` runs.

mod cross;
mod host;
mod own;
mod shell;

use rp_host::{Host, LoadOptions, abi::rp_module};
use serde_json::{Value, json};
use shell::Folder;
use support::wasm;

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Installs into one folder and moves it to another, `prefix`.
fn install(folder: &Folder) {
    folder.sh("cmake -S $ROOT -B install-build -DBUILD_TESTING=OFF -DCMAKE_INSTALL_PREFIX=$PWD/first");
    folder.sh("cmake --install install-build && mv first prefix && rm -r install-build");
}

const BUILD: &str = "cmake -B build -DCMAKE_PREFIX_PATH=$PWD/prefix && cmake --build build";

#[test]
fn find_package() {
    let folder = Folder::project("find_package");
    install(&folder);
    folder.sh(&format!("{BUILD} && nm -D --defined-only build/libhello_c.so > symbols"));
    folder.assert_counts("build/libhello_c.so");
    folder.assert_greets("build/libhello_cpp.so");
    let symbols = folder.sh("cat symbols");
    assert_eq!(symbols.lines().count(), 2, "entry and manifest, and nothing else: {symbols}");
}

#[test]
fn find_package_compares_versions() {
    let folder = Folder::project("find_package");
    install(&folder);
    let find = |version: &str| {
        let text = format!(
            "cmake_minimum_required(VERSION 3.16)\nproject(versions LANGUAGES NONE)\n\
             find_package(rp {version} REQUIRED)\nmessage(\"found ${{rp_VERSION}}\")\n"
        );
        folder.write("CMakeLists.txt", &text);
        "cmake -B versions -DCMAKE_PREFIX_PATH=$PWD/prefix"
    };
    for fits in ["", VERSION] {
        let said = folder.sh(find(fits));
        assert!(said.contains(&format!("found {VERSION}\n")), "{said}");
    }
    let said = folder.sh_fails(find("99.0"));
    assert!(said.contains(&format!("version: {VERSION}")), "{said}");
}

/// A folder of modules-c/ with a CMakeLists.txt is a whole project.
#[test]
fn a_module_of_this_repository_builds_elsewhere() {
    let folder = Folder::project("find_package");
    install(&folder);
    folder.sh("cp -r $ROOT/modules-c/test-minimal-cpp own && cd own && mv ../prefix .");
    folder.sh(&format!("cd own && {BUILD} -- -s && mv build/libtest_minimal_cpp.so .."));
    folder.assert_counts("libtest_minimal_cpp.so");
}

/// The same modules beside the libraries, and in a build of their own; `compilers` are cache variables that name them.
fn builds_wasm(folder: &Folder, compilers: &str) {
    folder.write(
        "modules.cmake",
        "rp_add_module(hello-c SOURCES counter.c WASM INSTALL lib)\nrp_add_module(hello-cpp SOURCES hello.cpp WASM)\n",
    );
    folder.sh(&format!(
        "rm -rf build && cmake -B build -DCMAKE_PREFIX_PATH=$PWD/prefix {compilers} && cmake --build build"
    ));
    let toolchain = "-DCMAKE_TOOLCHAIN_FILE=$PWD/prefix/share/cmake/rp/rp-wasm-toolchain.cmake";
    let prefix = "-DCMAKE_PREFIX_PATH=$PWD/prefix";
    folder.sh(&format!("rm -rf own && cmake -B own {prefix} {toolchain} {compilers} && cmake --build own"));
    for build in ["build", "own"] {
        folder.assert_counts(&format!("{build}/hello_c.wasm"));
        folder.assert_greets(&format!("{build}/hello_cpp.wasm"));
    }
    folder.assert_counts("build/libhello_c.so");
    folder.sh("cmake --install build --prefix out && cmake --install own --prefix out-own");
    for installed in ["out/lib/libhello_c.so", "out/lib/hello_c.wasm", "out-own/lib/hello_c.wasm"] {
        folder.assert_counts(installed);
    }
}

#[cfg(feature = "wasm")]
#[test]
fn webassembly() {
    // Where no compiler for it is there, that is a gap.
    if wasm::module("test-minimal-cpp").is_none() {
        return;
    }
    let folder = Folder::project("find_package");
    install(&folder);
    builds_wasm(&folder, "");
    folder.write("modules.cmake", "rp_add_module(hello-c SOURCES counter.c LIBRARIES m WASM)\n");
    let said = folder.sh_fails("cmake -B libraries -DCMAKE_PREFIX_PATH=$PWD/prefix");
    assert!(said.contains("rp-wasm-toolchain.cmake"), "{said}");
    folder.write("modules.cmake", "rp_add_module(hello-c SOURCES counter.c WASM)\n");
    let gone = "cmake -B gone -DCMAKE_PREFIX_PATH=$PWD/prefix -DRP_WASM_CC=/nowhere/cc && cmake --build gone";
    assert!(folder.sh_fails(gone).contains("/nowhere/cc"));
}

#[test]
fn add_subdirectory() {
    let folder = Folder::project("add_subdirectory");
    folder.sh(
        "ln -s $ROOT rp && cmake -B build -DRP_MODULE_OUTPUT_DIRECTORY=$PWD/modules && cmake --build build",
    );
    folder.assert_counts("modules/libhello_c.so");
    folder.assert_greets("modules/libhello_cpp.so");
    // The one that says so is installed, and nothing of rp.
    let installed = folder.sh("cmake --install build --prefix out > log && cd out && find . -type f");
    assert_eq!(installed, "./lib/hello/libhello_c.so\n");
    folder.assert_counts("out/lib/hello/libhello_c.so");
}

#[test]
fn fetch_content() {
    let folder = Folder::project("fetch_content");
    folder.sh("mkdir remote && cp -r $ROOT/CMakeLists.txt $ROOT/Cargo.toml $ROOT/cmake $ROOT/include remote");
    folder.sh("cd remote && git init -q && git add . && \
         git -c user.name=a -c user.email=a@b.c -c commit.gpgsign=false commit -q -m first && git tag v1");
    folder.sh("cmake -B build -DRP_REPOSITORY=file://$PWD/remote && cmake --build build");
    folder.assert_counts("build/libhello_c.so");
    folder.assert_greets("build/libhello_cpp.so");
}

#[test]
fn pkg_config() {
    let folder = Folder::new();
    install(&folder);
    let find = "export PKG_CONFIG_PATH=$PWD/prefix/share/pkgconfig";
    assert_eq!(folder.sh(&format!("{find}; pkg-config --modversion rp_module")), format!("{VERSION}\n"));
    folder.sh(&format!(
        "{find}; cc -shared -fPIC -fvisibility=hidden $(pkg-config --cflags rp_module) counter.c -o libcounter.so"
    ));
    folder.assert_counts("libcounter.so");
}

#[test]
fn a_line_of_cc() {
    let folder = Folder::new();
    for (cc, cpp) in [("gcc", "g++"), ("clang", "clang++")] {
        folder.sh(&format!("{cc} -shared -fPIC -I$INCLUDE counter.c -o libcounter.so"));
        folder.assert_counts("libcounter.so");
        folder.sh(&format!("{cpp} -std=c++17 -shared -fPIC -I$INCLUDE hello.cpp -o libhello.so"));
        folder.assert_greets("libhello.so");
    }
}

#[test]
fn two_modules_in_one_program() {
    let folder = Folder::project("static");
    install(&folder);
    let said = folder.sh(&format!("{BUILD} > log && build/program"));
    assert!(said.contains("\"name\":\"test-minimal-c\"") && said.contains("\"name\":\"hello\""), "{said}");
    assert_eq!(said.matches("{\"status\":\"success\",\"data\":{\"commands\":[").count(), 2, "{said}");

    // SAFETY: the library is the two modules; its constructors are harmless.
    let library = unsafe { libloading::Library::new(folder.path("build/libboth.so")) }.unwrap();
    let library = Box::leak(Box::new(library));
    let host = Host::new();
    let add = |entry: &str| {
        // SAFETY: RP_MODULE defined the entry, under another name; the library is never unmapped.
        unsafe {
            let entry = library.get::<unsafe extern "C" fn() -> *const rp_module>(entry).unwrap();
            host.add_static(*entry, LoadOptions::new()).unwrap()
        }
    };
    let (counter, hello) = (add("hello_c_entry"), add("hello_cpp_entry"));
    let pong: Value = counter.command("ping", &json!({})).unwrap();
    assert_eq!(pong, json!({"reply": "pong", "messages": 2}));
    let greeting: Value = hello.command("greet", &json!({})).unwrap();
    assert_eq!(greeting, json!({"hello": "world"}));
    assert!(host.unload_all().is_empty());
}

/// What optimizers and strip leave of a module is enough.
#[test]
fn lto_gc_sections_and_strip() {
    let folder = Folder::new();
    let flags = "-O2 -flto -ffunction-sections -fdata-sections -Wl,--gc-sections -s -shared -fPIC -fvisibility=hidden";
    folder.sh(&format!("gcc {flags} -I$INCLUDE counter.c -o libcounter.so"));
    folder.sh(&format!("g++ -std=c++17 {flags} -I$INCLUDE hello.cpp -o libhello.so && strip libhello.so"));
    folder.assert_counts("libcounter.so");
    folder.assert_greets("libhello.so");
}

#[test]
fn an_archive_that_forgets_whole_archive() {
    let folder = Folder::new();
    folder.sh("cc -c -fPIC -I$INCLUDE counter.c && ar rcs libcounter.a counter.o");
    folder.sh("cc -shared -o libcounter.so libcounter.a");
    let said = folder.sh_fails("$RP call libcounter.so ping");
    assert!(said.contains("rp::load::no_entry") && said.contains("--whole-archive"), "{said}");
    folder.sh("cc -shared -o libcounter.so -Wl,--whole-archive libcounter.a -Wl,--no-whole-archive");
    folder.assert_counts("libcounter.so");
}

#[test]
fn a_version_script_that_hides() {
    let folder = Folder::new();
    let link = |script: &str| {
        folder.copy(&format!("tests/packages/cmake/{script}.map"), "script.map");
        folder.sh("cc -shared -fPIC -I$INCLUDE counter.c -Wl,--version-script=script.map -o libcounter.so");
    };
    link("hides_entry");
    let said = folder.sh_fails("$RP call libcounter.so ping");
    assert!(said.contains("rp::load::no_entry") && said.contains("version script"), "{said}");
    link("hides_manifest");
    let said = folder.sh_fails("$RP call libcounter.so ping");
    assert!(said.contains("rp::load::manifest_missing") && said.contains("version script"), "{said}");
    link("exports");
    folder.assert_counts("libcounter.so");
}

#[test]
fn a_call_that_makes_no_sense_is_refused() {
    let folder = Folder::project("add_subdirectory");
    folder.write("modules.cmake", "rp_add_module(hello hello.cpp)\n");
    let said = folder.sh_fails("ln -s $ROOT rp && cmake -B build");
    assert!(said.contains("rp_add_module(hello)") && said.contains("hello.cpp"), "{said}");
    folder.write("modules.cmake", "rp_add_module(hello SOURCES hello.cpp)\nrp_add_tests(hallo)\n");
    let said = folder.sh_fails("cmake -B build");
    assert!(said.contains("rp_add_tests(hallo)"), "{said}");
}
