//! Says how a host is to be.

use core::ffi::{c_char, c_void};

use std::fs::File;
use std::path::PathBuf;

use host::config::ConfigFile;
use host::{Error, Host, HostBuilder, HostFault};

use crate::abi::{rph_clock_fn, rph_drop_fn, rph_json_fn, rph_log_fn, rph_random_fn, rph_service_fn};
use crate::callback::Context;
use crate::contain::{Outcome, argument, contain, contain_or, given, hand_over};
use crate::error::rph_error;
use crate::host::rph_host;
use crate::options::{self, BuilderOptions};
use crate::service::service;
use crate::sinks;
use crate::text::text;

/// Says how a host is to be.
/// [one]
pub struct rph_builder {
    builder: HostBuilder,
    /// In the order in which they were given.
    files: Vec<ConfigFile>,
    /// Where it is recorded.
    record: Option<PathBuf>,
}

impl rph_builder {
    fn change(&mut self, change: impl FnOnce(HostBuilder) -> HostBuilder) {
        let builder = std::mem::replace(&mut self.builder, Host::builder());
        self.builder = change(builder);
    }

    fn build(self) -> Outcome<Host> {
        let mut builder = self.builder;
        let mut plans = Vec::new();
        // Before a file that is there is emptied.
        let redacts = |file: &ConfigFile| !file.host_options().trace.redact.is_empty();
        if self.record.is_some() && self.files.iter().any(redacts) {
            return Err(argument(
                "options",
                "record has every message whole, and trace.redact keeps values out",
            ));
        }
        if let Some(path) = &self.record {
            builder = builder
                .record(File::create(path).map_err(|error| Error::host(HostFault::Recording { error }))?);
        }
        for file in &self.files {
            plans.push((file, file.locate(&[])?));
            builder = file.configure(builder)?;
        }
        let host = builder.build();
        for (file, plans) in &plans {
            for plan in plans {
                file.load(&host, plan)?;
            }
        }
        host.check_recording()?;
        Ok(host)
    }
}

/// Sets a callback without an error. One that is NULL, or for no builder, is dropped at once.
fn set<F>(
    builder: Option<&mut rph_builder>,
    callback: Option<F>,
    context: Context,
    change: impl FnOnce(HostBuilder, F, Context) -> HostBuilder,
) {
    contain_or((), || {
        if let (Some(builder), Some(callback)) = (builder, callback) {
            builder.change(|builder| change(builder, callback, context));
        }
    });
}

/// A builder of a host with the usual limits, without a store or an instance. Never NULL.
/// [any-thread]
#[unsafe(no_mangle)]
pub extern "C" fn rph_builder_new() -> Option<Box<rph_builder>> {
    contain_or(None, || {
        Some(Box::new(rph_builder { builder: Host::builder(), files: Vec::new(), record: None }))
    })
}

/// Options: {"name", "version", "call_threads", "count_calls", "metrics", "worker_program", "record"},
/// and all keys of an rp.toml: "limits", "trace", "store", "folders", "wasm", "module", "instance". Paths in
/// them are relative to the working directory. record is a file, whose old content is lost, for what
/// it takes to play the instances again with rp replay; rph_unload_all tells where it could not be
/// written.
/// [one]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rph_builder_options(
    builder: Option<&mut rph_builder>,
    json: *const c_char,
    len: usize,
) -> Option<Box<rph_error>> {
    contain(|| {
        let builder = given("builder", builder)?;
        // SAFETY: C lends the text until this call returns (rule 3 of rp_host.h).
        let mut options: BuilderOptions = unsafe { options::read(json, len) }?;
        let file = options.configuration()?;
        builder.record = options.record.take().or(builder.record.take());
        builder.change(|before| options.apply(before));
        builder.files.extend(file);
        Ok(())
    })
}

/// Reads and checks an rp.toml. The host gets its limits, its store and, when it is built, its
/// instances, in the order of the file.
/// [one] [may-block]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rph_builder_config(
    builder: Option<&mut rph_builder>,
    path: *const c_char,
    len: usize,
) -> Option<Box<rph_error>> {
    contain(|| {
        let builder = given("builder", builder)?;
        // SAFETY: C lends the text until this call returns (rule 3 of rp_host.h).
        let path = unsafe { text("path", path, len) }?;
        builder.files.push(host::config::read(path)?);
        Ok(())
    })
}

/// log takes each line of log, on the thread that wrote it.
/// [one]
#[unsafe(no_mangle)]
pub extern "C" fn rph_builder_on_log(
    builder: Option<&mut rph_builder>,
    log: rph_log_fn,
    context: *mut c_void,
    drop: rph_drop_fn,
) {
    set(builder, log, Context::new(context, drop), |builder, log, context| {
        builder.on_log(move |line| sinks::log(log, &context, line))
    });
}

/// trace takes each message with its response, as a line of a trace file, on the thread that sent
/// it, before the answer goes back: {"time_us","start_ns","thread","id","cause","from","to",
/// "type","payload","outcome","response","elapsed_ns"}. With it every call takes some hundred
/// nanoseconds longer.
/// [one]
#[unsafe(no_mangle)]
pub extern "C" fn rph_builder_on_trace(
    builder: Option<&mut rph_builder>,
    trace: rph_json_fn,
    context: *mut c_void,
    drop: rph_drop_fn,
) {
    set(builder, trace, Context::new(context, drop), |builder, trace, context| {
        builder.trace(move |record| sinks::json(trace, &context, record))
    });
}

/// progress takes each report of progress, on the thread that sent it:
/// {"instance","message_id","done","total","note"}.
/// [one]
#[unsafe(no_mangle)]
pub extern "C" fn rph_builder_on_progress(
    builder: Option<&mut rph_builder>,
    progress: rph_json_fn,
    context: *mut c_void,
    drop: rph_drop_fn,
) {
    set(builder, progress, Context::new(context, drop), |builder, progress, context| {
        builder.on_progress(move |report| sinks::json(progress, &context, &sinks::Progress::of(report)))
    });
}

/// worker takes what happens to the processes of isolated modules, on the thread that notices it:
/// {"instance","pid","change","text"}; change is started, crashed, restarting or gave_up. It calls
/// nothing of this file.
/// [one]
#[unsafe(no_mangle)]
pub extern "C" fn rph_builder_on_worker(
    builder: Option<&mut rph_builder>,
    worker: rph_json_fn,
    context: *mut c_void,
    drop: rph_drop_fn,
) {
    set(builder, worker, Context::new(context, drop), |builder, worker, context| {
        builder.on_worker(move |event| sinks::json(worker, &context, &sinks::Worker::of(event)))
    });
}

/// event takes each event that the pattern covers (a name, "prefix.*" or "*"), on a thread of its
/// own, one after the other: {"event","data","from","cause"}. rph_subscribe is for threads of the
/// program.
/// [one]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rph_builder_on_event(
    builder: Option<&mut rph_builder>,
    pattern: *const c_char,
    len: usize,
    event: rph_json_fn,
    context: *mut c_void,
    drop: rph_drop_fn,
) -> Option<Box<rph_error>> {
    let context = Context::new(context, drop);
    contain(|| {
        let (builder, event) = (given("builder", builder)?, given("event", event)?);
        // SAFETY: C lends the text until this call returns (rule 3 of rp_host.h).
        let pattern = unsafe { text("pattern", pattern, len) }?;
        builder.change(|before| before.on_event(pattern, move |heard| sinks::json(event, &context, heard)));
        Ok(())
    })
}

/// clock tells modules the time, in place of the system's.
/// [one]
#[unsafe(no_mangle)]
pub extern "C" fn rph_builder_clock(
    builder: Option<&mut rph_builder>,
    clock: rph_clock_fn,
    context: *mut c_void,
    drop: rph_drop_fn,
) {
    set(builder, clock, Context::new(context, drop), |builder, clock, context| {
        builder.clock(move || sinks::now(clock, &context))
    });
}

/// random makes the random bytes that modules get, in place of the system.
/// [one]
#[unsafe(no_mangle)]
pub extern "C" fn rph_builder_random(
    builder: Option<&mut rph_builder>,
    random: rph_random_fn,
    context: *mut c_void,
    drop: rph_drop_fn,
) {
    set(builder, random, Context::new(context, drop), |builder, random, context| {
        builder.random(move |bytes| sinks::fill(random, &context, bytes))
    });
}

/// answer answers the messages of one type that modules send; rph_add_service adds one to a host.
/// [one]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rph_builder_service(
    builder: Option<&mut rph_builder>,
    r#type: *const c_char,
    len: usize,
    answer: rph_service_fn,
    context: *mut c_void,
    drop: rph_drop_fn,
) -> Option<Box<rph_error>> {
    let context = Context::new(context, drop);
    contain(|| {
        let (builder, answer) = (given("builder", builder)?, given("answer", answer)?);
        // SAFETY: C lends the text until this call returns (rule 3 of rp_host.h).
        let message_type = unsafe { text("type", r#type, len) }?;
        builder.change(|before| before.service(message_type, service(answer, context)));
        Ok(())
    })
}

/// Builds the host, and loads the instances of its configuration. The builder is gone then, also
/// after an error. Build early: it takes microseconds while the process has one thread, and some
/// ten milliseconds from then on.
/// [one] [may-block]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rph_builder_build(
    builder: Option<Box<rph_builder>>,
    out: *mut *mut rph_host,
) -> Option<Box<rph_error>> {
    contain(|| -> Outcome {
        let builder = builder.ok_or_else(|| argument("builder", "it is NULL"))?;
        // SAFETY: C gives NULL or a place for the pointer (rule 1 of rp_host.h).
        unsafe { hand_over(out, || Ok(rph_host::new(builder.build()?))) }
    })
}

/// Frees a builder of which no host was built.
/// [one]
#[unsafe(no_mangle)]
pub extern "C" fn rph_builder_free(builder: Option<Box<rph_builder>>) {
    contain_or((), || drop(builder));
}
