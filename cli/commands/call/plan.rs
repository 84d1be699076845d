//! What a call is to do, from its command line and its configuration. Nothing is started or loaded yet.

use std::rc::Rc;

use rp_host::Restart;
use rp_host::config::ConfigFile;

use super::options::Options;
use crate::arguments::global::Global;
use crate::arguments::json::{init_config, json_argument};
use crate::fault::Fault;
use crate::running::loadable::Loadable;
use crate::running::log_filter::LogFilter;
use crate::running::plan::HostPlan;
use crate::session::HOST;
use crate::terminal::escaped;
use crate::wasm::limit::refuse_native;

/// One call.
pub struct Plan {
    pub host: HostPlan,
    /// What is loaded, in this order.
    pub instances: Vec<Loadable>,
    pub target: Target,
    /// How the user calls the module, up to the command.
    pub invocation: String,
    pub is_json: bool,
}

/// Who is asked, and what.
pub enum Target {
    /// The instance in that place among those that are loaded.
    Instance(usize, Request),
    /// The host, by its owner, who may do everything.
    Host { message_type: String, payload: String },
}

/// What the instance is asked.
pub enum Request {
    /// A message. `command` is its name where the command line gives one without a type.
    Send { message_type: String, payload: String, command: Option<String> },
    /// The help of a command.
    Help { command: String },
    /// The list of its commands.
    List,
}

/// Reads the configuration and, where the command line says so, standard input.
pub fn plan(options: &Options, global: &Global) -> Result<Plan, Fault> {
    let request = request(options)?;
    let config = options.config.as_ref().map(ConfigFile::read).transpose()?.map(Rc::new);
    // Warnings about missing grants matter only to those who send the module a message.
    let is_message = matches!(request, Request::Send { .. });
    let (instances, target) = match &config {
        Some(config) => configured(options, config, request)?,
        None => (vec![module(options)?], Target::Instance(0, request)),
    };
    let quiet = if is_message { LogFilter::default() } else { LogFilter::errors() };
    let mut host = options.host.plan(global, config, quiet);
    host.inputs = instances.iter().map(|one| one.path.clone()).collect();
    Ok(Plan { host, instances, target, invocation: invocation(options), is_json: global.json })
}

fn request(options: &Options) -> Result<Request, Fault> {
    match (&options.message_type, &options.command) {
        (None, Some(command)) if options.is_help => Ok(Request::Help { command: command.clone() }),
        (None, Some(command)) => {
            let args = json_argument("the arguments", options.args.as_deref())?;
            let name = serde_json::Value::from(command.as_str());
            let payload = format!(r#"{{"name":{name},"args":{args}}}"#);
            let message_type = rp_protocol::message_type::COMMAND.to_owned();
            Ok(Request::Send { message_type, payload, command: Some(command.clone()) })
        }
        (None, None) => Ok(Request::List),
        (Some(_), Some(_)) if options.args.is_some() => {
            Err(Fault::environment("rp::usage", "--type takes one argument, the payload")
                .help("rp call FILE --type TYPE [PAYLOAD]"))
        }
        (Some(message_type), payload) => {
            let payload = json_argument("the payload", payload.as_deref())?;
            rp_protocol::is_object(&payload).map_err(|fault| {
                Fault::environment("rp::usage", fault.to_string()).help("give one JSON object")
            })?;
            Ok(Request::Send { message_type: message_type.clone(), payload, command: None })
        }
    }
}

/// The one file that the command line names.
fn module(options: &Options) -> Result<Loadable, Fault> {
    refuse_native(&options.file, &options.host.wasm_limits)?;
    // One call, and then the end: nobody would use a second worker.
    let mut load = options.host.load_options().restart(Restart::NEVER);
    if let Some(init) = &options.init {
        load = load.config(init_config(init)?);
    }
    Ok(Loadable::found("", options.file.clone(), load))
}

/// All instances of the configuration, and which of them, or the host, is asked.
fn configured(
    options: &Options,
    config: &ConfigFile,
    request: Request,
) -> Result<(Vec<Loadable>, Target), Fault> {
    let instances = options.host.instances(config, &[])?;
    if options.file.as_os_str() == HOST {
        return Ok((instances, host(request)?));
    }
    let is_target = |one: &Loadable| options.file.as_os_str() == one.name.as_str();
    if let Some(target) = instances.iter().position(is_target) {
        return Ok((instances, Target::Instance(target, request)));
    }
    let names: Vec<&str> = instances.iter().map(|one| one.name.as_str()).collect();
    let (path, name) = (config.path().display(), options.file.display());
    Err(Fault::environment("rp::call::unknown_instance", format!("{path} has no instance {name}"))
        .help(format!("it has {}", names.join(", "))))
}

/// The host, which has no commands.
fn host(request: Request) -> Result<Target, Fault> {
    match request {
        Request::Send { message_type, payload, command: None } => Ok(Target::Host { message_type, payload }),
        _ => Err(Fault::environment("rp::usage", "the host has no commands; --type says what it is sent")
            .help("rp call --config RP.TOML host --type query '{\"entity\":\"note\"}'")),
    }
}

fn invocation(options: &Options) -> String {
    let file = options.file.display();
    escaped(&match &options.config {
        Some(config) => format!("rp call --config {} {file}", config.display()),
        None => format!("rp call {file}"),
    })
}
