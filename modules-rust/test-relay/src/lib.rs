//! A module that asks the host whatever it is told to ask, and keeps the events that it hears: both directions of the
//! protocol, for tests and for trying out what a host grants.
use std::collections::BTreeMap;

use rp_sdk::protocol::{Event, Response};
use rp_sdk::{Answer, Buffer, Command, Error, Host, Message, Module, Reply, json};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

struct Relay {
    config: Config,
    heard: Vec<Heard>,
}

/// What `init` may carry: for each event of a list, the event to emit in answer to it, and the event to fail on.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Config {
    answers: BTreeMap<String, String>,
    fail_on: Option<String>,
}

#[derive(Serialize)]
struct Heard {
    event: String,
    data: Option<Box<RawValue>>,
}

/// Not `json!`, whose values cannot hold all that an event may bring, such as 1e400.
#[derive(Serialize)]
struct AllHeard<'a> {
    events: &'a [Heard],
}

#[derive(Deserialize)]
struct Send<'a> {
    r#type: String,
    #[serde(borrow)]
    payload: &'a RawValue,
}

#[derive(Deserialize)]
struct Work {
    steps: u64,
    /// Works on although nobody wants the answer any more.
    #[serde(default)]
    deaf: bool,
}

impl Module for Relay {
    fn create(_host: Host) -> Result<Self, Error> {
        Ok(Relay { config: Config::default(), heard: Vec::new() })
    }

    fn init(&mut self, message: &Message<'_>) -> Result<(), Error> {
        self.config = message.config()?;
        Ok(())
    }

    fn command(&mut self, command: &Command<'_>, reply: Reply<'_>) -> Answer {
        match command.name() {
            "send" => {
                let send = command.args::<Send<'_>>()?;
                command.host().forward(&send.r#type, send.payload.get(), reply)
            }
            "heard" => reply.success(&AllHeard { events: &self.heard }),
            "work" => work(command, reply),
            _ => Err(command.unknown()),
        }
    }

    fn event(&mut self, message: &Message<'_>) -> Result<(), Error> {
        let event: Event<'_> = message.read()?;
        self.heard.push(Heard { event: event.event.to_string(), data: event.data.map(ToOwned::to_owned) });
        if self.config.fail_on.as_deref() == Some(&*event.event) {
            return Err(Error::internal("failed as configured"));
        }
        match self.config.answers.get(&*event.event) {
            Some(answer) => emit(message.host(), answer),
            None => Ok(()),
        }
    }

    fn describe(&mut self, _message: &Message<'_>, reply: Reply<'_>) -> Answer {
        reply.success_json(include_str!("describe.json"))
    }
}

fn emit(host: Host, event: &str) -> Result<(), Error> {
    let mut buffer = Buffer::default();
    match host.send("event", &json!({ "event": event, "data": {} }).to_string(), &mut buffer)? {
        Response::Success(_) => Ok(()),
        Response::Error(body) => {
            Err(Error::new(body.code.unwrap_or_default().into_owned(), body.error.into_owned()))
        }
    }
}

/// Long work that reports how far it is and stops when nobody wants the answer.
fn work(command: &Command<'_>, reply: Reply<'_>) -> Answer {
    let Work { steps, deaf } = command.args()?;
    let host = command.host();
    let mut buffer = Buffer::default();
    for done in 0..steps {
        if !deaf && host.is_cancelled() {
            host.info(format!("stopped after {done} of {steps} steps"));
            return Err(Error::cancelled());
        }
        std::thread::sleep(std::time::Duration::from_millis(1));
        let progress =
            json!({ "event": "progress", "data": { "done": done + 1, "total": steps, "note": "working" } });
        host.send("event", &progress.to_string(), &mut buffer)?;
    }
    reply.success(&json!({ "done": steps }))
}

rp_sdk::export!(Relay, read = ["*"], write = ["*"], emit = ["*"], subscribe = ["*"], call = ["*"]);
