//! WebAssembly modules, each instance in a sandbox of its own.
//!
//! The ABI is that of `rp_module.h` with 32-bit pointers. Structs and texts lie in the guest's memory, in rooms that the
//! guest's allocator gave; function pointers are indices into the guest's table, where the host puts its own functions. A
//! guest imports nothing, so it reaches nothing but what `rp_host` lends. Whatever comes out of it is checked: pointers,
//! lengths, indices, types. A trap or a limit ends the instance, never the host.

mod bounds;
mod engine;
mod file;
mod functions;
mod guest;
mod layout;
mod lent;
mod plain;
mod rooms;
mod shared;
mod state;
mod wasmi;
#[cfg(feature = "wasm-jit")]
mod wasmtime;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rp_protocol::{MANIFEST_MAX_BYTES, Manifest};

use self::engine::{Compiled, Ended, Engine, Signature, View};
pub(crate) use self::file::{File, is_wasm};
use self::guest::{Functions, WasmGuest};
use self::plain::PlainFunctions;
use self::rooms::Allocator;
use self::state::State;
use self::wasmi::Wasmi;
use super::ENTRY;
use super::plain::manifest_from_name;
use crate::abi::RP_CONCURRENT;
use crate::border::module::{Guest, HostLink, Module, Profile};
use crate::error::{CallFault, LoadFault};
use crate::options::load::LoadOptions;
use crate::options::wasm_engine::WasmEngine;
use crate::options::wasm_limits::WasmLimits;

/// The table that function pointers are indices into.
const TABLE: &str = "__indirect_function_table";
/// Tables that a module may have.
const TABLES: usize = 4;

/// Loads a module from the bytes of its file.
pub(crate) fn load(path: &Path, bytes: &[u8], options: &LoadOptions) -> Result<Arc<dyn Module>, LoadFault> {
    match options.wasm_engine {
        WasmEngine::Wasmi => load_under::<Wasmi>(path, bytes, options),
        #[cfg(feature = "wasm-jit")]
        WasmEngine::Wasmtime => load_under::<self::wasmtime::Wasmtime>(path, bytes, options),
        #[cfg(not(feature = "wasm-jit"))]
        WasmEngine::Wasmtime => Err(LoadFault::NoEngine(WasmEngine::Wasmtime.as_str())),
    }
}

fn load_under<E: Engine>(
    path: &Path,
    bytes: &[u8],
    options: &LoadOptions,
) -> Result<Arc<dyn Module>, LoadFault> {
    bounds::check_size(bytes, &options.wasm_limits)?;
    let found = File::parse(bytes)?.examine()?;
    if let Some((_, manifest)) = &found.manifest {
        options.expect(manifest)?;
    }
    bounds::check(bytes, &options.wasm_limits)?;
    let (code, notice) = code_of::<E>(bytes, options)?;
    let (text, manifest) = match found.manifest {
        Some(manifest) => manifest,
        None => plain_manifest::<E>(path, &code, options)?,
    };
    Ok(Arc::new(WasmModule::<E> {
        path: path.to_owned(),
        profile: found.profile,
        code,
        notice,
        text,
        manifest,
    }))
}

/// Compiles, unless the same is there already.
fn code_of<E: Engine>(
    bytes: &[u8],
    options: &LoadOptions,
) -> Result<(Arc<E::Code>, Option<String>), LoadFault> {
    let stack = options.wasm_limits.stack;
    if let Some(code) = E::shared().find(bytes, stack) {
        return Ok((code, None));
    }
    let Compiled { code, notice } = E::compile(bytes, options)?;
    Ok((E::shared().keep(bytes, stack, code), notice))
}

/// A compiled module.
struct WasmModule<E: Engine> {
    path: PathBuf,
    profile: Profile,
    code: Arc<E::Code>,
    notice: Option<String>,
    text: String,
    manifest: Manifest,
}

impl<E: Engine> Module for WasmModule<E> {
    fn profile(&self) -> Profile {
        self.profile
    }

    /// One call at a time, whatever its table says: an instance has one stack.
    fn flags(&self) -> u32 {
        0
    }

    fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    fn manifest_text(&self) -> &str {
        &self.text
    }

    fn path(&self) -> Option<&Path> {
        Some(&self.path)
    }

    fn notice(&self) -> Option<&str> {
        self.notice.as_deref()
    }

    fn create(&self, host: HostLink, options: &LoadOptions) -> Result<Box<dyn Guest>, LoadFault> {
        let mut store = open::<E>(&self.code, Some(host), &options.wasm_limits)?;
        let (functions, state) = self.create_in(&mut E::view(&mut store))?;
        Ok(Box::new(WasmGuest::<E>::new(store, functions, state)))
    }
}

impl<E: Engine> WasmModule<E> {
    fn create_in(&self, view: &mut E::View<'_>) -> Result<(Functions<E>, u32), LoadFault> {
        let (functions, state) = match self.profile {
            Profile::Abi => self.create_from_table(view)?,
            Profile::Plain => create_plain(view)?,
        };
        if state == 0 {
            return Err(reached(view, "create").unwrap_or(LoadFault::CreateFailed));
        }
        Ok((functions, state))
    }

    fn create_from_table(&self, view: &mut E::View<'_>) -> Result<(Functions<E>, u32), LoadFault> {
        let table = self.read_table(view)?;
        if !view.has_table() {
            return Err(LoadFault::MissingExport(TABLE));
        }
        let mut function = |name, index, signature| function_of(view, name, index, signature);
        let create = function("create", table.create, Signature::Map)?;
        let destroy = function("destroy", table.destroy, Signature::Take)?;
        let handle_message = function("handle_message", table.handle_message, Signature::Map3)?;
        let lent = view.lend()?;
        let allocator = Allocator {
            alloc: export(view, "rp_alloc", Signature::Map)?,
            free: export(view, "rp_free", Signature::Take2)?,
            name: "rp_alloc",
        };
        let host = move_in(view, allocator, lent.grow)?;
        let failed = |step| move |ended: Ended| LoadFault::StartFailed { step, fault: *ended.0 };
        let room = layout::slice_mut(view.memory(), "the host's room", host, layout::HOST);
        room.map_err(failed("rp_alloc"))?.copy_from_slice(&layout::host(&lent));
        let state = start(view, "create", &create, [host, 0, 0])?;
        Ok((Functions::Table { handle_message, destroy }, state))
    }

    /// Calls the entry and holds the table that it returns against the rules.
    fn read_table(&self, view: &mut E::View<'_>) -> Result<layout::Table, LoadFault> {
        let entry = export(view, ENTRY, Signature::Get)?;
        let at = start(view, ENTRY, &entry, [0; 3])?;
        if at == 0 {
            return Err(LoadFault::NullTable);
        }
        if !at.is_multiple_of(4) {
            return Err(LoadFault::TableOutside);
        }
        let table = layout::Table::read(view.memory(), at).map_err(|_| LoadFault::TableOutside)?;
        if table.struct_size < layout::MODULE {
            return Err(LoadFault::TableTooSmall { found: table.struct_size, needs: layout::MODULE });
        }
        let unknown = table.flags & !RP_CONCURRENT;
        if unknown != 0 {
            return Err(LoadFault::UnknownFlags(unknown));
        }
        let text = plain::terminated(view.memory(), "its manifest", table.manifest);
        match text.ok().filter(|text| table.manifest != 0 && text.len() <= MANIFEST_MAX_BYTES) {
            None => Err(LoadFault::TableManifest),
            Some(text) if text != self.text.as_bytes() => Err(LoadFault::ManifestDiffers),
            Some(_) => Ok(table),
        }
    }
}

/// Makes an instance and lets its libc begin.
fn open<E: Engine>(
    code: &E::Code,
    host: Option<HostLink>,
    limits: &WasmLimits,
) -> Result<E::Store, LoadFault> {
    let mut store = E::instantiate(code, State::new(host, limits))?;
    initialize(&mut E::view(&mut store))?;
    Ok(store)
}

fn initialize<V: View>(view: &mut V) -> Result<(), LoadFault> {
    const NAME: &str = "_initialize";
    match optional(view, NAME, Signature::Run)? {
        Some(function) => start(view, NAME, &function, [0; 3]).map(|_| ()),
        None => Ok(()),
    }
}

/// Takes room in the guest's memory; answers where its `rp_host` is to stand.
fn move_in<V: View>(view: &mut V, allocator: Allocator<V::Engine>, grow: u32) -> Result<u32, LoadFault> {
    let step = allocator.name;
    let failed = |fault| LoadFault::StartFailed { step, fault };
    view.check_stack().map_err(failed)?;
    view.start_clock();
    view.state().allocator = Some(allocator.clone());
    let rooms = rooms::furnish(view, &allocator, grow)
        .map_err(|ended| reached(view, step).unwrap_or_else(|| failed(*ended.0)))?;
    view.state().rooms = Some(rooms);
    Ok(rooms.host())
}

fn create_plain<V: View>(view: &mut V) -> Result<(Functions<V::Engine>, u32), LoadFault> {
    let functions = plain_functions(view)?;
    let allocator = match optional(view, "rp_alloc", Signature::Map)? {
        Some(alloc) => {
            Allocator { alloc, free: export(view, "rp_free", Signature::Take2)?, name: "rp_alloc" }
        }
        None => Allocator {
            alloc: export(view, "malloc", Signature::Map)?,
            free: export(view, "free", Signature::Take)?,
            name: "malloc",
        },
    };
    // A plain module knows no reply, so nothing is ever asked of `grow`.
    move_in(view, allocator, 0)?;
    let state = start(view, "create_module", &functions.create_module, [0; 3])?;
    Ok((Functions::Plain(functions), state))
}

fn plain_functions<V: View>(view: &mut V) -> Result<PlainFunctions<V::Engine>, LoadFault> {
    Ok(PlainFunctions {
        create_module: export(view, "create_module", Signature::Get)?,
        handle_message: export(view, "handle_message", Signature::Map3)?,
        free_string: export(view, "free_string", Signature::Take)?,
        destroy_module: export(view, "destroy_module", Signature::Take)?,
        get_module_metadata: optional(view, "get_module_metadata", Signature::Get)?,
    })
}

/// The manifest of a plain module: only its code knows it, so an instance runs for this alone.
fn plain_manifest<E: Engine>(
    path: &Path,
    code: &E::Code,
    options: &LoadOptions,
) -> Result<(String, Manifest), LoadFault> {
    let mut store = open::<E>(code, None, &options.wasm_limits)?;
    let view = &mut E::view(&mut store);
    let text = match plain_functions(view)?.get_module_metadata {
        None => manifest_from_name(path),
        Some(function) => {
            let at = start(view, "get_module_metadata", &function, [0; 3])?;
            if at == 0 {
                return Err(LoadFault::PlainNoManifest);
            }
            let text = plain::terminated(view.memory(), "its manifest", at);
            let text = text.ok().filter(|text| text.len() <= MANIFEST_MAX_BYTES);
            let text = core::str::from_utf8(text.ok_or(LoadFault::ManifestUnterminated)?);
            text.map_err(|_| LoadFault::ManifestNotUtf8)?.to_owned()
        }
    };
    let manifest = Manifest::parse(&text)?;
    options.expect(&manifest)?;
    Ok((text, manifest))
}

/// Calls a function of the guest on the way to its first message.
fn start<V: View>(
    view: &mut V,
    step: &'static str,
    function: &<V::Engine as Engine>::Function,
    arguments: [u32; 3],
) -> Result<u32, LoadFault> {
    let failed = |fault| LoadFault::StartFailed { step, fault };
    view.check_stack().map_err(failed)?;
    view.start_clock();
    view.call(function, arguments).map_err(|ended| failed(*ended.0))
}

/// The limit that a step reached, though it returned.
fn reached<V: View>(view: &mut V, step: &'static str) -> Option<LoadFault> {
    view.state().growth.reached().map(|fault| LoadFault::StartFailed { step, fault })
}

fn optional<V: View>(
    view: &mut V,
    name: &'static str,
    signature: Signature,
) -> Result<Option<<V::Engine as Engine>::Function>, LoadFault> {
    let found = view.export(name, signature);
    found.map_err(|_| LoadFault::WrongExport { name, expected: signature.as_str() })
}

fn export<V: View>(
    view: &mut V,
    name: &'static str,
    signature: Signature,
) -> Result<<V::Engine as Engine>::Function, LoadFault> {
    optional(view, name, signature)?.ok_or(LoadFault::MissingExport(name))
}

fn function_of<V: View>(
    view: &mut V,
    what: &'static str,
    index: u32,
    signature: Signature,
) -> Result<<V::Engine as Engine>::Function, LoadFault> {
    if index == 0 {
        return Err(LoadFault::NullFunction(what));
    }
    view.function_at(index, signature).ok_or_else(|| LoadFault::StartFailed {
        step: ENTRY,
        fault: CallFault::BadFunction { what, index, expected: signature.as_str() },
    })
}
