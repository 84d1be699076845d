//! What the targets share. Each file of `src/bin/` is one target, with its seeds in `corpus/`.

pub mod bare;
pub mod guest;
pub mod memory;
pub mod sections;
pub mod tape;
