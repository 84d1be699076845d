//! Which part of a WebAssembly module can be too large.

/// The part of a WebAssembly module that exceeds a limit, so that it is not loaded. The first four limits are fields of
/// [`WasmLimits`](crate::WasmLimits); the others are constants that no compiler comes near.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WasmPart {
    /// [`WasmLimits::module`](crate::WasmLimits::module).
    Bytes,
    /// [`WasmLimits::code`](crate::WasmLimits::code).
    CodeBytes,
    /// [`WasmLimits::functions`](crate::WasmLimits::functions).
    Functions,
    /// [`WasmLimits::function`](crate::WasmLimits::function).
    FunctionBytes,
    /// Types of functions and blocks.
    Types,
    /// Parameters of one type.
    Params,
    /// Results of one type.
    Results,
    /// Globals.
    Globals,
    /// Exports.
    Exports,
    /// Entries of all element segments.
    Elements,
    /// Operators of one constant expression.
    Constant,
    /// Nested blocks.
    Depth,
    /// Instructions on ranges of memory or tables in one function.
    Bulk,
    /// What an engine has to do for all functions: operators, the values that they move, locals. The limit is twice the
    /// bytes of [`WasmLimits::code`](crate::WasmLimits::code).
    Work,
}

impl WasmPart {
    /// In words, after a number.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            WasmPart::Bytes => "bytes",
            WasmPart::CodeBytes => "bytes of code",
            WasmPart::Functions => "functions",
            WasmPart::FunctionBytes => "bytes of code in one function",
            WasmPart::Types => "types",
            WasmPart::Params => "parameters of one type",
            WasmPart::Results => "results of one type",
            WasmPart::Globals => "globals",
            WasmPart::Exports => "exports",
            WasmPart::Elements => "entries in element segments",
            WasmPart::Constant => "operators in one constant expression",
            WasmPart::Depth => "nested blocks",
            WasmPart::Bulk => "instructions on ranges of memory or tables in one function",
            WasmPart::Work => "operators, values moved by them, and locals",
        }
    }

    /// The field of [`WasmLimits`](crate::WasmLimits) that raises the limit.
    #[must_use]
    pub fn field(self) -> Option<&'static str> {
        match self {
            WasmPart::Bytes => Some("module"),
            WasmPart::CodeBytes | WasmPart::Work => Some("code"),
            WasmPart::Functions => Some("functions"),
            WasmPart::FunctionBytes => Some("function"),
            _ => None,
        }
    }
}
