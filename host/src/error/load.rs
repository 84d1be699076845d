//! Why a module could not be loaded.

use std::io;

use rp_protocol::ManifestError;

use super::system::{error_in, system_help};
use super::{CallFault, Error, Fault};
use crate::options::wasm_limits::WasmPart;

/// Why a module could not be loaded; each variant has a code of its own.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the texts are the documentation")]
pub enum LoadFault {
    #[error("there is no such file")]
    NotFound,
    #[error("it cannot be read: {0}")]
    Unreadable(#[source] io::Error),
    #[error("it is a {0}, not a regular file")]
    NotAFile(&'static str),
    #[error("the file is empty")]
    Empty,
    #[error("the file has {len} bytes, and a module has at most {limit}")]
    TooLarge { len: u64, limit: u64 },
    #[error("it is not a shared library: {0}")]
    NotALibrary(String),
    #[error("it is an executable program, not a shared library")]
    Executable,
    #[error("the file is cut short: it ends at byte {len}, but what it describes reaches to byte {needs}")]
    Truncated { len: u64, needs: u64 },
    #[error("its headers are malformed: {0}")]
    Malformed(String),
    #[error("it is made for {found}, this machine is {host}")]
    WrongMachine { found: String, host: String },
    #[error("it has no entry: neither {entry} nor the plain functions create_module and handle_message")]
    NoEntry { entry: &'static str },
    #[error("its entry is {found}, this host speaks {host}")]
    AbiVersion { found: String, host: &'static str },
    #[error("its entry {0} is data, not a function")]
    EntryIsData(&'static str),
    #[error("it is a plain module without {0}")]
    PlainIncomplete(&'static str),
    #[error("it has an entry, but no exported manifest rp_manifest")]
    ManifestMissing,
    #[error("its manifest does not end within 64 KiB")]
    ManifestUnterminated,
    #[error("its manifest is refused: {0}")]
    Manifest(#[from] ManifestError),
    #[error("the manifest in its table differs from the exported rp_manifest")]
    ManifestDiffers,
    #[error("its name is {found}, {expected} was asked for")]
    UnexpectedName { found: String, expected: String },
    #[error("its version is {found}, {expected} was asked for")]
    UnexpectedVersion { found: semver::Version, expected: semver::VersionReq },
    #[error("its sha-256 is {found}, {expected} was asked for")]
    UnexpectedHash { found: String, expected: String },
    #[error("an instance named {0} is loaded already")]
    DuplicateName(String),
    #[error("{0} is the name of the host itself")]
    ReservedName(String),
    #[error("it provides the entity {entity}, which the instance {provider} provides already")]
    DuplicateEntity { entity: String, provider: String },
    #[error("the thread that delivers its events could not be started: {0}")]
    NoThread(#[source] io::Error),
    #[error("its private copy in {dir} cannot be made or loaded: {source}")]
    PrivateCopy { dir: String, source: io::Error },
    #[error("a symbol that it uses is defined nowhere: {0}")]
    UndefinedSymbol(String),
    #[error("a library that it needs is missing: {0}")]
    MissingDependency(String),
    #[error("a library that it needs cannot be used: {name}: {text}")]
    BrokenDependency { name: String, text: String },
    #[error("a library of this system is too old for it: it needs {0}")]
    LibraryVersion(String),
    #[error("it is built for another C library, musl or Android's: it needs {0}")]
    OtherLibc(String),
    #[error("its thread-local variables have no place: {0}")]
    StaticTls(String),
    #[error("it wants an executable stack: {0}")]
    ExecutableStack(String),
    #[error("the system refused to load it: {0}")]
    System(String),
    #[error("its entry returned a NULL table")]
    NullTable,
    #[error("its entry returned a table that lies outside the library")]
    TableOutside,
    #[error("its entry returned a table at an address that is not aligned")]
    TableMisaligned,
    #[error("its table has struct_size {found}, at least {needs} are needed")]
    TableTooSmall { found: u32, needs: u32 },
    #[error("its table has flags {0:#x} that this host does not know")]
    UnknownFlags(u32),
    #[error("its table has no {0}")]
    NullFunction(&'static str),
    #[error("its table's {0} lies outside the code of the library")]
    FunctionOutside(&'static str),
    #[error("its table has a NULL manifest, or one that does not end inside the library")]
    TableManifest,
    #[error("its manifest is not UTF-8")]
    ManifestNotUtf8,
    #[error("create returned NULL")]
    CreateFailed,
    #[error("init failed: {0}")]
    InitFailed(#[source] Error),
    #[error("the configuration is not a JSON object")]
    ConfigNotAnObject,
    #[error("get_module_metadata returned NULL")]
    PlainNoManifest,
    #[error("it is a WebAssembly component, not a module")]
    Component,
    #[error("its WebAssembly is invalid: {0}")]
    InvalidCode(String),
    #[error("it has more than {limit} {}", part.as_str())]
    WasmLimit { part: WasmPart, limit: usize },
    #[error("it imports {0}, and a sandboxed module is given nothing to import")]
    Import(String),
    #[error("it exports no {0}")]
    MissingExport(&'static str),
    #[error("its {name} is not {expected}")]
    WrongExport { name: &'static str, expected: &'static str },
    #[error("its function table cannot grow, so the host's functions have no place in it")]
    FixedTable,
    #[error("its {step} failed: {fault}")]
    StartFailed { step: &'static str, fault: CallFault },
    #[error("this host was built without the engine {0}")]
    NoEngine(&'static str),
    #[error("its compiled code cannot be kept: {0}")]
    CodeCache(String),
}

impl LoadFault {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        use LoadFault as F;
        match self {
            F::NotFound => "rp::load::not_found",
            F::Unreadable(_) => "rp::load::unreadable",
            F::NotAFile(_) => "rp::load::not_a_file",
            F::Empty => "rp::load::empty",
            F::TooLarge { .. } => "rp::load::too_large",
            F::NotALibrary(_) => "rp::load::not_a_library",
            F::Executable => "rp::load::executable",
            F::Truncated { .. } => "rp::load::truncated",
            F::Malformed(_) => "rp::load::malformed",
            F::WrongMachine { .. } => "rp::load::wrong_machine",
            F::NoEntry { .. } => "rp::load::no_entry",
            F::AbiVersion { .. } => "rp::load::abi_version",
            F::EntryIsData(_) => "rp::load::entry_is_data",
            F::PlainIncomplete(_) => "rp::load::plain_incomplete",
            F::ManifestMissing => "rp::load::manifest_missing",
            F::ManifestUnterminated => "rp::load::manifest_unterminated",
            F::Manifest(cause) => manifest_code(cause),
            F::ManifestDiffers => "rp::load::manifest_differs",
            F::UnexpectedName { .. } => "rp::load::unexpected_name",
            F::UnexpectedVersion { .. } => "rp::load::unexpected_version",
            F::UnexpectedHash { .. } => "rp::load::unexpected_hash",
            F::DuplicateName(_) => "rp::load::duplicate_name",
            F::ReservedName(_) => "rp::load::reserved_name",
            F::DuplicateEntity { .. } => "rp::load::duplicate_entity",
            F::NoThread(_) => "rp::load::no_thread",
            F::PrivateCopy { .. } => "rp::load::private_copy",
            F::UndefinedSymbol(_) => "rp::load::undefined_symbol",
            F::MissingDependency(_) => "rp::load::missing_dependency",
            F::BrokenDependency { .. } => "rp::load::broken_dependency",
            F::LibraryVersion(_) => "rp::load::library_version",
            F::OtherLibc(_) => "rp::load::other_libc",
            F::StaticTls(_) => "rp::load::static_tls",
            F::ExecutableStack(_) => "rp::load::executable_stack",
            F::System(_) => "rp::load::system",
            F::NullTable => "rp::load::null_table",
            F::TableOutside => "rp::load::table_outside",
            F::TableMisaligned => "rp::load::table_misaligned",
            F::TableTooSmall { .. } => "rp::load::table_too_small",
            F::UnknownFlags(_) => "rp::load::unknown_flags",
            F::NullFunction(_) => "rp::load::null_function",
            F::FunctionOutside(_) => "rp::load::function_outside",
            F::TableManifest => "rp::load::table_manifest",
            F::ManifestNotUtf8 => "rp::load::manifest_not_utf8",
            F::CreateFailed => "rp::load::create_failed",
            F::InitFailed(_) => "rp::load::init_failed",
            F::ConfigNotAnObject => "rp::load::config_not_an_object",
            F::PlainNoManifest => "rp::load::plain_no_manifest",
            F::Component => "rp::load::component",
            F::InvalidCode(_) => "rp::load::invalid_code",
            F::WasmLimit { .. } => "rp::load::wasm_limit",
            F::Import(_) => "rp::load::import",
            F::MissingExport(_) => "rp::load::missing_export",
            F::WrongExport { .. } => "rp::load::wrong_export",
            F::FixedTable => "rp::load::fixed_table",
            F::StartFailed { .. } => "rp::load::start_failed",
            F::NoEngine(_) => "rp::load::no_engine",
            F::CodeCache(_) => "rp::load::code_cache",
        }
    }

    /// Whose fault it is.
    pub fn fault(&self) -> Fault {
        use LoadFault as F;
        match self {
            F::NotFound
            | F::NotAFile(_)
            | F::WrongMachine { .. }
            | F::UnexpectedName { .. }
            | F::UnexpectedVersion { .. }
            | F::UnexpectedHash { .. }
            | F::DuplicateName(_)
            | F::ReservedName(_)
            | F::DuplicateEntity { .. }
            | F::ConfigNotAnObject
            | F::NoEngine(_)
            | F::CodeCache(_) => Fault::Operator,
            F::Unreadable(_) | F::PrivateCopy { .. } | F::NoThread(_) => Fault::Host,
            F::BrokenDependency { text, .. } if error_in(text).is_some() => Fault::Host,
            F::InitFailed(error) => error.fault(),
            F::StartFailed { fault, .. } => fault.fault(),
            _ => Fault::Module,
        }
    }

    /// How to mend it.
    pub fn help(&self) -> Option<String> {
        use LoadFault as F;
        let text = match self {
            F::NotFound => "check the path; `rp list DIR` shows the modules of a folder".into(),
            F::Unreadable(source) => return system_help(source).map(Into::into),
            F::NotAFile(_) => "give the path of the module's library file".into(),
            F::TooLarge { .. } => {
                "give the path of the module's library file; `strip -g` takes away what only debuggers need".into()
            }
            F::Empty | F::Truncated { .. } => "build or copy the module again; the file is incomplete".into(),
            F::NotALibrary(_) => {
                "give the shared library that the module's build made (.so, .dylib, .dll)".into()
            }
            F::Executable => {
                "link the module as a shared library (cc -shared -fPIC, crate-type = [\"cdylib\"])".into()
            }
            F::Malformed(_) => "build or copy the module again; the file is damaged".into(),
            F::WrongMachine { host, .. } => format!("build the module for {host}"),
            F::NoEntry { entry } => format!(
                "define RP_MODULE(...) in one source file; where it is defined, a version script, an archive linked \
                 without --whole-archive or hidden visibility took {entry} out of the exports"
            ),
            F::AbiVersion { host, .. } => {
                format!("build the module against the rp_module.h that declares {host}")
            }
            F::EntryIsData(name) if name.starts_with(crate::loader::ENTRY_STEM) => {
                "the entry is a function that returns the table; RP_MODULE defines it".into()
            }
            F::EntryIsData(name) => format!("define {name} as a function, as rp_plain.h declares it"),
            F::PlainIncomplete(name) => {
                format!("export {name}; without it the host could not give back what the module allocates")
            }
            F::ManifestMissing => {
                "RP_MODULE defines rp_manifest; a version script must list it beside the entry".into()
            }
            F::ManifestUnterminated => "end the manifest with a NUL byte and keep it within 64 KiB".into(),
            F::Manifest(ManifestError::Needs(_)) => {
                "use a newer host, or a module that does not need it".into()
            }
            F::Manifest(ManifestError::Protocol(_)) => {
                "build the module for this host's protocol, or use a host that speaks the module's".into()
            }
            F::Manifest(_) => {
                "correct the JSON that is given to RP_MODULE; `rp inspect FILE` shows it".into()
            }
            F::ManifestDiffers | F::TableManifest => {
                "define table and manifest with RP_MODULE, from one text".into()
            }
            F::UnexpectedName { .. } | F::UnexpectedVersion { .. } | F::UnexpectedHash { .. } => {
                "install the module that the configuration names, or change the configuration".into()
            }
            F::DuplicateName(_) => "give the second instance a name of its own".into(),
            F::ReservedName(_) => "give the instance another name".into(),
            F::DuplicateEntity { .. } => "grant provide for it to one instance only".into(),
            F::NoThread(_) => {
                "raise the limit of threads (ulimit -u), or load fewer modules that subscribe".into()
            }
            F::PrivateCopy { source, .. } => copy_help(source),
            F::UndefinedSymbol(name) => {
                format!("link the library that defines {name}; -Wl,-z,defs finds this when linking")
            }
            F::MissingDependency(_) => {
                "install the library, or put it beside the module and link with -Wl,-rpath,'$ORIGIN'".into()
            }
            F::BrokenDependency { name, text } => match error_in(text).as_ref().and_then(system_help) {
                Some(help) => help.into(),
                None => format!("install {name} for this machine, or build the module without it; ldd names all it needs"),
            },
            F::LibraryVersion(name) => library_version_help(name),
            F::OtherLibc(_) => format!(
                "build it for glibc (zig: -target {}-linux-gnu), or load it into a host that is built for its libc",
                std::env::consts::ARCH
            ),
            F::StaticTls(_) => {
                "compile it and what is linked into it with -ftls-model=global-dynamic; where that cannot be, more room: \
                 GLIBC_TUNABLES=glibc.rtld.optional_static_tls=16384"
                    .into()
            }
            F::ExecutableStack(_) => {
                "link it with -Wl,-z,noexecstack; a source in assembly asks for one unless it has a section .note.GNU-stack"
                    .into()
            }
            F::System(_) => return None,
            F::NullTable
            | F::TableOutside
            | F::TableMisaligned
            | F::TableTooSmall { .. }
            | F::NullFunction(_)
            | F::FunctionOutside(_) => {
                "define the table with RP_MODULE; it is constant data of the library".into()
            }
            F::UnknownFlags(_) => "set only flags of rp_module.h, or use a newer host".into(),
            F::ManifestNotUtf8 => "save the source file as UTF-8".into(),
            F::CreateFailed => {
                "the module's log says why; create returns NULL only where it cannot work at all".into()
            }
            F::InitFailed(error) => return error.help(),
            F::ConfigNotAnObject => "give an object, {} where there is nothing to say".into(),
            F::Component => {
                "build a core module: wasm32-wasi with -mexec-model=reactor, or wasm32-unknown-unknown".into()
            }
            F::InvalidCode(_) => {
                "build it for WebAssembly 2.0 without threads, a second memory or 64-bit memory; SIMD takes the engine wasmtime"
                    .into()
            }
            F::WasmLimit { part, .. } => match part.field() {
                Some(field) => format!("if the module needs it, raise WasmLimits::{field}"),
                None => "build the module again; what compilers make stays far below".into(),
            },
            F::Import(_) => {
                "leave out what needs the system: stdio, files, clocks (snprintf drags WASI in, and so does \
                 --export-dynamic in C++: export by name); the host lends time and random bytes"
                    .into()
            }
            F::MissingExport("malloc" | "free") => {
                "export rp_alloc and rp_free, or link with -Wl,--export=malloc,--export=free".into()
            }
            F::MissingExport(_) | F::FixedTable => {
                "link with -mexec-model=reactor -Wl,--export-table,--growable-table,--export-dynamic; in Rust with \
                 -Clink-arg=--export-table -Clink-arg=--growable-table in the rustflags of .cargo/config.toml"
                    .into()
            }
            F::WrongExport { .. } => "declare it with rp_module.h, and define it with RP_MODULE".into(),
            F::StartFailed { fault, .. } => return fault.help(),
            F::NoEngine(name) => format!(
                "build the host with the feature {}, or name another engine",
                if *name == "wasmi" { "wasm" } else { "wasm-jit" }
            ),
            F::CodeCache(_) => "give a folder of your own that nobody else may enter (chmod 700), or keep no code".into(),
            F::PlainNoManifest => {
                "return the manifest as text that free_string frees, or do not export the function".into()
            }
        };
        Some(text)
    }
}

/// A copy can be elsewhere, where it is the place that is at fault.
fn copy_help(source: &io::Error) -> String {
    use io::ErrorKind as K;
    let elsewhere = "set TMPDIR to a folder that this user can write and that allows execution";
    match (source.kind(), system_help(source)) {
        (K::NotFound | K::PermissionDenied | K::NotADirectory | K::Other, _) | (_, None) => elsewhere.into(),
        (K::StorageFull | K::QuotaExceeded | K::ReadOnlyFilesystem | K::InvalidFilename, Some(help)) => {
            format!("{help}; TMPDIR says where")
        }
        (_, Some(help)) => help.into(),
    }
}

fn library_version_help(name: &str) -> String {
    let of_compiler = ["GLIBCXX_", "CXXABI_", "GCC_"];
    if name.starts_with("GLIBC_") {
        let arch = std::env::consts::ARCH;
        format!(
            "build it on a system as old as this one, or for its glibc (zig: -target {arch}-linux-gnu.2.31)"
        )
    } else if of_compiler.iter().any(|stem| name.starts_with(stem)) {
        "link it with -static-libstdc++ -static-libgcc, or build it with a compiler as old as this system's"
            .into()
    } else {
        "install the version of the library that it was linked with".into()
    }
}

fn manifest_code(cause: &ManifestError) -> &'static str {
    match cause {
        ManifestError::Protocol(_) => "rp::load::manifest_protocol",
        ManifestError::Needs(_) => "rp::load::manifest_needs",
        _ => "rp::load::manifest_broken",
    }
}
