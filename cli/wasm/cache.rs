//! Where the code that an engine compiled is kept.

use std::path::PathBuf;

use rp_host::WasmCache;

/// The word `off`, or a folder.
pub fn cache(text: PathBuf) -> WasmCache {
    if text.as_os_str() == "off" { WasmCache::Off } else { WasmCache::Folder(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn off_is_a_word_and_not_a_folder() {
        assert_eq!(cache("off".into()), WasmCache::Off);
        assert_eq!(cache("./off".into()), WasmCache::Folder("./off".into()));
    }
}
