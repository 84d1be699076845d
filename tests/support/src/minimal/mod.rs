//! What every test-minimal answers, whatever its language.

pub mod bare;
pub mod cases;
pub mod oracle;
