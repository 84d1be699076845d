//! The other end: OTLP over HTTP, as JSON. <https://opentelemetry.io/docs/specs/otlp/#otlphttp>

use std::time::Duration;

use serde_json::Value;

/// The path where nobody names one.
const PATH: &str = "/v1/traces";
/// How long one request may take.
const LIMIT: Duration = Duration::from_secs(10);
const CONNECT_LIMIT: Duration = Duration::from_secs(2);
/// The most bytes of an answer that are read.
const ANSWER_BYTES: u64 = 64 << 10;

/// What takes spans.
pub struct Collector {
    url: String,
    agent: ureq::Agent,
}

/// What came of a request.
pub enum Outcome {
    /// It was taken, but for so many spans, and why not these.
    Taken(u64, Option<String>),
    /// It may be sent again, after this time if the collector names one.
    Later(String, Option<Duration>),
    /// It is not wanted.
    Refused(String),
}

/// Reads the address of a collector.
pub fn endpoint(text: &str) -> Result<String, String> {
    let url: ureq::http::Uri = text.parse().map_err(|error| format!("`{text}` is no address: {error}"))?;
    match (url.scheme_str(), url.host()) {
        (Some("http"), Some(host)) if !host.is_empty() => {}
        (Some("https"), _) => {
            return Err(
                "spans are sent by http only: send them to a collector near, and let it go on with TLS"
                    .to_owned(),
            );
        }
        _ => {
            return Err(format!(
                "`{text}` is no address: write http://HOST:PORT, as in http://localhost:4318"
            ));
        }
    }
    let has_path = !matches!(url.path(), "" | "/");
    Ok(if has_path { text.to_owned() } else { format!("{}{PATH}", text.trim_end_matches('/')) })
}

impl Collector {
    /// The one at this address.
    pub fn new(url: &str) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .timeout_connect(Some(CONNECT_LIMIT))
            .user_agent(concat!("rp/", env!("CARGO_PKG_VERSION")))
            .build();
        Self { url: url.to_owned(), agent: config.into() }
    }

    /// Sends a request, which may take so long.
    pub fn send(&self, request: &[u8], most: Duration) -> Outcome {
        let post = self.agent.post(&self.url).content_type("application/json");
        let sent = post.config().timeout_global(Some(most.min(LIMIT))).build().send(request);
        let mut answer = match sent {
            Ok(answer) => answer,
            Err(error) => return Outcome::Later(error.to_string(), None),
        };
        let status = answer.status();
        let after = answer.headers().get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok());
        let body = answer.body_mut().with_config().limit(ANSWER_BYTES).read_to_string();
        match status.as_u16() {
            200..=299 => body.map_or(Outcome::Taken(0, None), |body| partial(&body)),
            429 | 502..=504 => {
                Outcome::Later(format!("it answered {status}"), after.map(Duration::from_secs))
            }
            _ => Outcome::Refused(format!("it answered {status}")),
        }
    }
}

/// What an answer says of spans that were not taken. Whatever else stands there is none of our concern.
fn partial(body: &str) -> Outcome {
    let answer: Value = serde_json::from_str(body).unwrap_or_default();
    let partial = &answer["partialSuccess"];
    // A number of 64 bits is a text in this JSON; some collectors write a number.
    let rejected = &partial["rejectedSpans"];
    let rejected = rejected.as_u64().or_else(|| rejected.as_str()?.parse().ok()).unwrap_or(0);
    let why = partial["errorMessage"].as_str().filter(|_| rejected > 0);
    Outcome::Taken(rejected, why.map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for (text, expected) in [
            ("http://localhost:4318", "http://localhost:4318/v1/traces"),
            ("http://[::1]:4318/", "http://[::1]:4318/v1/traces"),
            ("http://127.0.0.1/otlp/v1/traces", "http://127.0.0.1/otlp/v1/traces"),
        ] {
            assert_eq!(endpoint(text).as_deref(), Ok(expected));
        }
        for text in ["", "localhost:4318", "ftp://localhost", "https://localhost", "http://", "/v1/traces"] {
            assert!(endpoint(text).is_err(), "{text}");
        }
    }
}
