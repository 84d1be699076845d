//! What a module may not change for the rest of the process, and what every system tells.

use crate::os::{Gap, Told};

/// The working directory.
pub(crate) fn working_directory() -> Told<String> {
    let folder = std::env::current_dir().map_err(Gap::failed("the working directory"))?;
    Ok(folder.display().to_string())
}

/// The environment's variables.
pub(crate) fn variables() -> Told<String> {
    let mut variables: Vec<_> = std::env::vars_os()
        .map(|(name, value)| format!("{}={}", name.to_string_lossy(), value.to_string_lossy()))
        .collect();
    variables.sort();
    Ok(variables.join("\n"))
}
