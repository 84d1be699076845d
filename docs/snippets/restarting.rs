use std::path::Path;

use rp_host::{Error, Host, Instance, LoadOptions, Restart};

pub fn restarted(host: &Host, file: &Path) -> Result<Instance, Error> {
    let at_most_three = Restart { attempts: 3, ..Restart::default() };
    host.load_with(file, LoadOptions::new().restart(at_most_three))
}
