//! Why a module could not be loaded.

use std::io;
use std::path::PathBuf;

use rp_protocol::ManifestError;

use super::call::CallFault;
use super::fault::Fault::{self, Host, Module, Operator};
use super::load_help::{
    libc_help, library_help, missing_export_help, missing_library_help, no_worker_help, private_copy_help,
    version_help,
};
use super::recording::RecordingFault;
use super::row::{Help, NO_HELP, faults};
use super::system::{error_in, system_help};
use super::wasm_part::WasmPart;

faults! {
    /// Why a module could not be loaded; each variant has its own code, a broken manifest has three.
    pub enum LoadFault {
        /// No file has this path.
        #[error("there is no such file")]
        NotFound =>
            ("rp::load::not_found", Operator, "check the path; `rp list DIR` shows the modules of a folder"),

        /// The recording that is to answer in place of a module cannot do so.
        #[error("the recording {}: {fault}", path.display())]
        #[source(fault)]
        Recording {
            /// The recording.
            path: PathBuf,
            /// Why not.
            fault: RecordingFault,
        } => (fault.code(), fault.fault(), fault.help()),

        /// The system refused to read the file.
        #[error("it cannot be read: {}", error)]
        #[source(error)]
        Unreadable(error: io::Error) =>
            ("rp::load::unreadable", Host, system_help(error).map(str::to_owned)),

        /// The path leads to a folder, a device or the like; the field says to what.
        #[error("it is a {}, not a regular file", kind)]
        NotAFile(kind: &'static str) =>
            ("rp::load::not_a_file", Operator, "give the path of the module's library file"),

        /// The file has no content.
        #[error("the file is empty")]
        Empty => ("rp::load::empty", Module, INCOMPLETE),

        /// The file is larger than any module may be.
        #[error("the file has {len} bytes; a module may have at most {limit}")]
        TooLarge {
            /// Bytes of the file.
            len: u64,
            /// Bytes that a module may have.
            limit: u64,
        } => (
            "rp::load::too_large", Module,
            "give the path of the module's library file; `strip -g` removes what only debuggers need",
        ),

        /// The file has another format; the field says which.
        #[error("it is not a shared library: {}", what)]
        NotALibrary(what: String) => (
            "rp::load::not_a_library", Module,
            "give the shared library that the module's build produced (.so, .dylib, .dll)",
        ),

        /// The file is not WebAssembly, and the host was asked for WebAssembly alone.
        #[error("it is not a WebAssembly module; no other file may be loaded here")]
        NotWasm => (
            "rp::load::not_wasm", Operator,
            "give a module that is built for wasm32, or load a native library that you trust with Host::load",
        ),

        /// The file is a program.
        #[error("it is an executable program, not a shared library")]
        Executable => (
            "rp::load::executable", Module,
            "link the module as a shared library (cc -shared -fPIC, crate-type = [\"cdylib\"])",
        ),

        /// The headers describe more than the file holds.
        #[error("the file is truncated: it ends at byte {len}, but its headers describe {needs} bytes")]
        Truncated {
            /// Bytes of the file.
            len: u64,
            /// Bytes that its headers describe.
            needs: u64,
        } => ("rp::load::truncated", Module, INCOMPLETE),

        /// The headers contradict themselves; the field says how.
        #[error("its headers are malformed: {}", what)]
        Malformed(what: String) =>
            ("rp::load::malformed", Module, "build or copy the module again; the file is damaged"),

        /// The library is for another processor or system.
        #[error("it is built for {found}; this machine is {host}")]
        WrongMachine {
            /// The module's machine.
            found: String,
            /// The machine of this process.
            host: String,
        } => ("rp::load::wrong_machine", Operator, format!("build the module for {host}")),

        /// The library exports neither the entry nor the plain functions.
        #[error("it has no entry: neither {entry} nor the plain functions create_module and handle_message")]
        NoEntry {
            /// The entry that this host calls.
            entry: &'static str,
        } => (
            "rp::load::no_entry", Module,
            format!(
                "define RP_MODULE(...) in one source file; if it is defined, a version script, an archive linked \
                 without --whole-archive or hidden visibility keeps {entry} out of the exports"
            ),
        ),

        /// The module's entry belongs to another version of the ABI.
        #[error("its entry is {found}; this host supports {host}")]
        AbiVersion {
            /// The module's entry.
            found: String,
            /// The entry that this host calls.
            host: &'static str,
        } => (
            "rp::load::abi_version", Module,
            format!("build the module against the rp_module.h that declares {host}"),
        ),

        /// A symbol of an entry's name is not a function; the field is its name.
        #[error("its entry {} is data, not a function", name)]
        EntryIsData(name: &'static str) => (
            "rp::load::entry_is_data", Module,
            format!("define {name} as a function: RP_MODULE does so for a table, rp_plain.h declares the plain functions"),
        ),

        /// A symbol of an entry's name, or the manifest, is what another library exports.
        #[error("its {name} is forwarded to {to} of another library")]
        EntryElsewhere {
            /// The exported name.
            name: &'static str,
            /// Library and name that it stands for.
            to: String,
        } => (
            "rp::load::entry_elsewhere", Module,
            "load the library that has the entry itself; table and functions must lie inside the module",
        ),

        /// The library is an assembly for .NET and exports no functions.
        #[error("it is a .NET assembly, which exports no functions")]
        Managed => (
            "rp::load::managed", Module,
            "publish it with Native AOT, and give its functions [UnmanagedCallersOnly(EntryPoint = \"...\")]",
        ),

        /// A plain module exports only some of its functions; the field names a missing one.
        #[error("it is a plain module without {}", name)]
        PlainIncomplete(name: &'static str) => (
            "rp::load::plain_incomplete", Module,
            format!("export {name}; without it the host could not free what the module allocates"),
        ),

        /// The library exports the entry and no manifest.
        #[error("it has an entry, but no exported manifest rp_manifest")]
        ManifestMissing => (
            "rp::load::manifest_missing", Module,
            "RP_MODULE defines rp_manifest; a version script must list it beside the entry",
        ),

        /// The manifest is longer than 64 KiB, or has no NUL byte at its end.
        #[error("its manifest does not end within 64 KiB")]
        ManifestUnterminated => (
            "rp::load::manifest_unterminated", Module,
            "end the manifest with a NUL byte and keep it within 64 KiB",
        ),

        /// The manifest is not valid, or asks for what this host does not have.
        #[error("its manifest is rejected: {}", cause)]
        #[source(cause)]
        Manifest(cause: ManifestError) => (
            match cause {
                ManifestError::Protocol(_) => "rp::load::manifest_protocol",
                ManifestError::Needs(_) => "rp::load::manifest_needs",
                _ => "rp::load::manifest_broken",
            },
            Module,
            match cause {
                ManifestError::Needs(_) => "use a newer host, or a module that does not need it",
                ManifestError::Protocol(_) => {
                    "build the module for this host's protocol, or use a host that speaks the module's"
                }
                _ => "correct the JSON that is given to RP_MODULE; `rp inspect FILE` shows it",
            },
        ),

        /// The table and the exports hold two manifests.
        #[error("the manifest in its table differs from the exported rp_manifest")]
        ManifestDiffers => ("rp::load::manifest_differs", Module, ONE_MANIFEST),

        /// The manifest has another name than the options expect.
        #[error("its name is {found}, expected {expected}")]
        UnexpectedName {
            /// The manifest's name.
            found: String,
            /// The name of the options.
            expected: String,
        } => ("rp::load::unexpected_name", Operator, UNEXPECTED),

        /// The manifest has another version than the options expect.
        #[error("its version is {found}, expected {expected}")]
        UnexpectedVersion {
            /// The manifest's version.
            found: semver::Version,
            /// The versions of the options.
            expected: semver::VersionReq,
        } => ("rp::load::unexpected_version", Operator, UNEXPECTED),

        /// The file's content has another hash than the options expect.
        #[error("its sha-256 is {found}, expected {expected}")]
        UnexpectedHash {
            /// The file's hash, in hexadecimal.
            found: String,
            /// The hash of the options, in hexadecimal.
            expected: String,
        } => ("rp::load::unexpected_hash", Operator, UNEXPECTED),

        /// The host already has an instance of that name.
        #[error("an instance named {} is already loaded", name)]
        DuplicateName(name: String) =>
            ("rp::load::duplicate_name", Operator, "give the second instance its own name"),

        /// An instance cannot have the name that the host has in logs and traces.
        #[error("the name {} is reserved for the host", name)]
        ReservedName(name: String) => ("rp::load::reserved_name", Operator, "give the instance another name"),

        /// Two instances would answer for the same entity.
        #[error("it provides the entity {entity}, which the instance {provider} already provides")]
        DuplicateEntity {
            /// The entity.
            entity: String,
            /// The instance that provides it.
            provider: String,
        } => ("rp::load::duplicate_entity", Operator, "grant provide for it to one instance only"),

        /// The system refused the thread that delivers events to the instance.
        #[error("its event thread could not be started: {}", error)]
        #[source(error)]
        NoThread(error: io::Error) => (
            "rp::load::no_thread", Host,
            "raise the limit of threads (ulimit -u), or load fewer modules that subscribe",
        ),

        /// The instance whose place it was to take was unloaded meanwhile; the field is its name.
        #[error("the instance {}, whose place it was to take, was unloaded meanwhile", instance)]
        PlaceGone(instance: String) => ("rp::load::place_gone", Operator, "load it under a name of its own"),

        /// The host loads a copy of the file, and could not create or open it.
        #[error("its private copy in {dir} could not be created or loaded: {source}")]
        #[source(source)]
        PrivateCopy {
            /// The folder of the copies.
            dir: String,
            /// The system's error.
            source: io::Error,
        } => ("rp::load::private_copy", Host, private_copy_help(source)),

        /// No library defines a symbol that the module uses; the field is its name.
        #[error("undefined symbol: {}", name)]
        UndefinedSymbol(name: String) => (
            "rp::load::undefined_symbol", Module,
            format!("link the library that defines {name}; -Wl,-z,defs finds this at link time"),
        ),

        /// A library that the module is linked with was not found; the field is its name.
        #[error("a required library is missing: {}", name)]
        MissingDependency(name: String) => (
            "rp::load::missing_dependency", Module,
            missing_library_help(name),
        ),

        /// A library that the module is linked with was found and lacks a function.
        #[error("the library {library} has no function {function}, which is required")]
        MissingFunction {
            /// The library.
            library: String,
            /// The function.
            function: String,
        } => (
            "rp::load::missing_function", Module,
            format!(
                "{library} is of another version than the one that was linked with: put the right one beside the module, \
                 or build the module for the one that is there"
            ),
        ),

        /// The start function of a library for Windows returned FALSE or crashed; the field says of which library.
        #[error("the DllMain of {}, or of a library that it is linked with, failed", library)]
        DllMainFailed(library: String) => (
            "rp::load::dll_main_failed", Module,
            "let DllMain return TRUE and do nothing else; what may fail belongs into create or init",
        ),

        /// A library that the module is linked with was found and could not be loaded.
        #[error("a required library cannot be loaded: {name}: {text}")]
        BrokenDependency {
            /// The library.
            name: String,
            /// The words of the system's loader.
            text: String,
        } => (
            "rp::load::broken_dependency",
            if error_in(text).is_some() { Host } else { Module },
            library_help(name, text),
        ),

        /// The module needs a newer version of a system library; the field is the version.
        #[error("a system library is too old: the module needs {}", version)]
        LibraryVersion(version: String) => ("rp::load::library_version", Module, version_help(version)),

        /// The module is linked with a C library that this process does not use.
        #[error("it is built for another C library than this program: it needs {}", library)]
        OtherLibc(library: String) => ("rp::load::other_libc", Module, libc_help(library)),

        /// The program around the host is linked statically, so it has no loader for libraries.
        #[error("this program is linked statically, and such a program loads no libraries")]
        StaticProgram => (
            "rp::load::static_program", Host,
            "link it with its C library dynamically (RUSTFLAGS=-Ctarget-feature=-crt-static), or load WebAssembly",
        ),

        /// The space for thread-local variables that must be in place at the start of a process is used up.
        #[error("no space is left for its thread-local variables: {}", text)]
        StaticTls(text: String) => (
            "rp::load::static_tls", Module,
            "compile it and all that is linked into it with -ftls-model=global-dynamic; if that is impossible, reserve \
             more space: GLIBC_TUNABLES=glibc.rtld.optional_static_tls=16384",
        ),

        /// The library asks for an executable stack, and the system refused it.
        #[error("it requires an executable stack: {}", text)]
        ExecutableStack(text: String) => (
            "rp::load::executable_stack", Module,
            "link it with -Wl,-z,noexecstack; an assembly source asks for one unless it has a section .note.GNU-stack",
        ),

        /// Any other refusal of the system's loader, in its words.
        #[error("the system refused to load it: {}", text)]
        System(text: String) => ("rp::load::system", Module, NO_HELP),

        /// The entry returned NULL.
        #[error("its entry returned a NULL table")]
        NullTable => ("rp::load::null_table", Module, TABLE),

        /// The table is not data of the library.
        #[error("its entry returned a table that lies outside the library")]
        TableOutside => ("rp::load::table_outside", Module, TABLE),

        /// The table's address is not a multiple of its alignment.
        #[error("its entry returned a misaligned table")]
        TableMisaligned => ("rp::load::table_misaligned", Module, TABLE),

        /// The table is shorter than the first version of the ABI.
        #[error("its table has struct_size {found}; at least {needs} is required")]
        TableTooSmall {
            /// The table's `struct_size`.
            found: u32,
            /// The smallest valid `struct_size`.
            needs: u32,
        } => ("rp::load::table_too_small", Module, TABLE),

        /// The table has flags that this host does not know; the field holds them.
        #[error("its table has flags {:#x} that this host does not know", flags)]
        UnknownFlags(flags: u32) =>
            ("rp::load::unknown_flags", Module, "set only flags of rp_module.h, or use a newer host"),

        /// A required function of the table is NULL; the field is its name.
        #[error("its table has no {}", name)]
        NullFunction(name: &'static str) => ("rp::load::null_function", Module, TABLE),

        /// A function of the table is not code of the library; the field is its name.
        #[error("its table's {} lies outside the code of the library", name)]
        FunctionOutside(name: &'static str) => ("rp::load::function_outside", Module, TABLE),

        /// The table's manifest is not a string of the library.
        #[error("its table has a NULL manifest, or one that does not end inside the library")]
        TableManifest => ("rp::load::table_manifest", Module, ONE_MANIFEST),

        /// The manifest has bytes that are not UTF-8.
        #[error("its manifest is not UTF-8")]
        ManifestNotUtf8 => ("rp::load::manifest_not_utf8", Module, "save the source file as UTF-8"),

        /// The module could not create an instance.
        #[error("create returned NULL")]
        CreateFailed => (
            "rp::load::create_failed", Module,
            "the module's log says why; create returns NULL only if the module cannot work at all",
        ),

        /// The module answered `init` with an error, or not at all.
        #[error("instance {instance}: init failed: {fault}")]
        #[source(fault)]
        InitFailed {
            /// The instance, which is gone.
            instance: String,
            /// How it failed.
            fault: CallFault,
        } => ("rp::load::init_failed", fault.fault(), fault.help()),

        /// The options' configuration is JSON of another type.
        #[error("the configuration is not a JSON object")]
        ConfigNotAnObject =>
            ("rp::load::config_not_an_object", Operator, "give an object; {} if there is nothing to configure"),

        /// A plain module has the function, and it returned no manifest.
        #[error("get_module_metadata returned NULL")]
        PlainNoManifest => (
            "rp::load::plain_no_manifest", Module,
            "return the manifest as text that free_string frees, or do not export the function",
        ),

        /// The file is of the component model.
        #[error("it is a WebAssembly component, not a module")]
        Component => (
            "rp::load::component", Module,
            "build a core module: wasm32-wasi with -mexec-model=reactor, or wasm32-unknown-unknown",
        ),

        /// The engine rejected the code; the field says why.
        #[error("its WebAssembly is invalid: {}", why)]
        InvalidCode(why: String) => (
            "rp::load::invalid_code", Module,
            "build it for WebAssembly 2.0 without threads, a second memory or 64-bit memory; SIMD needs the engine wasmtime",
        ),

        /// A part of the module exceeds a limit.
        #[error("it has more than {limit} {}", part.as_str())]
        WasmLimit {
            /// The part.
            part: WasmPart,
            /// How many of them a module may have.
            limit: usize,
        } => (
            "rp::load::wasm_limit", Module,
            match part.field() {
                Some(field) => format!("if the module needs it, raise WasmLimits::{field}"),
                None => "build the module again; compilers stay far below this limit".into(),
            },
        ),

        /// A sandboxed module imports something; the field names it.
        #[error("it imports {}, and a sandboxed module may import nothing", name)]
        Import(name: String) => (
            "rp::load::import", Module,
            "leave out what needs the system: stdio, files, clocks (snprintf pulls in WASI, and so does \
             --export-dynamic in C++: export by name); the host provides time and random bytes",
        ),

        /// A sandboxed module lacks an export that the host needs; the field is its name.
        #[error("it exports no {}", name)]
        MissingExport(name: &'static str) => ("rp::load::missing_export", Module, missing_export_help(name)),

        /// An export of a sandboxed module has another type.
        #[error("its {name} is not {expected}")]
        WrongExport {
            /// The export.
            name: &'static str,
            /// The type that it must have.
            expected: &'static str,
        } => ("rp::load::wrong_export", Module, "declare it with rp_module.h, and define it with RP_MODULE"),

        /// The host's functions could not be added to a sandboxed module's table.
        #[error("its function table cannot grow to hold the host's functions")]
        FixedTable => ("rp::load::fixed_table", Module, missing_export_help("__indirect_function_table")),

        /// A sandboxed module failed in a step before `init`.
        #[error("its {step} failed: {fault}")]
        StartFailed {
            /// The step.
            step: &'static str,
            /// How it failed.
            fault: CallFault,
        } => ("rp::load::start_failed", fault.fault(), fault.help()),

        /// The options name an engine that is not built in; the field is its name.
        #[error("this host was built without the engine {}", name)]
        NoEngine(name: &'static str) => (
            "rp::load::no_engine", Operator,
            format!(
                "build the host with the feature {}, or name another engine",
                if *name == "wasmi" { "wasm" } else { "wasm-jit" }
            ),
        ),

        /// The options isolate the module, and the feature `isolated` is not built in.
        #[error("this host was built without isolation")]
        NoIsolation => (
            "rp::load::no_isolation", Operator,
            "build the host with the feature isolated of rp-host, or load the module without isolation",
        ),

        /// The worker of an isolated module could not be started; the field says why.
        #[error("its worker cannot be started: {}", why)]
        NoWorker(why: String) => (
            "rp::load::no_worker", Operator,
            no_worker_help(why),
        ),

        /// This system cannot enforce all of the sandbox; the field names the missing part.
        #[error("this system cannot enforce its sandbox: it lacks {}", part)]
        NoSandbox(part: String) => (
            "rp::load::no_sandbox", Operator,
            "use a newer kernel, or set mode = \"off\" if you trust the module; `rp doctor` shows what the kernel gives",
        ),

        /// A path that the sandbox of an isolated module was to grant cannot be opened.
        #[error("its sandbox grants {}, which cannot be opened: {why}", path.display())]
        SandboxPath {
            /// The path.
            path: PathBuf,
            /// What the system says.
            why: String,
        } => (
            "rp::load::sandbox_path", Operator,
            "create it, or correct `read` and `write` of the module's sandbox",
        ),

        /// A WebAssembly module was to be isolated.
        #[error("it is WebAssembly, which needs no process of its own")]
        IsolatedWasm => (
            "rp::load::isolated_wasm", Operator,
            "load it without isolation: WebAssembly runs in a sandbox of its own",
        ),

        /// A fault that the worker of an isolated module found.
        #[error("{text}")]
        Relayed {
            /// Its code.
            code: &'static str,
            /// Whose fault it is.
            fault: Fault,
            /// Its text.
            text: String,
            /// Its help.
            help: Option<String>,
        } => (code, *fault, help.clone()),

        /// The folder for compiled code that the options name cannot be used; the field says why.
        #[error("its compiled code cannot be cached: {}", why)]
        CodeCache(why: String) => (
            "rp::load::code_cache", Operator,
            "give a folder of your own that nobody else may enter (chmod 700), or switch the cache off",
        ),
    }
}

impl From<ManifestError> for LoadFault {
    fn from(cause: ManifestError) -> Self {
        LoadFault::Manifest(cause)
    }
}

const INCOMPLETE: &str = "build or copy the module again; the file is incomplete";
const ONE_MANIFEST: &str = "define table and manifest with RP_MODULE, from one text";
const TABLE: &str = "define the table with RP_MODULE; it is constant data of the library";
const UNEXPECTED: &str = "install the module that the configuration names, or change the configuration";
