//! Calls that are awaited.

use core::ffi::{c_char, c_void};
use core::future::Future;
use core::pin::Pin;
use core::ptr;
use core::task::{Context, Poll, Waker};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Wake;

use host::abi::{RP_FAILED, rp_status};
use host::{AsyncCall, Error, Reply};
use rp_protocol::Response;

use crate::abi::{rph_call_options, rph_done_fn};
use crate::call::{self, message};
use crate::contain::{argument, contain, given};
use crate::error::rph_error;
use crate::instance::rph_instance;
use crate::reply::rph_reply;
use crate::text::{payload, type_of_message};

type DoneFn = unsafe extern "C" fn(*mut c_void, *mut rph_error, *mut rph_reply, rp_status);

/// A call that was begun; who finishes it wakes it, and that polls it.
struct Begun {
    call: Mutex<Option<AsyncCall<Reply>>>,
    done: DoneFn,
    context: *mut c_void,
}

// SAFETY: the context is C's, which takes it on whatever thread calls `done` (rule 5 of rp_host.h).
unsafe impl Send for Begun {}
// SAFETY: as for `Send`; the call is behind a lock.
unsafe impl Sync for Begun {}

impl Wake for Begun {
    fn wake(self: Arc<Self>) {
        self.poll();
    }
}

impl Begun {
    fn poll(self: &Arc<Self>) {
        let waker = Waker::from(Arc::clone(self));
        let mut call = self.call.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(waiting) = &mut *call else { return };
        if let Poll::Ready(outcome) = Pin::new(waiting).poll(&mut Context::from_waker(&waker)) {
            *call = None;
            drop(call);
            self.finish(outcome);
        }
    }

    fn finish(&self, outcome: Result<Reply, Error>) {
        let (error, reply, status) = match outcome {
            Ok(reply) => {
                let status = status_of(&reply);
                (ptr::null_mut(), Box::into_raw(Box::new(rph_reply::new(reply))), status)
            }
            Err(error) => (Box::into_raw(Box::<rph_error>::from(error)), ptr::null_mut(), RP_FAILED),
        };
        // SAFETY: C gave the function for this context, and it is called once; what is not NULL is C's from now on.
        unsafe { (self.done)(self.context, error, reply, status) };
    }
}

/// The status of a response that was checked.
fn status_of(reply: &Reply) -> rp_status {
    let response = reply.text().ok().and_then(|text| Response::parse(text).ok());
    response.as_ref().map_or(RP_FAILED, call::status_of)
}

/// Sends a message as rph_call does and returns at once; done is called once with what came of it,
/// on another thread or, where it is known at once, on this one. If this function returns an error,
/// done is not called. Calls of one instance are made in the order in which they began; no thread
/// is held while one waits for its turn. done returns soon: it runs on one of the host's threads
/// for such calls (option call_threads). Cancel the calls, and wait for done, before the host is
/// freed: rph_host_free returns after the done that runs then, unless it takes more than 5 s.
///
/// options  or NULL; RPH_UNCHECKED is refused
/// [any-thread]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rph_call_async(
    instance: Option<&rph_instance>,
    r#type: *const c_char,
    type_len: usize,
    payload: *const c_char,
    len: usize,
    options: *const rph_call_options,
    done: rph_done_fn,
    context: *mut c_void,
) -> Option<Box<rph_error>> {
    contain(|| {
        let (instance, done) = (given("instance", instance)?.own()?, given("done", done)?);
        // SAFETY: C gives NULL or options with their size (rule 8 of rp_host.h).
        let options = unsafe { rph_call_options::read(options) }?;
        if options.is_some_and(rph_call_options::is_unchecked) {
            return Err(argument("options", "RPH_UNCHECKED is not for awaited calls"));
        }
        // SAFETY: C lends both texts until this call returns (rule 3 of rp_host.h).
        let (of_type, text) =
            unsafe { (type_of_message(r#type, type_len)?, self::payload("payload", payload, len)?) };
        let call = instance.call_async(&message(of_type, text, options));
        Arc::new(Begun { call: Mutex::new(Some(call)), done, context }).poll();
        Ok(())
    })
}
