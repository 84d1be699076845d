//! What the server answers, as HTTP/1.1 has it. A connection is for one request.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use super::request::RequestFault;

/// What all answers have: nobody keeps them, frames them or takes them for something else.
const ALWAYS: &str = "Connection: close\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n\
    Cross-Origin-Resource-Policy: same-origin\r\nCross-Origin-Opener-Policy: same-origin\r\n";
/// What of a refused request is still read, so that the refusal is not lost with it.
const LEFT_BYTES: usize = 64 << 10;
const LEFT_TIME: Duration = Duration::from_millis(500);

/// Answers with a page.
pub fn page(stream: &mut TcpStream, html: &str, policy: &str) -> io::Result<()> {
    let len = html.len();
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len}\r\n\
         Content-Security-Policy: {policy}; frame-ancestors 'none'\r\n{ALWAYS}\r\n"
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(html.as_bytes())
}

/// Begins an answer of events; the browser asks again after a second where it breaks off.
pub fn events(stream: &mut TcpStream) -> io::Result<()> {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n{ALWAYS}\r\nretry: 1000\n\n");
    stream.write_all(head.as_bytes())
}

/// Refuses.
pub fn refusal(stream: &mut TcpStream, fault: &RequestFault) -> io::Result<()> {
    let (status, text) = words(fault);
    text_response(stream, status, text)?;
    drain(stream)
}

/// Says that there is no room.
pub fn full(stream: &mut TcpStream) -> io::Result<()> {
    text_response(stream, "503 Service Unavailable", "Too many browsers are here already.")
}

fn words(fault: &RequestFault) -> (&'static str, &'static str) {
    match fault {
        RequestFault::Malformed => ("400 Bad Request", "This is no request that is understood."),
        RequestFault::NotFound => {
            ("404 Not Found", "Open the address that rp printed, with all that is in it.")
        }
        RequestFault::Method => {
            ("405 Method Not Allowed\r\nAllow: GET", "Here is only something to look at.")
        }
        RequestFault::Late => ("408 Request Timeout", "The request did not come in time."),
        RequestFault::Misdirected => {
            ("421 Misdirected Request", "Open the address that rp printed, not another name.")
        }
        RequestFault::TooLarge => ("431 Request Header Fields Too Large", "The request is too large."),
    }
}

fn text_response(stream: &mut TcpStream, status: &str, text: &str) -> io::Result<()> {
    let len = text.len() + 1;
    let answer = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {len}\r\n{ALWAYS}\r\n{text}\n"
    );
    stream.write_all(answer.as_bytes())
}

/// A connection that is closed while something of it is unread takes its answer with it.
fn drain(stream: &mut TcpStream) -> io::Result<()> {
    stream.shutdown(Shutdown::Write)?;
    stream.set_read_timeout(Some(LEFT_TIME))?;
    let (mut left, mut part) = (LEFT_BYTES, [0; 4096]);
    while left > 0 {
        match stream.read(&mut part)? {
            0 => return Ok(()),
            len => left = left.saturating_sub(len),
        }
    }
    Ok(())
}
