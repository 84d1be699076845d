//! What went wrong: what, where, whose fault, how to mend it.
//!
//! Every [`Error`] has a stable [code](Error::code) that programs compare, a text that says what and where, and, where
//! there is one, a [mend](Error::help).

mod call;
mod load;
mod service;
mod store;
pub(crate) mod system;

use std::path::{Path, PathBuf};

pub use call::CallFault;
pub use load::LoadFault;
pub use service::ServiceError;
pub use store::StoreFault;
pub use system::system_help;

/// Whose fault an error is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The module broke a rule of the ABI or of the protocol, or its file is not what it should be.
    Module,
    /// The host or the machine could not do its part.
    Host,
    /// What was asked for is not there, not allowed, or contradicts itself.
    Operator,
}

/// An error of the host.
///
/// It is one pointer large, so that results stay cheap on the call path.
///
/// ```
/// use rp_host::{Fault, Host};
///
/// let error = Host::new().load("nowhere/libnothing.so").unwrap_err();
/// assert_eq!((error.code(), error.fault()), ("rp::load::not_found", Fault::Operator));
/// assert_eq!(error.to_string(), "cannot load nowhere/libnothing.so: there is no such file");
/// assert!(error.help().is_some());
/// ```
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Error(Box<Kind>);

#[derive(Debug, thiserror::Error)]
enum Kind {
    #[error("cannot load {}: {fault}", path.display())]
    Load {
        path: PathBuf,
        #[source]
        fault: LoadFault,
    },
    #[error("cannot load the static module {name}: {fault}")]
    Static {
        name: String,
        #[source]
        fault: LoadFault,
    },
    #[error("the store {place}: {fault}")]
    Store {
        place: String,
        #[source]
        fault: StoreFault,
    },
    #[error("{instance}: {operation}: {fault}")]
    Call {
        instance: String,
        operation: String,
        #[source]
        fault: CallFault,
    },
}

impl Error {
    pub(crate) fn load(path: &Path, fault: LoadFault) -> Self {
        Error(Box::new(Kind::Load { path: path.to_owned(), fault }))
    }

    pub(crate) fn add_static(name: &str, fault: LoadFault) -> Self {
        Error(Box::new(Kind::Static { name: name.to_owned(), fault }))
    }

    pub(crate) fn call(instance: &str, operation: &str, fault: CallFault) -> Self {
        Error(Box::new(Kind::Call { instance: instance.to_owned(), operation: operation.to_owned(), fault }))
    }

    /// The error of a store; `place` says which one, as its path does.
    pub fn store(place: &str, fault: StoreFault) -> Self {
        Error(Box::new(Kind::Store { place: place.to_owned(), fault }))
    }

    /// A stable name such as `rp::load::truncated`, for programs; texts may change, codes do not.
    pub fn code(&self) -> &'static str {
        match &*self.0 {
            Kind::Load { fault, .. } | Kind::Static { fault, .. } => fault.code(),
            Kind::Call { fault, .. } => fault.code(),
            Kind::Store { fault, .. } => fault.code(),
        }
    }

    /// Whose fault it is.
    pub fn fault(&self) -> Fault {
        match &*self.0 {
            Kind::Load { fault, .. } | Kind::Static { fault, .. } => fault.fault(),
            Kind::Call { fault, .. } => fault.fault(),
            Kind::Store { fault, .. } => fault.fault(),
        }
    }

    /// How to mend it, where that can be said.
    pub fn help(&self) -> Option<String> {
        match &*self.0 {
            Kind::Load { fault, .. } | Kind::Static { fault, .. } => fault.help(),
            Kind::Call { fault, .. } => fault.help(),
            Kind::Store { fault, .. } => fault.help(),
        }
    }

    /// The instance, or the static module, that the error is about; `None` where a file could not be loaded.
    pub fn module(&self) -> Option<&str> {
        match &*self.0 {
            Kind::Load { .. } | Kind::Store { .. } => None,
            Kind::Static { name, .. } => Some(name),
            Kind::Call { instance, .. } => Some(instance),
        }
    }

    /// The file that could not be loaded.
    pub fn path(&self) -> Option<&Path> {
        match &*self.0 {
            Kind::Load { path, .. } => Some(path),
            _ => None,
        }
    }

    /// Why loading failed.
    pub fn load_fault(&self) -> Option<&LoadFault> {
        match &*self.0 {
            Kind::Load { fault, .. } | Kind::Static { fault, .. } => Some(fault),
            Kind::Call { .. } | Kind::Store { .. } => None,
        }
    }

    /// Why a store could not be opened, or an index not be made.
    pub fn store_fault(&self) -> Option<&StoreFault> {
        match &*self.0 {
            Kind::Store { fault, .. } => Some(fault),
            _ => None,
        }
    }

    /// Why a call failed.
    pub fn call_fault(&self) -> Option<&CallFault> {
        match &*self.0 {
            Kind::Call { fault, .. } => Some(fault),
            _ => None,
        }
    }
}
