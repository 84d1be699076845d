//! A system that refuses the barrier on every thread, from the start or later: never two threads in one instance.
//!
//! A filter stays for the life of a process, so each case is a process of its own: this test started once more.

use std::process::Output;
use std::sync::atomic::{AtomicBool, Ordering};

use rp_host::{Host, Instance, Message, Reply};

use support::Source;

const ROLE: &str = "RP_TEST_FILTERED";
/// More than it takes for a slot to be biased towards the thread.
const MANY: usize = 2000;

/// Refuses membarrier(2) to this thread and those that it starts from now on.
fn refuse_membarrier() {
    let operation = |code: u32, k: u32, jf: u8| libc::sock_filter { code: code as u16, jt: 0, jf, k };
    let mut program = [
        // The number of the system call.
        operation(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0, 0),
        operation(libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K, libc::SYS_membarrier as u32, 1),
        operation(libc::BPF_RET | libc::BPF_K, libc::SECCOMP_RET_ERRNO | libc::EPERM as u32, 0),
        operation(libc::BPF_RET | libc::BPF_K, libc::SECCOMP_RET_ALLOW, 0),
    ];
    let filter = libc::sock_fprog { len: program.len() as u16, filter: program.as_mut_ptr() };
    // SAFETY: prctl(2) reads the filter's four operations during the call; the arguments are those that it documents.
    unsafe {
        assert_eq!(libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
        assert_eq!(libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_FILTER, &raw const filter), 0);
    }
}

fn call(instance: &Instance) {
    instance.call_raw(&Message::new("event", "{}"), &mut Reply::new()).unwrap();
}

/// One thread calls without a pause, another comes in between; the module counts who overlaps.
fn call_from_two_threads(is_refused_at_first: bool) {
    if is_refused_at_first {
        refuse_membarrier();
    }
    let host = Host::new();
    let instance = host.load(Source::new("overlap").library()).unwrap();
    (0..MANY).for_each(|_| call(&instance));
    if !is_refused_at_first {
        refuse_membarrier();
    }
    let is_done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            (0..MANY).for_each(|_| call(&instance));
            is_done.store(true, Ordering::Relaxed);
        });
        while !is_done.load(Ordering::Relaxed) {
            call(&instance);
        }
    });
    let mut reply = Reply::new();
    instance.call(&Message::new("tell", "{}"), &mut reply).unwrap();
    println!("{}", String::from_utf8_lossy(reply.as_bytes()));
}

fn start_again(role: &str) -> Output {
    support::alone(never_two_in_one_instance_without_the_barrier, |process| {
        process.env(ROLE, role);
    })
}

#[test]
fn never_two_in_one_instance_without_the_barrier() {
    if let Ok(role) = std::env::var(ROLE) {
        return call_from_two_threads(role == "from the start");
    }
    let refused = start_again("from the start");
    let printed = String::from_utf8_lossy(&refused.stdout);
    assert!(refused.status.success() && printed.contains(r#""overlaps":0"#), "{refused:?}");

    use std::os::unix::process::ExitStatusExt;
    let refused = start_again("later");
    let text = String::from_utf8_lossy(&refused.stderr);
    assert_eq!(refused.status.signal(), Some(libc::SIGABRT), "{refused:?}");
    assert!(text.contains("refuses membarrier(2)") && text.contains("seccomp"), "{text}");
}
