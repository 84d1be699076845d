//! The requests of browsers. The page is for whoever has its address, and for nobody whom a stranger's page sends here.

use std::io::Read;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::feed::Position;

/// The most bytes of a request before its body, which is not read.
const MOST_BYTES: usize = 16 << 10;
const MOST_FIELDS: usize = 64;
/// How long a browser may take to ask.
const LIMIT: Duration = Duration::from_secs(5);

/// Whom the page is for.
pub struct Door {
    /// The path of the page, which has its token in it.
    pub path: String,
    /// What `Host` may say.
    pub hosts: Vec<String>,
}

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
pub enum Asked {
    Page,
    /// The events behind a position, or all.
    Events(Option<Position>),
}

/// Why it is refused, as HTTP says it.
#[derive(Debug, PartialEq, Eq)]
pub enum RequestFault {
    Malformed,
    NotFound,
    Method,
    Late,
    Misdirected,
    TooLarge,
}

impl Door {
    /// Reads one request; `Err(None)` where the browser has gone.
    pub fn read(&self, stream: &mut TcpStream) -> Result<Asked, Option<RequestFault>> {
        let end = Instant::now() + LIMIT;
        let (mut head, mut part) = (Vec::new(), [0; 2048]);
        loop {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(Some(RequestFault::Late));
            }
            stream.set_read_timeout(Some(left)).map_err(|_| None)?;
            match stream.read(&mut part) {
                Ok(0) => return Err(None),
                Ok(len) => head.extend_from_slice(&part[..len]),
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                // The time is over, or it has gone.
                Err(_) => continue_or_gone(end)?,
            }
            if let Some(judged) = self.judge(&head) {
                return judged.map_err(Some);
            }
            if head.len() > MOST_BYTES {
                return Err(Some(RequestFault::TooLarge));
            }
        }
    }

    /// Judges a request; none where it is not whole.
    fn judge(&self, head: &[u8]) -> Option<Result<Asked, RequestFault>> {
        let mut fields = [httparse::EMPTY_HEADER; MOST_FIELDS];
        let mut request = httparse::Request::new(&mut fields);
        match request.parse(head) {
            Ok(httparse::Status::Partial) => None,
            Ok(httparse::Status::Complete(_)) => Some(self.answer(&request)),
            Err(httparse::Error::TooManyHeaders) => Some(Err(RequestFault::TooLarge)),
            Err(_) => Some(Err(RequestFault::Malformed)),
        }
    }

    fn answer(&self, request: &httparse::Request<'_, '_>) -> Result<Asked, RequestFault> {
        // Of a name that somebody made lead here, nothing is answered at all.
        let host = only(request, "host").ok_or(RequestFault::Malformed)?;
        if !self.hosts.iter().any(|known| host.eq_ignore_ascii_case(known.as_bytes())) {
            return Err(RequestFault::Misdirected);
        }
        if request.method != Some("GET") {
            return Err(RequestFault::Method);
        }
        let path = request.path.unwrap_or_default();
        let rest = path.split_at_checked(self.path.len()).filter(|(begin, _)| is_same(begin, &self.path));
        match rest {
            Some((_, "")) => Ok(Asked::Page),
            Some((_, "events")) => {
                let position = only(request, "last-event-id").and_then(|id| str::from_utf8(id).ok());
                Ok(Asked::Events(position.and_then(Position::parse)))
            }
            _ => Err(RequestFault::NotFound),
        }
    }
}

fn continue_or_gone(end: Instant) -> Result<(), Option<RequestFault>> {
    if Instant::now() >= end { Err(Some(RequestFault::Late)) } else { Err(None) }
}

/// The value of a field that is there once.
fn only<'a>(request: &httparse::Request<'_, 'a>, name: &str) -> Option<&'a [u8]> {
    let mut found = request.headers.iter().filter(|field| field.name.eq_ignore_ascii_case(name));
    found.next().filter(|_| found.next().is_none()).map(|field| field.value)
}

/// Compares in a time that does not tell where the first difference is.
fn is_same(one: &str, other: &str) -> bool {
    one.len() == other.len() && one.bytes().zip(other.bytes()).fold(0, |all, (a, b)| all | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(head: &str) -> Option<Result<Asked, RequestFault>> {
        let hosts = vec!["127.0.0.1:8".to_owned(), "localhost:8".to_owned()];
        Door { path: "/abc/".to_owned(), hosts }.judge(head.as_bytes())
    }

    #[test]
    fn only_the_page_and_its_events() {
        let events = |text| Asked::Events(Position::parse(text));
        for (line, fields, expected) in [
            ("GET /abc/ HTTP/1.1", "Host: 127.0.0.1:8", Ok(Asked::Page)),
            ("GET /abc/ HTTP/1.1", "HOST: LocalHost:8", Ok(Asked::Page)),
            ("GET /abc/events HTTP/1.1", "Host: 127.0.0.1:8", Ok(events(""))),
            ("GET /abc/events HTTP/1.1", "Host: 127.0.0.1:8\r\nLast-Event-ID: 0-3", Ok(events("0-3"))),
            ("GET /abc/events HTTP/1.1", "Host: 127.0.0.1:8\r\nLast-Event-ID: \u{ff}", Ok(events(""))),
            ("GET /abd/ HTTP/1.1", "Host: 127.0.0.1:8", Err(RequestFault::NotFound)),
            ("GET / HTTP/1.1", "Host: 127.0.0.1:8", Err(RequestFault::NotFound)),
            ("GET /abc/x HTTP/1.1", "Host: 127.0.0.1:8", Err(RequestFault::NotFound)),
            ("GET /abc/../abc/ HTTP/1.1", "Host: 127.0.0.1:8", Err(RequestFault::NotFound)),
            ("GET /ab\u{e9}/ HTTP/1.1", "Host: 127.0.0.1:8", Err(RequestFault::NotFound)),
            ("GET http://127.0.0.1:8/abc/ HTTP/1.1", "Host: 127.0.0.1:8", Err(RequestFault::NotFound)),
            ("POST /abc/ HTTP/1.1", "Host: 127.0.0.1:8", Err(RequestFault::Method)),
            ("HEAD /abc/ HTTP/1.1", "Host: 127.0.0.1:8", Err(RequestFault::Method)),
            ("GET /abc/ HTTP/1.1", "Host: evil.example:8", Err(RequestFault::Misdirected)),
            ("GET /abc/ HTTP/1.1", "Host: 127.0.0.1", Err(RequestFault::Misdirected)),
            ("GET /abc/ HTTP/1.1", "Host: 127.0.0.1:8.evil.example", Err(RequestFault::Misdirected)),
            ("GET /abc/ HTTP/1.1", "Host:", Err(RequestFault::Misdirected)),
            ("GET /abc/ HTTP/1.1", "X: y", Err(RequestFault::Malformed)),
            ("GET /abc/ HTTP/1.1", "Host: 127.0.0.1:8\r\nHost: 127.0.0.1:8", Err(RequestFault::Malformed)),
            ("GET /abc/ HTTP/2.0", "Host: 127.0.0.1:8", Err(RequestFault::Malformed)),
            ("GET  /abc/ HTTP/1.1", "Host: 127.0.0.1:8", Err(RequestFault::Malformed)),
            ("\u{16}\u{3}\u{1}", "Host: 127.0.0.1:8", Err(RequestFault::Malformed)),
        ] {
            assert_eq!(judged(&format!("{line}\r\n{fields}\r\n\r\n")), Some(expected), "{line} {fields}");
        }
        assert_eq!(judged("GET /abc/ HTTP/1.1\r\nHost: 127.0"), None);
        let many = "X: y\r\n".repeat(MOST_FIELDS + 1);
        assert_eq!(judged(&format!("GET /abc/ HTTP/1.1\r\n{many}\r\n")), Some(Err(RequestFault::TooLarge)));
    }
}
