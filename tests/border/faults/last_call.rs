//! A worker that ends between its response and the end of the call, which gets the response and so notices nothing.

use std::os::unix::thread::JoinHandleExt;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use rp_host::SandboxMode;
use serde_json::{Value, json};
use support::await_that;

use super::census::children;
use super::table::await_served;
use super::{Language, builder, in_a_process, options};

#[test]
fn ends_before_its_last_call_does() {
    in_a_process(ends_before_its_last_call_does, || {
        let host = builder().build();
        let faulty = host.load_with(Language::C.library(), options("faulty", SandboxMode::Off)).unwrap();
        let called = faulty.clone();
        let call = thread::spawn(move || called.command::<_, Value>("fault", &json!({"kind": "held"})));
        let came = kill_before_it_has_ended(call);
        assert_eq!(came.unwrap()["came"], "done");
        await_that(|| faulty.worker().is_some_and(|worker| worker.restarts > 0), "it stays dead");
        await_served(&faulty).unwrap();
    });
}

/// The same with `init`: it is started again, or who loads it is told, if that was before it was ready.
#[test]
fn ends_before_its_init_does() {
    in_a_process(ends_before_its_init_does, || {
        let host = builder().build();
        let loading = host.clone();
        let held = options("faulty", SandboxMode::Off).config(json!({"fault": "held"}));
        let load = thread::spawn(move || loading.load_with(Language::C.library(), held));
        match kill_before_it_has_ended(load) {
            Ok(faulty) => {
                await_that(|| faulty.worker().is_some_and(|worker| worker.restarts > 0), "it stays dead");
                await_served(&faulty).unwrap();
            }
            Err(error) => {
                assert_eq!(error.code(), "rp::load::init_failed", "{error}");
                assert!(host.instances().is_empty());
            }
        }
    });
}

/// Kills the only worker when it has answered, and lets the thread go on that waits for that answer once nobody has the worker
/// any more.
fn kill_before_it_has_ended<T>(call: JoinHandle<T>) -> T {
    let held = |worker: &u32| format!("/tmp/rp-faulty-held-{worker}");
    let find = || children(std::process::id()).into_iter().find(|worker| Path::new(&held(worker)).exists());
    await_that(|| find().is_some(), "it does not begin");
    let worker = find().unwrap();
    let process = format!("/proc/{worker}");
    let stopped = Stopped::stop(&call);
    std::fs::remove_file(held(&worker)).unwrap();
    await_that(|| sleeps(&process, "let go"), "it does not answer");
    // SAFETY: it touches no memory, and nobody but the host asks for the end of this child.
    assert_eq!(unsafe { libc::kill(worker.cast_signed(), libc::SIGKILL) }, 0);
    await_that(|| !Path::new(&process).exists(), "nobody noticed its end");
    drop(stopped);
    call.join().unwrap()
}

/// Whether a thread of that process sleeps which has this name.
fn sleeps(process: &str, name: &str) -> bool {
    let Ok(threads) = std::fs::read_dir(format!("{process}/task")) else { return false };
    let stat = |thread: std::fs::DirEntry| std::fs::read_to_string(thread.path().join("stat"));
    threads.flatten().filter_map(|thread| stat(thread).ok()).any(|stat| stat.contains(&format!("({name}) S")))
}

static IS_STOPPED: AtomicBool = AtomicBool::new(false);
static MAY_GO_ON: AtomicBool = AtomicBool::new(false);

/// Handles a signal for as long as the thread is to be stopped.
extern "C" fn stay(_: libc::c_int) {
    IS_STOPPED.store(true, Ordering::SeqCst);
    while !MAY_GO_ON.load(Ordering::SeqCst) {
        // SAFETY: it touches no memory, and handlers of signals may sleep.
        unsafe { libc::usleep(1000) };
    }
}

/// A thread that does not go on before this is dropped.
struct Stopped;

impl Stopped {
    fn stop<T>(thread: &JoinHandle<T>) -> Self {
        let handler = stay as extern "C" fn(libc::c_int) as libc::sighandler_t;
        // SAFETY: the handler does only what one may do; the thread was not joined yet.
        unsafe {
            libc::signal(libc::SIGUSR1, handler);
            assert_eq!(libc::pthread_kill(thread.as_pthread_t(), libc::SIGUSR1), 0);
        }
        await_that(|| IS_STOPPED.load(Ordering::SeqCst), "it is not stopped");
        Stopped
    }
}

impl Drop for Stopped {
    fn drop(&mut self) {
        MAY_GO_ON.store(true, Ordering::SeqCst);
    }
}
