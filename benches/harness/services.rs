//! What a module asks of its host, and what the host does of itself.
use std::time::Duration;

use rp_host::store::SqliteStore;
use rp_host::{Grants, Host, Instance, LoadOptions, Message, Reply, Request, Right, ServiceError};
use serde_json::json;

use crate::measure::{Kind, Subject};
use crate::place;

/// A host with a service, and instances `ask` and `heard` that may do everything.
pub struct Asking {
    host: Host,
    ask: Instance,
    heard: Instance,
}

impl Asking {
    pub fn new() -> Self {
        let store = SqliteStore::in_memory().unwrap_or_else(|error| panic!("{error}"));
        let builder = Host::builder().store(std::sync::Arc::new(store)).event_limit(1 << 20);
        let host = builder.service("bench", answer).build();
        let load = |name: &str| {
            let mut grants = Grants::default();
            for right in Right::ALL {
                grants.grant(right, "*");
            }
            let options = LoadOptions::new().instance(name).grants(grants);
            host.load_with(place::rust_library("bench-ask"), options)
                .unwrap_or_else(|error| panic!("{error}"))
        };
        let (ask, heard) = (load("ask"), load("heard"));
        Asking { ask, heard, host }
    }

    /// Host calls from inside one message, so that the message itself does not count.
    pub fn host_calls(&self) -> Vec<Subject<'_>> {
        let send = |message_type: &str, payload: serde_json::Value| {
            let message_type = message_type.to_owned();
            move |count| {
                self.command("send", json!({"count": count, "type": message_type, "payload": payload}))
            }
        };
        let plain = |name: &'static str| move |count| self.command(name, json!({ "count": count }));
        let other = json!({"module": "heard", "name": "nothing", "args": {"count": 0}});
        vec![
            Subject::batch("is the message cancelled?", Kind::Ours, plain("is_cancelled")),
            Subject::batch("what time is it?", Kind::Ours, plain("now_us")),
            Subject::batch("send to a service", Kind::Ours, send("bench", json!({}))),
            Subject::batch("send to another module", Kind::Ours, send("command", other)),
            Subject::batch("query of one entity in the store", Kind::Ours, self.query()),
        ]
    }

    fn query(&self) -> impl FnMut(u64) + '_ {
        let create =
            json!({"entity": "note", "operation": "create", "id": "one", "data": {"text": "a note"}});
        self.command("send", json!({"count": 1, "type": "mutation", "payload": create}));
        move |count| {
            let payload = json!({"entity": "note", "id": "one"});
            self.command("send", json!({"count": count, "type": "query", "payload": payload}));
        }
    }

    /// Events, from emission until the subscriber has handled them.
    pub fn events(&self) -> Vec<Subject<'_>> {
        let emit = move |count: u64| {
            let event = json!({"event": "tick", "data": {}});
            let before = self.heard();
            // In portions that the queue holds.
            let mut left = count;
            while left > 0 {
                let portion = left.min(1 << 16);
                self.command("send", json!({"count": portion, "type": "event", "payload": event}));
                assert!(self.host.drain_events(Duration::from_secs(60)));
                left -= portion;
            }
            assert_eq!(self.heard() - before, count);
        };
        emit(1);
        vec![Subject::batch("event, emitted and handled", Kind::Ours, emit)]
    }

    fn heard(&self) -> u64 {
        self.heard.command("heard", &json!({"count": 0})).unwrap_or_else(|error| panic!("{error}"))
    }

    fn command(&self, name: &str, args: serde_json::Value) {
        let payload = json!({"name": name, "args": args}).to_string();
        let mut reply = Reply::new();
        let response = self.ask.call(&Message::new("command", &payload), &mut reply);
        let response = response.unwrap_or_else(|error| panic!("{error}"));
        assert!(response.is_success(), "{response:?}");
    }
}

fn answer(_request: &Request<'_>, data: &mut Vec<u8>) -> Result<(), ServiceError> {
    data.extend_from_slice(b"{}");
    Ok(())
}
