//! Creates plain modules in a sandbox, and asks them for their manifest.

use std::path::Path;

use rp_protocol::{MANIFEST_MAX_BYTES, Manifest};

use super::buffers::Allocator;
use super::engine::{Engine, Signature, View};
use super::guest::Functions;
use super::plain::{PlainFunctions, terminated};
use super::start::{export, give_memory, open, optional, start};
use crate::error::LoadFault;
use crate::loader::plain::manifest_from_name;
use crate::options::load::LoadOptions;

pub(super) fn create_plain<V: View>(view: &mut V) -> Result<(Functions<V::Function>, u32), LoadFault> {
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
    // A plain module knows no reply, so it never calls `grow`.
    give_memory(view, allocator, 0)?;
    let state = start(view, "create_module", &functions.create_module, [0; 3])?;
    Ok((Functions::Plain(functions), state))
}

fn plain_functions<V: View>(view: &mut V) -> Result<PlainFunctions<V::Function>, LoadFault> {
    Ok(PlainFunctions {
        create_module: export(view, "create_module", Signature::Get)?,
        handle_message: export(view, "handle_message", Signature::Map3)?,
        free_string: export(view, "free_string", Signature::Take)?,
        destroy_module: export(view, "destroy_module", Signature::Take)?,
        get_module_metadata: optional(view, "get_module_metadata", Signature::Get)?,
    })
}

/// The manifest of a plain module. Only its code knows it, so an instance runs just for this.
pub(super) fn plain_manifest<E: Engine>(
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
            let text = terminated(view.memory(), "its manifest", at);
            let text = text.ok().filter(|text| text.len() <= MANIFEST_MAX_BYTES);
            let text = core::str::from_utf8(text.ok_or(LoadFault::ManifestUnterminated)?);
            text.map_err(|_| LoadFault::ManifestNotUtf8)?.to_owned()
        }
    };
    let manifest = Manifest::parse(&text)?;
    options.expect(&manifest)?;
    Ok((text, manifest))
}
