//! Builds every folder of modules-c/ into the shared target folder, beside the modules in Rust.
//!
//! A package of its own, so that installing the command takes no C++ compiler and no cmake.
//!
//! It reads, from the environment, where 0 and nothing are no: RP_STRICT, whether warnings of the compilers are errors;
//! RP_C_SANITIZE, whether the modules are built under ASan and UBSan, for a host that brings ASan's runtime; RP_C_SKIP,
//! whether none is built, for who only looks at Rust's code; RP_CXX_SKIP, whether those with a CMakeLists.txt are not, which
//! are in C++, for a target without a C++ library. Of compilers it takes those that the crate `cc` finds for the target: CC and
//! CXX, or the same with the target's name behind them.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use folders::{folders, profile_dir};

#[path = "../../folders.rs"]
mod folders;

const ROOT: &str = "../..";

fn main() {
    for path in ["build.rs", "../../folders.rs"] {
        println!("cargo::rerun-if-changed={path}");
    }
    for path in ["modules-c", "include", "Cargo.toml", "CMakeLists.txt", "cmake"] {
        println!("cargo::rerun-if-changed={ROOT}/{path}");
    }
    if is_set("RP_C_SKIP") {
        return;
    }
    env::set_current_dir(ROOT).expect("the repository lies above");
    let profile_dir = profile_dir();
    for name in folders("modules-c") {
        build(&name, &profile_dir);
    }
}

const SANITIZERS: &[&str] =
    &["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer"];

/// Builds modules-c/NAME into `deps` and beside it.
pub fn build(name: &str, profile_dir: &Path) {
    let folder = Path::new("modules-c").join(name);
    let out_dir = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it")).join(name);
    fs::create_dir_all(&out_dir).unwrap_or_else(|error| panic!("{}: {error}", out_dir.display()));
    let library = out_dir.join(library_file_name(name));
    if folder.join("CMakeLists.txt").exists() {
        if is_set("RP_CXX_SKIP") {
            println!("cargo::warning=NOT BUILT: {name}, since RP_CXX_SKIP is set");
            return;
        }
        require_cxx(name, &out_dir);
        build_with_cmake(name, &out_dir);
    } else {
        link(&compile(&sources(&folder), &out_dir), &library);
    }
    for target in [profile_dir.join("deps"), profile_dir.to_owned()] {
        install(&library, &target);
    }
}

/// Some targets have a C library and no C++ library: musl on Debian.
fn require_cxx(name: &str, out_dir: &Path) {
    let source = out_dir.join("require.cpp");
    fs::write(
        &source,
        "#include <string>\nint size() { return static_cast<int>(std::string(\"a\").size()); }\n",
    )
    .unwrap_or_else(|error| panic!("{}: {error}", source.display()));
    let mut build = cc::Build::new();
    build.cargo_metadata(false).cpp(true).pic(true).out_dir(out_dir).file(source);
    if let Err(error) = build.try_compile_intermediates() {
        let target = env::var("TARGET").expect("cargo sets it");
        panic!(
            "modules-c/{name}: no C++ compiler for {target} that has its library: {error}. Name one by CXX_{}, or \
             set RP_CXX_SKIP=1 to leave out the modules in C++",
            target.replace('-', "_")
        );
    }
}

/// As a part of the repository's own CMake project, which knows `rp_add_module`.
fn build_with_cmake(name: &str, out_dir: &Path) {
    let version = Command::new(env::var_os("CMAKE").unwrap_or("cmake".into())).arg("--version").output();
    version.unwrap_or_else(|error| {
        panic!(
            "modules-c/{name} is built with cmake: {error}; apt install cmake make, or dnf, brew or pip install \
             cmake"
        )
    });
    let mut config = cmake::Config::new(".");
    config.define("RP_MODULE_OUTPUT_DIRECTORY", out_dir).define("BUILD_TESTING", "OFF");
    config.define("CMAKE_COMPILE_WARNING_AS_ERROR", if is_set("RP_STRICT") { "ON" } else { "OFF" });
    config.define("RP_SANITIZE", if is_set("RP_C_SANITIZE") { "HOST" } else { "OFF" });
    optimise(&mut config);
    config.out_dir(out_dir).build_target(name).build();
}

/// As cargo's own profiles do. For tests with lines alone, hardly optimised, and all files of a module as one, which takes g++ half
/// the time; that each compiles by itself is seen where cmake builds them for its own tests.
fn optimise(config: &mut cmake::Config) {
    if is_release() {
        config.profile("Release");
        return;
    }
    config.profile("RelWithDebInfo");
    config.define("CMAKE_UNITY_BUILD", "ON").define("CMAKE_UNITY_BUILD_BATCH_SIZE", "0");
    if !compiler().get_compiler().is_like_msvc() {
        let level = if is_set("RP_C_SANITIZE") { 0 } else { 1 };
        config.define("CMAKE_CXX_FLAGS_RELWITHDEBINFO", format!("-O{level} -g1 -DNDEBUG"));
    }
}

fn is_release() -> bool {
    env::var("PROFILE").is_ok_and(|profile| profile == "release")
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut sources: Vec<PathBuf> = entries
        .map(|entry| entry.unwrap_or_else(|error| panic!("{}: {error}", folder.display())).path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "c"))
        .collect();
    sources.sort();
    assert!(!sources.is_empty(), "{}: a module needs a .c file", folder.display());
    sources
}

/// Warnings are shown; with RP_STRICT set they are errors.
fn compile(sources: &[PathBuf], out_dir: &Path) -> Vec<PathBuf> {
    let mut build = compiler();
    build.files(sources).out_dir(out_dir).include("include");
    build.warnings(true).extra_warnings(true).warnings_into_errors(is_set("RP_STRICT"));
    for flag in ["-std=c99", "-Wpedantic", "-Wconversion", "-Wshadow", "-fvisibility=hidden"] {
        build.flag_if_supported(flag);
    }
    if is_set("RP_C_SANITIZE") {
        build.flags(SANITIZERS);
    }
    build.compile_intermediates()
}

fn compiler() -> cc::Build {
    let mut build = cc::Build::new();
    build.cargo_metadata(false).opt_level(level()).pic(true);
    build
}

/// How much of C is optimised. For tests nothing, which takes gcc half the time, but where they are sanitized, or where warnings are
/// errors: some of those are of the optimiser.
fn level() -> u32 {
    match is_release() {
        true => 2,
        false if is_set("RP_STRICT") || is_set("RP_C_SANITIZE") => 1,
        false => 0,
    }
}

/// What a library uses it must bring or name; only the sanitizers' runtime is the host's.
fn link(objects: &[PathBuf], library: &Path) {
    let compiler = compiler().get_compiler();
    let mut command = compiler.to_command();
    if compiler.is_like_msvc() {
        command.args(objects).arg("/LD").arg(format!("/Fe{}", library.display()));
    } else {
        command.arg("-shared").args(objects).arg("-o").arg(library);
    }
    if is_set("RP_C_SANITIZE") {
        // What cc took over from Rust's flags must not bring a second runtime.
        command.args(["-fno-sanitize=address", "-lubsan"]);
    } else if target_os() == "linux" {
        command.arg("-Wl,-z,defs");
    } else if target_os() == "windows" && !compiler.is_like_msvc() {
        // As rp_add_module does: no DLL of the compiler is needed where the module is loaded.
        command.arg("-static");
    }
    run(&mut command);
}

fn run(command: &mut Command) {
    let program = command.get_program().to_owned();
    let status =
        command.status().unwrap_or_else(|error| panic!("{program:?}: {error}; is there a C compiler?"));
    let arguments: Vec<_> = command.get_args().collect();
    assert!(status.success(), "{program:?} {arguments:?}: {status}; its own words stand above");
}

/// Puts it in place in one step: a host that runs has the old file mapped.
fn install(library: &Path, folder: &Path) {
    let target = folder.join(library.file_name().expect("it was named above"));
    let fresh = target.with_extension("new");
    let step =
        |result: std::io::Result<()>| result.unwrap_or_else(|error| panic!("{}: {error}", target.display()));
    step(fs::copy(library, &fresh).map(drop));
    step(fs::rename(&fresh, &target));
}

/// As cargo names a cdylib.
fn library_file_name(name: &str) -> String {
    let name = name.replace('-', "_");
    match target_os().as_str() {
        "windows" => format!("{name}.dll"),
        "macos" | "ios" => format!("lib{name}.dylib"),
        _ => format!("lib{name}.so"),
    }
}

fn target_os() -> String {
    env::var("CARGO_CFG_TARGET_OS").expect("cargo sets it")
}

fn is_set(variable: &str) -> bool {
    println!("cargo::rerun-if-env-changed={variable}");
    env::var_os(variable).is_some_and(|value| !value.is_empty() && value != "0")
}
