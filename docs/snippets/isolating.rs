use std::path::Path;

use rp_host::{Error, Host, Instance, Isolation, LoadOptions};

pub fn isolated(host: &Host, file: &Path) -> Result<Instance, Error> {
    host.load_with(file, LoadOptions::new().isolated(Isolation::default()))
}
