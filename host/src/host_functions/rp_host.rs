//! The host functions: what a module reaches through its `rp_host`.
//!
//! Each instance has one [`HostTable`] for the life of the process. When the instance ends the table is disconnected, so
//! that a thread that was left behind gets an answer instead of freed memory.

use core::ffi::{c_char, c_void};
use core::mem::size_of;
use core::ptr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rp_protocol::code;

use crate::abi::{RP_ERR_CANCELLED, RP_ERR_NO_MEMORY, rp_host, rp_message, rp_reply, rp_status};
use crate::border::borrowed;
use crate::border::caller_reply::is_whole;
use crate::border::message_id::MessageId;
use crate::border::module::{Handler, HostLink, Provided};
use crate::calls::call_chain::Caller;
use crate::calls::frame::{self, with_innermost};
use crate::calls::instance::LifecycleState;
use crate::calls::slots::Slot;
use crate::error::ServiceError;
use crate::host_functions::router::{self, Sender};
use crate::host_functions::sent_message::SentMessage;
use crate::observe::given::Given;
use crate::observe::log::{Level, LogRecord};
use crate::observe::observers::Observers;
use crate::platform::clock;

/// One instance's `rp_host`, and what its functions lead to.
pub(crate) struct HostTable {
    /// Its context is the address of this `HostTable`, by which the functions find it.
    abi: rp_host,
    target: Mutex<Target>,
    /// Whether what its functions answer is recorded.
    is_recorded: bool,
    /// Whether a recording answers.
    is_played: bool,
    /// The number that stands for `create` in a recording.
    creation: MessageId,
    /// The one that was made before: all are reached from `LAST`, so that no leak checker takes them for lost.
    _before: Option<&'static HostTable>,
}

static LAST: Mutex<Option<&'static HostTable>> = Mutex::new(None);

/// What an `rp_host` leads to, over the lifecycle of its instance (rule 6).
#[derive(Clone)]
enum Target {
    /// `create` runs: log, time and randomness only.
    Creating {
        observers: Arc<Observers>,
        instance: Arc<str>,
    },
    Live(Sender),
    /// The instance is gone. What one that panicked leaves is kept in sight, for no leak checker to take it for lost.
    Closed(#[expect(dead_code, reason = "only leak checkers look at it")] Option<Handler>),
}

// SAFETY: the pointers in `abi` are never written after `new`, and lead to functions that take any thread.
unsafe impl Send for HostTable {}
// SAFETY: nothing of it is written once it is shared, but for what lies behind the mutex.
unsafe impl Sync for HostTable {}

impl HostTable {
    /// Makes an `rp_host` for an instance that is about to be created. It is never freed (rule 6).
    pub(crate) fn new(observers: &Arc<Observers>, instance: &str) -> &'static HostTable {
        let target = Target::Creating { observers: Arc::clone(observers), instance: instance.into() };
        let is_recorded = observers.recorder.is_some();
        let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
        let table = Box::into_raw(Box::new(HostTable {
            abi: rp_host {
                struct_size: size_of::<rp_host>() as u32,
                flags: 0,
                context: ptr::null_mut(),
                send: Some(send),
                write_log: Some(write_log),
                cancelled: Some(cancelled),
                now_us: Some(now_us),
                random: Some(random),
            },
            target: Mutex::new(target),
            is_recorded,
            is_played: observers.playback.is_some(),
            creation: if is_recorded { MessageId::next() } else { MessageId::NONE },
            _before: *last,
        }));
        // SAFETY: just made, known to nobody else yet, and never freed.
        let table = unsafe {
            (*table).abi.context = table.cast();
            &*table
        };
        *last = Some(table);
        table
    }

    /// What `create` is given.
    pub(crate) fn link(&'static self) -> HostLink {
        let target = self.target();
        let provides = |what: fn(&Observers) -> bool| target.observers().is_some_and(what);
        let provided = Provided {
            clock: self.is_recorded || provides(|observers| observers.clock.is_some()),
            random: self.is_recorded || provides(|observers| observers.random.is_some()),
        };
        let (unwanted, deadline) = (frame::unwanted, frame::deadline);
        HostLink { table: &self.abi, unwanted, deadline, lost, provided }
    }

    /// The number that stands for `create` in a recording.
    pub(crate) fn creation(&self) -> u64 {
        self.creation.0
    }

    /// The instance is there: what it sends is routed from now on.
    pub(crate) fn connect(&self, sender: Sender) {
        *self.lock() = Target::Live(sender);
    }

    /// The instance is gone: every `send` is answered RP_ERR_CANCELLED from now on. `left` is the state of one that
    /// panicked, which stays as it is (rule 6).
    pub(crate) fn disconnect(&self, left: Option<Handler>) {
        let before = std::mem::replace(&mut *self.lock(), Target::Closed(left));
        // Dropped without the lock: it may be the last handle to the instance.
        drop(before);
    }

    /// Hands a line of log to the embedder.
    fn log(&self, message_id: u64, level: Level, text: &str) {
        // What the embedder's sink panics with must not cross the border (rule 4), and a log line is all that is lost.
        let _lost = catch_unwind(AssertUnwindSafe(|| {
            let target = self.target();
            let (instance, module, cause) = match &target {
                Target::Creating { instance, .. } => (&**instance, &**instance, MessageId::NONE),
                Target::Live(Sender { instance, .. }) => {
                    let cause =
                        instance.slots().find(MessageId(message_id)).map_or(MessageId::NONE, Slot::cause);
                    (&*instance.name, &*instance.module.info().manifest.name, cause)
                }
                Target::Closed(_) => return,
            };
            let record = LogRecord { instance, module, message_id, cause: cause.0, level, text };
            if let Some(observers) = target.observers() {
                observers.log(&record);
            }
        }));
    }

    /// Lets the recording tell what the module got of `what` for the message that this thread handles.
    fn record(&self, what: &'static str, note: impl FnOnce(&mut Given)) {
        if !self.is_recorded {
            return;
        }
        let target = self.target();
        let Some(recorder) = target.observers().and_then(|observers| observers.recorder.as_ref()) else {
            return;
        };
        let handled = with_innermost(|frame| {
            Some(frame.filter(|frame| ptr::eq(frame.instance.host.table, &self.abi))?.id)
        });
        let id = match &target {
            Target::Creating { .. } => Some(self.creation),
            _ => handled,
        };
        let is_placed = id.is_some_and(|id| recorder.give(id.0, note));
        if let (false, Target::Live(Sender { instance, .. }), Some(observers)) =
            (is_placed, &target, target.observers())
        {
            observers.write(|recorder| recorder.unplaced(&instance.name, what));
        }
    }

    fn target(&self) -> Target {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Target> {
        self.target.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Target {
    fn observers(&self) -> Option<&Observers> {
        match self {
            Target::Creating { observers, .. } => Some(observers),
            Target::Live(sender) => Some(sender.observers()),
            Target::Closed(_) => None,
        }
    }
}

/// Finds the table of a host pointer that a module passed.
///
/// # Safety
/// `host` is NULL or the table of a `HostTable::link`; rule 11 says that it is passed exactly as given.
unsafe fn table_of(host: *const rp_host) -> Option<&'static HostTable> {
    // SAFETY: what `link` gave is never freed nor written, and its context leads to its `HostTable`.
    unsafe { Some(&*host.as_ref()?.context.cast::<HostTable>()) }
}

/// Lets the instance of a table die whose process has ended.
fn lost(table: &rp_host) {
    // SAFETY: only the link of a `HostTable` has this function, and it comes with that table.
    if let Some(Target::Live(sender)) = unsafe { table_of(table) }.map(HostTable::target) {
        sender.instance.lose();
    }
}

unsafe extern "C" fn send(
    host: *const rp_host,
    message: *const rp_message,
    reply: *mut rp_reply,
) -> rp_status {
    // SAFETY: rule 1: the reply is what its struct_size says.
    if message.is_null() || reply.is_null() || !unsafe { is_whole(reply) } {
        return RP_ERR_NO_MEMORY;
    }
    // SAFETY: rule 11: the host pointer is passed as `create` got it.
    let Some(table) = (unsafe { table_of(host) }) else { return RP_ERR_NO_MEMORY };
    // SAFETY: rules 2 and 3: the message is not NULL, and valid until this call returns.
    let message = unsafe { SentMessage::read(message) };
    let answer = catch_unwind(AssertUnwindSafe(|| match table.target() {
        // SAFETY: rules 1 and 3: the reply is valid and this call's alone until it returns.
        Target::Creating { .. } => unsafe {
            router::refuse(
                reply,
                &ServiceError::new(code::NOT_INITIALIZED, "send works from init on; create is too early"),
            )
        },
        Target::Closed(_) => RP_ERR_CANCELLED,
        Target::Live(sender) => with_innermost(|frame| {
            let caller = match frame {
                Some(frame) => Caller::Frame(frame),
                None => Caller::of_cause(&sender.instance, message.cause()),
            };
            // SAFETY: rules 1 and 3: the reply is valid and this call's alone until it returns.
            unsafe { router::send(&sender, caller, &message, reply) }
        }),
    }));
    // SAFETY: the reply is still this call's alone. A panic in a service of the embedder is an error of this one message.
    answer.unwrap_or_else(|_| unsafe {
        router::refuse(reply, &ServiceError::new(code::INTERNAL, "the host panicked while it answered"))
    })
}

unsafe extern "C" fn write_log(
    host: *const rp_host,
    message_id: u64,
    level: i32,
    text: *const c_char,
    len: usize,
) {
    // SAFETY: rule 11: the host pointer is passed as `create` got it.
    let Some(table) = (unsafe { table_of(host) }) else { return };
    if text.is_null() && len == 0 {
        return;
    }
    // SAFETY: rule 2: the text is borrowed until this call returns.
    match unsafe { borrowed::bytes(text, len) } {
        Ok(text) => table.log(message_id, Level::from_abi(level), &String::from_utf8_lossy(text)),
        Err(fault) => {
            table.log(message_id, Level::Error, &format!("a line of log is lost, since its text {fault}"));
        }
    }
}

unsafe extern "C" fn cancelled(host: *const rp_host, message_id: u64) -> i32 {
    // SAFETY: rule 11: the host pointer is passed as `create` got it.
    let Some(table) = (unsafe { table_of(host) }) else { return 1 };
    let id = MessageId(message_id);
    if table.is_played {
        let target = table.target();
        let playback = target.observers().and_then(|observers| observers.playback.as_ref());
        let is_cancelled = id != MessageId::NONE && playback.is_some_and(|playback| playback.is_cancelled());
        return i32::from(is_cancelled);
    }
    // The usual case needs no lock: this thread handles the message that it asks about.
    let here = with_innermost(|frame| {
        let frame = frame.filter(|frame| frame.id == id && ptr::eq(frame.instance.host.table, &table.abi))?;
        Some(frame.slot.is_cancelled(id))
    });
    let answer = here.unwrap_or_else(|| match table.target() {
        Target::Creating { .. } => id != MessageId::NONE,
        Target::Closed(_) => true,
        Target::Live(Sender { instance, .. }) if id == MessageId::NONE => {
            instance.state() >= LifecycleState::Closing
        }
        Target::Live(Sender { instance, .. }) => {
            instance.slots().find(id).is_none_or(|slot| slot.is_cancelled(id))
        }
    });
    if table.is_recorded && id != MessageId::NONE {
        let target = table.target();
        let recorder = target.observers().and_then(|observers| observers.recorder.as_ref());
        // Nobody handles a message that is over, and no answer to it depends on when it is asked.
        recorder.map(|recorder| recorder.give(id.0, |given| given.asked(answer)));
    }
    i32::from(answer)
}

unsafe extern "C" fn now_us(host: *const rp_host) -> i64 {
    // SAFETY: rule 11: the host pointer is passed as `create` got it.
    let table = unsafe { table_of(host) };
    let own = catch_unwind(AssertUnwindSafe(|| {
        table.and_then(|table| table.target().observers().map(Observers::now_us))
    }));
    let now_us = own.ok().flatten().unwrap_or_else(clock::system_now_us);
    note(table, "now_us", |given| given.now_us(now_us));
    now_us
}

/// Lets the recording tell what a module got.
fn note(table: Option<&HostTable>, what: &'static str, note: impl FnOnce(&mut Given)) {
    // What the embedder's sink panics with must not cross the border (rule 4).
    let _lost = catch_unwind(AssertUnwindSafe(|| {
        if let Some(table) = table {
            table.record(what, note);
        }
    }));
}

unsafe extern "C" fn random(host: *const rp_host, data: *mut c_void, len: usize) {
    // SAFETY: rule 11: the host pointer is passed as `create` got it.
    let table = unsafe { table_of(host) };
    // SAFETY: the caller lends `len` bytes until this call returns.
    match unsafe { borrowed::room(data, len) } {
        Ok(bytes) => {
            fill(table, bytes);
            note(table, "random", |given| given.random(bytes));
        }
        Err(fault) => {
            let text = format!("no random bytes are written, since the room for them {fault}");
            table.into_iter().for_each(|table| table.log(0, Level::Error, &text));
        }
    }
}

/// Fills memory from the embedder's source of randomness, or where there is none from the system's.
fn fill(table: Option<&HostTable>, bytes: &mut [u8]) {
    let own = catch_unwind(AssertUnwindSafe(|| match table.map(HostTable::target) {
        Some(target) => target.observers().map(|observers| observers.random(bytes)),
        None => None,
    }));
    if !matches!(own, Ok(Some(()))) {
        clock::system_random(bytes);
    }
}
