//! Echo: the price of the border alone.
use std::ffi::{CStr, CString, c_char};
use std::hint::black_box;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use abi_stable::library::RootModule;
use abi_stable::std_types::{RStr, RString};
use peer_abi_stable::PeerRef;
use rp_host::{Host, Instance, Isolation, LoadOptions, Message, Reply, TraceRecord, Turn};
use serde_json::Value;
use stabby::libloading::StabbyLibrary;

use crate::alone::Alone;
use crate::answering::{Echo, subject};
use crate::caller::Caller;
use crate::measure::{Kind, Subject};
use crate::place;

fn look_at_record(record: &TraceRecord<'_>) {
    black_box(record);
}

/// All subjects of one size but those in WebAssembly.
pub fn subjects<'a>(host: &Host, text: &'a str) -> Vec<Subject<'a>> {
    let load = |path| host.load(&path).unwrap_or_else(|error| panic!("{error}"));
    let c = load(place::c_library("echo_c"));
    let cpp = load(place::c_library("echo_cpp"));
    let rust = load(place::rust_library("bench-echo"));
    let plain = load(place::c_library("echo_plain"));
    // Its instances would end with it.
    let watching = Box::leak(Box::new(Host::builder().trace(look_at_record).build()));
    let traced = watching.load(place::c_library("echo_c")).unwrap_or_else(|error| panic!("{error}"));
    // A thread that is in a turn reaches the instance only by that.
    let another = |path, name: &str| {
        let options = LoadOptions::new().instance(name);
        host.load_with(path, options).unwrap_or_else(|error| panic!("{error}"))
    };
    let in_a_process = |path, name: &str| {
        let options = LoadOptions::new().instance(name).isolated(Isolation::default());
        host.load_with(path, options).unwrap_or_else(|error| panic!("{error}"))
    };
    let isolated_c = in_a_process(place::c_library("echo_c"), "isolated-c");
    let isolated_rust = in_a_process(place::rust_library("bench-echo"), "isolated-rust");
    let mut subjects = vec![
        subject("limit", Kind::Limit, text, Limit::new(text.len())),
        subject(
            "the interface alone, C",
            Kind::Limit,
            text,
            Alone::new(&place::c_library("echo_c"), text.len()),
        ),
        subject(
            "the interface alone, Rust",
            Kind::Limit,
            text,
            Alone::new(&place::rust_library("bench-echo"), text.len()),
        ),
        subject("rp raw, C", Kind::Ours, text, Raw::new(&c)),
        subject("rp raw, C++", Kind::Ours, text, Raw::new(&cpp)),
        subject("rp raw, Rust", Kind::Ours, text, Raw::new(&rust)),
        subject("rp raw, plain profile", Kind::Ours, text, Raw::new(&plain)),
        subject("rp raw, C, traced", Kind::Ours, text, Raw::new(&traced)),
        subject("rp checked, C", Kind::Ours, text, Checked(Raw::new(&c))),
        subject("rp checked, C++", Kind::Ours, text, Checked(Raw::new(&cpp))),
        subject("rp checked, Rust", Kind::Ours, text, Checked(Raw::new(&rust))),
        subject("rp checked, plain profile", Kind::Ours, text, Checked(Raw::new(&plain))),
        subject("rp raw, C, from C", Kind::Ours, text, from_c("caller_raw")),
        subject(
            "rp raw, C, in a turn",
            Kind::Ours,
            text,
            InTurn::new(another(place::c_library("echo_c"), "turn-c")),
        ),
        subject(
            "rp raw, Rust, in a turn",
            Kind::Ours,
            text,
            InTurn::new(another(place::rust_library("bench-echo"), "turn-rust")),
        ),
        subject("rp raw, C, in a turn, from C", Kind::Ours, text, from_c("caller_in_turn")),
        subject("rp checked, C, from C", Kind::Ours, text, from_c("caller_checked")),
        subject("rp raw, C, isolated", Kind::Ours, text, Raw::new(&isolated_c)),
        subject("rp raw, Rust, isolated", Kind::Ours, text, Raw::new(&isolated_rust)),
        validator(text),
    ];
    subjects.push(subject("abi_stable, reused string", Kind::Peer, text, AbiStableReused::new()));
    subjects.push(subject("abi_stable, fresh string", Kind::Peer, text, AbiStableFresh(abi_stable_peer())));
    subjects.push(subject("stabby", Kind::Peer, text, Stabby::new(text)));
    subjects.push(subject("old way, C strings", Kind::Peer, text, OldWay::new("old_echo")));
    subjects.push(subject("old way, Value on both sides", Kind::Peer, text, OldValue::new(text)));
    subjects.push(subject("bytes through pipes to a process", Kind::Peer, text, Pipes::new(text.len())));
    subjects.push(subject("JSON lines to a process", Kind::Peer, text, JsonLines::new()));
    subjects
}

/// What the checked call adds to the raw one, alone.
fn validator(text: &str) -> Subject<'_> {
    let check = |text: &str| {
        let text = str::from_utf8(black_box(text.as_bytes())).expect("it is UTF-8");
        rp_protocol::Response::parse(text).expect("it is a response").is_success()
    };
    assert!(check(text));
    Subject::new("the validator alone", Kind::Ours, move || check(text))
}

/// The limit: a function pointer and memcpy into a reused buffer.
struct Limit {
    function: unsafe extern "C" fn(*mut u8, *const u8, usize),
    buffer: Vec<u8>,
}

impl Limit {
    fn new(size: usize) -> Self {
        // SAFETY: its type in limit.c.
        let function = unsafe { place::function(place::open(&place::c_library("limit")), "limit_echo") };
        Limit { function, buffer: vec![0; size] }
    }
}

impl Echo for Limit {
    fn call(&mut self, text: &str, see: impl FnOnce(&[u8])) {
        // SAFETY: both have `text.len()` bytes: the buffer was made for this text.
        unsafe { (self.function)(self.buffer.as_mut_ptr(), text.as_ptr(), text.len()) };
        see(&self.buffer);
    }
}

/// The bytes and nothing else through two pipes: no length, no message type, no look at what came.
struct Pipes {
    child: Child,
    input: Option<ChildStdin>,
    output: ChildStdout,
    answer: Vec<u8>,
}

impl Pipes {
    fn new(size: usize) -> Self {
        let child = Command::new(std::env::current_exe().expect("this program"))
            .args(["--send-back", &size.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let mut child = child.expect("it starts again");
        let (input, output) = (child.stdin.take(), child.stdout.take().expect("it is piped"));
        Pipes { child, input, output, answer: vec![0; size] }
    }
}

impl Echo for Pipes {
    fn call(&mut self, text: &str, see: impl FnOnce(&[u8])) {
        let input = self.input.as_mut().expect("it is open until the end");
        input.write_all(text.as_bytes()).expect("the child reads");
        self.output.read_exact(&mut self.answer).expect("the child answers");
        see(&self.answer);
    }
}

impl Drop for Pipes {
    fn drop(&mut self) {
        // Its input ends, and so does it.
        drop(self.input.take());
        let _ = self.child.wait();
    }
}

/// What the process at the other end of the pipes does.
pub fn send_back(size: usize) {
    let mut bytes = vec![0; size];
    let (mut input, mut output) = (std::io::stdin().lock(), std::io::stdout().lock());
    while input.read_exact(&mut bytes).is_ok() {
        output.write_all(&bytes).and_then(|()| output.flush()).expect("the benchmark reads");
    }
}

/// Ours, through the public API: every check of the border.
pub struct Raw {
    instance: Instance,
    reply: Reply,
}

impl Raw {
    pub fn new(instance: &Instance) -> Self {
        Raw { instance: instance.clone(), reply: Reply::new() }
    }
}

impl Echo for Raw {
    fn call(&mut self, text: &str, see: impl FnOnce(&[u8])) {
        let status = self.instance.call_raw(&Message::new("command", text), &mut self.reply);
        assert!(status.is_ok());
        see(self.reply.as_bytes());
    }
}

/// The same in one turn for all calls.
struct InTurn {
    turn: Turn<'static>,
    reply: Reply,
}

impl InTurn {
    fn new(instance: Instance) -> Self {
        let turn = Box::leak(Box::new(instance)).enter().unwrap_or_else(|error| panic!("{error}"));
        InTurn { turn, reply: Reply::new() }
    }
}

impl Echo for InTurn {
    fn call(&mut self, text: &str, see: impl FnOnce(&[u8])) {
        let status = self.turn.call_raw(&Message::new("command", text), &mut self.reply);
        assert!(status.is_ok());
        see(self.reply.as_bytes());
    }
}

/// Ours, the response read: UTF-8, one JSON object, the status word.
pub struct Checked(pub Raw);

impl Echo for Checked {
    fn call(&mut self, text: &str, see: impl FnOnce(&[u8])) {
        let Raw { instance, reply } = &mut self.0;
        assert!(
            instance.call(&Message::new("command", text), reply).is_ok_and(|response| response.is_success())
        );
        see(reply.as_bytes());
    }
}

/// Ours, through the library for C.
fn from_c(how: &str) -> Caller {
    let (library, shim) = (place::rust_library("rp-host"), place::c_library("caller"));
    Caller::new(&library, &shim, &place::c_library("echo_c"), how)
}

impl Echo for Caller {
    fn call(&mut self, text: &str, see: impl FnOnce(&[u8])) {
        see(Caller::call(self, text));
    }
}

pub fn abi_stable_peer() -> PeerRef {
    PeerRef::load_from_file(&place::rust_library("peer-abi-stable")).unwrap_or_else(|error| panic!("{error}"))
}

struct AbiStableReused {
    function: extern "C" fn(RStr<'_>, &mut RString),
    out: RString,
}

impl AbiStableReused {
    fn new() -> Self {
        AbiStableReused { function: abi_stable_peer().reused(), out: RString::new() }
    }
}

impl Echo for AbiStableReused {
    fn call(&mut self, text: &str, see: impl FnOnce(&[u8])) {
        (self.function)(text.into(), &mut self.out);
        see(self.out.as_bytes());
    }
}

struct AbiStableFresh(PeerRef);

impl Echo for AbiStableFresh {
    fn call(&mut self, text: &str, see: impl FnOnce(&[u8])) {
        let answer = self.0.fresh()(text.into());
        see(answer.as_bytes());
    }
}

type StabbyEcho = extern "C" fn(stabby::str::Str<'static>) -> stabby::string::String;

struct Stabby {
    function: StabbyEcho,
    text: &'static str,
}

impl Stabby {
    fn new(text: &str) -> Self {
        let library = place::open(&place::rust_library("peer-stabby"));
        // SAFETY: stabby compares the types.
        let function = unsafe { library.get_stabbied::<StabbyEcho>(b"stabby_echo") };
        let function = *function.unwrap_or_else(|error| panic!("stabby: {error}"));
        // stabby compares no type with a lifetime of its own, so the text lives for ever.
        Stabby { function, text: text.to_owned().leak() }
    }
}

impl Echo for Stabby {
    fn call(&mut self, _text: &str, see: impl FnOnce(&[u8])) {
        let answer = (self.function)(self.text.into());
        see(answer.as_str().as_bytes());
    }
}

/// What the mission replaced, C strings alone.
pub struct OldWay {
    function: unsafe extern "C" fn(*const c_char) -> *mut c_char,
    free: unsafe extern "C" fn(*mut c_char),
}

impl OldWay {
    pub fn new(name: &str) -> Self {
        let library = place::open(&place::rust_library("peer-old-way"));
        // SAFETY: their types in peers/old-way.
        unsafe {
            OldWay { function: place::function(library, name), free: place::function(library, "old_free") }
        }
    }

    pub fn ask<R>(&mut self, text: String, see: impl FnOnce(&str) -> R) -> R {
        let text = CString::new(text).expect("JSON holds no NUL");
        // SAFETY: a C string goes in, one comes out and is freed once.
        unsafe {
            let answer = (self.function)(text.as_ptr());
            let seen = see(CStr::from_ptr(answer).to_str().expect("the peer answers UTF-8"));
            (self.free)(answer);
            seen
        }
    }
}

impl Echo for OldWay {
    fn call(&mut self, text: &str, see: impl FnOnce(&[u8])) {
        self.ask(text.to_owned(), |answer| see(answer.as_bytes()));
    }
}

/// The same with a `Value` written and read on either side.
struct OldValue {
    peer: OldWay,
    message: Value,
}

impl OldValue {
    fn new(text: &str) -> Self {
        let mut this = OldValue {
            peer: OldWay::new("old_value_echo"),
            message: serde_json::from_str(text).expect("it is JSON"),
        };
        // The keys come back sorted, so it is the value that must be the same.
        assert!(this.ask() == this.message);
        this
    }

    fn ask(&mut self) -> Value {
        let read = |answer: &str| serde_json::from_str(answer).expect("it is JSON");
        self.peer.ask(self.message.to_string(), read)
    }
}

impl Echo for OldValue {
    fn call(&mut self, text: &str, see: impl FnOnce(&[u8])) {
        let answer = black_box(self.ask());
        assert!(answer["status"] == "success");
        see(text.as_bytes());
    }
}

/// A child process, one line each way.
struct JsonLines {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    line: String,
    answer: String,
}

impl JsonLines {
    fn new() -> Self {
        let child = Command::new(env!("CARGO_BIN_EXE_peer-json-lines"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let mut child = child.unwrap_or_else(|error| panic!("peer-json-lines: {error}"));
        let (input, output) = (child.stdin.take(), child.stdout.take().expect("it is piped"));
        JsonLines { child, input, output: BufReader::new(output), line: String::new(), answer: String::new() }
    }
}

impl Echo for JsonLines {
    fn call(&mut self, text: &str, see: impl FnOnce(&[u8])) {
        self.line.clear();
        self.line.push_str("{\"type\":\"command\",\"payload\":");
        self.line.push_str(text);
        self.line.push_str("}\n");
        let input = self.input.as_mut().expect("it is open until the end");
        input.write_all(self.line.as_bytes()).expect("the child reads");
        self.answer.clear();
        self.output.read_line(&mut self.answer).expect("the child answers");
        see(self.answer.trim_end_matches('\n').as_bytes());
    }
}

impl Drop for JsonLines {
    fn drop(&mut self) {
        // Its input ends, and so does it.
        drop(self.input.take());
        let _ = self.child.wait();
    }
}
