//! A message in one line.

use super::escape::escaped;
use super::style::{FAINT, GOOD, KIND, STRONG, WARN, duration, styled};

/// The message's type, and of a command and an event the name.
pub fn label(message_type: &str, payload: &str) -> String {
    #[derive(serde::Deserialize)]
    struct Named {
        #[serde(alias = "event")]
        name: String,
    }
    let is_named =
        [rp_protocol::message_type::COMMAND, rp_protocol::message_type::EVENT].contains(&message_type);
    match serde_json::from_str::<Named>(payload) {
        Ok(named) if is_named => format!("{message_type} {}", named.name),
        _ => message_type.to_owned(),
    }
}

/// Type, module, time and outcome of one message in one line.
pub fn headline(message_type: &str, module: &str, elapsed_ns: u64, is_success: bool) -> String {
    let outcome = if is_success { styled(GOOD, "success") } else { styled(WARN, "error") };
    let kind = styled(KIND, &escaped(message_type));
    format!("{kind} {} {} {outcome}", styled(STRONG, &escaped(module)), styled(FAINT, &duration(elapsed_ns)))
}
