//! The library and what it exports.

use core::ffi::c_void;
use core::mem::size_of;

use rp_host::abi::RP_CONCURRENT;

use super::sandbox;
use crate::bench::Bench;
use crate::check::{Check, Forms, Rule};
use crate::os;
use crate::outcome::{Stop, Verdict, blocked, ensure, fail, warn};
use crate::subject::{Code, Entry};

pub(super) const CHECKS: &[Check] = &[
    Check::new(
        "entry/loads",
        "The file is a shared library for this machine that a host can load, with every symbol resolved",
        Rule::text("A module is a shared library, or a WebAssembly module, that a host program loads."),
        loads,
    ),
    Check::new(
        "entry/function",
        "rp_module_v1 is exported as a function",
        Rule::text("The entry: the one function that a host looks for in a library."),
        function,
    )
    .abi(),
    Check::new(
        "entry/table",
        "rp_module_v1 returns a table, aligned",
        Rule::text("owned by the module, constant, valid while the library is mapped; never NULL"),
        table,
    )
    .abi(),
    Check::new(
        "entry/again",
        "rp_module_v1 returns the same table each time and on every thread, and does nothing else",
        Rule::module(6, "rp_module_v1 must have no side effects and may be called repeatedly, from any thread."),
        again,
    )
    .forms(Forms::OWN_MEMORY)
    .abi(),
    Check::new(
        "entry/struct-size",
        "The table's struct_size covers every field of this version",
        Rule::text("sizeof(rp_module) when the module was compiled; the host reads nothing beyond it."),
        struct_size,
    )
    .abi(),
    Check::new(
        "entry/flags",
        "The table has no flags that the host does not know",
        Rule::text("The host refuses a module that sets a bit unknown to the host."),
        flags,
    )
    .abi(),
    Check::new(
        "entry/functions",
        "create, destroy and handle_message are there",
        Rule::text("Answers one message. Never NULL."),
        functions,
    )
    .abi(),
    Check::new(
        "entry/inside",
        "The table, its manifest and its functions lie inside the library",
        Rule::module(10, "The table and its functions must lie inside the library"),
        inside,
    )
    .abi(),
    Check::new(
        "entry/exports",
        "Nothing is exported but what a host looks for, so that no name meets another library's",
        Rule::text("Exports a function or a constant from a library, even one built with -fvisibility=hidden."),
        exports,
    )
    .advice(),
    Check::new(
        "entry/plain-exports",
        "A plain module exports all four functions",
        Rule::plain(0, "The host refuses a library that has create_module and handle_message but lacks free_string or destroy_module."),
        plain_exports,
    )
    .plain(),
];

fn loads(bench: &Bench) -> Verdict {
    let subject = bench.open().map_err(Stop::Fail)?;
    match &subject.code {
        Code::Loaded(Err(error)) if error.code() == "rp::load::invalid_code" => fail(error.to_string()),
        _ => Ok(()),
    }
}

fn entry(bench: &Bench) -> Result<Entry, Stop> {
    bench
        .subject()?
        .entry
        .ok_or_else(|| Stop::Blocked("rp_module_v1 is no function; see entry/function".into()))
}

fn function(bench: &Bench) -> Verdict {
    if bench.has_loader() {
        return sandbox::accepted(bench, &["rp::load::entry_is_data"]);
    }
    ensure(bench.subject()?.entry.is_some(), || "rp_module_v1 is exported as data, not as a function".into())
}

fn table(bench: &Bench) -> Verdict {
    if bench.has_loader() {
        return sandbox::accepted(bench, &["rp::load::null_table", "rp::load::table_misaligned"]);
    }
    entry(bench)?;
    let table = bench.subject()?.table_pointer().map_err(Stop::Skip)?;
    ensure(!table.is_null(), || "rp_module_v1 returned NULL".into())?;
    ensure(table.is_aligned(), || {
        format!("rp_module_v1 returned {table:?}, which is not aligned for rp_module")
    })
}

fn again(bench: &Bench) -> Verdict {
    let entry = entry(bench)?;
    // SAFETY: rule 6: it may be called often, on any thread.
    let call = move || unsafe { entry() } as usize;
    let first = call();
    let threads = os::thread_count().ok();
    let heap = os::heap_in_use().ok();
    for _ in 0..1000 {
        let found = call();
        ensure(found == first, || format!("rp_module_v1 returned {first:#x} and later {found:#x}"))?;
    }
    ensure(os::thread_count().ok() == threads, || "rp_module_v1 started threads".into())?;
    if let (Some(before), Ok(after)) = (heap, os::heap_in_use()) {
        let kept = after.saturating_sub(before);
        ensure(kept < 8000, || format!("1000 calls of rp_module_v1 took {kept} bytes that they kept"))?;
    }
    let calls: Vec<_> = (0..4).map(|_| std::thread::spawn(call)).collect();
    for found in calls {
        let found = found.join().unwrap_or(0);
        ensure(found == first, || {
            format!("rp_module_v1 returned {found:#x} on another thread, not {first:#x}")
        })?;
    }
    Ok(())
}

fn struct_size(bench: &Bench) -> Verdict {
    if bench.has_loader() {
        return sandbox::accepted(bench, &["rp::load::table_too_small"]);
    }
    let table = readable_table(bench)?;
    // SAFETY: the table is readable, and struct_size comes first.
    let size = unsafe { (*table).struct_size } as usize;
    ensure(size >= size_of::<rp_host::abi::rp_module>(), || {
        format!("struct_size is {size}; rp_module has {} bytes", size_of::<rp_host::abi::rp_module>())
    })
}

/// A pointer that can be read for at least its first field.
fn readable_table(bench: &Bench) -> Result<*const rp_host::abi::rp_module, Stop> {
    let subject = bench.subject()?;
    let entry = entry(bench)?;
    let table = subject.table_pointer().map_err(Stop::Skip)?;
    if table.is_null() || !table.is_aligned() {
        return blocked("rp_module_v1 returned no table; see entry/table");
    }
    if subject.extent(entry as *const c_void).is_some_and(|extent| !extent.contains(&(table as usize))) {
        return blocked("the table lies outside the library; see entry/inside");
    }
    Ok(table)
}

fn flags(bench: &Bench) -> Verdict {
    if bench.has_loader() {
        return sandbox::accepted(bench, &["rp::load::unknown_flags"]);
    }
    let table = bench.subject()?.table().map_err(Stop::Skip)?;
    let unknown = table.flags & !RP_CONCURRENT;
    ensure(unknown == 0, || {
        format!("the table has the flags {:#x}, of which {unknown:#x} are unknown", table.flags)
    })
}

fn functions(bench: &Bench) -> Verdict {
    if bench.has_loader() {
        return sandbox::accepted(bench, &["rp::load::null_function"]);
    }
    let table = bench.subject()?.table().map_err(Stop::Skip)?;
    let functions = [
        ("create", table.create.is_some()),
        ("destroy", table.destroy.is_some()),
        ("handle_message", table.handle_message.is_some()),
    ];
    match functions.iter().find(|(_, is_there)| !is_there) {
        Some((name, _)) => fail(format!("{name} is NULL in the table")),
        None => Ok(()),
    }
}

fn inside(bench: &Bench) -> Verdict {
    if bench.has_loader() {
        return sandbox::accepted(bench, &["rp::load::table_outside"]);
    }
    let subject = bench.subject()?;
    let entry = entry(bench)?;
    let Some(extent) = bench.library()?.extent(entry as *const c_void)? else {
        return fail("the entry lies in no library");
    };
    let pointer = subject.table_pointer().map_err(Stop::Skip)?;
    if pointer.is_null() {
        return blocked("rp_module_v1 returned NULL; see entry/table");
    }
    ensure(extent.contains(&(pointer as usize)), || "the table lies outside the library".into())?;
    let table = subject.table().map_err(Stop::Skip)?;
    let parts = [
        ("manifest", table.manifest as usize),
        ("create", table.create.map_or(0, |function| function as usize)),
        ("destroy", table.destroy.map_or(0, |function| function as usize)),
        ("handle_message", table.handle_message.map_or(0, |function| function as usize)),
    ];
    for (name, address) in parts {
        ensure(address == 0 || extent.contains(&address), || {
            format!("{name} points to {address:#x}, and the library lies at {extent:#x?}")
        })?;
    }
    Ok(())
}

fn exports(bench: &Bench) -> Verdict {
    const LOOKED_FOR: [&str; 12] = [
        "rp_module_v1",
        "rp_manifest",
        "rp_alloc",
        "rp_free",
        "create_module",
        "handle_message",
        "free_string",
        "destroy_module",
        "get_module_metadata",
        // What the loader for WebAssembly looks for beside them.
        "memory",
        "malloc",
        "free",
    ];
    let Ok(inspection) = &bench.subject()?.inspection else {
        return blocked("the exports cannot be read; see the group manifest");
    };
    // Linkers add names of their own, which begin with an underscore.
    let is_other = |name: &&String| !LOOKED_FOR.contains(&name.as_str()) && !name.starts_with('_');
    let others: Vec<_> = inspection.symbols.iter().filter(is_other).map(String::as_str).collect();
    if others.is_empty() {
        return Ok(());
    }
    let shown = others[..others.len().min(5)].join(", ");
    warn(format!(
        "{} other symbols are exported, such as {shown}; build with -fvisibility=hidden",
        others.len()
    ))
}

fn plain_exports(bench: &Bench) -> Verdict {
    if bench.has_loader() {
        return sandbox::accepted(bench, &["rp::load::plain_incomplete"]);
    }
    match bench.subject()?.functions() {
        Ok(_) => Ok(()),
        Err(reason) => fail(reason),
    }
}
