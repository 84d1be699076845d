//! What every subcommand takes.

/// The options of every subcommand.
#[derive(clap::Args)]
pub struct Global {
    /// Write JSON for programs; errors become one JSON line on standard error
    #[arg(long, global = true, display_order = 100)]
    pub json: bool,
    /// Show more; with call and run, -v shows the modules' debug log, their progress, their messages and their processes,
    /// -vv their trace log
    #[arg(short, long, global = true, display_order = 101, action = clap::ArgAction::Count)]
    pub verbose: u8,
}
