//! The test kit: runs a module in a test, through the very functions that a host calls, without a library and without a
//! host. Feature `test-kit`.
//!
//! ```
//! use rp_sdk::test::Kit;
//! use rp_sdk::{Host, Result, json, module};
//!
//! #[derive(Default)]
//! struct Census;
//!
//! #[module(read = ["person"], entry = census_v1)]
//! impl Census {
//!     #[command]
//!     fn count(host: Host, county: String) -> Result<u64> {
//!         host.query("person").filter("county", county).count()
//!     }
//! }
//!
//! let mut kit = Kit::ready::<Census>(json!({}));
//! kit.answer("query", |_| Ok(json!({"entities": [], "count": 7})));
//! assert_eq!(kit.command::<u64>("count", json!({"county": "Cork"})).unwrap(), 7);
//! assert_eq!(kit.sent()[0].payload["filters"], json!({"county": "Cork"}));
//! ```
//!
//! A panic is an error with code `panic`, as the asker of a module gets it from a host; afterwards the instance answers
//! nothing else:
//!
//! ```
//! # use rp_sdk::test::Kit;
//! # use rp_sdk::{code, json, module};
//! # #[derive(Default)]
//! # struct Ages;
//! # #[module(entry = ages_v1)]
//! # impl Ages {
//! #     #[command]
//! #     fn age(&self, born: u64, died: u64) -> u64 { died.checked_sub(born).expect("died after birth") }
//! # }
//! let mut kit = Kit::ready::<Ages>(json!({}));
//! let error = kit.command::<u64>("age", json!({"born": 1840, "died": 1804})).unwrap_err();
//! assert_eq!((error.code(), error.text()), (code::PANIC, "panicked: died after birth"));
//! ```
//!
//! Time stands still at [`Kit::set_time`], randomness comes from [`Kit::set_seed`]: a run repeats byte for byte.
mod host;
mod world;

use std::ffi::c_void;

use rp_protocol::{Response, code, message_type};
use serde_core::Serialize;
use serde_core::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::abi::{rp_host, rp_message, rp_module, rp_str};
use crate::border::{Border, Exclusive, Shared, Table};
use crate::buffer::Buffer;
use crate::error::{Error, Result};
use crate::module::{ConcurrentModule, Module};
use crate::read::read_data;
use crate::status;
use world::World;
pub use world::{Logged, Sent};

/// One instance of a module, and the fake host that it lives in.
pub struct Kit {
    table: Box<rp_module>,
    instance: *mut c_void,
    // Where its address went they stay: the instance uses both until it is destroyed.
    _host: Box<rp_host>,
    world: Box<World>,
    buffer: Buffer,
    messages: u64,
    has_panicked: bool,
}

impl Kit {
    /// Makes an instance and sends it `init`.
    ///
    /// # Panics
    /// If it cannot be made, or answers an error.
    pub fn ready<M: Module>(config: Value) -> Kit {
        let mut kit = Kit::new::<M>();
        kit.init(config).unwrap_or_else(|error| panic!("init failed: {error}"));
        kit
    }

    /// Makes an instance.
    ///
    /// # Panics
    /// If it cannot be made.
    pub fn new<M: Module>() -> Kit {
        Kit::of::<Exclusive<M>>()
    }

    /// Makes an instance of a module that is concurrent.
    ///
    /// # Panics
    /// If it cannot be made.
    pub fn concurrent<M: ConcurrentModule>() -> Kit {
        Kit::of::<Shared<M>>()
    }

    fn of<B: Border>() -> Kit {
        let world = Box::<World>::default();
        let host = host::new(&world);
        let table = Box::new(Table::new::<B>(b"{}\0").into_raw());
        let create = table.create.expect("the SDK's table has every function");
        // SAFETY: rule 6: create is the first call for an instance; the host lives as long as the kit.
        let instance = unsafe { create(&raw const *host) };
        assert!(!instance.is_null(), "no instance was made: {:?}", world.logged());
        Kit { table, instance, _host: host, world, buffer: Buffer::new(), messages: 0, has_panicked: false }
    }

    /// Sends `init`.
    pub fn init(&mut self, config: Value) -> Result<()> {
        let host =
            json!({ "name": "test-kit", "version": "1.0.0", "protocol": rp_protocol::PROTOCOL_VERSION });
        let payload = json!({ "instance": "test", "config": config, "host": host });
        self.ask::<Value>(message_type::INIT, &payload).map(drop)
    }

    /// Sends a command and reads its result.
    pub fn command<R: DeserializeOwned>(&mut self, name: &str, args: impl Serialize) -> Result<R> {
        self.ask(message_type::COMMAND, &json!({ "name": name, "args": to_value(args) }))
    }

    /// Sends an event.
    pub fn event(&mut self, event: &str, data: impl Serialize) -> Result<()> {
        self.ask::<Value>(message_type::EVENT, &json!({ "event": event, "data": to_value(data) })).map(drop)
    }

    /// Sends `describe`.
    pub fn describe(&mut self) -> Result<Value> {
        self.ask(message_type::DESCRIBE, &json!({}))
    }

    /// Sends a message of any type and reads the data of its response.
    pub fn ask<R: DeserializeOwned>(&mut self, message_type: &str, payload: &Value) -> Result<R> {
        let text = self.send(message_type, &payload.to_string())?;
        match Response::parse(&text).expect("the SDK writes responses") {
            Response::Error(body) => Err(Error::of_response(body)),
            Response::Success(success) => {
                Ok(read_data(success.data).unwrap_or_else(|error| panic!("{message_type}: {error}: {text}")))
            }
        }
    }

    /// Sends a message as text; the whole response, also one that says error.
    ///
    /// # Errors
    /// Where there is no response: the answer was cancelled; the module panicked, now or before (code `panic`).
    pub fn send(&mut self, message_type: &str, payload: &str) -> Result<String> {
        if self.has_panicked {
            return Err(self.panicked());
        }
        self.messages += 1;
        self.world.write(&format!("> {message_type} {payload}"));
        let message = rp_message {
            struct_size: size_of::<rp_message>() as u32,
            flags: 0,
            id: self.messages,
            cause: 0,
            r#type: borrowed(message_type),
            payload: borrowed(payload),
        };
        let (handle, instance) = (self.table.handle_message, self.instance);
        let handle = handle.expect("the SDK's table has every function");
        // SAFETY: rules 1, 2 and 6: message and reply live until the call returns, the instance as long as the kit,
        // and `&mut self` keeps calls apart.
        let (status, bytes) =
            self.buffer.fill(|reply| unsafe { handle(instance, &raw const message, reply) });
        match status {
            status::OK | status::FAILED => {
                let text = str::from_utf8(bytes).expect("the SDK writes UTF-8").to_owned();
                self.world.write(&format!("< {text}"));
                Ok(text)
            }
            status::CANCELLED => {
                self.world.write("< cancelled");
                Err(Error::cancelled())
            }
            status::PANIC => {
                self.has_panicked = true;
                self.world.write("< panicked");
                Err(self.panicked())
            }
            status => panic!("no response, status {status}; the log has {:?}", self.world.logged()),
        }
    }

    /// What the module panicked with; the SDK wrote it into the log.
    fn panicked(&self) -> Error {
        let lines = self.world.logged().into_iter().map(|line| line.text);
        let text = lines.rev().find(|text| text.starts_with("panicked"));
        Error::new(code::PANIC, text.unwrap_or_else(|| "panicked".to_owned()))
    }

    /// Lets `answer` answer the messages of a type that the module sends, from now on. It sees the payload.
    ///
    /// Until then events are taken, and everything else gets code `unavailable`.
    pub fn answer(&self, message_type: &str, answer: impl FnMut(&Value) -> Result<Value> + Send + 'static) {
        self.world.answer(message_type, Box::new(answer));
    }

    /// Sets the time: UTC, microseconds since 1970. At first it is 2024-01-01 00:00.
    pub fn set_time(&self, now_us: i64) {
        self.world.set_time(now_us);
    }

    /// Begins the random bytes anew.
    pub fn set_seed(&self, seed: u64) {
        self.world.set_seed(seed);
    }

    /// Lets the module find its answer unwanted after it has asked so many times.
    pub fn cancel_after(&self, asked: u64) {
        self.world.cancel_after(asked);
    }

    /// What the module sent so far.
    pub fn sent(&self) -> Vec<Sent> {
        self.world.sent()
    }

    /// What the module wrote into the log so far.
    pub fn logged(&self) -> Vec<Logged> {
        self.world.logged()
    }

    /// The record of all that happened: `>` to the module, `<` its response; indented, what it sent and was answered, and
    /// its log. Compare it with one that was kept.
    pub fn record(&self) -> String {
        self.world.record()
    }
}

impl Drop for Kit {
    fn drop(&mut self) {
        if let Some(destroy) = self.table.destroy {
            // SAFETY: rule 6: the last call for the instance. A host leaves one that panicked alone; that of the SDK only
            // drops it, as a panic in Rust does, and so a test leaks nothing.
            unsafe { destroy(self.instance) }
        }
    }
}

fn borrowed(text: &str) -> rp_str {
    rp_str { data: text.as_ptr().cast(), len: text.len() }
}

fn to_value(value: impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_else(|error| panic!("the test's value has no JSON: {error}"))
}
