//! The headers compile without a warning in every dialect, for every platform.

use crate::example::example;
use support::compiler::{Compiler, Job, clang, gcc, run_all, scratch, source};

const C: [&str; 4] = ["c99", "c11", "c17", "c2x"];
const CPP: [&str; 4] = ["c++11", "c++14", "c++17", "c++20"];

const WARNINGS: &str = "-Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wundef -Wcast-qual \
    -Wredundant-decls -Werror";
const C_WARNINGS: &str = "-Wmissing-prototypes -Wstrict-prototypes";
const CPP_WARNINGS: &str = "-Wold-style-cast -Wmissing-declarations";

/// Each is compiled by itself. The example gets a file per test, since tests run at the same time.
fn sources(test: &str) -> Vec<String> {
    let own = ["twice", "module", "plain"].map(|name| format!("tests/header/c/{name}.c"));
    own.into_iter().chain([source(&format!("example_{test}.c"), &example())]).collect()
}

#[test]
fn every_dialect_compiles_without_a_warning() {
    let modes = ["", "-m32", "-ffreestanding", "-DRP_NO_ENTRY", "-O2"];
    let (dialects, sources) = ([C, CPP].concat(), sources("dialects"));
    run_all(
        [gcc(), clang()].iter().flat_map(|compiler| jobs(compiler, &dialects, &modes, &sources)).collect(),
    );
}

#[test]
fn cpp_without_exceptions_compiles_without_a_warning() {
    let sources = sources("exceptions");
    let jobs = |compiler: &Compiler| jobs(compiler, &CPP, &["-fno-exceptions -fno-rtti"], &sources);
    run_all([gcc(), clang()].iter().flat_map(jobs).collect());
}

/// No C library is there for these: the headers need stddef.h and stdint.h, which every compiler has.
#[test]
fn other_platforms_compile_without_a_warning() {
    let targets = [
        "i686-linux-gnu",
        "wasm32",
        "x86_64-pc-windows-msvc",
        "x86_64-pc-windows-gnu",
        "i686-pc-windows-msvc",
        "i686-pc-windows-gnu",
        "aarch64-linux-gnu",
        "aarch64-apple-darwin",
        "arm-none-eabi",
    ];
    // clang looks for the C++ library of a Mac even where nothing asks for it.
    let modes = targets.map(|target| format!("--target={target} -ffreestanding -Wno-stdlibcxx-not-found"));
    let modes: Vec<_> = modes.iter().map(String::as_str).collect();
    let oldest_and_newest = [C[0], C[3], CPP[0], CPP[3]];
    run_all(jobs(&clang(), &oldest_and_newest, &modes, &sources("platforms")));
}

/// One job for each dialect, mode and source.
fn jobs(compiler: &Compiler, dialects: &[&str], modes: &[&str], sources: &[String]) -> Vec<Job> {
    let mut jobs = vec![];
    for dialect in dialects {
        for mode in modes {
            let job = dialect_job(compiler, dialect).args(mode);
            jobs.extend(sources.iter().map(|source| job.clone().arg(source)));
        }
    }
    jobs
}

fn dialect_job(compiler: &Compiler, dialect: &str) -> Job {
    let (program, language, warnings) = if dialect.starts_with("c++") {
        (&compiler.cpp, "c++", CPP_WARNINGS)
    } else {
        (&compiler.c, "c", C_WARNINGS)
    };
    // Some warnings of gcc come out of what lies behind the parser; clang has all of its own by then.
    let stage = if compiler.c.starts_with("clang") { "-fsyntax-only" } else { "-S -o /dev/null" };
    let job = Job::new(program).args(&format!("-x {language} -std={dialect} -Iinclude")).args(stage);
    job.args(WARNINGS).args(warnings)
}

/// Inline functions and tables of one translation unit do not meet those of another.
#[test]
fn two_modules_live_in_one_program() {
    let (compiler, program) = (gcc(), scratch("two_modules"));
    for width in ["-m64", "-m32"] {
        let object = |name: &str| scratch(&format!("{name}{width}.o")).display().to_string();
        let compile = |program: &str, arguments: &str, source: &str, out: &str| {
            let job =
                Job::new(program).args(width).args("-g -Wall -Wextra -Werror -Iinclude -c").args(arguments);
            job.arg(format!("tests/header/c/{source}")).arg("-o").arg(object(out))
        };
        run_all(vec![
            compile(&compiler.c, "-std=c99", "two_modules.c", "host"),
            compile(&compiler.c, "-std=c99 -Drp_module_v1=a_entry -Drp_manifest=a_manifest", "module.c", "a"),
            compile(
                &compiler.cpp,
                "-std=c++11 -Drp_module_v1=b_entry -Drp_manifest=b_manifest",
                "throws.cpp",
                "b",
            ),
        ]);
        let link = Job::new(&compiler.cpp).args(width).arg("-o").arg(program.to_str().unwrap());
        run_all(vec![link.arg(object("host")).arg(object("a")).arg(object("b"))]);
        run_all(vec![Job::new(program.to_str().unwrap())]);
    }
}

/// What -fvisibility=hidden leaves: the two exports, and nothing of the header's own.
#[test]
fn a_library_exports_entry_and_manifest() {
    for compiler in [gcc(), clang()] {
        for (program, language) in [(&compiler.c, "c"), (&compiler.cpp, "c++")] {
            let library = scratch(&format!("lib{program}.so")).display().to_string();
            let job =
                Job::new(program).args("-shared -fPIC -O2 -fvisibility=hidden -Iinclude -x").arg(language);
            run_all(vec![job.arg("tests/header/c/module.c").arg("-o").arg(&library)]);
            let symbols = Job::new("nm").args("-D --defined-only --format=just-symbols").arg(&library).run();
            assert_eq!(symbols.unwrap(), "rp_manifest\nrp_module_v1\n", "{library}");
        }
    }
}

/// A job that has to fail, and what it has to say.
fn refuses(job: Job, text: &str) {
    let said = job.run().expect_err("this must not compile");
    assert!(said.contains(text), "{said}");
}

#[test]
fn a_manifest_that_is_too_long_is_refused() {
    let module = |len: usize| {
        let manifest = "x".repeat(len);
        let text = include_str!("c/module.c").replace("\"{\\\"name", &format!("\"{manifest}\" \"{{\\\"name"));
        Job::new(gcc().c).args("-fsyntax-only -Iinclude").arg(source(&format!("long{len}.c"), &text))
    };
    module(65_000).run().unwrap();
    refuses(module(65_530), "the manifest is longer than 64 KiB");
}

/// Where a compiler can be told another calling convention, a mismatch is an error and not a crash.
#[test]
fn a_wrong_calling_convention_is_refused() {
    let text = include_str!("c/module.c").replace("static void *create(", "static void *__stdcall create(");
    let path = source("stdcall.c", &text);
    let job =
        Job::new(clang().c).args("--target=i686-pc-windows-msvc -ffreestanding -fsyntax-only -Iinclude");
    refuses(job.args("-Werror").arg(path), "incompatible");
}

/// The header alone sees a size that is wrong, its neighbour each place.
#[test]
fn a_field_out_of_place_is_refused() {
    let header = include_str!("../../include/rp_module.h");
    let layout = include_str!("../../include/rp_module_layout.h").replace("#include \"rp_module.h\"\n", "");
    let wide = header.replace("  size_t capacity;", "  uint64_t capacity;\n  uint32_t spare;");
    let swapped = header.replace(
        "  size_t len;\n  // Size of the memory, in bytes.\n  size_t capacity;",
        "  size_t capacity;\n  size_t len;",
    );
    assert!(header != wide && header != swapped);
    let files = [source("wide.h", &wide), source("swapped.h", &(swapped + &layout))];
    for dialect in ["-x c -std=c99", "-x c -std=c11", "-x c++ -std=c++11"] {
        for file in &files {
            refuses(Job::new(gcc().cpp).args(dialect).args("-fsyntax-only").arg(file), "rp_reply");
        }
    }
}
