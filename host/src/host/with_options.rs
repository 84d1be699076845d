//! Calls of an instance with options.

use rp_protocol::{Event, Mutation, Query, message_type};
use serde_core::Serialize;
use serde_core::de::{DeserializeOwned, IgnoredAny};
use serde_json::value::RawValue;

use crate::border::call_options::CallOptions;
use crate::error::Error;
use crate::host::instance_handle::Instance;

/// The calls of an [`Instance`] with [`CallOptions`]; made by [`Instance::with`].
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct WithOptions<'a> {
    pub(super) instance: &'a Instance,
    pub(super) options: &'a CallOptions,
}

impl Instance {
    /// The same calls with a deadline, a timeout or a token.
    ///
    /// ```no_run
    /// use std::time::Duration;
    /// use rp_host::{CallOptions, Host};
    /// use serde_json::{Value, json};
    ///
    /// # fn main() -> Result<(), rp_host::Error> {
    /// # let host = Host::new();
    /// let log = host.load("libresearch_log.so")?;
    /// let soon = CallOptions::new().timeout(Duration::from_millis(200));
    /// let created: Value = log.with(&soon).command("create_log", &json!({"title": "Parents of John Ryan"}))?;
    /// # let _ = created;
    /// # Ok(())
    /// # }
    /// ```
    pub fn with<'a>(&'a self, options: &'a CallOptions) -> WithOptions<'a> {
        WithOptions { instance: self, options }
    }
}

impl WithOptions<'_> {
    /// Runs a command and returns its result.
    ///
    /// # Errors
    /// As for [`Instance::command`], and `rp::call::timeout` or `rp::call::cancelled` if the answer did not come while it was
    /// wanted.
    pub fn command<A, R>(&self, name: &str, args: &A) -> Result<R, Error>
    where
        A: Serialize + ?Sized,
        R: DeserializeOwned,
    {
        self.instance.run_command(name, args, self.options)
    }

    /// Queries entities.
    ///
    /// # Errors
    /// As for [`command`](WithOptions::command).
    pub fn query<R: DeserializeOwned>(&self, query: &Query<'_>) -> Result<R, Error> {
        self.instance.typed(message_type::QUERY, query, self.options)
    }

    /// Changes an entity.
    ///
    /// # Errors
    /// As for [`command`](WithOptions::command).
    pub fn mutate<R: DeserializeOwned>(&self, mutation: &Mutation<'_>) -> Result<R, Error> {
        self.instance.typed(message_type::MUTATION, mutation, self.options)
    }

    /// Delivers an event to this instance and waits for its answer, as [`Instance::deliver_event`] does.
    ///
    /// # Errors
    /// As for [`command`](WithOptions::command).
    pub fn deliver_event(&self, event: &Event<'_>) -> Result<(), Error> {
        self.instance.typed::<IgnoredAny>(message_type::EVENT, event, self.options).map(|_| ())
    }

    /// Sends `describe` and returns the result as it came.
    ///
    /// # Errors
    /// As for [`command`](WithOptions::command).
    pub fn describe(&self) -> Result<Box<RawValue>, Error> {
        self.instance.typed(message_type::DESCRIBE, &serde_json::Map::new(), self.options)
    }
}
