//! Files of modules whose symbols are there to harm their reader.

use std::time::Duration;

use object::{Object, ObjectSection, ObjectSymbol};

use super::built;
use crate::crashes::symbols::{look_up, look_up_within};

/// The file, and the address of its function `f`.
fn hostile(kind: &str) -> (Vec<u8>, u64) {
    let define = format!("-D{kind}");
    let library = built(&["cc", "-shared", &define, "hostile.S"]);
    let file = std::fs::read(library.path).expect("a file");
    let parsed = object::File::parse(&*file).expect("a library");
    let function = parsed.dynamic_symbols().find(|symbol| symbol.name() == Ok("f")).expect("f").address();
    (file, function)
}

#[test]
fn a_million_functions_inlined_into_each_other_are_no_recursion_here() {
    let (file, f) = hostile("DEEP");
    let places = look_up(&file, &[f]);
    assert_eq!(places[0].last().and_then(|place| place.function.as_deref()), Some("f"));
}

#[test]
fn a_name_that_leads_to_itself_is_given_up() {
    let (file, f) = hostile("CIRCLE");
    let places = look_up(&file, &[f]);
    let names: Vec<_> = places[0].iter().map(|place| place.function.as_deref()).collect();
    assert_eq!(names, [None, Some("f")]);
}

/// Without a limit it would take minutes, and as many gigabytes if it were kept.
#[test]
fn ranges_without_end_are_left_when_the_time_is_over() {
    let (file, f) = hostile("RANGES");
    look_up_within(&file, &[f], Duration::from_millis(20));
}

#[test]
fn damaged_debug_information_is_only_unknown() {
    let library = built(&["cc", "-g", "-O2", "-shared", "-fPIC", "crash.c", "-pthread"]);
    let whole = std::fs::read(library.path).expect("a file");
    let parsed = object::File::parse(&*whole).expect("a library");
    let debug = |name: &str| name.starts_with(".debug_");
    let sections: Vec<_> = parsed.sections().filter(|section| section.name().is_ok_and(debug)).collect();
    let text = parsed.section_by_name(".text").expect("code");
    let addresses: Vec<u64> = (text.address()..text.address() + text.size()).step_by(8).collect();
    let mut random = 1_u64;
    for _ in 0..200 {
        let mut file = whole.clone();
        for section in &sections {
            let (at, size) = section.file_range().expect("bytes");
            for _ in 0..4 {
                random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                file[(at + (random >> 33) % size) as usize] = (random >> 24) as u8;
            }
        }
        look_up_within(&file, &addresses, Duration::from_millis(100));
    }
}
