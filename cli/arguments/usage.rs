//! What the parser of the command line has to say.

use crate::terminal::{say, shown};

/// Ends the process with what the parser of the command line has to say. It quotes arguments and variables, and takes
/// sequences for a terminal out of them where it writes no colour: so it is asked once more, with the arguments as they
/// are shown.
pub fn end_with(error: &clap::Error, command: clap::Command) -> ! {
    let arguments: Vec<String> =
        std::env::args_os().map(|text| text.to_string_lossy().into_owned()).collect();
    let variables = std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("RP_"));
    let mut variables = variables.map(|(_, value)| value.to_string_lossy().into_owned());
    let is_clean = |text: &str| shown(text) == text;
    let all_clean = arguments.iter().all(|text| is_clean(text)) && variables.all(|text| is_clean(&text));
    if all_clean || !error.use_stderr() {
        error.exit();
    }
    let again = command.try_get_matches_from(arguments.iter().map(|text| shown(text)));
    let text = again.as_ref().err().unwrap_or(error).render().to_string();
    say(text.trim_end());
    std::process::exit(error.exit_code())
}
