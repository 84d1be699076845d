//! The module under check: its library and its raw functions.

use core::ffi::{c_char, c_void};
use core::mem::{align_of, size_of};
use core::ops::Range;
use std::path::Path;

use ::rp_host::abi::{RP_CONCURRENT, rp_host, rp_message, rp_module, rp_reply, rp_status};
use ::rp_host::unchecked::UncheckedModule;
use ::rp_host::{Inspection, LoadOptions, Profile};

use crate::form::Form;
use crate::library::Library;

pub(crate) type Entry = unsafe extern "C" fn() -> *const rp_module;

/// The file, opened.
pub(crate) struct Subject {
    pub(crate) code: Code,
    pub(crate) profile: Profile,
    /// What the host's own inspection says.
    pub(crate) inspection: Result<Inspection, ::rp_host::Error>,
    /// Missing if the entry is not a function, or if the profile has no entry.
    pub(crate) entry: Option<Entry>,
}

/// What runs a module's code.
pub(crate) enum Code {
    /// This process.
    Native(Library),
    /// The loader for its form, unless it refuses the file.
    Loaded(Result<&'static UncheckedModule, ::rp_host::Error>),
}

/// What a module is called through.
#[derive(Clone, Copy)]
pub(crate) enum Functions {
    Abi(Table),
    Plain(Plain),
    Loaded(&'static UncheckedModule),
}

/// A table that can be used.
#[derive(Clone, Copy)]
pub(crate) struct Table {
    pub(crate) flags: u32,
    pub(crate) create: unsafe extern "C" fn(*const rp_host) -> *mut c_void,
    pub(crate) destroy: unsafe extern "C" fn(*mut c_void),
    pub(crate) handle_message:
        unsafe extern "C" fn(*mut c_void, *const rp_message, *mut rp_reply) -> rp_status,
}

/// The functions of the plain profile.
#[derive(Clone, Copy)]
pub(crate) struct Plain {
    pub(crate) create_module: unsafe extern "C" fn() -> *mut c_void,
    pub(crate) handle_message: unsafe extern "C" fn(*mut c_void, *const c_char, *const c_char) -> *mut c_char,
    pub(crate) free_string: unsafe extern "C" fn(*mut c_char),
    pub(crate) destroy_module: unsafe extern "C" fn(*mut c_void),
    pub(crate) get_module_metadata: Option<unsafe extern "C" fn() -> *mut c_char>,
}

impl Functions {
    pub(crate) fn is_concurrent(&self) -> bool {
        matches!(self, Functions::Abi(table) if table.flags & RP_CONCURRENT != 0)
    }
}

/// Faults of a file whose code can be called all the same.
fn can_be_opened(code: &str) -> bool {
    code.starts_with("rp::load::manifest")
        || matches!(
            code,
            "rp::load::plain_incomplete"
                | "rp::load::entry_is_data"
                | "rp::load::import"
                | "rp::load::missing_export"
                | "rp::load::wrong_export"
        )
}

impl Subject {
    /// Opens a module's file, unless the host would refuse to.
    pub(crate) fn open(path: &Path, form: Form, options: &LoadOptions) -> Result<Subject, String> {
        let inspection = ::rp_host::inspect(path);
        if let Err(error) = &inspection
            && !can_be_opened(error.code())
        {
            return Err(error.to_string());
        }
        if form.has_loader() {
            return Ok(Self::open_loaded(path, options, inspection));
        }
        let library = Library::open(path)?;
        let code = inspection.as_ref().err().map_or("", |error| error.code());
        // SAFETY: inspection found a function of that name, or says otherwise; its type is what the name promises.
        let entry = unsafe { library.function::<Entry>("rp_module_v1") };
        let profile = if entry.is_some() { Profile::Abi } else { Profile::Plain };
        let entry = entry.filter(|_| code != "rp::load::entry_is_data");
        Ok(Subject { code: Code::Native(library), profile, inspection, entry })
    }

    fn open_loaded(
        path: &Path,
        options: &LoadOptions,
        inspection: Result<Inspection, ::rp_host::Error>,
    ) -> Subject {
        let module = UncheckedModule::load(path, options);
        let profile = match (&module, &inspection) {
            (Ok(module), _) => module.profile(),
            (_, Ok(inspection)) => inspection.profile,
            (_, Err(error)) if error.code() == "rp::load::plain_incomplete" => Profile::Plain,
            _ => Profile::Abi,
        };
        let module = module.map(|module| &*Box::leak(Box::new(module)));
        Subject { code: Code::Loaded(module), profile, inspection, entry: None }
    }

    /// Where the library that contains this address lies; None if the system does not report it.
    pub(crate) fn extent(&self, inside: *const c_void) -> Option<Range<usize>> {
        match &self.code {
            Code::Native(library) => library.extent(inside).ok().flatten(),
            Code::Loaded(_) => None,
        }
    }

    /// What the entry returns.
    pub(crate) fn table_pointer(&self) -> Result<*const rp_module, String> {
        let entry = self.entry.ok_or("rp_module_v1 is no function; see entry/function")?;
        // SAFETY: rule 6: the entry may be called at any time.
        Ok(unsafe { entry() })
    }

    /// The table, if its memory can be read.
    pub(crate) fn table(&self) -> Result<&'static rp_module, String> {
        let table = self.table_pointer()?;
        if table.is_null() || !table.is_aligned() {
            return Err(format!("rp_module_v1 returned {table:?}, which is no table; see entry/table"));
        }
        let extent = self.entry.and_then(|entry| self.extent(entry as *const c_void));
        if extent.is_some_and(|extent| {
            !extent.contains(&(table as usize)) || extent.end - (table as usize) < size_of::<rp_module>()
        }) {
            return Err("the table lies outside the library; see entry/inside".into());
        }
        debug_assert_eq!(align_of::<rp_module>(), align_of::<*const c_void>());
        // SAFETY: not NULL, aligned, and inside the library (or unknown to be outside of it), which stays mapped.
        let table = unsafe { &*table };
        if (table.struct_size as usize) < size_of::<rp_module>() {
            return Err(format!("the table's struct_size is {}; see entry/struct-size", table.struct_size));
        }
        Ok(table)
    }

    /// What the module is called through, or why it cannot be called.
    pub(crate) fn functions(&self) -> Result<Functions, String> {
        let library = match &self.code {
            Code::Native(library) => library,
            Code::Loaded(Ok(module)) => return Ok(Functions::Loaded(module)),
            Code::Loaded(Err(error)) => return Err(error.to_string()),
        };
        if self.profile == Profile::Plain {
            return plain(library).map(Functions::Plain);
        }
        let table = self.table()?;
        let missing = |name: &str| format!("the table has no {name}; see entry/functions");
        Ok(Functions::Abi(Table {
            flags: table.flags,
            create: table.create.ok_or_else(|| missing("create"))?,
            destroy: table.destroy.ok_or_else(|| missing("destroy"))?,
            handle_message: table.handle_message.ok_or_else(|| missing("handle_message"))?,
        }))
    }
}

fn plain(library: &Library) -> Result<Plain, String> {
    let missing = |name: &str| format!("{name} is not exported; see entry/plain-exports");
    // SAFETY: the library exports functions of these names; their types are what rp_plain.h promises.
    unsafe {
        Ok(Plain {
            create_module: library.function("create_module").ok_or_else(|| missing("create_module"))?,
            handle_message: library.function("handle_message").ok_or_else(|| missing("handle_message"))?,
            free_string: library.function("free_string").ok_or_else(|| missing("free_string"))?,
            destroy_module: library.function("destroy_module").ok_or_else(|| missing("destroy_module"))?,
            get_module_metadata: library.function("get_module_metadata"),
        })
    }
}
