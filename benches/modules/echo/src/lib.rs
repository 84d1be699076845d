//! Answers every message with its payload, beneath all that the SDK does for a typed module.
use rp_sdk::{Answer, Error, Host, Message, Module, Reply};

struct Echo;

impl Module for Echo {
    fn create(_host: Host) -> Result<Self, Error> {
        Ok(Echo)
    }

    fn handle_message(&mut self, message: &Message<'_>, reply: Reply<'_>) -> Answer {
        match message.type_name() {
            "init" | "shutdown" => reply.empty(),
            _ => reply.raw(true, &[message.payload()]),
        }
    }
}

rp_sdk::export!(Echo);
