//! Why a store could not be opened, or an index could not be created.

use std::io;
use std::path::PathBuf;

use super::fault::Fault::{Host, Operator};
use super::row::{Help, NO_HELP, faults};
use super::system::system_help;

faults! {
    /// Why a store could not be opened or used, or an index could not be created; each variant has its own code.
    pub enum StoreFault {
        /// The path leads to a folder or a device; the field says to what.
        #[error("it is a {}, not a file", kind)]
        NotAFile(kind: &'static str) =>
            ("rp::store::not_a_file", Operator, "give the path of a file; a missing file is created"),

        /// There is no file of that path, and what was asked for creates none.
        #[error("there is no such file")]
        NotFound => ("rp::store::not_found", Operator, "give the path of a store; `store.path` of rp.toml has it"),

        /// There is a file where a new one was to be made.
        #[error("there is a file of this name already")]
        Exists => ("rp::store::exists", Operator, "give another path, or remove the file"),

        /// The folder of the new file does not exist.
        #[error("the folder {} does not exist", folder.display())]
        NoFolder {
            /// The folder.
            folder: PathBuf,
        } => ("rp::store::no_folder", Operator, "create the folder, or give another path"),

        /// The system refused to read the file.
        #[error("it cannot be read: {}", error)]
        #[source(error)]
        Unreadable(error: io::Error) =>
            ("rp::store::unreadable", Host, system_help(error).map(str::to_owned)),

        /// The file is something else; the field says what it looks like.
        #[error("it is not a store but {}", kind)]
        NotAStore(kind: String) =>
            ("rp::store::not_a_store", Operator, "give the path of a store, or of a file that does not exist yet"),

        /// The store's layout is older or newer than this host's.
        #[error("it is a store of version {found}; this host has version {host}")]
        Version {
            /// The version of the store.
            found: i32,
            /// The version that this host reads and writes.
            host: i32,
        } =>
            ("rp::store::version", Operator, if found > host { "use a newer host" } else { "use the host that wrote it" }),

        /// The file or its folder is write-protected.
        #[error("it can be read but not written")]
        ReadOnly => ("rp::store::read_only", Operator, "allow this user to write the file and its folder"),

        /// Another process writes to it, and did not finish within the wait limit.
        #[error("it is locked by another process")]
        Locked => ("rp::store::locked", Host, "wait until the other process is done, or end it"),

        /// Neither the disk nor the size limit leaves room for the change.
        #[error("its disk is full, or its size limit is reached")]
        Full => ("rp::store::full", Host, "make room on the disk, or raise the limit"),

        /// The file is a store, and its content is corrupt.
        #[error("it is damaged: {}", what)]
        Damaged(what: String) => ("rp::store::damaged", Host, "restore the file from a copy"),

        /// Somebody moved, removed or replaced the file while it was open.
        #[error("its file was moved or replaced after it was opened: {}", what)]
        Moved(what: String) =>
            ("rp::store::moved", Host, "keep other programs away from its files, and open it again"),

        /// Reading or writing the open file failed.
        #[error("its file cannot be read or written: {}", what)]
        File(what: String) => ("rp::store::file", Host, "check the disk, the file and its folder"),

        /// An index was asked for that cannot be created.
        #[error("no index of {entity} by {path}: {text}")]
        Index {
            /// The entity, as it was asked for.
            entity: String,
            /// The path, as it was asked for.
            path: String,
            /// What is wrong with them.
            text: String,
        } =>
            ("rp::store::index", Operator, "correct the entity or the path where the index is requested"),

        /// Entities were to be imported, and there are some already.
        #[error("it has entities already: {count}")]
        NotEmpty {
            /// How many.
            count: u64,
        } =>
            ("rp::store::not_empty", Operator, "import into an empty store, or merge: say whether the old or the new entity wins"),

        /// A line of an import is wrong; nothing was imported.
        #[error("line {number} of the import: {text}")]
        Line {
            /// Counted from 1, blank lines too.
            number: u64,
            /// What is wrong with it.
            text: String,
        } => ("rp::store::line", Operator, "correct the line; nothing was imported"),

        /// The entity that was asked for does not exist.
        #[error("there is no {entity}/{id}")]
        NoEntity {
            /// The kind of entity.
            entity: String,
            /// The id, as it was asked for.
            id: String,
        } => ("rp::store::no_entity", Operator, "list the entities; names and ids are compared byte by byte"),

        /// What selects entities is not valid.
        #[error("{}", text)]
        Selection(text: String) =>
            ("rp::store::selection", Operator, "correct the entity, the filters or the order"),

        /// Somebody asked for the work to stop before its end.
        #[error("the work was stopped before its end")]
        Stopped => ("rp::store::stopped", Operator, "nothing has changed; start it again"),

        /// What is imported cannot be read, or what is exported cannot be written.
        #[error("its entities cannot be passed on: {}", error)]
        #[source(error)]
        Stream(error: io::Error) => ("rp::store::stream", Operator, system_help(error).map(str::to_owned)),

        /// Any other error of the database.
        #[error("it cannot be used: {}", what)]
        System(what: String) => ("rp::store::system", Host, NO_HELP),
    }
}
