//! What the attributes `data`, `args` and `event` expand to; here, since only this crate knows its own features.

/// Derives for a type of results.
#[doc(hidden)]
#[macro_export]
#[cfg(feature = "schema")]
macro_rules! __data {
    ($($item:tt)*) => {
        #[derive(
            $crate::__export::serde::Serialize,
            $crate::__export::serde::Deserialize,
            $crate::__export::schemars::JsonSchema,
        )]
        #[serde(crate = "::rp_sdk::__export::serde")]
        #[schemars(crate = "::rp_sdk::__export::schemars")]
        $($item)*
    };
}

/// Derives for a type of results.
#[doc(hidden)]
#[macro_export]
#[cfg(not(feature = "schema"))]
macro_rules! __data {
    ($($item:tt)*) => {
        #[derive($crate::__export::serde::Serialize, $crate::__export::serde::Deserialize)]
        #[serde(crate = "::rp_sdk::__export::serde")]
        $($item)*
    };
}

/// Derives for a type of arguments.
#[doc(hidden)]
#[macro_export]
#[cfg(feature = "schema")]
macro_rules! __args {
    ($($item:tt)*) => {
        #[derive($crate::__export::serde::Deserialize, $crate::__export::schemars::JsonSchema)]
        #[serde(crate = "::rp_sdk::__export::serde")]
        #[schemars(crate = "::rp_sdk::__export::schemars")]
        $($item)*
    };
}

/// Derives for a type of arguments.
#[doc(hidden)]
#[macro_export]
#[cfg(not(feature = "schema"))]
macro_rules! __args {
    ($($item:tt)*) => {
        #[derive($crate::__export::serde::Deserialize)]
        #[serde(crate = "::rp_sdk::__export::serde")]
        $($item)*
    };
}

/// Derives for an enum of words, whose reading the attribute macro writes.
#[doc(hidden)]
#[macro_export]
#[cfg(feature = "schema")]
macro_rules! __words {
    ($($item:tt)*) => {
        #[derive($crate::__export::serde::Serialize, $crate::__export::schemars::JsonSchema)]
        #[serde(crate = "::rp_sdk::__export::serde")]
        #[schemars(crate = "::rp_sdk::__export::schemars")]
        $($item)*
    };
}

/// Derives for an enum of words, whose reading the attribute macro writes.
#[doc(hidden)]
#[macro_export]
#[cfg(not(feature = "schema"))]
macro_rules! __words {
    ($($item:tt)*) => {
        #[derive($crate::__export::serde::Serialize)]
        #[serde(crate = "::rp_sdk::__export::serde")]
        $($item)*
    };
}

/// Derives for a type of event.
#[doc(hidden)]
#[macro_export]
macro_rules! __event {
    ($name:literal; $(#[$attribute:meta])* $visibility:vis struct $type:ident $($rest:tt)*) => {
        $crate::__data! { $(#[$attribute])* $visibility struct $type $($rest)* }

        impl $crate::EventData for $type {
            const NAME: &'static str = $name;
        }
    };
}
