//! Drives a module through the lives of an instance.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::difference::Difference;
use super::replayed::Replayed;
use super::script::Script;
use crate::border::message::Message;
use crate::border::message_id::MessageId;
use crate::border::module::Module;
use crate::border::reply::Reply;
use crate::calls::instance::{Birth, InstanceId, InstanceState, LifecycleState};
use crate::calls::invoke::Ids;
use crate::calls::lineage::Lineage;
use crate::calls::watched::outcome;
use crate::error::LoadFault;
use crate::host::host::Host;
use crate::host::lifecycle;
use crate::options::load::LoadOptions;
use crate::options::restart::Restart;
use crate::recording::life::Life;
use crate::recording::line::Recorded;

/// A module that is played to.
pub(super) struct Drive<'a, F> {
    pub(super) host: &'a Host,
    pub(super) script: &'a Script,
    pub(super) module: &'a Arc<dyn Module>,
    pub(super) options: LoadOptions,
    pub(super) differs: F,
    pub(super) outcome: Replayed,
    /// Whether the replay was broken off.
    pub(super) is_over: bool,
}

impl<F: FnMut(&Difference) -> ControlFlow<()>> Drive<'_, F> {
    /// Plays one life of the instance to a new instance, unless the replay is over.
    pub(super) fn play(&mut self, life: Life) -> Result<(), LoadFault> {
        if self.is_over {
            self.outcome.not_played += life.messages.len() as u64;
            return Ok(());
        }
        self.life(life)
    }

    fn life(&mut self, life: Life) -> Result<(), LoadFault> {
        let life = Arc::new(life);
        let services = self.host.services();
        let lineage = Arc::new(Lineage::new(Restart::NEVER));
        let name = life.module.instance.clone();
        let birth = Birth { id: InstanceId::next(), name, options: self.options.clone(), lineage };
        self.script.begin_life(Arc::clone(&life));
        let instance = lifecycle::create(services, birth, Arc::clone(self.module))?;
        let created = self.script.end();
        if self.tell(&created).is_continue() {
            self.messages(&life, &instance)?;
        } else {
            self.outcome.not_played += life.messages.len() as u64;
        }
        lifecycle::end_quietly(&services.dispatcher, &instance);
        Ok(())
    }

    fn messages(&mut self, life: &Life, instance: &Arc<InstanceState>) -> Result<(), LoadFault> {
        let dispatcher = &self.host.services().dispatcher;
        let failed = |fault| LoadFault::InitFailed { instance: instance.name.clone(), fault };
        let guard = dispatcher.take_all_slots(instance, dispatcher.wait_limit).map_err(failed)?;
        let mut reply = Reply::with_limit(dispatcher.reply_limit);
        for (place, recorded) in life.messages.iter().enumerate() {
            if ended_by_time(recorded) {
                self.outcome.skipped += 1;
                continue;
            }
            if instance.state() == LifecycleState::Dead {
                self.outcome.not_played += (life.messages.len() - place) as u64;
                break;
            }
            self.script.begin(place);
            reply.clear();
            let ids = Ids { id: MessageId(recorded.id), cause: MessageId(recorded.cause) };
            let message = Message::new(&recorded.message_type, &recorded.payload);
            let now = outcome(&dispatcher.call_again(&guard, ids, &message, &mut reply));
            self.outcome.messages += 1;
            if recorded.message_type == rp_protocol::message_type::INIT && now == "success" {
                // A worker that is lost shows in the state, before the next message.
                let _lost = instance.set_ready();
            }
            let mut differences = self.script.end();
            differences.extend(self.compare(recorded, now, &reply));
            if self.tell(&differences).is_break() {
                self.outcome.not_played += (life.messages.len() - place - 1) as u64;
                break;
            }
        }
        guard.forget();
        Ok(())
    }

    fn compare(&self, recorded: &Recorded, now: &str, reply: &Reply) -> Option<Difference> {
        let differs = |field: &str, then: &str, now: &str| Difference {
            id: recorded.id,
            message: recorded.label(),
            field: field.to_owned(),
            recorded: then.to_owned(),
            now: now.to_owned(),
        };
        let response = String::from_utf8_lossy(reply.as_bytes());
        if recorded.outcome == now {
            let is_alike = self.script.are_alike(&recorded.response, &response);
            return (!is_alike).then(|| differs("response", &recorded.response, &response));
        }
        let shown = |outcome: &str, response: &str| match outcome {
            "success" | "error" => response.to_owned(),
            fault => fault.to_owned(),
        };
        Some(differs("outcome", &shown(&recorded.outcome, &recorded.response), &shown(now, &response)))
    }

    fn tell(&mut self, differences: &[Difference]) -> ControlFlow<()> {
        self.outcome.differences += differences.len() as u64;
        let told = differences.iter().try_for_each(&mut self.differs);
        self.is_over |= told.is_break();
        told
    }
}

/// Whether a message ended by a deadline or a cancellation that the module did not find by asking: nothing can repeat that.
fn ended_by_time(recorded: &Recorded) -> bool {
    let is_over = ["rp::call::timeout", "rp::call::cancelled"].contains(&&*recorded.outcome);
    is_over && recorded.given.cancelled.is_none()
}
