//! The page around its messages: policy, style, body, script.

use serde::Serialize;

use super::bundle::{self, BODY};
use super::columns::Batch;
use super::escape::json;

/// What the page tells of the trace as a whole.
#[derive(Default, Serialize)]
pub struct Head {
    pub title: String,
    /// What the times of its messages count from, in microseconds since 1970; 0 where that is unknown.
    pub origin_us: u64,
    /// What a reader should know: a filter, bytes that were left out.
    pub notes: Vec<String>,
}

/// A page that has all of its messages: those of the batch, and `pieces` with their texts.
pub fn whole(head: &Head, messages: &Batch, pieces: &str) -> String {
    let script = bundle::script();
    page(head, messages, pieces, &script, &policy(&script, "'none'"))
}

/// A page that asks for its messages where it comes from, and the policy that it is sent with.
pub fn live(head: &Head) -> (String, String) {
    let script = bundle::live_script();
    let policy = policy(&script, "'self'");
    (page(head, &Batch::default(), "", &script, &policy), policy)
}

fn page(head: &Head, messages: &Batch, pieces: &str, script: &str, policy: &str) -> String {
    let (head, messages, style) = (json(head), json(messages), bundle::style());
    format!(
        r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>rp trace</title>
<style>{style}</style>
</head>
<body>
{BODY}
{pieces}<script type="application/json" id="messages">{messages}</script>
<script type="application/json" id="head">{head}</script>
<script type="module">{script}</script>
</body>
</html>
"#
    )
}

/// Nothing is allowed but this script, the style, and what the script connects with.
fn policy(script: &str, connections: &str) -> String {
    format!(
        "default-src 'none'; script-src {}; style-src {}; connect-src {connections}; base-uri 'none'; form-action 'none'",
        bundle::allowed(script),
        bundle::allowed(&bundle::style())
    )
}
