//! Modules that run in processes of their own.

use std::ops::Range;
use std::path::{Path, PathBuf, absolute};

use toml::Spanned;

use super::fault::ConfigFault;
use super::spans::item;
use super::{backslash, file};
use crate::options::isolation::Isolation;
use crate::options::loader::LoaderName;

/// How a module is isolated, if it is; `text` is the whole file, and `folder` is where it lies.
pub(super) fn of(
    name: &str,
    module: &file::Module,
    text: &str,
    folder: &Path,
) -> Result<Option<Isolation>, ConfigFault> {
    let Some(loader) = module.loader.as_ref().filter(|loader| *loader.get_ref() == LoaderName::Isolated)
    else {
        return module.isolated.as_ref().map_or(Ok(None), |table| Err(not_isolated(name, table)));
    };
    if module.wasm.is_some() || module.engine.is_some() {
        let what =
            format!("the module {name} is configured as isolated and as WebAssembly, which needs no worker");
        let help = format!("remove `loader`, or `wasm` and `engine`, from [module.{name}]");
        return Err(ConfigFault::contradiction(loader.span(), what, help));
    }
    let mut isolation = module.isolated.as_ref().map(|table| table.get_ref().clone()).unwrap_or_default();
    for (key, paths) in [("read", &mut isolation.sandbox.read), ("write", &mut isolation.sandbox.write)] {
        let keys = ["module", name, "isolated", "sandbox", key];
        check(paths, text, &keys)?;
        paths.iter_mut().for_each(|path| *path = folder.join(&*path));
    }
    Ok(Some(isolation))
}

/// The paths that the sandbox of a module grants, and where the file names them.
pub(super) fn granted(
    name: &str,
    module: &file::Module,
    text: &str,
    folder: &Path,
) -> Vec<(PathBuf, Range<usize>)> {
    let Some(isolated) = &module.isolated else { return Vec::new() };
    let sandbox = &isolated.get_ref().sandbox;
    let place = |key: &str, (at, path): (usize, &PathBuf)| {
        let path = folder.join(path);
        (absolute(&path).unwrap_or(path), item(text, &["module", name, "isolated", "sandbox", key], at))
    };
    let read = sandbox.read.iter().enumerate().map(|one| place("read", one));
    read.chain(sandbox.write.iter().enumerate().map(|one| place("write", one))).collect()
}

fn not_isolated(name: &str, table: &Spanned<Isolation>) -> ConfigFault {
    let text = format!(
        "`isolated` holds for a module in a process of its own, and the loader of {name} is `native`"
    );
    let help = format!("write loader = \"isolated\" under [module.{name}], or remove `isolated`");
    ConfigFault::contradiction(table.span(), text, help)
}

fn check(paths: &[PathBuf], text: &str, keys: &[&str]) -> Result<(), ConfigFault> {
    for (at, path) in paths.iter().enumerate() {
        let span = || item(text, keys, at);
        if path.as_os_str().is_empty() {
            return Err(ConfigFault::new(
                span(),
                "the path is empty",
                "name a file or a folder; \".\" is the folder of rp.toml",
            ));
        }
        backslash::check_path(path, span)?;
    }
    Ok(())
}
