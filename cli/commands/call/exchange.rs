//! A call as it was planned: load, ask, print, unload.

use std::time::Duration;

use rp_host::{Instance, Message};

use super::plan::{Plan, Request, Target};
use crate::describe;
use crate::fault::{EXIT_DATA, Fault};
use crate::json::indent;
use crate::output::Output;
use crate::running::host::{Response, RunningHost};
use crate::session::HOST;
use crate::terminal::{headline, label};

/// Carries it out; answers the exit code.
pub fn run(plan: Plan) -> Result<u8, Fault> {
    let host = RunningHost::start(plan.host)?;
    let loaded = plan.instances.iter().map(|one| Ok((host.load(one)?.0, one.deadline)));
    let mut loaded: Vec<_> = loaded.collect::<Result<_, Fault>>()?;
    let outcome = match &plan.target {
        Target::Host { message_type, payload } => ask_host(&host, message_type, payload, plan.is_json),
        Target::Instance(place, request) => {
            let (target, deadline) = loaded.swap_remove(*place);
            let call = Call { host: &host, target, invocation: &plan.invocation, is_json: plan.is_json };
            call.carry_out(request, deadline)
        }
    };
    let unload_errors = host.unload_all();
    host.check_trace()?;
    let is_success = outcome?;
    match unload_errors.into_iter().next() {
        Some(error) => Err(error.into()),
        None => Ok(if is_success { 0 } else { EXIT_DATA }),
    }
}

/// Sends a message as the owner and prints the response; answers whether that is a success.
fn ask_host(host: &RunningHost, message_type: &str, payload: &str, is_json: bool) -> Result<bool, Fault> {
    let response = host.ask_as_owner(Message::new(message_type, payload))?;
    print(&response, &label(message_type, payload), HOST, is_json)?;
    Ok(response.is_success)
}

fn print(response: &Response, label: &str, of: &str, is_json: bool) -> Result<(), Fault> {
    let mut output = Output::new();
    if is_json {
        return output.json_of_module(&response.text);
    }
    output.line(&headline(label, of, response.elapsed_ns, response.is_success))?;
    output.line(&indent(&response.text))
}

/// The instance that is asked, and how its answer is printed.
struct Call<'a> {
    host: &'a RunningHost,
    target: Instance,
    invocation: &'a str,
    is_json: bool,
}

impl Call<'_> {
    /// Does what is asked for; answers whether that is a success.
    fn carry_out(&self, request: &Request, deadline: Option<Duration>) -> Result<bool, Fault> {
        match request {
            Request::Send { message_type, payload, command } => {
                self.send(message_type, payload, deadline, command.as_deref())
            }
            Request::Help { command } => self.help(command).map(|()| true),
            Request::List => self.list().map(|()| true),
        }
    }

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
        print(&response, &label(message_type, payload), self.target.name(), self.is_json)?;
        if self.is_json {
            return Ok(is_success);
        }
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
