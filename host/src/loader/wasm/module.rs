//! A compiled module, and how an instance of it is created.

use std::sync::Arc;

use rp_protocol::MANIFEST_MAX_BYTES;

use super::buffers::Allocator;
use super::ended::Ended;
use super::engine::{Engine, Signature, TABLE, View};
use super::guest::{Functions, WasmGuest};
use super::layout;
use super::plain::terminated;
use super::plain_module::create_plain;
use super::start::{export, function_of, give_memory, open, reached, start};
use crate::abi::RP_CONCURRENT;
use crate::border::module::{Guest, HostLink, Module, ModuleInfo, Profile};
use crate::error::LoadFault;
use crate::loader::entry::ENTRY;
use crate::options::load::LoadOptions;

/// A compiled module.
pub(super) struct WasmModule<E: Engine> {
    info: ModuleInfo,
    code: Arc<E::Code>,
}

impl<E: Engine> Module for WasmModule<E> {
    fn info(&self) -> &ModuleInfo {
        &self.info
    }

    fn create(&self, host: HostLink, options: &LoadOptions) -> Result<Box<dyn Guest>, LoadFault> {
        let mut store = open::<E>(&self.code, Some(host), &options.wasm_limits)?;
        let (functions, state) = self.create_in(&mut E::view(&mut store))?;
        Ok(Box::new(WasmGuest::<E>::new(store, functions, state)))
    }
}

impl<E: Engine> WasmModule<E> {
    pub(super) fn new(info: ModuleInfo, code: Arc<E::Code>) -> Self {
        WasmModule { info, code }
    }

    fn create_in(&self, view: &mut E::View<'_>) -> Result<(Functions<E::Function>, u32), LoadFault> {
        let (functions, state) = match self.info.profile {
            Profile::Abi => self.create_from_table(view)?,
            Profile::Plain => create_plain(view)?,
        };
        if state == 0 {
            return Err(reached(view, "create").unwrap_or(LoadFault::CreateFailed));
        }
        Ok((functions, state))
    }

    fn create_from_table(&self, view: &mut E::View<'_>) -> Result<(Functions<E::Function>, u32), LoadFault> {
        let table = self.read_table(view)?;
        if !view.has_table() {
            return Err(LoadFault::MissingExport(TABLE));
        }
        let mut function = |name, index, signature| function_of(view, name, index, signature);
        let create = function("create", table.create, Signature::Map)?;
        let destroy = function("destroy", table.destroy, Signature::Take)?;
        let handle_message = function("handle_message", table.handle_message, Signature::Map3)?;
        let indices = view.add_host_functions()?;
        let allocator = Allocator {
            alloc: export(view, "rp_alloc", Signature::Map)?,
            free: export(view, "rp_free", Signature::Take2)?,
            name: "rp_alloc",
        };
        let host = give_memory(view, allocator, indices.grow)?;
        let failed = |step| move |ended: Ended| LoadFault::StartFailed { step, fault: *ended.0 };
        let place = layout::slice_mut(view.memory(), "the host's buffer", host, layout::HOST);
        place.map_err(failed("rp_alloc"))?.copy_from_slice(&layout::host(&indices));
        let state = start(view, "create", &create, [host, 0, 0])?;
        Ok((Functions::Table { handle_message, destroy }, state))
    }

    /// Calls the entry and checks the table that it returns.
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
        let text = terminated(view.memory(), "its manifest", table.manifest);
        match text.ok().filter(|text| table.manifest != 0 && text.len() <= MANIFEST_MAX_BYTES) {
            None => Err(LoadFault::TableManifest),
            Some(text) if text != self.info.manifest_text.as_bytes() => Err(LoadFault::ManifestDiffers),
            Some(_) => Ok(table),
        }
    }
}
