//! Compiles where the library has what the other files use.
pub use rp_sdk::__export::schemars;
pub use rp_sdk::bridge;
pub use rp_sdk::test::Kit;
