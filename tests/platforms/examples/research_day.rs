//! Plays the research day and prints it: the same on every platform, byte for byte.
//!
//! `research_day STATE LIBRARY DESK`, where STATE is where the module keeps its state, `instance` or `store`; LIBRARY is a
//! research-log, and DESK is the library of test-relay.

use std::path::Path;

use rp_host::LoadOptions;
use support::research_log::day;
use support::research_log::table::Case;
use support::research_log::world::{State, World};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [state, library, desk] = &arguments[..] else {
        panic!("usage: research_day STATE LIBRARY DESK");
    };
    let state = match state.as_str() {
        "instance" => State::Instance,
        "store" => State::Store,
        other => panic!("the state is kept in instance or in store, not in {other}"),
    };
    let mut world = World::new(Path::new(library), state, &Case::default());
    world.load_desk(Path::new(desk), LoadOptions::new());
    for line in day::play(&mut world) {
        println!("{line}");
    }
}
