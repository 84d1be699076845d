//! The table: each kind of fault, and what must come of it.

use rp_host::SandboxMode;

use super::Language;

/// What comes of a fault.
#[derive(Clone, Copy, Debug)]
pub enum Came {
    /// The module goes on, and says this.
    Says(&'static str),
    /// The call fails with this code and a text that has this in it.
    Fails(&'static str, &'static str),
    /// It is not asked, for this reason.
    NotAsked(&'static str),
}

/// How the call is made.
#[derive(Clone, Copy, Debug)]
pub enum Call {
    /// Without a deadline.
    Plain,
    /// With a deadline in so many milliseconds.
    Until(u64),
    /// Under a limit for calls of so many milliseconds.
    Limited(u64),
}

/// One kind of fault.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Its name in the modules.
    pub kind: &'static str,
    pub call: Call,
    sandboxed: Came,
    open: Came,
    own: &'static [(Language, Came)],
}

impl Row {
    const fn call(self, call: Call) -> Row {
        Row { call, ..self }
    }

    /// What comes of it without a sandbox, where that differs.
    const fn open(self, open: Came) -> Row {
        Row { open, ..self }
    }

    /// What comes of it in some languages, where that differs.
    const fn own(self, own: &'static [(Language, Came)]) -> Row {
        Row { own, ..self }
    }

    /// A row that says that this comes of it, in every language.
    pub fn expecting(row: &Row, came: Came) -> Row {
        Row { sandboxed: came, open: came, own: &[], ..*row }
    }

    /// What must come of it.
    pub fn expected(&self, language: Language, mode: SandboxMode) -> Came {
        let own = self.own.iter().find(|(of, _)| *of == language);
        let usual = if mode == SandboxMode::Off { self.open } else { self.sandboxed };
        own.map_or(usual, |(_, came)| *came)
    }
}

const fn row(kind: &'static str, came: Came) -> Row {
    Row { kind, call: Call::Plain, sandboxed: came, open: came, own: &[] }
}

use Came::{Fails, NotAsked, Says};
use Language::{C, Cpp, Rust};

const CRASHED: &str = "rp::call::crashed";
const EXITED: &str = "rp::call::exited";
const PANIC: &str = "rp::call::panic";
const DONE: Came = Says("done");
const SEGV: Came = Fails(CRASHED, "SIGSEGV");
const ABRT: Came = Fails(CRASHED, "SIGABRT");
const DENIED: Came = Says("EPERM");
const ONLY_CPP: Came = NotAsked("it is C++ that throws");

/// Every kind.
pub const ROWS: &[Row] = &[
    row("segv", Fails(CRASHED, "SIGSEGV at 0x8")).own(&[(Cpp, Fails(CRASHED, "SIGSEGV at 0x0"))]),
    row("abort", ABRT),
    row("ill", Fails(CRASHED, "SIGILL")),
    row("fpe", Fails(CRASHED, "SIGFPE")).own(&[(Rust, Fails(PANIC, "panicked"))]),
    row("bus", Fails(CRASHED, "SIGBUS")),
    row("stack", SEGV),
    row("stack elsewhere", SEGV),
    row("segv elsewhere", SEGV),
    row("double free", ABRT),
    row("kill itself", Fails(CRASHED, "SIGKILL")),
    row("throw", Fails(PANIC, "panicked")).own(&[(C, ONLY_CPP), (Rust, ONLY_CPP)]),
    row("throw elsewhere", ABRT).own(&[(C, ONLY_CPP), (Rust, ONLY_CPP)]),
    row("exit", Fails(EXITED, "exit code 0")),
    row("exit at once", Fails(EXITED, "exit code 3")),
    row("exec", DENIED).open(Fails(EXITED, "exit code 0")),
    row("loop", Fails("rp::call::timeout", "the deadline passed")).call(Call::Until(100)),
    row("deaf", Fails("rp::call::limit_time", "1.000 s")).call(Call::Limited(1000)),
    row("stop", Fails("rp::call::limit_time", "1.000 s")).call(Call::Limited(1000)),
    row("memory", Says("ENOMEM")).own(&[(Cpp, Fails(PANIC, "panicked")), (Rust, ABRT)]),
    row("shared memory", DENIED).open(DONE),
    row("threads", Says("EAGAIN")),
    row("files", Says("EMFILE")),
    row("fork", DENIED).open(DONE),
    row("fork and abort", DENIED).open(ABRT),
    row("socket", DENIED).open(DONE),
    row("read file", Says("EACCES")).open(DONE),
    row("write file", Says("EACCES")).open(Says("EFBIG")),
    row("kill host", DENIED).open(DONE),
    row("trace host", DENIED).open(NotAsked("without a sandbox it may, and would stop this test")),
    row("outlive host", DENIED).open(DONE),
    row("print", DONE),
];
