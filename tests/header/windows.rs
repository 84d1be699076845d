//! The headers under the compilers of Windows, as far as clang-cl can stand in for them: it takes the options of cl, has its
//! preprocessor, which passes `__VA_ARGS__` on as one argument, and the calling conventions of 32 bits.

use support::compiler::{Job, clang, run_all, source};

const MACHINES: [&str; 3] = ["x86_64", "i686", "aarch64"];

/// With tests/header/msvc/ in place of a C library, and an error for what only GNU's compilers know. A full path goes behind
/// `--`: it begins with `/`, as the options do.
fn cl(machine: &str) -> Job {
    let job = Job::new(clang().c).args("--driver-mode=cl /W4 /WX -Wpedantic /clang:-nostdlibinc /Iinclude");
    job.args(&format!("--target={machine}-pc-windows-msvc /clang:-isystemtests/header/msvc"))
}

#[test]
fn modules_in_c_compile_under_cl() {
    let modules = [
        "modules-c/test-minimal-c/module.c",
        "modules-c/test-minimal-plain/module.c",
        "tests/header/c/orchard.c",
    ];
    let job = |machine: &str| modules.map(|module| cl(machine).args("/std:c11 /Zs /TC").arg(module));
    let sizes = cl("i686").args("/std:c17 /Zs /TC tests/platforms/sizes.c");
    run_all(MACHINES.iter().flat_map(|machine| job(machine)).chain([sizes]).collect());
}

#[test]
fn an_extension_of_gnu_is_refused_under_cl() {
    let file = source("extension.c", "int three(void) { return ({ 3; }); }\n");
    let said = cl("x86_64").args("/std:c11 /Zs /TC --").arg(file).run().expect_err("this must not compile");
    assert!(said.contains("statement expression"), "{said}");
}

/// The linker's orders in what is compiled with /Gz, where a function without a convention of its own is __stdcall.
fn exports(name: &str, module: &str) -> Result<Vec<String>, String> {
    let job = cl("i686").args("/Gz /std:c11 /c /TC /clang:-S /clang:-o- --").arg(source(name, module));
    let text = job.run()?;
    let names = text.lines().filter_map(|line| line.split(" /EXPORT:").nth(1));
    Ok(names.map(|name| name.trim_end_matches('"').to_owned()).collect())
}

/// `_` is what C puts before every name there; a linker leaves it out of what it exports. With `@` the host would find nothing.
#[test]
fn exports_have_no_decoration_on_32_bits() {
    let table = include_str!("c/module.c");
    assert!(exports("gz_refused.c", table).unwrap_err().contains("incompatible"));
    let table = ["create", "destroy", "handle_message"].iter().fold(table.to_owned(), |text, function| {
        text.replacen(&format!("{function}("), &format!("RP_CALL {function}("), 1)
    });
    assert_eq!(exports("gz.c", &table).unwrap(), ["_rp_module_v1", "_rp_manifest,DATA"]);
    let plain = ["create_module", "handle_message", "free_string", "destroy_module", "get_module_metadata"];
    assert_eq!(
        exports("gz_plain.c", include_str!("c/plain.c")).unwrap(),
        plain.map(|name| format!("_{name}"))
    );
}
