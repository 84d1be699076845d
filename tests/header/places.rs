//! C and Rust agree with the computed layout, field by field.

use std::mem::offset_of;

use crate::layout::{BITS_32, BITS_32_WIDE, BITS_64, layout};
use crate::sizes::{expected, place_lines};
use crate::source::read;
use rp_host::abi;
#[cfg(target_os = "linux")]
use support::compiler::{Job, gcc, run_all, scratch};

/// The lines of [`expected`] for Rust's own structs.
macro_rules! places {
    ($($name:ident { $($field:ident),* })*) => {{
        let mut text = String::new();
        $(
            let (name, size, align) = (stringify!($name), size_of::<abi::$name>(), align_of::<abi::$name>());
            text += &format!("sizeof({name}) {size}\nalignof({name}) {align}\n");
            $(
                let field = format!("{name}.{}", stringify!($field).trim_start_matches("r#"));
                let size = size_of_field(|x: &abi::$name| &x.$field);
                text += &place_lines(&field, offset_of!(abi::$name, $field), size);
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
    let platform = match (size_of::<usize>(), align_of::<u64>()) {
        (8, _) => BITS_64,
        (_, 4) => BITS_32,
        _ => BITS_32_WIDE,
    };
    let expected = expected(&read(), platform);
    let structs = expected.find("sizeof(rp_str)").expect("its first struct");
    let constants = expected.find("RP_ABI_VERSION").expect("its first constant");
    assert_eq!(places, expected[structs..constants]);
}

/// No offset depends on how a platform aligns a u64, and no struct has padding at its end.
#[test]
fn every_platform_of_a_width_agrees() {
    let abi = read();
    let unaligned = |platform| {
        let text = expected(&abi, platform);
        text.lines().filter(|line| !line.starts_with("alignof(")).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(unaligned(BITS_32), unaligned(BITS_32_WIDE));
    for item in &abi.structs {
        for platform in [BITS_64, BITS_32, BITS_32_WIDE] {
            let layout = layout(&abi, item, platform);
            let last = layout.fields.last().expect("an ABI struct has fields");
            assert_eq!(last.offset + last.size, layout.size, "{}", item.name);
        }
    }
}

/// The program that `./dev platforms` asks everywhere.
#[test]
#[cfg(target_os = "linux")]
fn c_and_cpp_agree() {
    let compiler = gcc();
    let languages = [(&compiler.c, "-x c -std=c99"), (&compiler.cpp, "-x c++ -std=c++11")];
    for (width, platform) in [("-m64", BITS_64), ("-m32", BITS_32)] {
        let expected = expected(&read(), platform) + "byte_order little\n";
        for (program, language) in languages {
            let out = scratch(&format!("sizes-{program}{width}")).display().to_string();
            let job = Job::new(program).args("-Wall -Wextra -Wpedantic -Wconversion -Werror -Iinclude");
            run_all(vec![job.args(language).args(width).args("tests/platforms/sizes.c -o").arg(&out)]);
            assert_eq!(Job::new(out).run().unwrap(), expected, "{program} {width}");
        }
    }
}
