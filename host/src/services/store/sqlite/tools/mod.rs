//! What an operator does with the file of a store: looks at it, copies it, fills it, checks it. A host may have the store open
//! meanwhile, but for `compact`.

mod backup;
mod check;
mod compact;
mod entities;
mod export;
mod import;
mod line;
mod number;
mod stats;
mod store_file;
mod watch;

pub use check::StoreFinding;
pub use compact::{Compacted, compact};
pub use entities::Selection;
pub use import::{Existing, Imported};
pub use stats::{EntityStats, IndexStats, StoreStats};
pub use store_file::StoreFile;
pub use watch::{Watch, WorkDone};
