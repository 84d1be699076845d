use std::time::Duration;

use rp_host::{CallOptions, CancelToken, Error, Instance, Message, Reply};
use serde_json::{Value, json};

pub fn with_options(instance: &Instance, token: &CancelToken) -> Result<Value, Error> {
    let options = CallOptions::new().timeout(Duration::from_secs(5)).cancel(token);
    let pong: Value = instance.with(&options).command("ping", &json!({}))?;

    let mut reply = Reply::new();
    instance.call(&Message::new("weather", "{}").options(&options), &mut reply)?;
    Ok(pong)
}
