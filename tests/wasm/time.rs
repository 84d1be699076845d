//! Guests that never come to an end by themselves, in their own code and in functions of the host: the time of a call, a
//! deadline and a cancellation end each of them.

use std::path::Path;
use std::time::{Duration, Instant};

use rp_host::{CancelToken, Grants, Host, Instance, LoadOptions, Message, WasmLimits};

use crate::hostile::Case;
use support::{built, outcome};

/// What a call may take, and after what time it is taken back.
const LIMIT: Duration = Duration::from_millis(20);
/// A generous upper bound; before there was a limit in the host's functions, most of these ran for minutes.
const END: Duration = Duration::from_secs(10);

type Pieces = &'static [(&'static str, &'static str)];

/// 64 MiB of memory, whose second half is the text `{"a":"aaa…"}`.
macro_rules! large {
    ($body:literal) => {
        concat!(
            "(drop (memory.grow (i32.const 1022)))
             (memory.fill (i32.const 33554432) (i32.const 97) (i32.const 33554432))
             (i64.store (i32.const 33554432) (i64.const 0x6161223a2261227b))
             (i32.store16 (i32.const 67108862) (i32.const 0x7d22))",
            $body
        )
    };
}

macro_rules! for_ever {
    ($body:literal) => {
        concat!("(loop $for_ever ", $body, " (br $for_ever)) (unreachable)")
    };
}

macro_rules! send_for_ever {
    () => {
        for_ever!(
            "(i32.store offset=16 (i32.const 3136) (i32.const 0))
             (drop (call $send (i32.const 3072) (i32.const 3136)))"
        )
    };
}

/// A type and a payload at 3200.
macro_rules! message {
    ($more:literal) => {
        concat!("(data (i32.const 3200) \"", $more, "\")")
    };
}

const GUESTS: &[(&str, Pieces)] = &[
    ("its own code", &[("handle_body", for_ever!(""))]),
    ("filling memory", &[(
        "handle_body",
        large!("(loop $l (memory.fill (i32.const 65536) (i32.const 1) (i32.const 60000000)) (br $l)) (unreachable)"),
    )]),
    ("copying memory", &[(
        "handle_body",
        large!("(loop $l (memory.copy (i32.const 65536) (i32.const 65537) (i32.const 60000000)) (br $l)) (unreachable)"),
    )]),
    ("growing beyond the limits", &[(
        "handle_body",
        for_ever!(
            "(drop (memory.grow (i32.const 60000))) (drop (table.grow (ref.null func) (i32.const 70000)))"
        ),
    )]),
    ("large lines of log", &[(
        "handle_body",
        large!(
            "(loop $l (call_indirect (type $log) (global.get $host) (i64.const 0) (i32.const 5) (i32.const 33554432)
               (i32.const 33554432) (i32.load offset=16 (global.get $host))) (br $l)) (unreachable)"
        ),
    )]),
    ("small lines of log", &[(
        "handle_body",
        for_ever!(
            "(call_indirect (type $log) (global.get $host) (i64.const 0) (i32.const 5) (i32.const 3072)
               (i32.const 8) (i32.load offset=16 (global.get $host)))"
        ),
    )]),
    ("much randomness", &[(
        "handle_body",
        large!(
            "(loop $l (call_indirect (type $random) (global.get $host) (i32.const 33554432) (i32.const 33554432)
               (i32.load offset=28 (global.get $host))) (br $l)) (unreachable)"
        ),
    )]),
    ("asking for the time", &[(
        "handle_body",
        for_ever!(
            "(drop (call_indirect (param i32) (result i64) (global.get $host) (i32.load offset=24 (global.get $host))))"
        ),
    )]),
    ("asking whether it is cancelled", &[(
        "handle_body",
        for_ever!(
            "(drop (call_indirect (param i32 i64) (result i32) (global.get $host) (i64.const 0)
               (i32.load offset=20 (global.get $host))))"
        ),
    )]),
    ("growing a reply by nothing", &[(
        "handle_body",
        for_ever!(
            "(drop (call_indirect (type $grow) (local.get $reply) (i32.const 0) (i32.load offset=24 (local.get $reply))))"
        ),
    )]),
    ("growing a reply by too much", &[(
        "handle_body",
        for_ever!(
            "(drop (call_indirect (type $grow) (local.get $reply) (i32.const -1) (i32.load offset=24 (local.get $reply))))"
        ),
    )]),
    ("large messages that nobody takes", &[
        ("own_payload", r"\00\00\00\02\00\00\00\02"),
        ("handle_body", large!("(loop $for_ever
             (i32.store offset=16 (i32.const 3136) (i32.const 0))
             (drop (call $send (i32.const 3072) (i32.const 3136))) (br $for_ever)) (unreachable)")),
    ]),
    ("small messages to itself", &[("handle_body", send_for_ever!())]),
    ("messages to a native module", &[
        ("own_payload", r"\88\0c\00\00\26\00\00\00"),
        ("more", message!(r"command\00{\22module\22:\22test-minimal\22,\22name\22:\22ping\22}")),
        ("handle_body", send_for_ever!()),
    ]),
    ("events", &[
        ("own_type", r"\80\0c\00\00\05\00\00\00"),
        ("own_payload", r"\88\0c\00\00\15\00\00\00"),
        ("more", message!(r"event\00\00\00{\22event\22:\22a\22,\22data\22:1}")),
        ("handle_body", send_for_ever!()),
    ]),
    ("progress", &[
        ("own_type", r"\80\0c\00\00\05\00\00\00"),
        ("own_payload", r"\88\0c\00\00\25\00\00\00"),
        ("more", message!(r"event\00\00\00{\22event\22:\22progress\22,\22data\22:{\22done\22:1}}")),
        ("handle_body", send_for_ever!()),
    ]),
];

/// What takes a call back.
#[derive(Clone, Copy, Debug)]
enum By {
    CallTime,
    Deadline,
    Cancellation,
}

impl By {
    fn code(self) -> &'static str {
        match self {
            By::CallTime => "rp::call::limit_time",
            By::Deadline => "rp::call::timeout",
            By::Cancellation => "rp::call::cancelled",
        }
    }

    fn text(self) -> &'static str {
        match self {
            By::CallTime => "took longer than its limit of 0.020 s",
            By::Deadline => "the deadline passed but the module kept running",
            By::Cancellation => "the call was cancelled but the module kept running",
        }
    }

    fn limits(self) -> WasmLimits {
        let call_time = if let By::CallTime = self { LIMIT } else { WasmLimits::default().call_time };
        WasmLimits { call_time, ..WasmLimits::default() }
    }

    fn call(self, instance: &Instance) -> String {
        let message = Message::new("command", "{}");
        match self {
            By::CallTime => outcome(instance, &message),
            By::Deadline => outcome(instance, &message.deadline(Instant::now() + LIMIT)),
            By::Cancellation => {
                let token = CancelToken::new();
                let canceller = token.clone();
                std::thread::scope(|scope| {
                    scope.spawn(move || {
                        std::thread::sleep(LIMIT);
                        canceller.cancel();
                    });
                    outcome(instance, &message.cancel(&token))
                })
            }
        }
    }
}

fn load(host: &Host, path: &Path, options: &LoadOptions, limits: WasmLimits) -> Instance {
    let all = vec!["*".to_owned()];
    let grants = Grants { call: all.clone(), emit: all, ..Grants::default() };
    host.load_with(path, options.clone().grants(grants).wasm_limits(limits)).unwrap()
}

/// Runs every guest until its time is over, and once more until it is taken back. The host and others go on, the instance is
/// dead.
pub fn run_all(options: &LoadOptions) {
    let folder = tempfile::tempdir().unwrap();
    let host = Host::builder().on_log(|_| ()).build();
    host.load(built("test-minimal")).unwrap();
    for ((name, pieces), taken_back) in
        GUESTS.iter().zip([By::Deadline, By::Cancellation].into_iter().cycle())
    {
        let path = folder.path().join("guest.wasm");
        std::fs::write(&path, Case::with(pieces)).unwrap();
        for by in [By::CallTime, taken_back] {
            let instance = load(&host, &path, options, by.limits());
            let started = Instant::now();
            let found = by.call(&instance);
            assert!(found.starts_with(by.code()) && found.contains(by.text()), "{name}, {by:?}: {found}");
            assert!(started.elapsed() < END, "{name}, {by:?}: {:?}", started.elapsed());
            let after = outcome(&instance, &Message::new("status", "{}"));
            assert!(after.starts_with("rp::call::unavailable"), "{name}, {by:?}: {after}");
            instance.unload().unwrap();
        }
    }
}

/// A guest that asks whether it is cancelled, and stops when it is, lives on.
pub fn who_listens_lives(options: &LoadOptions) {
    const LISTENS: Pieces = &[(
        "handle_body",
        "(loop $work (br_if $work (i32.eqz (call_indirect (param i32 i64) (result i32) (global.get $host)
           (i64.load offset=8 (local.get $message)) (i32.load offset=20 (global.get $host))))))
         (return (i32.const 4))",
    )];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("guest.wasm");
    std::fs::write(&path, Case::with(LISTENS)).unwrap();
    let host = Host::new();
    for by in [By::Deadline, By::Cancellation] {
        let instance = load(&host, &path, options, by.limits());
        let found = by.call(&instance);
        assert!(found.starts_with(by.code()) && !found.contains("went on"), "{by:?}: {found}");
        assert!(outcome(&instance, &Message::new("status", "{}")).contains("success"), "{by:?}");
        instance.unload().unwrap();
    }
}
