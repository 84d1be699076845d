//! What an isolated module reaches of its system, with a sandbox and without one. The book's table of attempts is made of these.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use rp_host::{Instance, IsolatedLimits, Isolation, LoadOptions, Message, Reply, Sandbox, SandboxMode};
use support::{Source, root, temporary};

use super::builder;

/// How an attempt ends: 0, or the number of an error of the system.
type Number = i64;

const DONE: Number = 0;
const EPERM: Number = 1;
const ENOENT: Number = 2;
const ESRCH: Number = 3;
const ENOMEM: Number = 12;
const EACCES: Number = 13;
const EMFILE: Number = 24;
const ENOTTY: Number = 25;
const EFBIG: Number = 27;

/// One thing that a module tries: in the words of the book; for tests/hostile/reaches.c, where `{outside}` stands for a file
/// that was not granted, `{read}` and `{write}` for folders that were, and `{host}` for the host's process; how it ends in the
/// sandbox, and how without one.
type Attempt = (&'static str, &'static str, Number, Number);

const DENIED: &[Attempt] = &[
    ("start a process", "fork:", EPERM, DONE),
    ("start a program, as `system` and `popen` do", "spawn:/bin/true", EPERM, DONE),
    ("become another program", "exec:/does/not/exist", EPERM, ENOENT),
    ("make a socket for TCP", "socket_inet:", EPERM, DONE),
    ("make a socket for UDP", "socket_udp:", EPERM, DONE),
    ("make a socket of this machine, abstract or not", "socket_unix:", EPERM, DONE),
    ("read a file that was not granted", "read:{outside}", EACCES, DONE),
    ("list a folder that was not granted", "list:{root}", EACCES, DONE),
    ("read the memory of the host in /proc", "read:/proc/{host}/environ", EACCES, DONE),
    ("write to a file that was not granted", "write:{outside}", EACCES, DONE),
    ("write to a file that it may only read", "write:{read}/file", EACCES, DONE),
    ("cut a file by opening it to read", "cut:{outside}", EACCES, DONE),
    ("change the mode of a file", "chmod:{outside}", EPERM, DONE),
    ("write more to a file than `file_bytes`", "write_long:{write}/long", EFBIG, DONE),
    ("open more files than `open_files`", "open:200", EMFILE, DONE),
    ("allocate more than `memory_bytes`", "allocate:100000000", ENOMEM, DONE),
    ("raise its limits", "raise_limit:", EPERM, DONE),
    ("share memory, which `memory_bytes` does not count", "map_shared:", EPERM, DONE),
    ("share memory by `memfd_create`", "memfd:", EPERM, DONE),
    ("share memory by `shmget`", "shm:", EPERM, DONE),
    ("have memory that is writable and executable", "map_code:", EACCES, DONE),
    ("make memory executable that it wrote", "write_code:", EACCES, DONE),
    ("send the host a signal", "kill:{host}", EPERM, DONE),
    ("send a thread of the host a signal", "tgkill:{host}", EPERM, DONE),
    ("have the kernel send the host signals (`F_SETOWN`)", "own_signals_to:{host}", EPERM, DONE),
    ("trace a process", "ptrace:", EPERM, ESRCH),
    ("read the memory of a process", "read_memory:", EPERM, ESRCH),
    ("wake a thread of the host elsewhere (`FUTEX_CMP_REQUEUE`)", "requeue:", EPERM, DONE),
    ("outlive the host (`PR_SET_PDEATHSIG`)", "outlive:", EPERM, DONE),
    ("enter a namespace", "unshare:", EPERM, DONE),
    ("type into a terminal (`TIOCSTI`)", "terminal:", EPERM, ENOTTY),
];

/// What must work in the sandbox.
const ALLOWED: &[&str] = &[
    "allocate:10000000",
    "clocks:",
    "library:libm.so.6",
    "list:{read}",
    "open:20",
    "own_signal:",
    "print:",
    "random:",
    "read:/dev/urandom",
    "read:{read}/file",
    "stat:{outside}",
    "thread:",
    "time_zone:",
    "write:/dev/null",
    "write:{write}/new",
    "change:{write}",
];

/// The files that the attempts are about.
struct Files {
    folder: tempfile::TempDir,
}

impl Files {
    fn new() -> Self {
        let (folder, _) = temporary();
        for inside in ["read", "write"] {
            std::fs::create_dir(folder.path().join(inside)).expect("a folder");
        }
        for file in ["outside", "read/file"] {
            std::fs::write(folder.path().join(file), "text").expect("written");
        }
        Files { folder }
    }

    fn path(&self, inside: &str) -> PathBuf {
        self.folder.path().join(inside)
    }

    fn sandbox(&self) -> Sandbox {
        Sandbox { read: vec![self.path("read")], write: vec![self.path("write")], ..Sandbox::default() }
    }

    fn attempt(&self, module: &Instance, what: &str) -> Number {
        let mut what = what.replace("{host}", &std::process::id().to_string());
        for (name, inside) in
            [("{outside}", "outside"), ("{read}", "read"), ("{write}", "write"), ("{root}", "")]
        {
            what = what.replace(name, &self.path(inside).display().to_string());
        }
        let mut reply = Reply::new();
        let called = module.call_raw(&Message::new(&what, "{}"), &mut reply);
        called.unwrap_or_else(|error| panic!("{what}: {error}"));
        let response = reply.text().expect("UTF-8");
        let number =
            response.strip_prefix(r#"{"status":"success","data":"#).and_then(|rest| rest.strip_suffix('}'));
        number.and_then(|number| number.parse().ok()).unwrap_or_else(|| panic!("{what}: {response}"))
    }
}

fn library() -> PathBuf {
    Source::new("reaches").flag("-pthread").library()
}

fn limits() -> IsolatedLimits {
    IsolatedLimits { memory: 50 << 20, file: 4, threads: 2, ..IsolatedLimits::default() }
}

fn isolated(limits: IsolatedLimits, sandbox: Sandbox) -> LoadOptions {
    LoadOptions::new().isolated(Isolation { limits, sandbox })
}

#[test]
fn what_is_denied_in_the_sandbox_is_not_without_one() {
    let (files, host) = (Files::new(), builder().build());
    let sandboxed =
        host.load_with(library(), isolated(limits(), files.sandbox()).instance("sandboxed")).unwrap();
    let wide =
        IsolatedLimits { memory: 1 << 30, open_files: 1000, file: 1 << 30, ..IsolatedLimits::default() };
    let off = Sandbox { mode: SandboxMode::Off, ..Sandbox::default() };
    let free = host.load_with(library(), isolated(wide, off).instance("free")).unwrap();
    for (about, what, denied, done) in DENIED {
        assert_eq!(files.attempt(&sandboxed, what), *denied, "in the sandbox: {about}");
        assert_eq!(files.attempt(&free, what), *done, "without one: {about}");
    }
}

#[test]
fn what_a_module_needs_works_in_the_sandbox() {
    let (files, host) = (Files::new(), builder().build());
    let module = host.load_with(library(), isolated(limits(), files.sandbox())).unwrap();
    for what in ALLOWED {
        assert_eq!(files.attempt(&module, what), DONE, "{what}");
    }
}

/// Not even the values of the host's own variables are in its memory.
#[test]
fn the_environment_is_empty_but_for_what_is_named() {
    let (files, host) = (Files::new(), builder().build());
    for (env, mode, number) in [
        (vec![], SandboxMode::Required, ENOENT),
        (vec![], SandboxMode::Off, ENOENT),
        (vec!["PATH".to_owned()], SandboxMode::Required, DONE),
    ] {
        let module = host
            .load_with(library(), isolated(limits(), Sandbox { env, mode, ..Sandbox::default() }))
            .unwrap();
        assert_eq!(files.attempt(&module, "variable:PATH"), number, "{mode:?}");
        module.unload().unwrap();
    }
}

#[test]
fn code_may_be_made_where_that_is_allowed() {
    let (files, host) = (Files::new(), builder().build());
    let sandbox = Sandbox { jit: true, ..Sandbox::default() };
    let module = host.load_with(library(), isolated(limits(), sandbox)).unwrap();
    assert_eq!(["map_code:", "write_code:"].map(|what| files.attempt(&module, what)), [DONE, DONE]);
    assert_eq!(files.attempt(&module, "socket_inet:"), EPERM);
}

#[test]
fn what_is_not_granted_is_not_written_either() {
    let (files, host) = (Files::new(), builder().build());
    let sandbox = Sandbox { read: vec![files.path("write")], ..Sandbox::default() };
    let module = host.load_with(library(), isolated(limits(), sandbox)).unwrap();
    assert_eq!(files.attempt(&module, "list:{write}"), DONE);
    assert_eq!(files.attempt(&module, "write:{write}/new"), EACCES);
    assert_eq!(files.attempt(&module, "change:{write}"), EPERM);
}

/// The first denial of each call is told, by name, and only that.
#[test]
fn the_log_names_a_call_that_was_denied() {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&lines);
    let host = builder().on_log(move |record| heard.lock().unwrap().push(record.text.to_owned())).build();
    let files = Files::new();
    let module = host.load_with(library(), isolated(limits(), Sandbox::default())).unwrap();
    for what in ["socket_inet:", "socket_unix:", "setsid:", "socket_inet:"] {
        assert_eq!(files.attempt(&module, what), EPERM);
    }
    let denied = |call: &str| format!("the sandbox denied the system call {call}");
    let count =
        |call: &str| lines.lock().unwrap().iter().filter(|line| line.ends_with(&denied(call))).count();
    module.unload().unwrap();
    assert_eq!(count("setsid"), 1, "{:?}", lines.lock().unwrap());
    assert_eq!(count("socket"), 1, "{:?}", lines.lock().unwrap());
}

#[test]
fn a_path_that_is_not_there_is_named() {
    let host = builder().build();
    let sandbox = Sandbox { read: vec!["/does/not/exist".into()], ..Sandbox::default() };
    let error = host.load_with(library(), isolated(limits(), sandbox)).unwrap_err();
    assert_eq!(error.code(), "rp::load::sandbox_path");
    assert!(error.to_string().contains("/does/not/exist"), "{error}");
}

const BEGIN: &str = "<!-- attempts, which tests/border/isolated/reaches.rs makes: begin -->\n";
const END: &str = "<!-- attempts: end -->";

#[test]
fn the_book_names_the_attempts() {
    let file = root().join("docs/src/security.md");
    let book = std::fs::read_to_string(&file).expect("the page");
    let (before, rest) = book.split_once(BEGIN).expect("the table begins");
    let (table, behind) = rest.split_once(END).expect("the table ends");
    let name = |number: Number| match number {
        EPERM => "EPERM",
        ENOMEM => "ENOMEM",
        EACCES => "EACCES",
        EMFILE => "EMFILE",
        EFBIG => "EFBIG",
        other => panic!("{other}"),
    };
    let rows = DENIED.iter().map(|(about, _, denied, _)| format!("| {about} | `{}` |\n", name(*denied)));
    let made = rows.fold("| attempt | error |\n| --- | --- |\n".to_owned(), |table, row| table + &row);
    if std::env::var_os("RP_BLESS").is_some() {
        std::fs::write(&file, [before, BEGIN, &made, END, behind].concat()).expect("written");
    } else {
        assert_eq!(table, made, "RP_BLESS=1 cargo test --test border the_book_names_the_attempts");
    }
}
