//! What the loader needs of a WebAssembly engine.

use super::shared::Shared;
use super::state::State;
use crate::error::{CallFault, LoadFault};
use crate::options::load::LoadOptions;

/// Why a guest's code did not return. Boxed, since results of this type lie on the call path.
#[derive(Debug)]
pub(super) struct Ended(pub(super) Box<CallFault>);

impl From<CallFault> for Ended {
    #[cold]
    fn from(fault: CallFault) -> Self {
        Ended(Box::new(fault))
    }
}

impl std::fmt::Display for Ended {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Ended {}

/// The types of the functions that the host calls in a guest: how many 32-bit values go in, and whether one comes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signature {
    Run,
    Get,
    Take,
    Map,
    Take2,
    Map2,
    Map3,
}

impl Signature {
    /// The type in the words of WebAssembly.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Signature::Run => "a function () -> ()",
            Signature::Get => "a function () -> (i32)",
            Signature::Take => "a function (i32) -> ()",
            Signature::Map => "a function (i32) -> (i32)",
            Signature::Take2 => "a function (i32, i32) -> ()",
            Signature::Map2 => "a function (i32, i32) -> (i32)",
            Signature::Map3 => "a function (i32, i32, i32) -> (i32)",
        }
    }
}

/// A function of the guest has another type than it must have.
pub(super) struct WrongType;

/// Where the host's functions stand in the guest's table.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Lent {
    pub(super) grow: u32,
    pub(super) send: u32,
    pub(super) write_log: u32,
    pub(super) cancelled: u32,
    pub(super) now_us: u32,
    pub(super) random: u32,
}

impl Lent {
    /// The functions stand one behind the other, in the order of the fields.
    pub(super) fn starting_at(first: u32) -> Self {
        Lent {
            grow: first,
            send: first + 1,
            write_log: first + 2,
            cancelled: first + 3,
            now_us: first + 4,
            random: first + 5,
        }
    }
}

/// Code that was just compiled.
pub(super) struct Compiled<C> {
    pub(super) code: C,
    /// What the operator should know of it, though it was compiled.
    pub(super) notice: Option<String>,
}

/// A WebAssembly engine.
pub(super) trait Engine: Copy + Sized + 'static {
    /// A compiled module.
    type Code: Send + Sync + 'static;
    /// One instance: its memory, its functions and the host's [`State`] of it.
    type Store: Send;
    /// The engine's handles to memory and table.
    type Handles: Send;
    /// A function whose type was checked.
    type Function: Clone + Send;
    type View<'a>: View<Engine = Self>;

    /// The compiled code of this process.
    fn shared() -> &'static Shared<Self::Code>;
    fn compile(bytes: &[u8], options: &LoadOptions) -> Result<Compiled<Self::Code>, LoadFault>;
    /// Makes an instance, which runs the module's start function.
    fn instantiate(code: &Self::Code, state: State<Self>) -> Result<Self::Store, LoadFault>;
    fn view(store: &mut Self::Store) -> Self::View<'_>;
}

/// An instance, as it is seen from outside and from the host's functions inside a call.
pub(super) trait View {
    type Engine: Engine;

    fn memory(&mut self) -> &mut [u8];
    fn state(&mut self) -> &mut State<Self::Engine>;
    /// Both at once.
    fn parts(&mut self) -> (&mut [u8], &mut State<Self::Engine>);
    /// Gives the call that follows its time.
    fn start_clock(&mut self);
    /// Refuses where this thread's stack is too small for what the guest may use up of it.
    fn check_stack(&mut self) -> Result<(), CallFault> {
        Ok(())
    }
    /// Calls a function. It takes as many of the arguments as its type says; without a result 0 comes back.
    fn call(
        &mut self,
        function: &<Self::Engine as Engine>::Function,
        arguments: [u32; 3],
    ) -> Result<u32, Ended>;
    /// Calls a function on behalf of one of the host's functions, or to get room. These calls take up the host's own
    /// stack, so they nest only a little.
    fn call_back(
        &mut self,
        function: &<Self::Engine as Engine>::Function,
        arguments: [u32; 3],
    ) -> Result<u32, Ended> {
        const DEEPEST: u32 = 4;
        let depth = self.state().calls_back;
        if depth == DEEPEST {
            let text = "calls from the module to the host and back nest too deep".to_owned();
            return Err(CallFault::Trap { text, frames: Vec::new() }.into());
        }
        self.state().calls_back = depth + 1;
        let result = self.call(function, arguments);
        self.state().calls_back = depth;
        result
    }
    /// An exported function; `None` where nothing is exported under that name.
    fn export(
        &mut self,
        name: &str,
        signature: Signature,
    ) -> Result<Option<<Self::Engine as Engine>::Function>, WrongType>;
    /// Whether the module exports a table of functions.
    fn has_table(&mut self) -> bool;
    /// The function at an index of the table, where one of that type is there.
    fn function_at(&mut self, index: u32, signature: Signature)
    -> Option<<Self::Engine as Engine>::Function>;
    /// Puts the host's functions into the table.
    fn lend(&mut self) -> Result<Lent, LoadFault>;
}
