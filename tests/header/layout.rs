//! Size, offset and alignment of every ABI struct, computed from the Rust source for both pointer widths.

use crate::source::{Abi, Kind, Struct};
use std::fmt::Write;

/// What decides a layout on a platform.
#[derive(Clone, Copy)]
pub struct Platform {
    pub pointer_bytes: usize,
    /// 4 on i686 Linux, 8 nearly everywhere else.
    pub u64_align: usize,
}

pub const BITS_64: Platform = Platform { pointer_bytes: 8, u64_align: 8 };
/// i686 Linux.
pub const BITS_32: Platform = Platform { pointer_bytes: 4, u64_align: 4 };
/// wasm32, arm, i686 Windows.
pub const BITS_32_WIDE: Platform = Platform { pointer_bytes: 4, u64_align: 8 };

#[derive(Debug, PartialEq)]
pub struct Layout {
    pub size: usize,
    pub align: usize,
    pub fields: Vec<Place>,
}

#[derive(Debug, PartialEq)]
pub struct Place {
    pub name: String,
    pub offset: usize,
    pub size: usize,
}

/// Lays a struct out as C does.
pub fn layout(abi: &Abi, of: &Struct, platform: Platform) -> Layout {
    let mut end = 0;
    let mut align = 1;
    let mut fields = vec![];
    for field in &of.fields {
        let (size, field_align) = size_and_align(abi, &field.kind, platform);
        let offset = end_of_padding(end, field_align);
        fields.push(Place { name: field.name.clone(), offset, size });
        end = offset + size;
        align = align.max(field_align);
    }
    Layout { size: end_of_padding(end, align), align, fields }
}

fn end_of_padding(offset: usize, align: usize) -> usize {
    offset.div_ceil(align) * align
}

fn size_and_align(abi: &Abi, kind: &Kind, platform: Platform) -> (usize, usize) {
    match kind {
        Kind::U32 => (4, 4),
        Kind::U64 => (8, platform.u64_align),
        Kind::Pointer => (platform.pointer_bytes, platform.pointer_bytes),
        Kind::Struct(name) => {
            let found = abi.structs.iter().find(|s| s.name == *name);
            let inner = layout(abi, found.unwrap_or_else(|| panic!("unknown type {name}")), platform);
            (inner.size, inner.align)
        }
    }
}

/// The asserts of `rp_module_layout.h`: one line per struct and field, with the value for each pointer width.
pub fn c_asserts(abi: &Abi) -> String {
    let mut text = String::new();
    for item in &abi.structs {
        let (on64, on32) = (layout(abi, item, BITS_64), layout(abi, item, BITS_32));
        let wide = layout(abi, item, BITS_32_WIDE);
        let name = &item.name;
        writeln!(text, "\nRP_SIZE_({name}, {}, {});", on64.size, on32.size).unwrap();
        writeln!(text, "RP_ALIGN_({name}, {}, {}, {});", on64.align, on32.align, wide.align).unwrap();
        for (a, b) in on64.fields.iter().zip(&on32.fields) {
            writeln!(text, "RP_OFFSET_({name}, {}, {}, {});", a.name, a.offset, b.offset).unwrap();
        }
    }
    text
}

/// The asserts of `rp_module.h`: the size of each struct, as bytes and pointers.
pub fn size_asserts(abi: &Abi) -> String {
    let line = |item: &Struct| {
        let (name, on64, on32) =
            (&item.name, layout(abi, item, BITS_64).size, layout(abi, item, BITS_32).size);
        let pointers = (on64 - on32) / 4;
        let bytes = on32 - 4 * pointers;
        let size = match bytes {
            0 => format!("{pointers} * sizeof(void *)"),
            _ => format!("{bytes} + {pointers} * sizeof(void *)"),
        };
        format!("RP_ASSERT_({name}, sizeof({name}) == {size}, \"size of {name}\");\n")
    };
    abi.structs.iter().map(line).collect()
}

/// The same asserts for `sdk/src/abi.rs`.
pub fn rust_asserts(abi: &Abi) -> String {
    rust_asserts_for(abi, BITS_64) + &rust_asserts_for(abi, BITS_32)
}

fn rust_asserts_for(abi: &Abi, platform: Platform) -> String {
    let bits = platform.pointer_bytes * 8;
    let mut text = format!("\n#[cfg(target_pointer_width = \"{bits}\")]\nconst _: () = {{\n");
    for item in &abi.structs {
        let (name, layout) = (&item.name, layout(abi, item, platform));
        writeln!(text, "    assert!(size_of::<{name}>() == {});", layout.size).unwrap();
        for field in layout.fields {
            let field_name = if field.name == "type" { "r#type" } else { &field.name };
            writeln!(text, "    assert!(offset_of!({name}, {field_name}) == {});", field.offset).unwrap();
        }
    }
    text + "};\n"
}
