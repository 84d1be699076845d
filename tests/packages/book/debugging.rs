//! The recipes of debugging.md and wasm.md reach the author's code, and report what is wrong with it.

use std::fs;

use super::recipes::{Folder, block_with, wasm_compiler};

const PAGE: &str = "debugging.md";

/// A module in C that writes behind a piece of memory.
fn with_a_fault() -> Folder {
    let folder = Folder::of_module("c");
    let file = folder.path().join("module.c");
    let source = fs::read_to_string(&file).unwrap();
    let first = "    hello_state *self = call->self;\n";
    let fault = "    volatile char *planted = malloc(4);\n    planted[4] = 1;\n    free((void *)planted);\n";
    let planted = source.replacen(first, &format!("{first}{fault}"), 1);
    assert_ne!(source, planted);
    fs::write(&file, planted).unwrap();
    folder
}

#[test]
fn traces_are_written() {
    let folder = Folder::of_module("c");
    folder.succeed(&block_with(PAGE, "--trace"));
    let said = folder.succeed(&block_with(PAGE, "--json | tail"));
    assert!(said.contains(r#"{"kind":"summary","messages":4,"expectations":4,"met":4"#), "{said}");
    for file in ["messages.jsonl", "session-messages.jsonl"] {
        let trace = fs::read_to_string(folder.path().join(file)).unwrap();
        assert!(trace.contains("greet") && trace.contains("Ada"), "{file}: {trace}");
    }
}

#[test]
fn gdb_stops_in_the_authors_code_and_shows_its_arguments() {
    let folder = Folder::of_module("c");
    let said = folder.succeed(&block_with(PAGE, "break greet"));
    assert!(said.contains("Breakpoint 1, greet (call="), "{said}");
    assert!(said.contains("$1 = {name = {data = ") && said.contains("Ada"), "{said}");
    assert!(!said.contains("optimized out"), "{said}");
    let said = folder.succeed(&block_with(PAGE, "--in-process"));
    assert!(
        said.contains("Breakpoint 1, rp_sdk_on_describe") && said.contains("rp_instance_answer"),
        "{said}"
    );
}

#[test]
fn the_sanitizers_report_a_fault() {
    let block = block_with(PAGE, "-fsanitize=address,undefined");
    Folder::of_module("c").succeed(&block);
    let said = with_a_fault().fail(&block);
    assert!(
        said.contains("heap-buffer-overflow") && said.contains("in greet") && said.contains("module.c:"),
        "{said}"
    );
}

#[test]
fn valgrind_reports_a_fault() {
    let block = block_with(PAGE, "valgrind");
    if support::is_full() {
        Folder::of_module("c").succeed(&block);
    }
    let said = with_a_fault().fail(&block);
    assert!(said.contains("Invalid write of size 1") && said.contains("greet (module.c:"), "{said}");
}

#[test]
fn the_module_is_built_for_webassembly() {
    if let Some(compiler) = wasm_compiler() {
        let folder = Folder::of_module("c");
        let block =
            block_with("wasm.md", "--target=wasm32-wasi").replace("$ clang ", &format!("$ {compiler} "));
        let said = folder.succeed(&block);
        assert!(said.contains("\"hello\": \"Ada\""), "{said}");
    }
}

#[test]
fn traces_are_read() {
    let folder = Folder::of_module("c");
    let said = folder.succeed(&block_with("traces.md", "rp trace page"));
    assert!(said.contains("wrote trace.html: ") && said.contains("COUNT"), "{said}");
}
