//! Errors and help of the command line parser.

use crate::terminal::{escaped, write_stderr};

/// Prints the error or the help of the command line parser and ends the process. The parser quotes arguments and variables
/// without escaping them, so that it is run once more with escaped arguments.
pub fn end_with(error: &clap::Error, command: clap::Command) -> ! {
    let arguments: Vec<String> =
        std::env::args_os().map(|text| text.to_string_lossy().into_owned()).collect();
    let variables = std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("RP_"));
    let mut variables = variables.map(|(_, value)| value.to_string_lossy().into_owned());
    let is_clean = |text: &str| escaped(text) == text;
    let all_clean = arguments.iter().all(|text| is_clean(text)) && variables.all(|text| is_clean(&text));
    if all_clean || !error.use_stderr() {
        error.exit();
    }
    let again = command.try_get_matches_from(arguments.iter().map(|text| escaped(text)));
    let text = again.as_ref().err().unwrap_or(error).render().to_string();
    write_stderr(text.trim_end());
    std::process::exit(error.exit_code())
}
