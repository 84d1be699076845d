//! Errors.

use core::ffi::{CStr, c_char};
use core::ptr;
use std::ffi::CString;
use std::path::Path;
use std::sync::OnceLock;

use host::config::ConfigError;
use host::{Error, Fault};
use serde::Serialize;

use crate::c_text::c_string;
use crate::constants::{RPH_FAULT_HOST, RPH_FAULT_MODULE, RPH_FAULT_OPERATOR};

/// Why a function failed. Constant.
/// [any-thread]
pub struct rph_error {
    code: CString,
    text: CString,
    help: Option<CString>,
    module: Option<CString>,
    path: Option<CString>,
    fault: Fault,
    line: Option<usize>,
    json: OnceLock<CString>,
}

impl rph_error {
    /// Several errors as one: what the first is, and the texts of all.
    pub(crate) fn with_others(mut self: Box<Self>, others: &[Error]) -> Box<Self> {
        let mut text = self.text.to_string_lossy().into_owned();
        for other in others {
            text += &format!("\n{other}");
        }
        self.text = c_string(&text);
        self
    }

    fn json(&self) -> &CStr {
        self.json.get_or_init(|| c_string(&serde_json::to_string(&Line::of(self)).unwrap_or_default()))
    }
}

/// The error as `rp --json` prints it, and what it does not print.
#[derive(Serialize)]
struct Line<'a> {
    status: &'a str,
    error: &'a str,
    code: &'a str,
    help: Option<&'a str>,
    line: Option<usize>,
    fault: &'a str,
    module: Option<&'a str>,
    path: Option<&'a str>,
}

impl<'a> Line<'a> {
    fn of(error: &'a rph_error) -> Self {
        // They were made of text.
        let text = |it: &'a CString| it.to_str().unwrap_or_default();
        Line {
            status: "error",
            error: text(&error.text),
            code: text(&error.code),
            help: error.help.as_ref().map(text),
            line: error.line,
            fault: match error.fault {
                Fault::Module => "module",
                Fault::Operator => "operator",
                _ => "host",
            },
            module: error.module.as_ref().map(text),
            path: error.path.as_ref().map(text),
        }
    }
}

fn path_text(path: &Path) -> CString {
    c_string(&path.display().to_string())
}

impl From<Error> for Box<rph_error> {
    #[cold]
    fn from(error: Error) -> Self {
        Box::new(rph_error {
            code: c_string(error.code()),
            text: c_string(&error.to_string()),
            help: error.help().as_deref().map(c_string),
            module: error.module().map(c_string),
            path: error.path().map(path_text),
            fault: error.fault(),
            line: None,
            json: OnceLock::new(),
        })
    }
}

impl From<ConfigError> for Box<rph_error> {
    fn from(error: ConfigError) -> Self {
        let of_host = error.host_error();
        Box::new(rph_error {
            code: c_string(error.code()),
            text: c_string(error.text()),
            help: error.help().map(c_string),
            module: of_host.and_then(Error::module).map(c_string),
            path: error.path().or_else(|| of_host.and_then(Error::path)).map(path_text),
            fault: error.fault(),
            line: error.line(),
            json: OnceLock::new(),
        })
    }
}

fn pointer_to(text: Option<&CString>) -> *const c_char {
    text.map_or(ptr::null(), |text| text.as_ptr())
}

/// Its code, such as "rp::load::truncated": stable, for programs. NULL only for NULL.
/// [any-thread]
#[unsafe(no_mangle)]
pub extern "C" fn rph_error_code(error: Option<&rph_error>) -> *const c_char {
    pointer_to(error.map(|error| &error.code))
}

/// What went wrong, and where: for people. NULL only for NULL.
/// [any-thread]
#[unsafe(no_mangle)]
pub extern "C" fn rph_error_text(error: Option<&rph_error>) -> *const c_char {
    pointer_to(error.map(|error| &error.text))
}

/// How to fix it; NULL where that cannot be said.
/// [any-thread]
#[unsafe(no_mangle)]
pub extern "C" fn rph_error_help(error: Option<&rph_error>) -> *const c_char {
    pointer_to(error.and_then(|error| error.help.as_ref()))
}

/// The instance that it is about, or NULL.
/// [any-thread]
#[unsafe(no_mangle)]
pub extern "C" fn rph_error_module(error: Option<&rph_error>) -> *const c_char {
    pointer_to(error.and_then(|error| error.module.as_ref()))
}

/// The file that it is about, or NULL.
/// [any-thread]
#[unsafe(no_mangle)]
pub extern "C" fn rph_error_path(error: Option<&rph_error>) -> *const c_char {
    pointer_to(error.and_then(|error| error.path.as_ref()))
}

/// Whose fault it is: RPH_FAULT_MODULE, RPH_FAULT_HOST or RPH_FAULT_OPERATOR; 0 only for NULL.
/// [any-thread]
#[unsafe(no_mangle)]
pub extern "C" fn rph_error_fault(error: Option<&rph_error>) -> i32 {
    error.map_or(0, |error| match error.fault {
        Fault::Module => RPH_FAULT_MODULE,
        Fault::Operator => RPH_FAULT_OPERATOR,
        _ => RPH_FAULT_HOST,
    })
}

/// All of it as one JSON object, as `rp --json` has it. NULL only for NULL.
/// [any-thread]
#[unsafe(no_mangle)]
pub extern "C" fn rph_error_json(error: Option<&rph_error>) -> *const c_char {
    error.map_or(ptr::null(), |error| error.json().as_ptr())
}

/// Frees it.
/// [one]
#[unsafe(no_mangle)]
pub extern "C" fn rph_error_free(error: Option<Box<rph_error>>) {
    drop(error);
}
