//! The contract against what gcc makes of the header, for pointers of 64 and of 32 bits.

use std::io::Write;
use std::process::{Command, Stdio};

use super::form::{Bytes, Contract, Definer, Type};
use super::recorded;
use super::types::in_c;
use support::root;

/// The checks of a program in C11: every type, size, place and value that the contract states.
fn program(contract: &Contract, of: fn(&Bytes) -> usize) -> String {
    let mut text =
        "#include \"rp_module.h\"\n#define IS(value, type) _Generic((value), type: 1, default: 0)\n"
            .to_owned();
    let mut check = |condition: String| text += &format!("_Static_assert({condition}, \"\");\n");
    for item in contract.primitives.iter().filter(|item| item.name != "pointer") {
        check(format!(
            "sizeof({0}) == {1} && _Alignof({0}) == {2}",
            item.name,
            of(&item.size),
            of(&item.align)
        ));
        if let Some(signed) = item.signed {
            check(format!("(({})-1 < 0) == {}", item.name, u8::from(signed)));
        }
    }
    for item in &contract.aliases {
        check(format!("IS(({})0, {})", item.name, in_c(&item.of)));
    }
    for item in &contract.structs {
        check(format!(
            "sizeof({0}) == {1} && _Alignof({0}) == {2}",
            item.name,
            of(&item.size),
            of(&item.align)
        ));
        for field in &item.fields {
            check(format!("offsetof({}, {}) == {}", item.name, field.name, of(&field.offset)));
            check(format!("sizeof((({} *)0)->{}) == {}", item.name, field.name, of(&field.size)));
            check(format!("IS((({} *)0)->{}, {})", item.name, field.name, in_c(&field.of)));
        }
    }
    for item in &contract.constants {
        check(format!("{} == {}", item.name, item.value));
    }
    for item in contract.functions.iter().filter(|item| item.defined_by != Definer::WebassemblyModule) {
        let pointer = Type::Function { signature: Box::new(item.signature.clone()) };
        check(format!("IS(&{}, {})", item.name, in_c(&pointer)));
    }
    for item in &contract.data {
        check(format!("IS(&{}[0], const {} *)", item.name, in_c(&item.element)));
    }
    text
}

/// What gcc has against a program.
fn faults(program: &str, width: &str) -> String {
    let mut command = Command::new("gcc");
    command
        .args(["-std=c11", "-Wall", "-Wno-unused-function", "-fsyntax-only", width, "-I"])
        .arg(root().join("include"));
    command.args(["-x", "c", "-"]).stdin(Stdio::piped()).stderr(Stdio::piped());
    let mut gcc = command.spawn().unwrap_or_else(|error| panic!("gcc: {error}; `./dev test` installs it"));
    gcc.stdin.take().expect("a pipe").write_all(program.as_bytes()).expect("gcc reads it");
    String::from_utf8_lossy(&gcc.wait_with_output().expect("gcc ends").stderr).into_owned()
}

#[test]
fn gcc_reads_the_same_from_the_header() {
    let contract = recorded();
    assert_eq!(faults(&program(&contract, |bytes| bytes.bits_64), "-m64"), "");
    assert_eq!(faults(&program(&contract, |bytes| bytes.bits_32), "-m32"), "");
}

#[test]
fn gcc_notices_what_is_wrong() {
    let right = program(&recorded(), |bytes| bytes.bits_64);
    let changes = [
        ("offsetof(rp_reply, len) == 24", "offsetof(rp_reply, len) == 32"),
        ("IS(((rp_str *)0)->len, size_t)", "IS(((rp_str *)0)->len, uint32_t)"),
        ("RP_LOG_DEBUG == 4", "RP_LOG_DEBUG == 5"),
        ("IS(((rp_host *)0)->cancelled, int32_t", "IS(((rp_host *)0)->cancelled, uint32_t"),
        (
            "IS(&rp_reply_write, rp_status (RP_CALL *)(rp_reply *, const void *, size_t))",
            "IS(&rp_reply_write, rp_status (RP_CALL *)(rp_reply *, void *, size_t))",
        ),
    ];
    for (from, to) in changes {
        assert!(right.contains(from), "{from}\n{right}");
        let faults = faults(&right.replacen(from, to, 1), "-m64");
        assert_eq!(faults.matches("static assertion failed").count(), 1, "{to}: {faults}");
    }
}
