//! The ways to ask a test-minimal, and what differs from the table.

use std::path::Path;

use rp_host::{Host, Isolation, LoadOptions, Message, Reply, Status};

use super::bare::Bare;
use super::cases::{BEFORE_INIT, Case, READY};

/// A way to ask the library of one module.
pub struct Way {
    /// How it is called in what is printed.
    pub name: &'static str,
    /// The rows that are asked so.
    pub rows: &'static [Case],
    /// Asks one row of a fresh instance of a library.
    pub ask: fn(&Path, &Case) -> String,
}

/// All ways.
pub const WAYS: &[Way] = &[
    Way { name: "through the loader", rows: READY, ask: through_the_loader },
    Way { name: "without a host", rows: READY, ask: without_a_host },
    Way { name: "before init", rows: BEFORE_INIT, ask: before_init },
    Way { name: "beside another instance", rows: READY.split_at(1).0, ask: beside_another_instance },
];

/// One more, on systems that have workers.
pub const ISOLATED: Way = Way { name: "isolated", rows: READY, ask: isolated };

impl Way {
    /// Runs the rows over one module and tells all that differ.
    pub fn differences(&self, name: &str, library: &Path) -> Vec<String> {
        let differs = |case: &Case| {
            let found = (self.ask)(library, case);
            let Case { given, message_type, payload, response } = case;
            (found != *response).then(|| {
                format!(
                    "{name}, {}, after {given:?}: {message_type} {payload}\n  expected {response}\n  found    {found}",
                    self.name
                )
            })
        };
        self.rows.iter().filter_map(differs).collect()
    }
}

fn through_the_loader(library: &Path, case: &Case) -> String {
    through_a_host(library, case, LoadOptions::new())
}

fn isolated(library: &Path, case: &Case) -> String {
    through_a_host(library, case, LoadOptions::new().isolated(Isolation::default()))
}

fn through_a_host(library: &Path, case: &Case, options: LoadOptions) -> String {
    let host = Host::builder().worker_program(crate::worker_program()).build();
    let loaded = host.load_with(library, options);
    let instance = loaded.unwrap_or_else(|error| panic!("{}: {error}", library.display()));
    let mut reply = Reply::new();
    for (message_type, payload) in case.given {
        instance.call(&Message::new(message_type, payload), &mut reply).unwrap();
    }
    let status = instance.call_raw(&Message::new(case.message_type, case.payload), &mut reply).unwrap();
    let text = reply.text().unwrap().to_owned();
    let is_success = rp_protocol::Response::parse(&text).unwrap().is_success();
    assert_eq!(is_success, status == Status::Success, "{}: {text}", library.display());
    text
}

fn without_a_host(library: &Path, case: &Case) -> String {
    let instance = Bare::open(library);
    instance.ask("init", "{}");
    answer(&instance, case)
}

fn before_init(library: &Path, case: &Case) -> String {
    answer(&Bare::open(library), case)
}

fn answer(instance: &Bare, case: &Case) -> String {
    for (message_type, payload) in case.given {
        instance.ask(message_type, payload);
    }
    instance.ask(case.message_type, case.payload)
}

fn beside_another_instance(library: &Path, case: &Case) -> String {
    let host = Host::new();
    let load = |instance: &str| host.load_with(library, LoadOptions::new().instance(instance)).unwrap();
    let (one, other) = (load("one"), load("other"));
    let mut reply = Reply::new();
    for _ in 0..5 {
        one.call(&Message::new(case.message_type, case.payload), &mut reply).unwrap();
    }
    other.call(&Message::new(case.message_type, case.payload), &mut reply).unwrap();
    reply.text().unwrap().to_owned()
}

/// A payload of some megabytes comes back whole.
pub fn repeats_a_large_payload(name: &str, library: &Path) {
    let text = "é😀\\n".repeat(1 << 18);
    let payload = format!(r#"{{"name":"echo","args":{{"text":"{text}"}}}}"#);
    let host = Host::new();
    let instance = host.load(library).unwrap();
    let mut reply = Reply::new();
    instance.call(&Message::new("command", &payload), &mut reply).unwrap();
    let expected = format!(r#"{{"status":"success","data":{{"text":"{text}"}}}}"#);
    assert!(reply.as_bytes() == expected.as_bytes(), "{name}");
}
