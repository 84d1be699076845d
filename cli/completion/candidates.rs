//! What is offered where a module, its command or the arguments of that are being typed.

use clap_complete::engine::{CompletionCandidate, PathCompleter, ValueCompleter};
use rp_host::config::{ConfigFile, InstancePlan};

use super::asked::Asked;
use super::module;
use crate::describe::{Offer, offers};
use crate::session::HOST;
use crate::terminal::escaped;

/// Files, or the instances of the configuration.
pub fn files(asked: &Asked) -> Vec<CompletionCandidate> {
    let Some(config) = &asked.config else {
        let paths = PathCompleter::any().complete(asked.line.typed().as_ref());
        return paths.into_iter().filter_map(|path| insertable_path(asked, &path)).collect();
    };
    let Ok(config) = ConfigFile::read(config) else { return Vec::new() };
    let instances = config.instance_names().filter_map(|name| candidate(asked, name, ""));
    instances.chain(candidate(asked, HOST, "The host itself, with --type")).collect()
}

fn insertable_path(asked: &Asked, path: &CompletionCandidate) -> Option<CompletionCandidate> {
    let value = asked.line.insertable(path.get_value().to_str()?)?;
    Some(CompletionCandidate::new(value).hide(path.is_hide_set()))
}

/// The commands of the module.
pub fn commands(asked: &Asked) -> Vec<CompletionCandidate> {
    let offers = if asked.is_typed { Vec::new() } else { of_module(asked) };
    offers.iter().filter_map(|offer| candidate(asked, &offer.name, &offer.sentence)).collect()
}

/// Arguments of the command: with the keys that it requires, and with all that it knows.
pub fn arguments(asked: &Asked) -> Vec<CompletionCandidate> {
    let offers = if asked.is_typed { Vec::new() } else { of_module(asked) };
    let Some(offer) = offers.into_iter().find(|offer| Some(&offer.name) == asked.command.as_ref()) else {
        return Vec::new();
    };
    let all = offer.all.filter(|all| Some(all) != offer.example.as_ref());
    let help = if all.is_some() { "the example of its help" } else { "" };
    let example = offer.example.and_then(|text| candidate(asked, &text, help));
    example.into_iter().chain(all.and_then(|text| candidate(asked, &text, "every key"))).collect()
}

fn candidate(asked: &Asked, value: &str, help: &str) -> Option<CompletionCandidate> {
    let is_meant = value.starts_with(&asked.line.typed());
    let value = is_meant.then(|| asked.line.insertable(value))??;
    let help = (!help.is_empty()).then(|| escaped(help).into());
    Some(CompletionCandidate::new(value).help(help))
}

/// What the module says about its commands; nothing if it says nothing in time.
fn of_module(asked: &Asked) -> Vec<Offer> {
    let response = asked.file.as_ref().and_then(|file| match &asked.config {
        None => module::describe(file, asked.init.as_deref().unwrap_or("{}")),
        Some(config) => {
            let plan = instance(config, file)?;
            module::describe(&plan.path, &plan.options.configuration().to_string())
        }
    });
    response.map(|response| offers(&response)).unwrap_or_default()
}

fn instance(config: &std::path::Path, name: &std::path::Path) -> Option<InstancePlan> {
    let plans = ConfigFile::read(config).ok()?.locate_each(&[]);
    plans.into_iter().flatten().find(|plan| name.as_os_str() == plan.name.as_str())
}
