//! What the loader needs of a WebAssembly engine.

use super::ended::Ended;
use super::layout::HostIndices;
use super::shared_code::SharedCode;
use super::state::State;
use crate::error::{CallFault, LoadFault};
use crate::options::load::LoadOptions;

/// The export that function pointers are indices into.
pub(super) const TABLE: &str = "__indirect_function_table";
/// How many tables a module may have.
pub(super) const TABLES: usize = 4;

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

/// A function of the guest does not have the type that it must have.
pub(super) struct WrongType;

/// Code that was just compiled.
pub(super) struct Compiled<C> {
    pub(super) code: C,
    /// A warning for the operator about a compilation that succeeded.
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
    type View<'a>: View<Function = Self::Function, Handles = Self::Handles>;

    /// The compiled code of this process.
    fn shared_code() -> &'static SharedCode<Self::Code>;
    fn compile(bytes: &[u8], options: &LoadOptions) -> Result<Compiled<Self::Code>, LoadFault>;
    /// Makes an instance, which runs the module's start function.
    fn instantiate(
        code: &Self::Code,
        state: State<Self::Function, Self::Handles>,
    ) -> Result<Self::Store, LoadFault>;
    fn view(store: &mut Self::Store) -> Self::View<'_>;
}

/// An instance, as it is seen from outside and from the host's functions inside a call.
pub(super) trait View {
    type Function: Clone + Send;
    type Handles: Send;

    fn memory(&mut self) -> &mut [u8];
    fn state(&mut self) -> &mut State<Self::Function, Self::Handles>;
    /// Both at once.
    fn parts(&mut self) -> (&mut [u8], &mut State<Self::Function, Self::Handles>);
    /// The memory as it was when [`remember_memory`](View::remember_memory) was called last, or more of it, and the state. Where
    /// an engine looks memory up slowly, this is quicker than [`parts`](View::parts).
    fn known_parts(&mut self) -> (&mut [u8], &mut State<Self::Function, Self::Handles>);
    /// Remembers the memory that there is now.
    fn remember_memory(&mut self);
    /// Gives the next call its time.
    fn start_clock(&mut self);
    /// Fails if this thread's stack is too small for what the guest may use of it.
    fn check_stack(&mut self) -> Result<(), CallFault>;
    /// Calls a function. It takes as many of the arguments as its type says; without a result it returns 0.
    fn call(&mut self, function: &Self::Function, arguments: [u32; 3]) -> Result<u32, Ended>;
    /// Calls a function on behalf of one of the host's functions, or to allocate memory. These calls use the host's own
    /// stack, so they nest only a little.
    fn call_back(&mut self, function: &Self::Function, arguments: [u32; 3]) -> Result<u32, Ended> {
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
    /// An exported function; `None` if nothing is exported under that name.
    fn export(&mut self, name: &str, signature: Signature) -> Result<Option<Self::Function>, WrongType>;
    /// Whether the module exports a table of functions.
    fn has_table(&mut self) -> bool;
    /// The function at an index of the table, if there is one of that type.
    fn function_at(&mut self, index: u32, signature: Signature) -> Option<Self::Function>;
    /// Puts the host's functions into the table.
    fn add_host_functions(&mut self) -> Result<HostIndices, LoadFault>;
}
