//! One instance, and what is sent to it.

use core::ffi::{CStr, c_char, c_void};
use core::mem::size_of;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use rp_host::abi::{RP_ERR_NO_MEMORY, RP_ERR_PANIC, RP_FAILED, RP_OK, rp_message, rp_reply, rp_str};
use rp_host::unchecked::{UncheckedInstance, Verdict};
use rp_host::{CallFault, Error, LoadFault, LoadOptions};
use rp_protocol::Response;
use serde_json::Value;

use crate::check_host::{CheckHost, Stage, locked};
use crate::journal::{self, LOADER, shown};
use crate::outcome::{Stop, blocked, fail};
use crate::pages::{Place, Placed};
use crate::probe::{Growth, Misuse, Probe};
use crate::subject::{Functions, Plain};

/// One live instance with a host of its own. It ends by the rules when it is dropped.
pub(crate) struct Instance {
    functions: Functions,
    state: State,
    pub(crate) host: &'static CheckHost,
    life: Mutex<Life>,
}

/// What `create` made.
enum State {
    Native(*mut c_void),
    /// None once it is destroyed.
    Loaded(Mutex<Option<UncheckedInstance>>),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Life {
    Created,
    Ready,
    Over,
}

// SAFETY: rule 5: an instance may be called from whatever thread; all but the address of its state is Send by itself.
unsafe impl Send for Instance {}
// SAFETY: what a check shares, it calls as rule 5 allows; all but the address of its state is Sync by itself.
unsafe impl Sync for Instance {}

/// One message and how it is passed.
#[derive(Clone, Debug)]
pub(crate) struct Ask<'a> {
    pub(crate) message_type: &'a str,
    pub(crate) payload: &'a str,
    pub(crate) flags: u32,
    pub(crate) cause: u64,
    /// `struct_size` covers fields that this version does not know.
    pub(crate) is_newer: bool,
    pub(crate) place: Place,
    pub(crate) growth: Growth,
}

impl<'a> Ask<'a> {
    pub(crate) fn new(message_type: &'a str, payload: &'a str) -> Self {
        Ask {
            message_type,
            payload,
            flags: 0,
            cause: 0,
            is_newer: false,
            place: Place::Heap,
            growth: Growth::default(),
        }
    }
}

/// What came back.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answer {
    /// What was sent, shortened.
    pub(crate) asked: String,
    pub(crate) status: i32,
    pub(crate) bytes: Vec<u8>,
    pub(crate) misuses: Vec<Misuse>,
    pub(crate) grow_calls: usize,
    pub(crate) failed_grows: usize,
    /// The code of what its loader found.
    pub(crate) found: Option<&'static str>,
}

/// A response, read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Said {
    pub(crate) is_success: bool,
    pub(crate) data: Option<Value>,
    pub(crate) error: String,
    pub(crate) code: Option<String>,
}

/// A plain module that returned NULL: no status of the ABI says that.
const RETURNED_NULL: i32 = -1;

/// A message as a newer host passes it.
#[repr(C)]
struct Newer {
    message: rp_message,
    trailer: [u64; 4],
}

impl Instance {
    /// Makes one; None if the module could not.
    pub(crate) fn create(functions: Functions, host: &'static CheckHost) -> Option<Instance> {
        Self::try_create(functions, host).ok().flatten()
    }

    /// Makes one; None if the module returned NULL, an error if its loader refuses it.
    pub(crate) fn try_create(
        functions: Functions,
        host: &'static CheckHost,
    ) -> Result<Option<Instance>, Error> {
        journal::step("create");
        let state = match functions {
            // SAFETY: `host` lives for ever (rule 6).
            Functions::Abi(table) => State::Native(unsafe { (table.create)(host.as_host()) }),
            // SAFETY: the function may be called at any time.
            Functions::Plain(plain) => State::Native(unsafe { (plain.create_module)() }),
            Functions::Loaded(module) => {
                // SAFETY: the functions of `host` do what the header says, as far as the check wants them to.
                match unsafe { module.create(host.as_host(), &LoadOptions::new()) } {
                    Ok(instance) => State::Loaded(Mutex::new(Some(instance))),
                    Err(error) if matches!(error.load_fault(), Some(LoadFault::CreateFailed)) => {
                        return Ok(None);
                    }
                    Err(error) => {
                        note_crash(&error);
                        return Err(error);
                    }
                }
            }
        };
        let life = Mutex::new(Life::Created);
        let is_null = matches!(state, State::Native(state) if state.is_null());
        Ok((!is_null).then_some(Instance { functions, state, host, life }))
    }

    fn life(&self) -> Life {
        *locked(&self.life)
    }

    /// Sets the stage of its life; returns the previous one.
    fn set_life(&self, life: Life) -> Life {
        core::mem::replace(&mut locked(&self.life), life)
    }

    /// Sends `init`. The host's functions work from its start on; after a failure the instance can only be dropped.
    pub(crate) fn init(&self, payload: &str) -> Answer {
        self.host.set_stage(Stage::Active);
        let answer = self.ask("init", payload);
        if answer.status == RP_OK {
            self.set_life(Life::Ready);
        } else if self.life() == Life::Created {
            self.host.set_stage(Stage::Ended);
        }
        answer
    }

    /// Sends `shutdown`; from its return on the host's functions do not work.
    pub(crate) fn shutdown(&self) -> Answer {
        let answer = self.ask("shutdown", "{}");
        self.host.set_stage(Stage::Ended);
        if self.life() == Life::Ready {
            self.set_life(Life::Created);
        }
        answer
    }

    /// Sends a message in the usual way.
    pub(crate) fn ask(&self, message_type: &str, payload: &str) -> Answer {
        match self.put(&Ask::new(message_type, payload)) {
            Ok(answer) => answer,
            Err(stop) => unreachable!("plain memory is always there: {stop:?}"),
        }
    }

    /// Sends a message.
    pub(crate) fn put(&self, ask: &Ask<'_>) -> Result<Answer, Stop> {
        let asked = format!("{} {}", shown(ask.message_type.as_bytes()), shown(ask.payload.as_bytes()));
        if self.life() == Life::Over {
            // Nothing of a panicked instance is called again (rule 6).
            return Ok(Answer { asked, status: RP_ERR_PANIC, ..Answer::default() });
        }
        journal::step(format!("sent {asked}"));
        let message_type = Placed::new(ask.message_type.as_bytes(), ask.place)?;
        let payload = Placed::new(ask.payload.as_bytes(), ask.place)?;
        let answer = match self.functions {
            Functions::Plain(plain) => self.put_plain(&plain, asked, &message_type, &payload),
            Functions::Abi(_) | Functions::Loaded(_) => self.put_abi(ask, asked, &message_type, &payload),
        };
        message_type.retire();
        payload.retire();
        journal::step(format!("got status {} {}", answer.status, shown(&answer.bytes)));
        if answer.status == RP_ERR_PANIC && !matches!(self.functions, Functions::Plain(_)) {
            self.set_life(Life::Over);
        }
        Ok(answer)
    }

    fn put_abi(&self, ask: &Ask<'_>, asked: String, message_type: &Placed, payload: &Placed) -> Answer {
        static NEXT_ID: AtomicU64 = AtomicU64::new(1);
        let id = NEXT_ID.fetch_add(1, Ordering::Relaxed);
        let text = |placed: &Placed, len| rp_str { data: placed.as_ptr().cast(), len };
        let size = if ask.is_newer { size_of::<Newer>() } else { size_of::<rp_message>() };
        let newer = Newer {
            message: rp_message {
                struct_size: size as u32,
                flags: ask.flags,
                id,
                cause: ask.cause,
                r#type: text(message_type, ask.message_type.len()),
                payload: text(payload, ask.payload.len()),
            },
            trailer: [0xA5A5_A5A5_A5A5_A5A5; 4],
        };
        let mut probe = Probe::new(ask.growth.clone());
        self.host.enter(id);
        // SAFETY: the instance is alive; message, texts and reply are valid until the call returns (rules 1 and 2).
        let returned = unsafe { self.call((&raw const newer).cast(), probe.as_ptr()) };
        self.host.leave(id);
        let bytes = probe.close();
        let misuses = probe.misuses().to_vec();
        let (grow_calls, failed_grows) = (probe.grow_calls(), probe.failed());
        probe.retire();
        let mut answer = Answer { asked, bytes, misuses, grow_calls, failed_grows, ..Answer::default() };
        match returned {
            Ok(status) => answer.status = status,
            Err(verdict) => answer.judge(&verdict),
        }
        answer
    }

    /// Calls `handle_message`.
    ///
    /// # Safety
    /// The instance is alive; message, texts and reply are valid until this returns.
    unsafe fn call(&self, message: *const rp_message, reply: *mut rp_reply) -> Result<i32, Verdict> {
        match (&self.state, &self.functions) {
            // SAFETY: the caller keeps the instance alive, and message and reply valid (rules 1 and 2).
            (State::Native(state), Functions::Abi(table)) => unsafe {
                Ok((table.handle_message)(*state, message, reply))
            },
            (State::Loaded(instance), _) => match locked(instance).as_ref() {
                // SAFETY: the caller keeps message and reply valid, the lock lets one call run at a time; a deadly verdict ends the life of the instance here too.
                Some(instance) => unsafe { instance.handle_message(message, reply) },
                None => Ok(RP_ERR_PANIC),
            },
            (State::Native(_), _) => unreachable!("a plain module takes no rp_message"),
        }
    }

    fn put_plain(&self, plain: &Plain, asked: String, message_type: &Placed, payload: &Placed) -> Answer {
        // SAFETY: the state is alive; both texts end with NUL and are valid until the call returns.
        let text = unsafe {
            (plain.handle_message)(self.native_state(), message_type.as_ptr().cast(), payload.as_ptr().cast())
        };
        // SAFETY: what the module returned is its own until free_string gets it, which is once and now.
        let bytes = unsafe { taken(text, plain) };
        let status = match &bytes {
            None => RETURNED_NULL,
            Some(bytes) => match core::str::from_utf8(bytes).map(Response::parse) {
                Ok(Ok(Response::Error(_))) => RP_FAILED,
                _ => RP_OK,
            },
        };
        Answer { asked, status, bytes: bytes.unwrap_or_default(), ..Answer::default() }
    }

    /// Ends it by the rules: `shutdown` if it is ready, then `destroy`; nothing after a panic.
    pub(crate) fn end(self) {
        drop(self);
    }

    /// The functions and the state of a native module, for calls that the rules forbid or whose raw results matter.
    pub(crate) fn raw(&self) -> (Functions, *mut c_void) {
        (self.functions, self.native_state())
    }

    fn native_state(&self) -> *mut c_void {
        match self.state {
            State::Native(state) => state,
            State::Loaded(_) => core::ptr::null_mut(),
        }
    }

    /// Bytes of memory of an instance that has its own.
    pub(crate) fn memory(&self) -> Option<usize> {
        match &self.state {
            State::Native(_) => None,
            State::Loaded(instance) => locked(instance).as_mut().and_then(UncheckedInstance::memory),
        }
    }

    /// `destroy` without anything before it.
    pub(crate) fn destroy(self) {
        self.finish();
    }

    fn finish(&self) {
        if self.set_life(Life::Over) == Life::Over {
            return;
        }
        journal::step("destroy");
        self.host.set_stage(Stage::Ended);
        match (&self.functions, &self.state) {
            // SAFETY: the state is alive, and this is the last call for it (rule 6).
            (Functions::Abi(table), _) => unsafe { (table.destroy)(self.native_state()) },
            // SAFETY: the state is alive, and nothing follows.
            (Functions::Plain(plain), _) => unsafe { (plain.destroy_module)(self.native_state()) },
            (_, State::Loaded(instance)) => {
                if let Some(instance) = locked(instance).take() {
                    // SAFETY: it is taken out, so no other call runs or follows; a dead one is not ended again.
                    if let Err(fault) = unsafe { instance.destroy() } {
                        journal::set_died(format!("destroy did not return: {fault}"));
                    }
                }
            }
            (_, State::Native(_)) => unreachable!("a native module has native functions"),
        }
        self.host.set_stage(Stage::Destroyed);
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        if self.life() == Life::Ready {
            self.shutdown();
        }
        self.finish();
    }
}

/// Copies a text of the module and gives it back.
///
/// # Safety
/// `text` is NULL or what a function of the plain profile returned, and was not freed.
pub(crate) unsafe fn taken(text: *mut c_char, plain: &Plain) -> Option<Vec<u8>> {
    if text.is_null() {
        return None;
    }
    // SAFETY: rp_plain.h: a text that a module returned ends in a NUL and lives until `free_string` gets it, which happens once.
    unsafe {
        let copy = CStr::from_ptr(text).to_bytes().to_vec();
        (plain.free_string)(text);
        Some(copy)
    }
}

/// How a module ended its process, in the words for one that ends this process. Two crashes at one place are alike, whatever
/// address was used.
fn end_of_its_process(fault: &CallFault) -> Option<String> {
    match fault {
        CallFault::Crashed(crash) => {
            let mut crash = crash.clone();
            crash.address = None;
            Some(crash.to_string())
        }
        CallFault::Exited { code } => Some(format!("the module ended the process with exit code {code}")),
        _ => None,
    }
}

/// Records that the process of an isolated module ended while its instance was made.
fn note_crash(error: &Error) {
    let Some(LoadFault::StartFailed { fault, .. }) = error.load_fault() else { return };
    if let Some(how) = end_of_its_process(fault) {
        journal::step(format!("{LOADER}{fault}"));
        journal::set_crashed(how);
    }
}

impl Answer {
    /// Takes over what the loader found: if the guest's code did not return, it counts as a panic.
    fn judge(&mut self, verdict: &Verdict) {
        journal::step(format!("{LOADER}{}", verdict.fault));
        if let Some(how) = end_of_its_process(&verdict.fault) {
            journal::set_crashed(how);
        }
        self.found = Some(verdict.fault.code());
        self.bytes.clear();
        self.status = match &verdict.fault {
            _ if verdict.is_deadly => RP_ERR_PANIC,
            CallFault::PlainNull => RETURNED_NULL,
            CallFault::Tampered(field) => {
                self.misuses.push(Misuse::of_field(field));
                RP_ERR_NO_MEMORY
            }
            _ => RP_ERR_NO_MEMORY,
        };
    }

    pub(crate) fn has_response(&self) -> bool {
        self.status == RP_OK || self.status == RP_FAILED
    }

    /// The response. That it is one, and agrees with the status, is the business of two other checks.
    pub(crate) fn response(&self) -> Result<Said, Stop> {
        if !self.has_response() {
            let what = match self.status {
                RP_ERR_PANIC => "panicked over",
                RETURNED_NULL => "gave no response (NULL, or a status of -1) to",
                _ => "gave no response to",
            };
            return fail(format!("the module {what} {}: status {}", self.asked, self.status));
        }
        self.read().or_else(|fault| {
            blocked(format!("the response to {} is malformed ({fault}); see messages/response", self.asked))
        })
    }

    /// The response, or what is wrong with it.
    pub(crate) fn read(&self) -> Result<Said, String> {
        let text = core::str::from_utf8(&self.bytes).map_err(|error| error.to_string())?;
        let said = match Response::parse(text).map_err(|fault| fault.to_string())? {
            Response::Success(success) => Said {
                is_success: true,
                // A lone surrogate and a depth past 127 are JSON, but no `Value`.
                data: success.data.and_then(|data| serde_json::from_str(data.get()).ok()),
                error: String::new(),
                code: None,
            },
            Response::Error(body) => Said {
                is_success: false,
                data: body.details.and_then(|details| serde_json::from_str(details.get()).ok()),
                error: body.error.into_owned(),
                code: body.code.map(|code| code.into_owned()),
            },
        };
        Ok(said)
    }

    /// The data of a success; an error response is a failure of the check.
    pub(crate) fn success(&self) -> Result<Value, Stop> {
        let said = self.response()?;
        if said.is_success {
            return Ok(said.data.unwrap_or(Value::Null));
        }
        fail(format!("{} was answered with an error: {}", self.asked, said.error))
    }

    /// Whether it is an error with this code. An error without any code is a warning: codes are optional.
    pub(crate) fn expect_error(&self, code: &str) -> Result<(), Stop> {
        let said = self.response()?;
        match said.code.as_deref() {
            _ if said.is_success => {
                fail(format!("{} was answered with success; an error, code {code}, is right", self.asked))
            }
            Some(found) if found == code => Ok(()),
            Some(found) => fail(format!("{} was answered with code {found}; {code} is right", self.asked)),
            None => crate::outcome::warn(format!(
                "{} was answered with an error without a code; {code} would tell programs why",
                self.asked
            )),
        }
    }
}
