//! The table's runner for hosts in Rust.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rp_host::store::SqliteStore;
use rp_host::{
    CallOptions, CancelToken, Error, Fault, Host, HostBuilder, HostOptions, Instance, Isolation, LoadOptions,
    Message, Reply, Request, ServiceError, Subscription, library_file_name,
};
use rp_protocol::Response;
use serde_json::Value;
use serde_json::value::RawValue;

/// What a step comes to: what stands behind its name in the transcript.
type Outcome = Result<String, String>;

/// Collects texts, on whatever thread.
type Texts = Arc<Mutex<Vec<String>>>;

/// A program that does what the table says.
pub struct Runner {
    modules: PathBuf,
    /// How its modules are isolated, if they are.
    pub isolation: Option<Isolation>,
    host: Option<Host>,
    instances: Vec<Instance>,
    subscription: Option<Subscription>,
    log: Texts,
    trace: Texts,
}

impl Runner {
    /// With the folder of the modules' libraries.
    pub fn new(modules: PathBuf) -> Self {
        Runner {
            modules,
            isolation: None,
            host: None,
            instances: Vec::new(),
            subscription: None,
            log: Texts::default(),
            trace: Texts::default(),
        }
    }

    /// The transcript of a table.
    pub fn run(&mut self, table: &str) -> String {
        let steps = table.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        let mut transcript = String::new();
        for (at, line) in steps.enumerate() {
            let mut fields = line.split('\t');
            let name = fields.next().unwrap_or_default();
            let mut argument = || fields.next().unwrap_or_default();
            let arguments = [argument(), argument(), argument()];
            let outcome = self.step(name, arguments).unwrap_or_else(|outcome| outcome);
            transcript += &format!("{}\t{name}\t{outcome}\n", at + 1);
        }
        transcript
    }

    fn step(&mut self, name: &str, [first, second, third]: [&str; 3]) -> Outcome {
        match name {
            "host" => self.start(first),
            "load" => self.load(first, second),
            "command" => self.command(first, second, third, &CallOptions::new()),
            "late" => self.command(first, second, third, &CallOptions::new().timeout(Duration::ZERO)),
            "cancelled" => self.command(first, second, third, &CallOptions::new().cancel(&cancelled())),
            "call" => self.call(first, &Message::new(second, third)),
            "unchecked" => self.unchecked(first, &Message::new(second, third)),
            "ready" => Ok(format!("ok\t{}", self.instance(first)?.is_ready())),
            "find" => {
                Ok(if self.host()?.instance(first).is_some() { "ok\tfound" } else { "ok\tnone" }.into())
            }
            "unload" => done(self.instance(first)?.unload()),
            "subscribe" => self.subscribe(first, second),
            "emit" => self.emit(first, second),
            "settle" => settled(self.host()?.drain_events(Duration::from_secs(60))),
            "next" => self.next_event(),
            "logged" => Ok(format!("ok\t{}", last_of(&self.log))),
            "traced" => Ok(format!("ok\t{}", std::mem::take(&mut *self.trace.lock().unwrap()).len())),
            "close" => self.close(),
            _ => panic!("the table has no step {name}"),
        }
    }

    fn start(&mut self, options: &str) -> Outcome {
        self.instances.clear();
        self.subscription = None;
        self.host = None;
        let (log, trace) = (Arc::clone(&self.log), Arc::clone(&self.trace));
        let builder = builder_of(options)?
            .worker_program(support::worker_program())
            .clock(|| 1_234_567)
            .random(|bytes| bytes.fill(171))
            .service("embedder.echo", echo)
            .service("embedder.refuse", refuse)
            .on_log(move |line| {
                let text = format!("{}\t{}\t{}", line.level.as_str(), line.instance, line.text);
                log.lock().unwrap().push(text);
            })
            .trace(move |record| trace.lock().unwrap().push(record.message_type.to_owned()));
        self.host = Some(builder.build());
        Ok("ok".into())
    }

    fn host(&self) -> Result<&Host, String> {
        self.host.as_ref().ok_or_else(|| "no host".into())
    }

    /// The newest handle of that name.
    fn instance(&self, name: &str) -> Result<&Instance, String> {
        self.instances.iter().rev().find(|it| it.name() == name).ok_or_else(|| "no handle".into())
    }

    fn load(&mut self, module: &str, options: &str) -> Outcome {
        let mut options: LoadOptions = read_options(options)?;
        if let Some(isolation) = &self.isolation {
            options = options.isolated(isolation.clone());
        }
        let path = self.modules.join(library_file_name(module));
        let instance = self.host()?.load_with(path, options).map_err(|error| failure(&error))?;
        self.instances.push(instance);
        Ok("ok".into())
    }

    fn command(&self, instance: &str, name: &str, args: &str, options: &CallOptions) -> Outcome {
        let args = if args.is_empty() { "{}" } else { args };
        let payload = format!(r#"{{"name":{},"args":{args}}}"#, Value::from(name));
        self.call(instance, &Message::new("command", &payload).options(options))
    }

    fn call(&self, instance: &str, message: &Message<'_>) -> Outcome {
        let mut reply = Reply::new();
        let response = self.instance(instance)?.call(message, &mut reply).map_err(|error| failure(&error))?;
        Ok(shown(&response))
    }

    fn unchecked(&self, instance: &str, message: &Message<'_>) -> Outcome {
        let mut reply = Reply::new();
        self.instance(instance)?.call_raw(message, &mut reply).map_err(|error| failure(&error))?;
        Ok(format!("ok\t{}", String::from_utf8_lossy(reply.as_bytes())))
    }

    fn subscribe(&mut self, pattern: &str, limit: &str) -> Outcome {
        let limit = limit.parse().expect("a number");
        let subscription = self.host()?.subscribe(pattern, limit).expect("the system lets it");
        self.subscription = Some(subscription);
        Ok("ok".into())
    }

    fn emit(&self, event: &str, data: &str) -> Outcome {
        let data: Option<&RawValue> = match data {
            "" => None,
            data => Some(serde_json::from_str(data).map_err(|_| NO_JSON.to_owned())?),
        };
        done(self.host()?.publish(event, &data))
    }

    fn next_event(&self) -> Outcome {
        let subscription = self.subscription.as_ref().ok_or("no subscription")?;
        let Some(event) = subscription.try_next() else {
            return Err(if subscription.is_over() { CLOSED } else { NO_EVENT }.into());
        };
        Ok(format!("ok\t{}\t{}\t{}", event.name, event.from, event.raw()))
    }

    fn close(&self) -> Outcome {
        match self.host()?.unload_all().first() {
            Some(error) => Err(failure(error)),
            None => Ok("ok".into()),
        }
    }
}

/// What the library in C answers where Rust has another way to say it: options and data that are not read, and no event.
const BAD_OPTIONS: &str = "error\trp::host::options\toperator";
const NO_JSON: &str = "error\trp::host::argument\toperator";
const NO_EVENT: &str = "error\trp::event::timeout\toperator";
const CLOSED: &str = "error\trp::event::closed\toperator";

fn read_options<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, String> {
    let text = if text.is_empty() { "{}" } else { text };
    serde_json::from_str(text).map_err(|_| BAD_OPTIONS.to_owned())
}

/// The options of a host, of which the store is a part only where they are text.
fn builder_of(options: &str) -> Result<HostBuilder, String> {
    let mut keys: serde_json::Map<String, Value> = read_options(options)?;
    let has_store = keys.remove("store").is_some();
    let options: HostOptions = read_options(&Value::from(keys).to_string())?;
    let builder = Host::builder().options(&options);
    if !has_store {
        return Ok(builder);
    }
    Ok(builder.store(Arc::new(SqliteStore::in_memory().expect("memory"))))
}

fn cancelled() -> CancelToken {
    let token = CancelToken::new();
    token.cancel();
    token
}

fn echo(request: &Request<'_>, data: &mut Vec<u8>) -> Result<(), ServiceError> {
    let text = format!(r#"{{"sender":{},"payload":{}}}"#, Value::from(request.sender), request.payload);
    data.extend_from_slice(text.as_bytes());
    Ok(())
}

fn refuse(_: &Request<'_>, _: &mut Vec<u8>) -> Result<(), ServiceError> {
    let details = RawValue::from_string(r#"{"by":"embedder"}"#.into()).expect("JSON");
    Err(ServiceError::new("conflict", "refused").with_details(details))
}

fn shown(response: &Response<'_>) -> String {
    match response {
        Response::Success(success) => format!("success\t{}", success.data.map_or("", RawValue::get)),
        Response::Error(body) => {
            let details = body.details.map_or(String::new(), |details| format!("\t{details}"));
            format!("failed\t{}\t{}{details}", body.code.as_deref().unwrap_or_default(), body.error)
        }
    }
}

fn failure(error: &Error) -> String {
    let fault = match error.fault() {
        Fault::Module => "module",
        Fault::Operator => "operator",
        _ => "host",
    };
    format!("error\t{}\t{fault}", error.code())
}

fn done(outcome: Result<(), Error>) -> Outcome {
    outcome.map(|()| "ok".into()).map_err(|error| failure(&error))
}

fn settled(in_time: bool) -> Outcome {
    if in_time { Ok("ok".into()) } else { Err(NO_EVENT.into()) }
}

/// How many there are, and the last; none of them remains.
fn last_of(texts: &Texts) -> String {
    let texts = std::mem::take(&mut *texts.lock().unwrap());
    let last = texts.last().map(|last| format!("\t{last}")).unwrap_or_default();
    format!("{}{last}", texts.len())
}
