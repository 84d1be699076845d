//! A whole program around modules: an rp.toml says which, the program hears what they emit, awaits its calls, and gives one
//! of them new code while it runs.
//!
//! `cargo run --example embed_config [RP.TOML]`, by default `examples/embed_config.toml`.

use std::error::Error;
use std::path::Path;
use std::time::Duration;

use rp_host::{CallOptions, Host, config};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let file = std::env::args_os().nth(1).unwrap_or_else(|| "examples/embed_config.toml".into());
    run(Path::new(&file)).await?.iter().for_each(|line| println!("{line}"));
    Ok(())
}

/// Loads what the file names and lets it work; answers what happened.
pub async fn run(file: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let (sender, mut heard) = mpsc::unbounded_channel();
    let builder = Host::builder()
        .on_log(|line| eprintln!("{}: {}", line.instance, line.text))
        .on_event("research_log.*", move |event| drop(sender.send(event.name.clone())));
    let host = config::read(file)?.start(builder)?;
    let named = |name: &str| host.instance(name).ok_or(format!("rp.toml names no instance {name}"));
    let (log, desk, minimal) = (named("log")?, named("desk")?, named("minimal")?);

    // Two calls at once, and what the program hears of them.
    let title = json!({"title": "Parents of John Ryan"});
    let (created, pong) = tokio::join!(
        log.command_async::<_, Value>("create_log", &title),
        minimal.command_async::<_, Value>("ping", &json!({})),
    );
    let mut lines = vec![format!("log {} and message {}", created?["data"]["number"], pong?["messages"])];
    lines.push(format!("heard {}", heard.recv().await.unwrap_or_default()));

    // A call that takes too long.
    let soon = CallOptions::new().timeout(Duration::from_millis(50));
    let late = desk.with(&soon).command_async::<_, Value>("work", &json!({"steps": 60_000})).await;
    lines.extend(late.err().map(|error| error.to_string()));

    // New code, here from the same file: the handle reaches it, and its state is new.
    let (replacing, code) = (host.clone(), minimal.path().unwrap_or(file).to_owned());
    spawn_blocking(move || replacing.replace("minimal", code)).await??;
    let pong: Value = minimal.command_async("ping", &json!({})).await?;
    lines.push(format!("message {} again", pong["messages"]));
    let faults = spawn_blocking(move || host.unload_all()).await?;
    lines.extend(faults.iter().map(ToString::to_string));
    Ok(lines)
}
