//! A call as it was planned: load, ask, print, unload.

use std::time::Duration;

use rp_host::{Instance, Message};

use super::plan::{Plan, Request};
use crate::describe;
use crate::fault::{EXIT_DATA, Fault};
use crate::json::indent;
use crate::output::Output;
use crate::running::host::RunningHost;
use crate::running::loadable::Loadable;
use crate::terminal::{headline, label};

/// Carries it out; answers the exit code.
pub fn run(plan: Plan) -> Result<u8, Fault> {
    let host = RunningHost::start(plan.host)?;
    let (target, deadline) = load(&host, &plan.instances, plan.target)?;
    let call = Call { host: &host, target, invocation: &plan.invocation, is_json: plan.is_json };
    let outcome = match &plan.request {
        Request::Send { message_type, payload, command } => {
            call.send(message_type, payload, deadline, command.as_deref())
        }
        Request::Help { command } => call.help(command).map(|()| true),
        Request::List => call.list().map(|()| true),
    };
    let unload_errors = host.unload_all();
    host.check_trace()?;
    let is_success = outcome?;
    match unload_errors.into_iter().next() {
        Some(error) => Err(error.into()),
        None => Ok(if is_success { 0 } else { EXIT_DATA }),
    }
}

/// Loads all; answers the target, and how long its answer is wanted.
fn load(
    host: &RunningHost,
    instances: &[Loadable],
    target: usize,
) -> Result<(Instance, Option<Duration>), Fault> {
    let loaded = instances.iter().map(|one| Ok((host.load(one)?.0, one.deadline)));
    let mut loaded: Vec<_> = loaded.collect::<Result<_, Fault>>()?;
    Ok(loaded.swap_remove(target))
}

/// The instance that is asked, and how its answer is printed.
struct Call<'a> {
    host: &'a RunningHost,
    target: Instance,
    invocation: &'a str,
    is_json: bool,
}

impl Call<'_> {
    /// Sends a message and prints the response; answers whether that is a success.
    fn send(
        &self,
        message_type: &str,
        payload: &str,
        deadline: Option<Duration>,
        command: Option<&str>,
    ) -> Result<bool, Fault> {
        let response = self.host.ask(&self.target, Message::new(message_type, payload), deadline)?;
        let is_success = response.is_success;
        let mut output = Output::new();
        if self.is_json {
            output.json_of_module(&response.text)?;
            return Ok(is_success);
        }
        let label = label(message_type, payload);
        output.line(&headline(&label, self.target.name(), response.elapsed_ns, is_success))?;
        output.line(&indent(&response.text))?;
        if let (false, Some(command)) = (is_success, command) {
            describe::hint(self.host, &self.target, &response.text, command, self.invocation);
        }
        // A trace has only what the user sends.
        if let (Some(command), false) = (command, self.host.is_traced()) {
            describe::note(self.host, &self.target, payload, command);
        }
        Ok(is_success)
    }

    /// Prints the help of a command.
    fn help(&self, command: &str) -> Result<(), Fault> {
        let response = describe::ask(self.host, &self.target)?;
        describe::help(&response, command, self.invocation, self.is_json, &mut Output::new())
    }

    /// Prints the list of the commands.
    fn list(&self) -> Result<(), Fault> {
        let response = describe::ask(self.host, &self.target)?;
        let mut output = Output::new();
        if self.is_json {
            return output.json_of_module(&response);
        }
        describe::list(&response, self.target.name(), self.invocation, &mut output)
    }
}
