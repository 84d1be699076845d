//! The lifecycle of an instance (rule 6): `create` and `init`, then `shutdown` and `destroy`.

use std::sync::Arc;
use std::time::Duration;

use rp_protocol::{HostIdentity, Init, PROTOCOL_VERSION, Response, Restarted, message_type};
use serde_json::value::RawValue;

use crate::border::message::Message;
use crate::border::message_id::MessageId;
use crate::border::module::{Module, Profile};
use crate::border::reply::Reply;
use crate::border::response::read_response;
use crate::calls::dispatcher::Dispatcher;
use crate::calls::exclusive::ExclusiveGuard;
use crate::calls::frame::with_innermost;
use crate::calls::instance::{Availability, Birth, InstanceId, InstanceState, LifecycleState, OnEnd, Watch};
use crate::calls::lineage::{Afterlife, Lineage};
use crate::error::{CallFault, Error, LoadFault};
use crate::host::recorded;
use crate::host::worker;
use crate::host_functions::router::Sender;
use crate::host_functions::rp_host::HostTable;
use crate::observe::log::Level;
use crate::observe::observers::HOST_NAME;
use crate::observe::step_watch;
use crate::options::load::LoadOptions;
use crate::platform::current_step;
use crate::services::capabilities::ungranted;
use crate::services::events::JOIN_LIMIT;
use crate::services::services::Services;

/// Makes an instance ready with `create` and `init`, or leaves nothing of it.
pub(crate) fn start(
    services: &Arc<Services>,
    module: Arc<dyn Module>,
    options: &LoadOptions,
) -> Result<Arc<InstanceState>, LoadFault> {
    let dispatcher = &services.dispatcher;
    let name = options.instance.clone().unwrap_or_else(|| module.info().manifest.name.clone());
    if name == HOST_NAME {
        return Err(LoadFault::ReservedName(name));
    }
    let lineage = Arc::new(Lineage::new(options.restarts()));
    let payload = init_payload(&name, services, options, &lineage)?;
    if dispatcher.registry.by_name(&name).is_some_and(|other| other.state() != LifecycleState::Dead) {
        return Err(LoadFault::DuplicateName(name));
    }
    let birth = Birth { id: InstanceId::next(), name, options: options.clone(), lineage };
    let instance = create(services, birth, module)?;
    match dispatcher.registry.enter(&instance) {
        Ok(displaced) => displaced.iter().for_each(|dead| abandon(services, dead)),
        Err(fault) => {
            end_quietly(dispatcher, &instance);
            return Err(fault);
        }
    }
    let ready = init(dispatcher, &instance, MessageId::next(), &payload)
        .and_then(|()| services.events.subscribe(dispatcher, &instance).map_err(LoadFault::NoThread));
    if let Err(fault) = ready {
        end_quietly(dispatcher, &instance);
        dispatcher.registry.leave(&instance);
        return Err(fault);
    }
    worker::announce_start(&dispatcher.observers, &instance);
    Ok(instance)
}

/// Runs `create`. The instance can send from then on, but nothing reaches it yet.
pub(crate) fn create(
    services: &Arc<Services>,
    birth: Birth,
    module: Arc<dyn Module>,
) -> Result<Arc<InstanceState>, LoadFault> {
    let dispatcher = &services.dispatcher;
    let options = &birth.options;
    let manifest = &module.info().manifest;
    if let Some(notice) = ungranted(&birth.name, manifest, &options.grants_for(manifest)) {
        dispatcher.observers.log_own(Level::Warn, &notice);
    }
    let table = HostTable::new(&dispatcher.observers, &birth.name);
    let link = table.link();
    let file = module.info().path.as_deref();
    let create = || current_step::during(&birth.name, "ran create", file, || module.create(link, options));
    recorded::enter(&dispatcher.observers, table);
    let guest = watched(dispatcher, &birth.name, "create", create).inspect_err(|_| {
        recorded::forget(&dispatcher.observers, table);
        table.disconnect(None);
    })?;
    recorded::created(&dispatcher.observers, table, &birth, module.info());
    let is_serial = dispatcher.observers.recorder.is_some();
    let watch = Watch { is_watched: dispatcher.observers.is_watching(), is_serial };
    let on_end = cut_off(table, services);
    let instance = Arc::new(InstanceState::new(birth, module, guest, link, watch, on_end));
    table.connect(Sender { instance: Arc::clone(&instance), services: Arc::clone(services) });
    Ok(instance)
}

/// Makes the function that cuts an instance off from the host when it has ended. The state of one that panicked stays
/// as it is (rule 6).
fn cut_off(table: &'static HostTable, services: &Arc<Services>) -> OnEnd {
    let services = Arc::clone(services);
    Box::new(move |instance| {
        let left = (instance.state() == LifecycleState::Dead).then_some(instance.handler);
        table.disconnect(left);
        let comes_back = instance.is_coming_back();
        if !comes_back {
            services.events.unsubscribe(instance);
        }
        if instance.availability() == Availability::Gone {
            services.pool.refuse_all(instance);
        }
        services.dispatcher.wait_graph.wake(|waiter| waiter.sender == Some(instance.id));
        if instance.state() == LifecycleState::Dead {
            worker::announce_death(&services.dispatcher.observers, instance);
        }
        if instance.afterlife() != Afterlife::None {
            (services.on_death)(&services, instance);
        }
    })
}

/// Ends an instance that did not become ready. The caller is told why it did not, so a fault of `destroy` goes to the
/// log.
pub(crate) fn end_quietly(dispatcher: &Dispatcher, instance: &InstanceState) {
    if let Err(fault) = end(dispatcher, instance) {
        let error = Error::call(&instance.name, "destroy", fault);
        dispatcher.observers.log_own(Level::Error, &error.to_string());
    }
}

pub(super) fn init_payload(
    instance: &str,
    services: &Services,
    options: &LoadOptions,
    lineage: &Lineage,
) -> Result<String, LoadFault> {
    if !options.config.is_object() {
        return Err(LoadFault::ConfigNotAnObject);
    }
    let not_an_object = |_| LoadFault::ConfigNotAnObject;
    let config = RawValue::from_string(options.config.to_string()).map_err(not_an_object)?;
    let restart = lineage.last_fall().map(|(count, code)| Restarted { count, code: code.into() });
    let init = Init {
        instance: instance.into(),
        config: &config,
        host: HostIdentity {
            name: services.identity.name.as_str().into(),
            version: services.identity.version.as_str().into(),
            protocol: PROTOCOL_VERSION.into(),
        },
        restart,
    };
    serde_json::to_string(&init).map_err(not_an_object)
}

/// Runs `init`, as message `id`, with no call beside it; the instance is ready after it.
pub(super) fn init(
    dispatcher: &Dispatcher,
    instance: &Arc<InstanceState>,
    id: MessageId,
    payload: &str,
) -> Result<(), LoadFault> {
    let run = || {
        let guard = dispatcher.take_all_slots(instance, dispatcher.wait_limit)?;
        call_alone(dispatcher, instance, &guard, id, (message_type::INIT, payload))?;
        instance.set_ready()
    };
    run().map_err(|fault| LoadFault::InitFailed { instance: instance.name.clone(), fault })
}

fn call_alone(
    dispatcher: &Dispatcher,
    instance: &InstanceState,
    guard: &ExclusiveGuard<'_>,
    id: MessageId,
    (message_type, payload): (&'static str, &str),
) -> Result<(), CallFault> {
    let mut reply = Reply::with_limit(dispatcher.reply_limit);
    let message = Message::new(message_type, payload);
    let status = watched(dispatcher, &instance.name, message_type, || {
        dispatcher.call_exclusively(guard, id, &message, &mut reply)
    })?;
    match read_response(status, &reply)? {
        Response::Success(_) => Ok(()),
        Response::Error(body) => Err(CallFault::from_answer(&body)),
    }
}

/// Runs a step that has no time limit; if it takes longer than the wait limit, the log says so.
fn watched<R>(dispatcher: &Dispatcher, instance: &str, step: &'static str, work: impl FnOnce() -> R) -> R {
    step_watch::during(&dispatcher.observers, dispatcher.wait_limit, instance, step, work)
}

/// Unloads every instance, the newest first.
pub(crate) fn unload_all(services: &Services) -> Vec<Error> {
    if let Err(forked) = services.check_process() {
        return vec![forked];
    }
    let all = services.dispatcher.registry.all();
    let mut errors: Vec<Error> =
        all.iter().rev().filter_map(|instance| unload(services, instance).err()).collect();
    if !all.is_empty() {
        // The last changes have been answered, and no more are expected.
        errors.extend(services.store.as_ref().and_then(|store| store.check().err()));
    }
    errors
}

/// Ends an instance: the calls in flight, `shutdown` alone, `destroy`.
///
/// # Errors
/// If it is still busy after the wait limit (it stays loaded), or if `shutdown` or `destroy` failed (it is gone).
pub(crate) fn unload(services: &Services, instance: &Arc<InstanceState>) -> Result<(), Error> {
    services.check_process()?;
    unload_within(services, instance, services.dispatcher.wait_limit)
}

/// The same, but the calls in flight have this long to end.
pub(crate) fn unload_within(
    services: &Services,
    instance: &Arc<InstanceState>,
    limit: Duration,
) -> Result<(), Error> {
    let dispatcher = &services.dispatcher;
    let error = |operation: &str, fault| Error::call(&instance.name, operation, fault);
    if instance.state() == LifecycleState::Dead {
        abandon(services, instance);
        return match instance.successor() {
            Some(successor) => unload_within(services, successor.current(), limit),
            None => Ok(()),
        };
    }
    if !instance.transition(LifecycleState::Ready, LifecycleState::Closing) {
        return Err(error("unload", instance.unavailable()));
    }
    instance.slots().wake();
    services.pool.refuse_all(instance);
    let guard = match await_calls(services, instance, limit) {
        Ok(guard) => guard,
        Err(fault) => {
            instance.transition(LifecycleState::Closing, LifecycleState::Ready);
            return Err(error("unload", fault));
        }
    };
    services.events.unsubscribe(instance);
    let ended = finish(dispatcher, instance, guard);
    dispatcher.registry.leave(instance);
    join_events(services, instance);
    ended
}

/// The last steps of an instance whose slots are all held: `shutdown`, then `destroy`, whatever `shutdown` answers.
pub(super) fn finish(
    dispatcher: &Dispatcher,
    instance: &InstanceState,
    guard: ExclusiveGuard<'_>,
) -> Result<(), Error> {
    let error = |operation: &str, fault| Error::call(&instance.name, operation, fault);
    let answer = shutdown(dispatcher, instance, &guard);
    guard.forget();
    let ended = end(dispatcher, instance);
    answer.map_err(|fault| error("shutdown", fault))?;
    ended.map_err(|fault| error("destroy", fault))
}

/// Lets go of a dead instance, which is not to be started again.
fn abandon(services: &Services, dead: &Arc<InstanceState>) {
    dead.set_afterlife(Afterlife::None);
    // If it is being started again just now, that comes first.
    let _raising = dead.lineage.lock(may_wait(services));
    services.dispatcher.registry.leave(dead);
    services.events.unsubscribe(dead);
    services.pool.refuse_all(dead);
    // A handler may still be running in it, so its thread is not waited for.
    services.events.join(dead.id, Duration::ZERO);
}

/// Whether this thread may wait for another one that makes an instance ready: not while it handles a message or holds a
/// turn, which that one may wait for.
pub(super) fn may_wait(services: &Services) -> bool {
    with_innermost(|frame| frame.is_none()) && !services.dispatcher.wait_graph.is_in_turn()
}

/// Waits for the thread that delivered events to the instance, so that nothing of the host runs on its behalf any more.
fn join_events(services: &Services, instance: &InstanceState) {
    if !services.events.join(instance.id, JOIN_LIMIT) {
        let text = format!("{}: the thread that delivered its events still runs", instance.name);
        services.dispatcher.observers.log_own(Level::Warn, &text);
    }
}

/// Waits for the calls in flight. The time that a subscriber has already spent on an event counts.
pub(super) fn await_calls<'i>(
    services: &Services,
    instance: &'i Arc<InstanceState>,
    limit: Duration,
) -> Result<ExclusiveGuard<'i>, CallFault> {
    let since = services.events.at_work(instance.id);
    let already = since.map_or(Duration::ZERO, |since| since.elapsed());
    let guard = services.dispatcher.take_all_slots(instance, limit.saturating_sub(already));
    guard.map_err(|fault| match fault {
        CallFault::Timeout { waited } => {
            instance.give_up();
            let step = if since.is_some() { "events" } else { "calls in flight" };
            CallFault::StillAtWork { step, waited: waited + already }
        }
        fault => fault,
    })
}

fn shutdown(
    dispatcher: &Dispatcher,
    instance: &InstanceState,
    guard: &ExclusiveGuard<'_>,
) -> Result<(), CallFault> {
    match call_alone(dispatcher, instance, guard, MessageId::next(), (message_type::SHUTDOWN, "{}")) {
        // A plain module may know neither `shutdown` nor `describe`.
        Err(CallFault::Answered { .. }) if instance.module.info().profile == Profile::Plain => Ok(()),
        answer => answer,
    }
}

/// Cuts the instance off from the host, then destroys it with no lock held, so that it can join its threads.
fn end(dispatcher: &Dispatcher, instance: &InstanceState) -> Result<(), CallFault> {
    if instance.state() == LifecycleState::Dead {
        return Ok(());
    }
    instance.close();
    let file = instance.module.info().path.as_deref();
    watched(dispatcher, &instance.name, "destroy", || {
        current_step::during(&instance.name, "ran destroy", file, || {
            // SAFETY: no call is in flight, or none ever was, and none follows, since the instance is closed (rule 6).
            unsafe { instance.guest.destroy() }
        })
    })
}
