//! Asks the host one thing, as often as it is told, within one message: what a host call costs.
use rp_sdk::{Answer, Buffer, Command, Error, Host, Message, Module, Reply};
use serde::Deserialize;
use serde_json::value::RawValue;

struct Ask {
    heard: u64,
}

#[derive(Deserialize)]
struct Args<'a> {
    count: u64,
    r#type: Option<&'a str>,
    #[serde(borrow)]
    payload: Option<&'a RawValue>,
}

impl Module for Ask {
    fn create(_host: Host) -> Result<Self, Error> {
        Ok(Ask { heard: 0 })
    }

    fn command(&mut self, command: &Command<'_>, reply: Reply<'_>) -> Answer {
        let host = command.host();
        let args: Args<'_> = command.args()?;
        match command.name() {
            "send" => send(host, &args)?,
            "now_us" => {
                for _ in 0..args.count {
                    std::hint::black_box(host.now_us()?);
                }
            }
            "is_cancelled" => {
                for _ in 0..args.count {
                    std::hint::black_box(host.is_cancelled());
                }
            }
            "nothing" => {}
            "heard" => return reply.success(&self.heard),
            _ => return Err(command.unknown()),
        }
        reply.empty()
    }

    fn event(&mut self, _message: &Message<'_>) -> Result<(), Error> {
        self.heard += 1;
        Ok(())
    }
}

fn send(host: Host, args: &Args<'_>) -> Result<(), Error> {
    let message_type = args.r#type.unwrap_or_default();
    let payload = args.payload.map_or("{}", RawValue::get);
    let mut buffer = Buffer::default();
    for _ in 0..args.count {
        if let rp_sdk::protocol::Response::Error(body) = host.send(message_type, payload, &mut buffer)? {
            return Err(Error::internal(body.error));
        }
    }
    Ok(())
}

rp_sdk::export!(Ask, read = ["*"], write = ["*"], emit = ["*"], subscribe = ["tick"], call = ["*"]);
