//! Answers the typed command as a module does that its author wrote with the SDK and nothing else.
use rp_sdk::{Answer, Command, Error, Host, Module, Reply};

struct Typed;

impl Module for Typed {
    fn create(_host: Host) -> Result<Self, Error> {
        Ok(Typed)
    }

    fn command(&mut self, command: &Command<'_>, reply: Reply<'_>) -> Answer {
        match command.name() {
            "record" => reply.success(&bench_record::record(command.args()?)),
            _ => Err(command.unknown()),
        }
    }
}

rp_sdk::export!(Typed);
