//! The metrics of a host.

use crate::calls::instance::InstanceState;
use crate::observe::metrics::{InstanceMetrics, Metrics, SubscriberMetrics};
use crate::os;
use crate::services::services::Services;

/// The metrics of all instances, if the host has any.
pub(super) fn read(services: &Services) -> Option<Metrics> {
    let dispatcher = &services.dispatcher;
    let all = || dispatcher.registry.all();
    dispatcher.observers.has_metrics.then(|| Metrics {
        instances: all().iter().map(|state| of_instance(services, state.current())).collect(),
        subscribers: of_subscribers(services),
    })
}

fn of_subscribers(services: &Services) -> Vec<SubscriberMetrics> {
    let mut queues = services.events.counts_of_others();
    queues.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
    let of_one_name = queues.chunk_by(|(one, _), (other, _)| one == other);
    let sum = of_one_name.map(|queues| {
        let mut one = SubscriberMetrics { subscriber: queues[0].0.clone(), ..SubscriberMetrics::default() };
        for (_, counts) in queues {
            one.events_waiting += counts.waiting;
            one.events_queued += counts.queued;
            one.events_refused += counts.refused;
            one.events_missed += counts.missed;
        }
        one
    });
    sum.collect()
}

fn of_instance(services: &Services, state: &InstanceState) -> InstanceMetrics {
    let events = services.events.counts(state);
    let calls_waiting = state.slots().waiting_threads() + services.pool.waiting(state.id);
    InstanceMetrics {
        instance: state.name.clone(),
        module: state.module.info().manifest.name.clone(),
        is_ready: state.is_ready(),
        restarts: state.lineage.restarts(),
        calls_waiting: calls_waiting as u64,
        calls_in_progress: state.slots().in_progress() as u64,
        events_waiting: events.waiting,
        events_queued: events.queued,
        events_refused: events.refused,
        memory_bytes: state.guest.worker().and_then(|worker| os::memory_of(worker.pid)),
        messages: state.lineage.meters().read(),
    }
}
