//! The error of every operation of the host: a fault, and where it happened.

use std::error;
use std::fmt::{self, Display, Formatter};
use std::path::{Path, PathBuf};

use super::call::CallFault;
use super::fault::Fault;
use super::host::HostFault;
use super::load::LoadFault;
use super::recording::RecordingFault;
use super::store::StoreFault;

/// An error of the host.
///
/// It has the size of one pointer, so that results stay cheap on the call path.
///
/// ```
/// use rp_host::{Fault, Host};
///
/// let error = Host::new().load("nowhere/libnothing.so").unwrap_err();
/// assert_eq!((error.code(), error.fault()), ("rp::load::not_found", Fault::Operator));
/// assert_eq!(error.to_string(), "cannot load nowhere/libnothing.so: there is no such file");
/// assert!(error.help().is_some());
/// ```
#[derive(Debug)]
pub struct Error(Box<Kind>);

#[derive(Debug)]
enum Kind {
    Load { path: PathBuf, fault: LoadFault },
    Static { name: String, fault: LoadFault },
    Store { place: String, fault: StoreFault },
    Recording { path: PathBuf, fault: RecordingFault },
    Host(HostFault),
    Call { instance: String, operation: String, fault: CallFault },
}

impl Display for Error {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Kind::Load { path, fault } => write!(f, "cannot load {}: {fault}", path.display()),
            Kind::Static { name, fault } => write!(f, "cannot load the static module {name}: {fault}"),
            Kind::Store { place, fault } => write!(f, "the store {place}: {fault}"),
            Kind::Recording { path, fault } => write!(f, "the recording {}: {fault}", path.display()),
            Kind::Host(fault) => fault.fmt(f),
            Kind::Call { instance, operation, fault } => write!(f, "{instance}: {operation}: {fault}"),
        }
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        Some(match &*self.0 {
            Kind::Load { fault, .. } | Kind::Static { fault, .. } => fault,
            Kind::Store { fault, .. } => fault,
            Kind::Recording { fault, .. } => fault,
            Kind::Host(fault) => fault,
            Kind::Call { fault, .. } => fault,
        })
    }
}

impl Error {
    pub(crate) fn load(path: &Path, fault: LoadFault) -> Self {
        Error(Box::new(Kind::Load { path: path.to_owned(), fault }))
    }

    pub(crate) fn recording(path: &Path, fault: RecordingFault) -> Self {
        Error(Box::new(Kind::Recording { path: path.to_owned(), fault }))
    }

    pub(crate) fn add_static(name: &str, fault: LoadFault) -> Self {
        Error(Box::new(Kind::Static { name: name.to_owned(), fault }))
    }

    pub(crate) fn call(instance: &str, operation: &str, fault: CallFault) -> Self {
        Error(Box::new(Kind::Call { instance: instance.to_owned(), operation: operation.to_owned(), fault }))
    }

    /// An error of a store; `place` names the store, usually by its path.
    pub fn store(place: &str, fault: StoreFault) -> Self {
        Error(Box::new(Kind::Store { place: place.to_owned(), fault }))
    }

    /// An error of the host itself, or of the program around it.
    pub fn host(fault: HostFault) -> Self {
        Error(Box::new(Kind::Host(fault)))
    }

    /// A stable name such as `rp::load::truncated`, for programs. Texts may change; codes do not.
    pub fn code(&self) -> &'static str {
        match &*self.0 {
            Kind::Load { fault, .. } | Kind::Static { fault, .. } => fault.code(),
            Kind::Call { fault, .. } => fault.code(),
            Kind::Store { fault, .. } => fault.code(),
            Kind::Recording { fault, .. } => fault.code(),
            Kind::Host(fault) => fault.code(),
        }
    }

    /// Whose fault it is.
    pub fn fault(&self) -> Fault {
        match &*self.0 {
            Kind::Load { fault, .. } | Kind::Static { fault, .. } => fault.fault(),
            Kind::Call { fault, .. } => fault.fault(),
            Kind::Store { fault, .. } => fault.fault(),
            Kind::Recording { fault, .. } => fault.fault(),
            Kind::Host(fault) => fault.fault(),
        }
    }

    /// How to fix it, where that can be said.
    pub fn help(&self) -> Option<String> {
        match &*self.0 {
            Kind::Load { fault, .. } | Kind::Static { fault, .. } => fault.help(),
            Kind::Call { fault, .. } => fault.help(),
            Kind::Store { fault, .. } => fault.help(),
            Kind::Recording { fault, .. } => fault.help(),
            Kind::Host(fault) => fault.help(),
        }
    }

    /// The instance or static module that the error is about; `None` for a file that could not be loaded, and for a store.
    pub fn module(&self) -> Option<&str> {
        match &*self.0 {
            Kind::Load { .. } | Kind::Store { .. } | Kind::Recording { .. } | Kind::Host(_) => None,
            Kind::Static { name, .. } => Some(name),
            Kind::Call { instance, .. } => Some(instance),
        }
    }

    /// The file that could not be loaded, or the recording that could not be read or played.
    pub fn path(&self) -> Option<&Path> {
        match &*self.0 {
            Kind::Load { path, .. } | Kind::Recording { path, .. } => Some(path),
            _ => None,
        }
    }

    /// Why loading failed.
    pub fn load_fault(&self) -> Option<&LoadFault> {
        match &*self.0 {
            Kind::Load { fault, .. } | Kind::Static { fault, .. } => Some(fault),
            Kind::Call { .. } | Kind::Store { .. } | Kind::Recording { .. } | Kind::Host(_) => None,
        }
    }

    /// Why a recording could not be read, or not be played.
    pub fn recording_fault(&self) -> Option<&RecordingFault> {
        match &*self.0 {
            Kind::Recording { fault, .. } => Some(fault),
            _ => None,
        }
    }

    /// Why a store could not be opened or used, or an index could not be created.
    pub fn store_fault(&self) -> Option<&StoreFault> {
        match &*self.0 {
            Kind::Store { fault, .. } => Some(fault),
            _ => None,
        }
    }

    /// What the host cannot do, or the program around it cannot ask.
    pub fn host_fault(&self) -> Option<&HostFault> {
        match &*self.0 {
            Kind::Host(fault) => Some(fault),
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

#[cfg(test)]
mod tests {
    use std::error::Error as _;
    use std::io::ErrorKind;

    use super::*;

    #[test]
    fn an_error_leads_to_what_caused_it() {
        let fault = LoadFault::Unreadable(ErrorKind::PermissionDenied.into());
        let error = Error::load(Path::new("libx.so"), fault);
        let fault = error.source().unwrap();
        assert_eq!(error.to_string(), format!("cannot load libx.so: {fault}"));
        let cause = fault.source().unwrap();
        assert_eq!(fault.to_string(), format!("it cannot be read: {cause}"));
        assert!(cause.is::<std::io::Error>() && LoadFault::Empty.source().is_none());
    }
}
