use std::time::Duration;

use rp_host::{CallOptions, Error, Instance};
use serde_json::{Value, json};

pub async fn awaited(one: &Instance, other: &Instance) -> Result<Value, Error> {
    let first = one.command_async::<_, Value>("ping", &json!({}));
    let soon = CallOptions::new().timeout(Duration::from_secs(5));
    let second = other.with(&soon).command_async::<_, Value>("ping", &json!({}));
    let (first, second) = tokio::join!(first, second);
    Ok(json!([first?, second?]))
}
