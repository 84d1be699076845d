//! The typed command: values in, values out, JSON between.
use abi_stable::std_types::{RStr, RString};
use bench_record::{Entry, Kept, KeptResponse, Payload, Response};
use rp_host::{Host, Instance};
use serde_json::{Value, json};

use crate::echo::{OldWay, abi_stable_peer};
use crate::measure::{Kind, Subject};
use crate::place;

/// All subjects for one entry.
pub fn subjects<'a>(host: &Host, entry: &'a Entry<'static>) -> Vec<Subject<'a>> {
    let load = |path| host.load(&path).unwrap_or_else(|error| panic!("{error}"));
    let rust = load(place::rust_library("bench-typed"));
    let c = load(place::c_library("typed_c"));
    let mut abi_stable = AbiStable::new();
    let mut old_way = OldWay::new("old_record");
    vec![
        subject("the same work without a border", Kind::Limit, entry, without_border),
        subject("rp, Rust", Kind::Ours, entry, move |entry| command(&rust, entry)),
        subject("rp, C", Kind::Ours, entry, move |entry| command(&c, entry)),
        subject("abi_stable with the same serde", Kind::Peer, entry, move |entry| abi_stable.record(entry)),
        subject("old way, Value on both sides", Kind::Peer, entry, move |entry| {
            old_record(&mut old_way, entry)
        }),
    ]
}

fn subject<'a>(
    name: &str,
    kind: Kind,
    entry: &'a Entry<'static>,
    mut record: impl FnMut(&Entry<'static>) -> Kept + 'a,
) -> Subject<'a> {
    assert_eq!(record(entry), expected(entry), "{name}");
    Subject::new(name, kind, move || record(entry))
}

fn expected(entry: &Entry<'static>) -> Kept {
    let recorded = serde_json::to_value(bench_record::record(entry.clone())).expect("it is JSON");
    serde_json::from_value(recorded).expect("it is what a caller keeps")
}

fn payload(entry: &Entry<'static>) -> String {
    #[derive(serde::Serialize)]
    struct Borrowed<'a> {
        name: &'a str,
        args: &'a Entry<'static>,
    }
    serde_json::to_string(&Borrowed { name: "record", args: entry }).expect("it is JSON")
}

fn kept(response: &str) -> Kept {
    let response: KeptResponse = serde_json::from_str(response).expect("it is a response");
    assert_eq!(response.status, "success");
    response.data
}

fn without_border(entry: &Entry<'static>) -> Kept {
    let payload = payload(entry);
    let payload: Payload<'_> = serde_json::from_str(&payload).expect("it was just written");
    let response = Response { status: "success", data: bench_record::record(payload.args) };
    kept(&serde_json::to_string(&response).expect("it is JSON"))
}

fn command(instance: &Instance, entry: &Entry<'static>) -> Kept {
    instance.command("record", entry).unwrap_or_else(|error| panic!("{error}"))
}

struct AbiStable {
    record: extern "C" fn(RStr<'_>, &mut RString),
    out: RString,
}

impl AbiStable {
    fn new() -> Self {
        AbiStable { record: abi_stable_peer().record(), out: RString::new() }
    }

    fn record(&mut self, entry: &Entry<'static>) -> Kept {
        (self.record)(payload(entry).as_str().into(), &mut self.out);
        kept(&self.out)
    }
}

fn old_record(peer: &mut OldWay, entry: &Entry<'static>) -> Kept {
    let entry = serde_json::to_value(entry).expect("it is JSON");
    let message = json!({"name": "record", "args": entry});
    peer.ask(message.to_string(), |answer| {
        let mut response: Value = serde_json::from_str(answer).expect("it is JSON");
        assert_eq!(response["status"], "success");
        serde_json::from_value(response["data"].take()).expect("it is what a caller keeps")
    })
}
