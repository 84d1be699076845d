//! The host in C and our modules, built by one compiler with one sanitizer.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use rp_host::{Host, Instance};
use serde_json::{Value, json};

use super::planted::run;
use support::is_full;
use support::{Source, built, root};

/// A compiler for each language, and the options that bring the sanitizer in.
pub struct Kit {
    pub c: &'static str,
    /// None where the sanitizer cannot see through the C++ library.
    pub cpp: Option<&'static str>,
    pub options: &'static [&'static str],
}

/// How many of what: `host.c`.
pub struct Load {
    pub instances: u32,
    pub threads: u32,
    pub rounds: u32,
}

impl Kit {
    /// Options for [`Source`].
    pub fn source(&self, source: Source) -> Source {
        self.options.iter().fold(source.compiler(self.c), |source, option| source.flag(*option))
    }

    /// Runs the host with a module and messages, each of a type and a payload.
    pub fn host(&self, load: &Load, library: &Path, messages: &[(&str, String)]) -> Output {
        let program = self
            .source(Source::new("tests/conformance/sanitizers/host.c").flag("-pthread").flag("-ldl"))
            .program(&[]);
        let counts = [load.instances, load.threads, load.rounds].map(|count| count.to_string());
        let messages = messages.iter().flat_map(|(message_type, payload)| [*message_type, payload.as_str()]);
        run(Command::new(program).args(counts).arg(library).args(messages))
    }

    /// A module of modules-c/, if this kit can build it.
    fn build(&self, name: &str, folder: &Path) -> Option<PathBuf> {
        let entries = root().join("modules-c").join(name).read_dir().unwrap();
        let sources: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        let of = |ending: &str| {
            sources.iter().filter(|path| path.extension().is_some_and(|e| e == ending)).collect()
        };
        let (c, cpp): (Vec<_>, Vec<_>) = (of("c"), of("cpp"));
        let (mut compiler, sources) = match cpp.is_empty() {
            true => (Command::new(self.c), c),
            false => (Command::new(self.cpp?), cpp),
        };
        let library = folder.join(rp_host::library_file_name(name));
        // Not optimised: that would take five times as long.
        compiler.args(["-O0", "-fPIC", "-shared", "-fvisibility=hidden", "-I"]).arg(root().join("include"));
        let output = run(compiler.args(self.options).args(sources).arg("-o").arg(&library));
        assert!(output.status.success(), "{compiler:?}: {}", super::planted::printed(&output));
        Some(library)
    }

    /// Name and library of every module of modules-c/, in the short form without the large one in C++, which takes longer
    /// to compile than all others; what cannot be built is said.
    pub fn modules(&self, folder: &Path) -> Vec<(&'static str, PathBuf)> {
        let names = env!("RP_MODULES_C").split(',').filter(|name| is_full() || *name != "research-log-cpp");
        let modules = names.filter_map(|name| match self.build(name, folder) {
            Some(library) => Some((name, library)),
            None => {
                println!("{name} is left out: the C++ library is not built with this sanitizer");
                None
            }
        });
        let modules: Vec<_> = modules.collect();
        assert!(modules.len() >= 2, "C and plain at least: {modules:?}");
        modules
    }
}

/// Something of every kind for a module, and each of its commands.
pub fn messages(module: &str) -> Vec<(&'static str, String)> {
    let host = Host::new();
    let instance = host.load(built(module)).unwrap();
    let mut messages: Vec<_> = commands(&instance)
        .iter()
        .flat_map(|name| {
            [json!({}), json!({"text": "\u{e9}\u{1F600}\\", "id": "x", "name": "x", "limit": 1}), json!([])]
                .map(|args| ("command", json!({"name": name, "args": args}).to_string()))
        })
        .collect();
    for message_type in ["describe", "command", "query", "mutation", "event", "x-own"] {
        let payloads =
            [json!({}), json!({"entity": "x", "event": "x.y", "data": {"a": [1.5, null]}}), json!(1)];
        messages.extend(payloads.map(|payload| (message_type, payload.to_string())));
        messages.push((message_type, "{\"broken".to_owned()));
    }
    messages
}

fn commands(instance: &Instance) -> Vec<String> {
    let mut reply = rp_host::Reply::new();
    instance.call(&rp_host::Message::new("describe", "{}"), &mut reply).unwrap();
    let told: Value = serde_json::from_slice(reply.as_bytes()).unwrap();
    let commands = told["data"]["commands"].as_array().unwrap().iter();
    commands.map(|command| command["name"].as_str().unwrap().to_owned()).collect()
}
