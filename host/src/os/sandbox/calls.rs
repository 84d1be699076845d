//! Which system calls the process may make: lists, and seccomp filters made of them.

use std::collections::BTreeMap;

use seccompiler::SeccompCmpArgLen::{self, Dword, Qword};
use seccompiler::SeccompCmpOp::{self, Eq, MaskedEq};
use seccompiler::{
    BackendError, BpfProgram, SeccompAction, SeccompCondition, SeccompFilter, SeccompRule, TargetArch,
};

use super::super::confinement::Unconfined;
use super::denied;

/// A system call: its name with `SYS_` before it, and its number.
pub(super) type Call = (&'static str, libc::c_long);

macro_rules! calls {
    ($($name:ident)*) => { &[$((stringify!($name), libc::$name)),*] };
}
pub(super) use calls;

/// What every process may call, whatever the arguments.
const ALWAYS: &[Call] = calls![
    // Memory. PR_SET_MDWE keeps it from being both writable and executable.
    SYS_brk SYS_madvise SYS_mprotect SYS_mremap SYS_munmap
    // Files that Landlock let it open, what is known of others, and the channel to the host.
    SYS_close SYS_faccessat SYS_faccessat2 SYS_fstat SYS_getdents64 SYS_lseek SYS_newfstatat SYS_openat SYS_ppoll SYS_pread64 SYS_read SYS_readv SYS_recvfrom
    SYS_recvmsg SYS_sendmsg SYS_statx SYS_write SYS_writev
    // Threads. Of the first two, the filters before this one refuse all that is no thread.
    SYS_clone SYS_clone3 SYS_exit SYS_exit_group SYS_getcpu SYS_gettid SYS_rseq SYS_sched_getaffinity SYS_sched_yield SYS_set_robust_list
    // Signals.
    SYS_getpid SYS_restart_syscall SYS_rt_sigaction SYS_rt_sigprocmask SYS_rt_sigreturn SYS_sigaltstack
    // Time and random bytes.
    SYS_clock_getres SYS_clock_gettime SYS_clock_nanosleep SYS_getrandom SYS_gettimeofday SYS_nanosleep
];

/// The same on the oldest processors, where they have a second name.
#[cfg(target_arch = "x86_64")]
const OLD: &[Call] = calls![SYS_access SYS_lstat SYS_open SYS_poll SYS_stat SYS_time];
#[cfg(not(target_arch = "x86_64"))]
const OLD: &[Call] = &[];

/// What a process that may write files may call beside.
const WRITING: &[Call] = calls![
    SYS_fallocate SYS_fdatasync SYS_fsync SYS_ftruncate SYS_mkdirat SYS_pwrite64 SYS_renameat2 SYS_symlinkat SYS_unlinkat
];
#[cfg(target_arch = "x86_64")]
const OLD_WRITING: &[Call] = calls![SYS_mkdir SYS_rename SYS_renameat SYS_rmdir SYS_symlink SYS_unlink];
#[cfg(target_arch = "aarch64")]
const OLD_WRITING: &[Call] = calls![SYS_renameat];
#[cfg(target_arch = "riscv64")]
const OLD_WRITING: &[Call] = &[];

/// A test of an argument: its index, its width, how it is compared and with what.
type Test = (u8, SeccompCmpArgLen, SeccompCmpOp, u64);

/// A system call that is allowed if all the tests of one of its rows hold.
struct Narrowed {
    call: Call,
    /// What is allowed, in words.
    what: &'static str,
    rows: Vec<Vec<Test>>,
}

/// What every process may call with some arguments only.
fn narrowed() -> Vec<Narrowed> {
    let some = |call: &[Call], what, rows| Narrowed { call: call[0], what, rows };
    let any_of = |argument, how: &dyn Fn() -> SeccompCmpOp, values: &[libc::c_int]| -> Vec<Vec<Test>> {
        values.iter().map(|value| vec![(argument, Dword, how(), unsigned(*value))]).collect()
    };
    let equal = || Eq;
    vec![
        // With an owner the kernel would send that one signals.
        some(calls![SYS_fcntl], "copies and flags of descriptors, no owner", any_of(1, &equal, &FCNTL)),
        // Requeue would move a waiting thread of the host to another word, where nobody wakes it.
        some(calls![SYS_futex], "wait and wake", any_of(1, &|| MaskedEq(FUTEX_COMMAND), &FUTEX)),
        // Shared memory is not in RLIMIT_DATA.
        some(calls![SYS_mmap], "private memory", any_of(3, &|| MaskedEq(MAP_TYPE), &[libc::MAP_PRIVATE])),
        // It could take back that it ends with its host.
        some(calls![SYS_prctl], "the name of a thread", any_of(0, &equal, &[libc::PR_SET_NAME])),
        some(
            calls![SYS_prlimit64],
            "reading its own limits",
            vec![vec![(0, Dword, Eq, 0), (2, Qword, Eq, 0)]],
        ),
        some(calls![SYS_tgkill], "its own threads", vec![vec![(0, Dword, Eq, std::process::id().into())]]),
    ]
}

const FCNTL: [libc::c_int; 6] =
    [libc::F_DUPFD, libc::F_DUPFD_CLOEXEC, libc::F_GETFD, libc::F_SETFD, libc::F_GETFL, libc::F_SETFL];
const FUTEX: [libc::c_int; 4] =
    [libc::FUTEX_WAIT, libc::FUTEX_WAKE, libc::FUTEX_WAIT_BITSET, libc::FUTEX_WAKE_BITSET];
const FUTEX_COMMAND: u64 = unsigned(!(libc::FUTEX_PRIVATE_FLAG | libc::FUTEX_CLOCK_REALTIME));
const MAP_TYPE: u64 = 0x0f;

/// Flags of `clone` that no thread has: each asks for a namespace, or for another parent.
const NO_THREAD: [libc::c_int; 8] = [
    libc::CLONE_NEWCGROUP,
    libc::CLONE_NEWIPC,
    libc::CLONE_NEWNET,
    libc::CLONE_NEWNS,
    libc::CLONE_NEWPID,
    libc::CLONE_NEWUSER,
    libc::CLONE_NEWUTS,
    libc::CLONE_PARENT,
];

const fn unsigned(value: libc::c_int) -> u64 {
    value.cast_unsigned() as u64
}

/// Lets this process make the calls of the lists from now on, and no others.
///
/// `clone` and `clone3` fail with an error that callers know. Every other call raises SIGSYS, whose handler makes it fail too; that
/// would end a thread which has blocked all signals, as they are where a process is started.
pub(super) fn restrict(writes: bool) -> Result<(), Unconfined> {
    denied::report()?;
    let filters = [no_clone3(), no_processes(), listed(writes)];
    for filter in filters {
        let filter = filter.map_err(|error| Unconfined::refused("seccomp", error))?;
        seccompiler::apply_filter(&filter).map_err(|error| Unconfined::refused("seccomp", error))?;
    }
    Ok(())
}

type Rules = BTreeMap<i64, Vec<SeccompRule>>;

/// The C library takes `clone` then, whose flags a filter can read.
fn no_clone3() -> Result<BpfProgram, BackendError> {
    let rules = Rules::from([(libc::SYS_clone3, Vec::new())]);
    program(rules, SeccompAction::Allow, SeccompAction::Errno(libc::ENOSYS.unsigned_abs()))
}

fn no_processes() -> Result<BpfProgram, BackendError> {
    let thread = libc::CLONE_THREAD;
    let mut rows = vec![vec![(0, Dword, MaskedEq(unsigned(thread)), 0)]];
    rows.extend(NO_THREAD.map(|flag| vec![(0, Dword, MaskedEq(unsigned(flag)), unsigned(flag))]));
    let rules = Rules::from([(libc::SYS_clone, rules_of(rows)?)]);
    program(rules, SeccompAction::Allow, SeccompAction::Errno(libc::EPERM.unsigned_abs()))
}

fn listed(writes: bool) -> Result<BpfProgram, BackendError> {
    let writing: &[&[Call]] = if writes { &[WRITING, OLD_WRITING] } else { &[] };
    let mut rules: Rules =
        [ALWAYS, OLD].iter().chain(writing).copied().flatten().map(|call| (call.1, Vec::new())).collect();
    for Narrowed { call, rows, .. } in narrowed() {
        rules.insert(call.1, rules_of(rows)?);
    }
    program(rules, SeccompAction::Trap, SeccompAction::Allow)
}

fn rules_of(rows: Vec<Vec<Test>>) -> Result<Vec<SeccompRule>, BackendError> {
    let condition = |(argument, width, how, value)| SeccompCondition::new(argument, width, how, value);
    rows.into_iter()
        .map(|tests| SeccompRule::new(tests.into_iter().map(condition).collect::<Result<_, _>>()?))
        .collect()
}

fn program(rules: Rules, others: SeccompAction, these: SeccompAction) -> Result<BpfProgram, BackendError> {
    let processor = TargetArch::try_from(std::env::consts::ARCH)?;
    SeccompFilter::new(rules, others, these, processor)?.try_into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEGIN: &str = "<!-- system calls, which host/src/os/sandbox/calls.rs compares: begin -->\n";
    const END: &str = "<!-- system calls: end -->";

    /// What the book says of these lists.
    fn documented() -> String {
        let names = |lists: &[&[Call]]| {
            let mut names: Vec<_> =
                lists.iter().copied().flatten().map(|call| &call.0["SYS_".len()..]).collect();
            names.retain(|name| !["clone", "clone3"].contains(name));
            names.sort_unstable();
            names.into_iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" ")
        };
        let narrowed = narrowed();
        let narrowed =
            narrowed.iter().map(|row| format!("| `{}` | {} |\n", &row.call.0["SYS_".len()..], row.what));
        format!(
            "| calls | with which arguments |\n| --- | --- |\n| {} | any |\n{}| `clone` | threads; `clone3` is there for no one |\n\
             | {} | any, where `write` grants something |\n",
            names(&[ALWAYS, OLD]),
            narrowed.collect::<String>(),
            names(&[WRITING, OLD_WRITING])
        )
    }

    /// The lists of x86-64, which has all of them.
    #[cfg(target_arch = "x86_64")]
    #[test]
    fn the_book_names_the_calls() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/src/security.md");
        let book = std::fs::read_to_string(file).unwrap();
        let (before, rest) = book.split_once(BEGIN).expect("the lists begin");
        let (lists, behind) = rest.split_once(END).expect("the lists end");
        if std::env::var_os("RP_BLESS").is_some() {
            std::fs::write(file, [before, BEGIN, &documented(), END, behind].concat()).unwrap();
        } else {
            assert_eq!(
                lists,
                documented(),
                "RP_BLESS=1 cargo test -p rp-host --features worker the_book_names_the_calls"
            );
        }
    }

    #[test]
    fn the_filters_are_small_and_no_call_is_in_two_lists() {
        for writes in [false, true] {
            assert!(listed(writes).unwrap().len() < 1000);
        }
        let lists = [ALWAYS, OLD, WRITING, OLD_WRITING];
        let mut numbers: Vec<_> = lists.into_iter().flatten().map(|call| call.1).collect();
        numbers.extend(narrowed().iter().map(|narrowed| narrowed.call.1));
        let all = numbers.len();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), all);
    }
}
