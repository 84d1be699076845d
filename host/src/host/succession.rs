//! Instances that take the place of others: new code for a live one, a new start for a dead one.

use std::sync::Arc;
use std::time::Duration;

use crate::border::message_id::MessageId;
use crate::border::module::Module;
use crate::calls::exclusive::ExclusiveGuard;
use crate::calls::instance::{Birth, InstanceState, LifecycleState};
use crate::calls::lineage::{Afterlife, Lineage};
use crate::error::{CallFault, LoadFault};
use crate::host::lifecycle;
use crate::host::worker;
use crate::observe::log::Level;
use crate::options::load::LoadOptions;
use crate::platform::start_thread::start_thread;
use crate::services::services::Services;

/// Why new code did not take the place of an instance.
pub(super) enum Refused {
    /// The instance could not be brought to rest, or is gone.
    Old(CallFault),
    /// The new code is not ready.
    New(LoadFault),
}

/// Lets `module` take the place of an instance, which goes on if that fails.
pub(super) fn replace(
    services: &Arc<Services>,
    old: &Arc<InstanceState>,
    module: Arc<dyn Module>,
    options: LoadOptions,
) -> Result<Arc<InstanceState>, Refused> {
    if old.state() == LifecycleState::Dead {
        return replace_dead(services, old, module, options);
    }
    let lineage = Arc::new(Lineage::new(options.restarts()));
    let next = Next { module, options, lineage };
    if !old.transition(LifecycleState::Ready, LifecycleState::Replacing) {
        return Err(Refused::Old(old.unavailable()));
    }
    let limit = services.dispatcher.wait_limit;
    let guard = lifecycle::await_calls(services, old, limit).map_err(|fault| {
        go_on(old);
        Refused::Old(fault)
    })?;
    match raise(services, old, Some(&guard), next) {
        Ok(successor) => {
            retire(services, old, guard);
            Ok(successor)
        }
        Err(fault) => {
            go_on(old);
            Err(Refused::New(fault))
        }
    }
}

/// There are no calls to wait for, but it may be being restarted just now.
fn replace_dead(
    services: &Arc<Services>,
    dead: &Arc<InstanceState>,
    module: Arc<dyn Module>,
    options: LoadOptions,
) -> Result<Arc<InstanceState>, Refused> {
    let raising = dead.lineage.lock(lifecycle::may_wait(services));
    if raising.is_none() {
        return Err(Refused::Old(dead.unavailable()));
    }
    if dead.successor().is_some() {
        drop(raising);
        return replace(services, dead.current(), module, options);
    }
    let lineage = Arc::new(Lineage::new(options.restarts()));
    raise(services, dead, None, Next { module, options, lineage }).map_err(Refused::New)
}

/// Makes an instance ready again that was to be replaced.
fn go_on(old: &InstanceState) {
    old.transition(LifecycleState::Replacing, LifecycleState::Ready);
    old.slots().wake();
}

/// What an instance is made of that takes the place of another.
struct Next {
    module: Arc<dyn Module>,
    options: LoadOptions,
    lineage: Arc<Lineage>,
}

/// Makes an instance ready and puts it into the place of `old`, whose slots are held unless it is dead; or leaves nothing of
/// it.
fn raise(
    services: &Arc<Services>,
    old: &Arc<InstanceState>,
    guard: Option<&ExclusiveGuard<'_>>,
    next: Next,
) -> Result<Arc<InstanceState>, LoadFault> {
    let registry = &services.dispatcher.registry;
    let payload = lifecycle::init_payload(&old.name, services, &next.options, &next.lineage)?;
    let birth = Birth { id: old.id, name: old.name.clone(), options: next.options, lineage: next.lineage };
    let successor = lifecycle::create(services, birth, next.module)?;
    if let Err(fault) = registry.enter_successor(&successor) {
        lifecycle::end_quietly(&services.dispatcher, &successor);
        return Err(fault);
    }
    let id = MessageId::next();
    // Whoever waits for the old one waits for the init of the new one: a circle through both is found.
    guard.into_iter().for_each(|guard| guard.show(id));
    let ready = lifecycle::init(&services.dispatcher, &successor, id, &payload).and_then(|()| {
        services.events.move_over(&services.dispatcher, old, &successor).map_err(LoadFault::NoThread)
    });
    if let Err(fault) = ready {
        registry.leave(&successor);
        lifecycle::end_quietly(&services.dispatcher, &successor);
        return Err(fault);
    }
    if !registry.put_in_place(old, &successor) {
        registry.leave(&successor);
        report(services, lifecycle::unload(services, &successor));
        return Err(LoadFault::PlaceGone(successor.name.clone()));
    }
    old.give_way_to(Arc::clone(&successor));
    worker::announce_start(&services.dispatcher.observers, &successor);
    Ok(successor)
}

/// Ends an instance whose place another took. It is told last, so that nothing had told it to end if that had failed.
fn retire(services: &Services, old: &Arc<InstanceState>, guard: ExclusiveGuard<'_>) {
    old.transition(LifecycleState::Replacing, LifecycleState::Closing);
    report(services, lifecycle::finish(&services.dispatcher, old, guard));
}

fn report(services: &Services, outcome: Result<(), crate::error::Error>) {
    if let Err(error) = outcome {
        services.dispatcher.observers.log_own(Level::Error, &error.to_string());
    }
}

/// Starts an instance again that has just died, on a thread of its own.
pub(super) fn restart(services: &Arc<Services>, dead: &InstanceState) {
    if !dead.is_coming_back() {
        return log(services, dead, Level::Error, &death(dead));
    }
    let Some(dead) = services.dispatcher.registry.handle(dead) else {
        return dead.set_afterlife(Afterlife::None);
    };
    let (name, restarting, for_thread) =
        (format!("restart-{}", dead.name), Arc::clone(&dead), Arc::clone(services));
    let started = start_thread(&name, move || bring_back(&for_thread, &restarting));
    if let Err(error) = started {
        let text = format!("it is not started again, since no thread could be started: {error}");
        log(services, &dead, Level::Error, &text);
        give_up(services, &dead, Afterlife::GivenUp);
    }
}

/// Starts a dead instance again, as often as its policy allows.
fn bring_back(services: &Arc<Services>, dead: &Arc<InstanceState>) {
    log(services, dead, Level::Warn, &death(dead));
    loop {
        match dead.afterlife() {
            Afterlife::Now => {}
            // Until the pause is over, unless there is to be no restart any more.
            Afterlife::At(start) => dead.await_return(Some(start)),
            Afterlife::None | Afterlife::GivenUp => return,
        }
        let _raising = dead.lineage.lock(true);
        if !dead.is_coming_back() {
            return;
        }
        let (options, lineage) = (dead.options.clone(), Arc::clone(&dead.lineage));
        let next = Next { module: Arc::clone(&dead.module), options, lineage };
        match raise(services, dead, None, next) {
            Ok(_) => {
                dead.lineage.count_restart();
                return log(services, dead, Level::Info, "it was started again");
            }
            Err(LoadFault::PlaceGone(_)) => return,
            Err(fault) => {
                let afterlife = dead.lineage.count_death(fault.code());
                give_up(services, dead, afterlife);
                let text = format!("it could not be started again: {fault}; {}", outlook(dead));
                log(services, dead, Level::Error, &text);
            }
        }
    }
}

/// Says what follows, and lets go of what waits for the instance if that is nothing.
fn give_up(services: &Services, dead: &Arc<InstanceState>, afterlife: Afterlife) {
    dead.set_afterlife(afterlife);
    worker::announce_outlook(&services.dispatcher.observers, dead);
    if !dead.is_coming_back() {
        services.events.unsubscribe(dead);
    }
    if !dead.is_awaited() {
        services.pool.refuse_all(dead);
    }
}

fn log(services: &Services, instance: &InstanceState, level: Level, text: &str) {
    services.dispatcher.observers.log_own(level, &format!("{}: {text}", instance.name));
}

/// Why an instance is dead, and what follows.
fn death(dead: &InstanceState) -> String {
    format!("{}; {}", dead.guest.death_reason(), outlook(dead))
}

/// What follows the death of an instance, for the log.
fn outlook(dead: &InstanceState) -> String {
    let restart = dead.lineage.restart();
    match dead.afterlife() {
        Afterlife::Now => "it is started again at once".to_owned(),
        Afterlife::At(start) => {
            let left = start.saturating_duration_since(std::time::Instant::now());
            format!("it is started again in {:.3} s", left.as_secs_f64())
        }
        Afterlife::None => "it stays dead".to_owned(),
        Afterlife::GivenUp => format!(
            "it stays dead, since it was started again {} times within {}",
            restart.attempts,
            seconds(restart.within)
        ),
    }
}

fn seconds(time: Duration) -> String {
    format!("{} s", time.as_secs_f64())
}
