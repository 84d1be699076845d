//! The table behind each enum of faults: one row per variant.

use std::fmt::{self, Arguments, Formatter};

/// Declares an enum of faults, an error with the methods `code`, `fault` and `help`. A row is the variant with its documentation,
/// its text (`#[error]`, as for `write!`) and, where another error caused it, the field with that (`#[source]`), then
/// `=> (code, whose fault, help)`. Text and the three may use the fields; a field of a tuple has a name for that. To add a fault,
/// add a row.
///
/// `RP_BLESS=1 cargo test --test packages book` writes the rows into `docs/src/errors.md`.
macro_rules! faults {
    (
        $(#[$about_enum:meta])*
        pub enum $name:ident {
            $(
                $(#[doc = $about:literal])*
                #[error($($text:tt)+)]
                $(#[source($source:ident)])?
                $variant:ident
                    $(( $( $(#[$about_item:meta])* $item:ident: $item_type:ty ),* ))?
                    $({ $( $(#[$about_field:meta])* $field:ident: $field_type:ty ),* $(,)? })?
                    => ($code:expr, $fault:expr, $help:expr $(,)?),
            )*
        }
    ) => {
        $(#[$about_enum])*
        #[derive(Debug)]
        #[non_exhaustive]
        pub enum $name {
            $(
                $(#[doc = $about])*
                $variant
                    $(( $( $(#[$about_item])* $item_type ),* ))?
                    $({ $( $(#[$about_field])* $field: $field_type ),* })?,
            )*
        }

        #[allow(unused_variables, reason = "a row binds all fields and uses some")]
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self {
                    $( Self::$variant $(( $($item),* ))? $({ $($field),* })? => {
                        crate::error::row::put(f, format_args!($($text)+))
                    } )*
                }
            }
        }

        #[allow(unused_variables, reason = "a row binds all fields and uses one")]
        impl std::error::Error for $name {
            fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
                match self {
                    $( Self::$variant $(( $($item),* ))? $({ $($field),* })? => crate::error::row::source!($($source)?), )*
                }
            }
        }

        #[allow(unused_variables, reason = "a row binds all fields and uses some")]
        impl $name {
            /// The stable code.
            pub fn code(&self) -> &'static str {
                match self {
                    $( Self::$variant $(( $($item),* ))? $({ $($field),* })? => $code, )*
                }
            }

            /// Whose fault it is.
            pub fn fault(&self) -> crate::error::fault::Fault {
                match self {
                    $( Self::$variant $(( $($item),* ))? $({ $($field),* })? => $fault, )*
                }
            }

            /// How to fix it, where that can be said.
            pub fn help(&self) -> Option<String> {
                match self {
                    $( Self::$variant $(( $($item),* ))? $({ $($field),* })? => Help::from($help).0, )*
                }
            }
        }
    };
}
pub(super) use faults;

/// Writes a text: once for all rows, since `write!` in each of them is four times as much to compile.
#[inline(never)]
pub(super) fn put(f: &mut Formatter<'_>, text: Arguments<'_>) -> fmt::Result {
    f.write_fmt(text)
}

/// The field that a row names as its cause, if it does.
macro_rules! source {
    () => {
        None
    };
    ($cause:ident) => {
        Some($cause)
    };
}
pub(super) use source;

/// The help of a row: a text, a text made from the fields, another fault's help, or [`NO_HELP`].
pub(super) struct Help(pub(super) Option<String>);

/// For a fault whose text is all that can be said.
pub(super) const NO_HELP: Option<String> = None;

impl From<&str> for Help {
    fn from(text: &str) -> Self {
        Help(Some(text.to_owned()))
    }
}

impl From<String> for Help {
    fn from(text: String) -> Self {
        Help(Some(text))
    }
}

impl From<Option<String>> for Help {
    fn from(text: Option<String>) -> Self {
        Help(text)
    }
}
