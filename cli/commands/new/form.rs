//! What the project of each language is made of, and what its README says.

use crate::bindings::Binding;
use crate::os::MAKE_STEP;
use crate::toolchain::language::Language;

/// A project.
pub struct Form {
    /// The language, as a sentence names it.
    pub spoken: &'static str,
    /// The folders of `templates/` for it; a later one's files are appended to those of the same name.
    pub layers: &'static [&'static str],
    /// Those that build it for WebAssembly too; none where it is not built for that.
    pub wasm_layers: Option<&'static [&'static str]>,
    /// The declarations that its sources import, and the file they are in.
    pub binding: Option<(Binding, &'static str)>,
    /// The source to begin with.
    pub source: &'static str,
    /// What builds and tests it, in one line.
    pub step: &'static str,
    /// What of the README and the CI file is its own; only `other/` asks for it.
    pub readme: Readme,
}

/// The lines of `templates/other/`.
pub struct Readme {
    /// Builds the module in `build/`.
    pub build: &'static str,
    /// Checks it and runs its session.
    pub check: &'static str,
    /// Installs on Debian what it takes.
    pub get: &'static str,
    /// What else there is to know.
    pub note: &'static str,
}

const CMAKE_STEP: &str = "cmake -B build && cmake --build build && ctest --test-dir build";

const NO_README: Readme = Readme { build: "", check: "", get: "", note: "" };

const fn make(get: &'static str, note: &'static str) -> Readme {
    Readme { build: "make", check: "make check", get, note }
}

/// The project of a language.
pub fn of(language: Language) -> Form {
    match language {
        Language::C => c(&["shared", "make", "c"], &["make-wasm"], MAKE_STEP),
        Language::Plain => c(&["shared", "make", "plain"], &["make-wasm", "plain-wasm"], MAKE_STEP),
        Language::CCmake => c(&["shared", "c", "cmake"], &["c-cmake-wasm"], CMAKE_STEP),
        Language::Cpp => Form {
            spoken: "C++",
            source: "module.cpp",
            ..c(&["shared", "cpp", "cmake"], &["cpp-wasm"], CMAKE_STEP)
        },
        Language::Rust => Form {
            spoken: "Rust",
            source: "src/lib.rs",
            ..c(&["shared", "rust"], &["rust-wasm"], "cargo test")
        },
        Language::Nim => nim(),
        Language::Python => python(),
        Language::Zig => zig(),
        Language::Go => go(),
        Language::Ada => ada(),
        Language::Ocaml => ocaml(),
        Language::D => d(),
        Language::Pascal => pascal(),
        Language::Fortran => fortran(),
    }
}

fn c(layers: &'static [&'static str], wasm: &'static [&'static str], step: &'static str) -> Form {
    Form {
        spoken: "C",
        layers,
        wasm_layers: Some(wasm),
        binding: None,
        source: "module.c",
        step,
        readme: NO_README,
    }
}

fn other(
    spoken: &'static str,
    layers: &'static [&'static str],
    source: &'static str,
    readme: Readme,
) -> Form {
    Form { spoken, layers, wasm_layers: None, binding: None, source, step: MAKE_STEP, readme }
}

const LINKED_NOTE: &str =
    "JSON is read and written by the functions of rp_sdk.h; `rp_sdk.c` has them linked.";

fn nim() -> Form {
    let readme = Readme {
        build: "nim c src/@stem@.nim",
        check: "nimble test",
        get: "sudo apt-get update && sudo apt-get install -y nim",
        note: "`src/config.nims` says how it is compiled. `rp header --bindings nim > src/rp.nim` brings the declarations up to\n\
               date, `rp header --install include` the headers.",
    };
    Form {
        binding: Some((Binding::Nim, "src/rp.nim")),
        step: "nim c src/@stem@.nim && nimble test",
        ..other("Nim", &["shared", "other", "linked", "exports", "entry", "nim"], "src/@stem@.nim", readme)
    }
}

fn python() -> Form {
    let note = "`rp_python.h` embeds the interpreter; `make PYTHON=FILE` takes another one. `rp_module.py` says what a module has.\n\
                The library needs the Python that it was built with, where it was then.";
    let readme = make("sudo apt-get update && sudo apt-get install -y python3-dev", note);
    other("Python", &["shared", "other", "python"], "module.py", readme)
}

fn zig() -> Form {
    let readme = Readme {
        build: "zig build --release",
        check: "zig build --release check",
        get: "pip install ziglang && ln -s \"$(python3 -c 'import os, ziglang; print(os.path.dirname(ziglang.__file__))')/zig\" /usr/local/bin/zig",
        note: "It is for Zig 0.17. `rp header --install include` brings the headers up to date.",
    };
    Form {
        step: "zig build --release check",
        ..other("Zig", &["shared", "other", "zig"], "src/module.zig", readme)
    }
}

fn go() -> Form {
    let readme = make(
        "sudo apt-get update && sudo apt-get install -y golang-go",
        "`entry.c` exports it. `rp header --install include` brings the headers up to date.",
    );
    other("Go", &["shared", "other", "entry", "go", "exports"], "module.go", readme)
}

fn ada() -> Form {
    let readme = Readme {
        build: "gprbuild -p -q",
        check: "rp check build/@library@ && rp run --strict --modules build tests/session.jsonl",
        get: "sudo apt-get update && sudo apt-get install -y gnat gprbuild",
        note: LINKED_NOTE,
    };
    Form {
        binding: Some((Binding::Ada, "src/rp.ads")),
        step: "gprbuild -p -q && rp check build/@library@",
        ..other("Ada", &["shared", "other", "linked", "exports", "ada"], "src/module.adb", readme)
    }
}

fn ocaml() -> Form {
    let note = "`rp_ocaml.h` and `rp_module.ml` are what every module in OCaml has around it; `describe.json` says what it can do.";
    let readme = make("sudo apt-get update && sudo apt-get install -y ocaml-nox", note);
    other("OCaml", &["shared", "other", "exports", "ocaml"], "module.ml", readme)
}

fn d() -> Form {
    let readme = make(
        "sudo apt-get update && sudo apt-get install -y ldc",
        "It is D without its run-time (-betterC).",
    );
    other("D", &["shared", "other", "exports", "d"], "source/module.d", readme)
}

fn pascal() -> Form {
    Form {
        binding: Some((Binding::Pascal, "rp.pas")),
        ..other(
            "Free Pascal",
            &["shared", "other", "linked", "pascal"],
            "@stem@.pas",
            make("sudo apt-get update && sudo apt-get install -y fp-compiler", LINKED_NOTE),
        )
    }
}

fn fortran() -> Form {
    Form {
        binding: Some((Binding::Fortran, "src/rp.f90")),
        ..other(
            "Fortran",
            &["shared", "other", "linked", "exports", "entry", "fortran"],
            "src/module.f90",
            make("sudo apt-get update && sudo apt-get install -y gfortran", LINKED_NOTE),
        )
    }
}
