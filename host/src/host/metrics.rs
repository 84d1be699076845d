//! The metrics of a host.

use crate::calls::instance::InstanceState;
use crate::observe::metrics::{InstanceMetrics, Metrics};
use crate::os;
use crate::services::services::Services;

/// The metrics of all instances, if the host has any.
pub(super) fn read(services: &Services) -> Option<Metrics> {
    let dispatcher = &services.dispatcher;
    let all = || dispatcher.registry.all();
    dispatcher.observers.has_metrics.then(|| Metrics {
        instances: all().iter().map(|state| of_instance(services, state.current())).collect(),
    })
}

fn of_instance(services: &Services, state: &InstanceState) -> InstanceMetrics {
    let [events_waiting, events_queued, events_refused] = services.events.counts(state);
    InstanceMetrics {
        instance: state.name.clone(),
        module: state.module.info().manifest.name.clone(),
        is_ready: state.is_ready(),
        restarts: state.lineage.restarts(),
        events_waiting,
        events_queued,
        events_refused,
        memory_bytes: state.guest.worker().and_then(|worker| os::memory_of(worker.pid)),
        messages: state.lineage.meters().read(),
    }
}
