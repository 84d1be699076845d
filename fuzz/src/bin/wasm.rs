//! WebAssembly modules that a host loads, calls and unloads: made of the input, or the input itself.
#![no_main]

use std::sync::LazyLock;
use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use rp_fuzz::{guest, memory};
use rp_host::{Grants, Host, LoadOptions, Message, Reply, WasmEngine, WasmLimits};

/// So that no input takes long.
const TIGHT: WasmLimits = WasmLimits {
    memory: 4 << 20,
    table: 1000,
    call_time: Duration::from_millis(2),
    stack: 64 << 10,
    reply: 1 << 20,
    module: 1 << 20,
    code: 1 << 20,
    functions: 10_000,
    function: 1 << 20,
};

static HOST: LazyLock<Host> = LazyLock::new(Host::new);

fuzz_target!(|data: &[u8]| {
    let made = if data.starts_with(b"\0asm") { None } else { guest::module(data) };
    let path = memory::path(made.as_deref().unwrap_or(data));
    let grants = Grants { call: vec!["*".to_owned()], ..Grants::default() };
    let options = LoadOptions::new().instance("fuzzed").grants(grants);
    // Malformed is what the input may be, and never what is made of it.
    let loaded = HOST.load_with(path, options.wasm_engine(WasmEngine::Wasmi).wasm_limits(TIGHT));
    let loaded = loaded.inspect_err(|error| {
        let is_refused = ["rp::load::malformed", "rp::load::truncated"];
        assert!(made.is_none() || !is_refused.contains(&error.code()), "{error:?}");
    });
    let Ok(instance) = loaded else { return };
    let mut reply = Reply::new();
    for (message_type, payload) in [("describe", "{}"), ("command", r#"{"name":"x","args":{}}"#)] {
        // An answer, or an error that says why there is none.
        match instance.call(&Message::new(message_type, payload), &mut reply) {
            Ok(_) => assert!(reply.text().expect("it is UTF-8").len() <= TIGHT.reply),
            Err(error) => assert!(error.to_string().len() > 10, "{error:?}"),
        }
    }
    drop(instance.unload());
    assert!(HOST.instances().is_empty(), "an instance stayed");
});
