//! Serves from the first to the last: opens, loads, waits to be told to stop, finishes, unloads.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc;

use serde_json::json;

use super::modules::Modules;
use super::plan::Plan;
use super::server::Server;
use super::signals;
use super::socket::Socket;
use super::stdio;
use crate::fault::{EXIT_DATA, Fault};
use crate::json::JsonPath;
use crate::os::{Ends, FarEnd};
use crate::output::Output;
use crate::running::host::RunningHost;
use crate::running::interrupt::Interrupt;

/// Where clients come in.
enum Door {
    Stdio(Ends<FarEnd>),
    Socket(Socket),
}

/// Serves until it is told to stop; answers the exit code.
pub fn run(plan: Plan) -> Result<u8, Fault> {
    let (stop, stopped) = mpsc::channel();
    signals::listen(stop.clone())?;
    // Before modules are loaded: they may print, and a socket in use is known at once.
    let door = match &plan.socket {
        Some(path) => Door::Socket(Socket::bind(path)?),
        None => Door::Stdio(stdio::take()?),
    };
    let host = RunningHost::start_with(plan.host, |_| Ok(Interrupt::never()))?;
    let server = match load(&host, plan.instances) {
        Ok(deadlines) => {
            let modules = Modules::new(host.host().clone(), deadlines, plan.folders);
            Arc::new(Server::new(
                host.host().clone(),
                modules,
                plan.limits,
                host.reply_limit(),
                host.bars.clone(),
            ))
        }
        Err(fault) => {
            host.unload_all();
            return Err(fault);
        }
    };
    let _socket = match door {
        Door::Stdio(ends) => stdio::serve(&server, ends, stop).map(|()| None)?,
        Door::Socket(socket) => {
            socket.serve(&server)?;
            say_ready(plan.socket.as_deref().unwrap_or(Path::new("")), plan.is_json)?;
            Some(socket)
        }
    };
    // An error would mean that nobody can tell any more.
    let _ = stopped.recv();
    end(&host, &server, plan.is_json)
}

/// Loads all; answers how long their answers are wanted, by name.
fn load(
    host: &RunningHost,
    instances: Vec<crate::running::loadable::Loadable>,
) -> Result<HashMap<String, std::time::Duration>, Fault> {
    let mut deadlines = HashMap::new();
    for one in instances {
        let (instance, _) = host.load(&one)?;
        deadlines.extend(one.deadline.map(|deadline| (instance.name().to_owned(), deadline)));
    }
    Ok(deadlines)
}

/// Tells scripts that they may connect.
fn say_ready(path: &Path, is_json: bool) -> Result<(), Fault> {
    let mut output = Output::new();
    if is_json {
        return output.json(&json!({ "socket": JsonPath(path) }));
    }
    output.line(&format!("serving at {}", crate::terminal::escaped(&path.display().to_string())))
}

/// Lets requests and events finish, then unloads everything.
fn end(host: &RunningHost, server: &Server, is_json: bool) -> Result<u8, Fault> {
    let unfinished = server.finish();
    let drained = host.drain_events();
    let mut faults: Vec<Fault> = host.unload_all().into_iter().map(Fault::from).collect();
    faults.extend(drained.err());
    if unfinished > 0 {
        let text = format!("requests that did not finish in time, and were cancelled: {unfinished}");
        faults.push(Fault::data("rp::serve::unfinished", text).help("--stop-ms gives them longer"));
    }
    host.check_trace()?;
    let exit = if faults.is_empty() { 0 } else { EXIT_DATA };
    faults.into_iter().for_each(|fault| fault.report(is_json));
    Ok(exit)
}
