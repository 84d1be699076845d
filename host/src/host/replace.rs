//! New code for an instance that is loaded.

use std::path::Path;

use crate::error::Error;
use crate::host::host::Host;
use crate::host::instance_handle::Instance;
use crate::host::succession;
use crate::options::load::LoadOptions;

/// What errors say that failed.
const REPLACE: &str = "replace";

impl Host {
    /// Lets the module in `path` take the place of the instance of that name, with the options that the instance was loaded
    /// with. They include its configuration, grants and limits, and what they expect of the file: with a sha-256 use
    /// [`replace_with`](Host::replace_with).
    ///
    /// The handles of the instance reach the new code. The calls in flight end first; others wait meanwhile, up to their deadline.
    /// Queued events go to the new code. Its state is new: nothing is carried over. An instance that is dead comes back.
    ///
    /// The old code is told to shut down only after the new code is ready; what goes wrong in that goes to the log.
    ///
    /// # Errors
    /// If there is no such instance, if its calls do not end within the host's wait limit, or if the new code cannot be made
    /// ready: the old code goes on as if nothing had happened.
    ///
    /// # Trust
    /// As for [`load`](Host::load): native code is trusted.
    pub fn replace(&self, name: &str, path: impl AsRef<Path>) -> Result<Instance, Error> {
        let old = self.named(name, REPLACE)?;
        let options = old.options();
        self.replace_old(&old, path.as_ref(), options)
    }

    /// Like [`replace`](Host::replace), with other options. The instance keeps its name, whatever they say.
    ///
    /// # Errors
    /// As for [`replace`](Host::replace), and if the module is not what the options expect.
    pub fn replace_with(
        &self,
        name: &str,
        path: impl AsRef<Path>,
        options: LoadOptions,
    ) -> Result<Instance, Error> {
        self.replace_old(&self.named(name, REPLACE)?, path.as_ref(), options)
    }

    fn replace_old(&self, old: &Instance, path: &Path, mut options: LoadOptions) -> Result<Instance, Error> {
        self.services().check_process()?;
        let module = self.read_module(path, &mut options).map_err(|fault| Error::load(path, fault))?;
        let replaced = succession::replace(self.services(), old.current(), module, options);
        let successor = replaced.map_err(|refused| match refused {
            succession::Refused::Old(fault) => Error::call(old.name(), REPLACE, fault),
            succession::Refused::New(fault) => Error::load(path, fault),
        })?;
        Ok(self.handle(successor))
    }
}
