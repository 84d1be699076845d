//! An async program that calls modules: a call is awaited, and a caller that goes away takes its message back. Loading and
//! unloading block, so they get one of tokio's threads for blocking work.
//!
//! `cargo run --example embed_tokio [FOLDER]`, where FOLDER has the modules; without it, where cargo leaves them.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rp_host::store::SqliteStore;
use rp_host::{CallOptions, Grants, Host, LoadOptions, library_file_name};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::time::{interval, timeout};

// One thread, so that a call that blocked the runtime would be seen.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let folder = std::env::args_os().nth(1).map_or_else(built, |folder| Ok(PathBuf::from(folder)))?;
    for line in run(&folder).await? {
        println!("{line}");
    }
    Ok(())
}

/// Where cargo leaves modules, beside the folder of this example.
fn built() -> std::io::Result<PathBuf> {
    let program = std::env::current_exe()?;
    Ok(program.ancestors().nth(2).unwrap_or(Path::new(".")).join("deps"))
}

/// Loads two instances and lets them work; answers what happened.
pub async fn run(modules: &Path) -> Result<Vec<String>, Box<dyn Error + Send + Sync>> {
    let (reports, mut progress) = mpsc::unbounded_channel();
    let modules = modules.to_owned();
    let host = tokio::task::spawn_blocking(move || start(&modules, reports)).await??;
    let (scribe, reader) = host.instance("scribe").zip(host.instance("reader")).ok_or("no such instance")?;
    let mut lines = Vec::new();

    let note = json!({"entity": "note", "operation": "create", "data": {"parish": "Blankenhain"}});
    let wrote: Value = scribe.command_async("send", &json!({"type": "mutation", "payload": note})).await?;
    lines.push(format!("the scribe wrote version {}", wrote["version"]));

    // Two calls at once: each instance works on its own, and the runtime stays free.
    let query = json!({"type": "query", "payload": {"entity": "note"}});
    let (found, worked, ticks) = tokio::join!(
        reader.command_async::<_, Value>("send", &query),
        scribe.command_async::<_, Value>("work", &json!({"steps": 100})),
        ticks_for(Duration::from_millis(50)),
    );
    lines.push(format!("the reader found {}", found?["count"]));
    lines.push(format!("the scribe did {} steps", worked?["done"]));
    lines.push(format!("the runtime was free meanwhile: {}", ticks >= 5));
    let first = progress.recv().await.unwrap_or_default();
    lines.push(format!("the first report was {first}"));

    // Nobody waits for a minute's work: the module is told, and stops. So it is if the call has a timeout of its own.
    let long = json!({"steps": 60_000});
    let dropped = timeout(Duration::from_millis(100), scribe.command_async::<_, Value>("work", &long)).await;
    lines.push(format!("the long work ended in time: {}", dropped.is_ok()));
    let soon = CallOptions::new().timeout(Duration::from_millis(100));
    if let Err(error) = scribe.with(&soon).command_async::<_, Value>("work", &long).await {
        lines.push(error.code().to_owned());
    }

    let asked = json!({"type": "command", "payload": {"module": "reader", "name": "heard"}});
    let heard: Value = scribe.command_async("send", &asked).await?;
    lines.push(format!("the reader heard {}", heard["events"][0]["event"]));
    let errors = tokio::task::spawn_blocking(move || host.unload_all()).await?;
    errors.into_iter().next().map_or(Ok(lines), |error| Err(error.into()))
}

/// How often a clock ticked that the runtime drives.
async fn ticks_for(time: Duration) -> usize {
    let mut clock = interval(time / 10);
    let mut ticks = 0;
    let _ = timeout(time, async {
        loop {
            clock.tick().await;
            ticks += 1;
        }
    })
    .await;
    ticks
}

/// Loading reads files and runs the modules' code: blocking work.
fn start(modules: &Path, reports: mpsc::UnboundedSender<String>) -> Result<Host, rp_host::Error> {
    let host = Host::builder()
        .name("embed-tokio")
        .store(Arc::new(SqliteStore::in_memory()?))
        .on_progress(move |report| {
            // Sending never blocks; where nobody listens any more, nothing is lost.
            let _ = reports.send(format!("{} of {}", report.done, report.total.unwrap_or(0.0)));
        })
        .build();
    // Both are the module test-relay, which asks the host whatever it is told to ask.
    let module = modules.join(library_file_name("test-relay"));
    let list = |names: &[&str]| names.iter().map(ToString::to_string).collect();
    let of_scribe = Grants { write: list(&["note"]), call: list(&["reader"]), ..Grants::default() };
    let of_reader = Grants { read: list(&["note"]), subscribe: list(&["entity.*"]), ..Grants::default() };
    host.load_with(&module, LoadOptions::new().instance("scribe").grants(of_scribe))?;
    host.load_with(&module, LoadOptions::new().instance("reader").grants(of_reader))?;
    Ok(host)
}
