//! C and Rust agree with the computed layout, field by field.

use std::fmt::Write;
use std::mem::offset_of;

use crate::layout::{BITS_32, BITS_32_WIDE, BITS_64, layout, lines};
use crate::source::{Abi, read};
use rp_host::abi;
use support::compiler::{Job, gcc, run_all, scratch, source};

/// `struct size` and `struct.field offset size` of Rust's own structs.
macro_rules! places {
    ($($name:ident { $($field:ident),* })*) => {{
        let mut text = String::new();
        $(
            writeln!(text, "{} {}", stringify!($name), size_of::<abi::$name>()).unwrap();
            $(
                let field = stringify!($field).trim_start_matches("r#");
                let (offset, size) = (offset_of!(abi::$name, $field), size_of_field(|x: &abi::$name| &x.$field));
                writeln!(text, "{}.{field} {offset} {size}", stringify!($name)).unwrap();
            )*
        )*
        text
    }};
}

fn size_of_field<S, F>(_field: impl Fn(&S) -> &F) -> usize {
    size_of::<F>()
}

#[test]
fn rust_agrees() {
    let places = places! {
        rp_str { data, len }
        rp_message { struct_size, flags, id, cause, r#type, payload }
        rp_reply { struct_size, flags, context, data, len, capacity, grow }
        rp_host { struct_size, flags, context, send, write_log, cancelled, now_us, random }
        rp_module { struct_size, flags, manifest, create, destroy, handle_message }
    };
    let width = if size_of::<usize>() == 8 { BITS_64 } else { BITS_32 };
    assert_eq!(places, lines(&read(), width));
}

/// No offset depends on how a platform aligns a u64, and no struct has padding at its end.
#[test]
fn every_platform_of_a_width_agrees() {
    let abi = read();
    assert_eq!(lines(&abi, BITS_32), lines(&abi, BITS_32_WIDE));
    for item in &abi.structs {
        for platform in [BITS_64, BITS_32, BITS_32_WIDE] {
            let layout = layout(&abi, item, platform);
            let last = layout.fields.last().expect("an ABI struct has fields");
            assert_eq!(last.offset + last.size, layout.size, "{}", item.name);
        }
    }
}

#[test]
#[cfg(target_os = "linux")]
fn c_agrees() {
    let abi = read();
    let program = source("places.c", &c_program(&abi));
    for (width, platform) in [("-m64", BITS_64), ("-m32", BITS_32)] {
        let out = scratch(&format!("places{width}")).display().to_string();
        run_all(vec![Job::new(gcc().c).args(width).args("-std=c99 -Iinclude -o").arg(&out).arg(&program)]);
        assert_eq!(Job::new(out).run().unwrap(), lines(&abi, platform), "{width}");
    }
}

/// Prints what [`lines`] says.
fn c_program(abi: &Abi) -> String {
    let mut text = String::from("#include \"rp_module.h\"\n#include <stdio.h>\n\nint main(void) {\n");
    for item in &abi.structs {
        let name = &item.name;
        writeln!(text, "  printf(\"{name} %zu\\n\", sizeof({name}));").unwrap();
        for field in &item.fields {
            let field = &field.name;
            let values = format!("offsetof({name}, {field}), sizeof((({name} *)0)->{field})");
            writeln!(text, "  printf(\"{name}.{field} %zu %zu\\n\", {values});").unwrap();
        }
    }
    text + "  return 0;\n}\n"
}
