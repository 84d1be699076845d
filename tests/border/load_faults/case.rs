//! A case of the table.

use std::path::PathBuf;

use rp_host::LoadOptions;

/// Something that cannot be loaded.
pub struct Case {
    pub name: &'static str,
    pub path: PathBuf,
    pub options: LoadOptions,
}

impl Case {
    pub fn new(name: &'static str, path: impl Into<PathBuf>) -> Self {
        Case { name, path: path.into(), options: LoadOptions::new() }
    }

    pub fn options(self, options: LoadOptions) -> Self {
        Case { options, ..self }
    }
}
