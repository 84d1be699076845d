//! One client: reads its requests, and writes what it gets.

use std::io::{Read, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rp_host::{CallOptions, CancelToken, HOST_NAME, Message, Reply};

use super::answer::{self, ErrorLine};
use super::gate::{Gate, Place};
use super::instances::Instances;
use super::lines::{Line, Lines};
use super::request::{Request, malformed, parse};
use super::server::{Connection, Server};
use super::subscription::{Hearer, Subscriptions};
use crate::guard;
use crate::os::Ending;

/// A client.
pub struct Client {
    server: Arc<Server>,
    /// One line is written at a time, by the thread that has it: who does not read holds up only its own requests.
    out: Mutex<Box<dyn Write + Send>>,
    /// Ends its connection, whole or only for reading.
    end: Box<dyn Fn(Ending) + Send + Sync>,
    /// Cancels its requests.
    token: CancelToken,
    /// Its requests with an id.
    gate: Arc<Gate>,
    subscriptions: Subscriptions,
    has_left: AtomicBool,
}

impl Client {
    pub fn new(
        server: &Arc<Server>,
        out: Box<dyn Write + Send>,
        end: impl Fn(Ending) + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Client {
            server: Arc::clone(server),
            out: Mutex::new(out),
            end: Box::new(end),
            token: CancelToken::new(),
            gate: Gate::new(server.limits.requests),
            subscriptions: Subscriptions::default(),
            has_left: AtomicBool::new(false),
        })
    }

    /// Serves its lines to their end, and until all of them are answered.
    pub fn serve(self: &Arc<Self>, input: impl Read) {
        let mut lines = Lines::new(input);
        while let Ok(Some(line)) = lines.next() {
            if self.has_left() {
                break;
            }
            // Kept until the response is written.
            let Some(place) = self.server.work.enter() else { break };
            self.line(line, place);
        }
        self.gate.wait_for_all();
        self.subscriptions.end();
    }

    fn line(self: &Arc<Self>, line: Line, place: Place) {
        let read = match line {
            Line::Text(text) => parse(&text).map_err(|wrong| answer::error(wrong.id.as_deref(), &wrong.line)),
            Line::Wrong(text) => Err(answer::error(None, &malformed(&text))),
        };
        match read {
            Ok(request) if request.id.is_some() => self.begin(request, place),
            Ok(request) => self.answer(&request),
            Err(line) => self.write(&line),
        }
    }

    /// Answers a request on a thread of its own, as soon as there is room for one more.
    fn begin(self: &Arc<Self>, request: Request, place: Place) {
        let Some(own) = self.gate.enter() else { return };
        let admitted = Arc::new((request, place, own));
        let (client, asked) = (Arc::clone(self), Arc::clone(&admitted));
        let work = move || client.answer(&asked.0);
        // A system that gives no more threads lets requests wait for each other.
        if std::thread::Builder::new().name("request".to_owned()).spawn(work).is_err() {
            self.answer(&admitted.0);
        }
    }

    /// Answers a request.
    fn answer(self: &Arc<Self>, request: &Request) {
        let id = request.id.as_deref();
        let answered = match (request.module.as_str(), request.message_type.as_str()) {
            (HOST_NAME, "subscribe") => self.subscribe(request),
            (HOST_NAME, "unsubscribe") => self.unsubscribe(request),
            (HOST_NAME, "instances") => Ok(self.instances(request)),
            (HOST_NAME, "metrics") => Ok(answer::data(id, &self.server.host.metrics())),
            (HOST_NAME, _) => self.ask_host(request),
            _ => self.ask(request),
        };
        match answered {
            Ok(line) => self.write(&line),
            Err(error) => self.write(&answer::error(id, &error)),
        }
    }

    fn ask(&self, request: &Request) -> Result<Vec<u8>, ErrorLine> {
        let instance = self.server.modules.find(&request.module)?;
        let deadline = self.server.modules.deadline(&request.module);
        let options = self.options(request, deadline);
        let message = Message::new(&request.message_type, &request.payload).options(&options);
        let mut reply = Reply::with_limit(self.server.reply_limit);
        let response = guard::waiting_for(instance.name(), || instance.call(&message, &mut reply));
        self.server.bars.clear();
        let response = response?;
        Ok(answer::response(request.id.as_deref(), &response))
    }

    /// Speaks as the owner of the host.
    fn ask_host(&self, request: &Request) -> Result<Vec<u8>, ErrorLine> {
        let options = self.options(request, None);
        let message = Message::new(&request.message_type, &request.payload).options(&options);
        let mut reply = Reply::with_limit(self.server.reply_limit);
        let response = guard::waiting_for(HOST_NAME, || self.server.host.send(&message, &mut reply))?;
        Ok(answer::response(request.id.as_deref(), &response))
    }

    /// How long the answer is wanted: as the request says, and no longer than the configuration.
    fn options(&self, request: &Request, configured: Option<std::time::Duration>) -> CallOptions {
        let options = CallOptions::new().cancel(&self.token);
        match (request.deadline, configured) {
            (Some(one), Some(other)) => options.timeout(one.min(other)),
            (Some(one), None) | (None, Some(one)) => options.timeout(one),
            (None, None) => options,
        }
    }

    fn subscribe(self: &Arc<Self>, request: &Request) -> Result<Vec<u8>, ErrorLine> {
        let pattern = pattern(request)?;
        self.subscriptions.begin(Arc::clone(self) as Arc<dyn Hearer>, &self.server.host, &pattern)?;
        Ok(answer::success(request.id.as_deref()))
    }

    fn unsubscribe(&self, request: &Request) -> Result<Vec<u8>, ErrorLine> {
        let pattern = pattern(request)?;
        if self.subscriptions.end_one(&pattern) {
            return Ok(answer::success(request.id.as_deref()));
        }
        Err(ErrorLine::operator(
            "rp::serve::not_subscribed",
            format!("there is no subscription to {pattern}"),
        )
        .help("unsubscribe by the pattern that subscribe had, letter by letter"))
    }

    fn instances(&self, request: &Request) -> Vec<u8> {
        let instances = self.server.host.instances();
        answer::data(request.id.as_deref(), &Instances::from(&*instances))
    }

    /// Writes a line. Nobody is told that a client has left: its requests are cancelled.
    pub fn write(&self, line: &[u8]) {
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        if out.write_all(line).and_then(|()| out.flush()).is_err() {
            drop(out);
            self.leave();
        }
    }

    /// The client went away.
    pub fn leave(&self) {
        self.has_left.store(true, Ordering::SeqCst);
        self.gate.close();
        self.cancel();
        (self.end)(Ending::Reading);
    }

    pub fn has_left(&self) -> bool {
        self.has_left.load(Ordering::SeqCst)
    }
}

impl Connection for Client {
    fn stop_reading(&self) {
        (self.end)(Ending::Reading);
    }

    fn cancel(&self) {
        self.token.cancel();
    }

    fn close(&self) {
        self.subscriptions.end();
        (self.end)(Ending::Whole);
    }
}

impl Hearer for Client {
    fn hear(&self, line: &[u8]) {
        self.write(line);
    }

    fn is_gone(&self) -> bool {
        self.has_left()
    }
}

/// The pattern of events that a request names.
fn pattern(request: &Request) -> Result<String, ErrorLine> {
    #[derive(serde::Deserialize)]
    struct Payload {
        pattern: String,
    }
    let read: Result<Payload, _> = serde_json::from_str(&request.payload);
    let wrong = |text: String| malformed(&format!("payload: {text}"));
    match read {
        Ok(payload) if payload.pattern.is_empty() => Err(wrong("pattern: it is empty".to_owned())),
        Ok(payload) => Ok(payload.pattern),
        Err(error) => Err(wrong(error.to_string())),
    }
}
