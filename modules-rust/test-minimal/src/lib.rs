//! The shortest honest module: it answers everything that the protocol asks, and counts what it was handed.
use rp_sdk::{Answer, Command, Error, Host, Message, Module, Reply, code, dispatch};
use serde::{Deserialize, Serialize};

struct TestMinimal {
    messages: u64,
}

#[derive(Serialize)]
struct Ping {
    reply: &'static str,
    messages: u64,
}

#[derive(Serialize)]
struct Status {
    initialized: bool,
    messages: u64,
}

/// What `fail` takes: anything, for it fails in any case.
#[derive(Deserialize)]
struct Fail {
    code: Option<serde_json::Value>,
    text: Option<serde_json::Value>,
}

impl Module for TestMinimal {
    fn create(_host: Host) -> Result<Self, Error> {
        Ok(TestMinimal { messages: 0 })
    }

    fn handle_message(&mut self, message: &Message<'_>, reply: Reply<'_>) -> Answer {
        self.messages += 1;
        dispatch(self, message, reply)
    }

    fn command(&mut self, command: &Command<'_>, reply: Reply<'_>) -> Answer {
        let messages = self.messages;
        match command.name() {
            "echo" => reply.success_json(command.args_json()),
            "fail" => Err(fail(command.args()?)),
            "ping" => reply.success(&Ping { reply: "pong", messages }),
            "status" => {
                let initialized = command.message().is_initialized();
                reply.success(&Status { initialized, messages })
            }
            _ => Err(command.unknown()),
        }
    }

    fn describe(&mut self, _message: &Message<'_>, reply: Reply<'_>) -> Answer {
        reply.success_json(include_str!("describe.json"))
    }
}

fn fail(args: Fail) -> Error {
    let string = |value: Option<serde_json::Value>| Some(value?.as_str()?.to_owned());
    let code = string(args.code).unwrap_or_else(|| code::INTERNAL.to_owned());
    Error::new(code, string(args.text).unwrap_or_else(|| "failed as asked".to_owned()))
}

rp_sdk::export!(TestMinimal);
