//! The shortest honest module: it answers everything that the protocol asks, and counts what it was handed.
use rp_sdk::{Answer, Command, Error, Host, Message, Module, Reply, code, dispatch};
use serde_json::{Map, Value};

struct TestMinimal {
    messages: u64,
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
            "fail" => Err(fail(&command.args()?)),
            "ping" => reply.success_json(&format!(r#"{{"reply":"pong","messages":{messages}}}"#)),
            "status" => {
                let initialized = command.message().is_initialized();
                reply.success_json(&format!(r#"{{"initialized":{initialized},"messages":{messages}}}"#))
            }
            _ => Err(command.unknown()),
        }
    }

    fn describe(&mut self, _message: &Message<'_>, reply: Reply<'_>) -> Answer {
        reply.success_json(include_str!("describe.json"))
    }
}

/// Takes anything, for it fails in any case.
fn fail(args: &Map<String, Value>) -> Error {
    let text =
        |key: &str, otherwise: &str| args.get(key).and_then(Value::as_str).unwrap_or(otherwise).to_owned();
    Error::new(text("code", code::INTERNAL), text("text", "failed as asked"))
}

rp_sdk::export!(TestMinimal);
