//! One client at standard input and output.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::Sender;

use super::client::Client;
use super::server::{Connection, Server};
use super::watch::watch;
use crate::fault::Fault;
use crate::os::{self, Ends, FarEnd};

/// Takes standard input and output away from the modules, which might write to one or read from the other.
pub fn take() -> Result<Ends<FarEnd>, Fault> {
    let refuse =
        |error: io::Error| Fault::environment("rp::input", format!("standard input and output: {error}"));
    os::take_stdio().map_err(refuse)
}

/// Serves on a thread of its own, which says when the input has ended.
pub fn serve(server: &Arc<Server>, ends: Ends<FarEnd>, ended: Sender<()>) -> Result<(), Fault> {
    // The thread that reads standard input cannot be woken: when nobody reads the output any more, the process ends without it.
    let left = ended.clone();
    let client = Client::new(server, ends.output, move |_| {
        let _ = left.send(());
    });
    server.note(Arc::clone(&client) as Arc<dyn Connection>);
    if let Some(far_end) = ends.far_end {
        watch(&client, far_end);
    }
    let input = ends.input;
    let work = move || {
        client.serve(input);
        // Nobody waits where a signal came first.
        let _ = ended.send(());
    };
    let spawned = std::thread::Builder::new().name("client".to_owned()).spawn(work);
    spawned
        .map(drop)
        .map_err(|error| Fault::environment("rp::input", format!("no thread for standard input: {error}")))
}
