//! The command line.

use std::path::PathBuf;
use std::time::Duration;

/// Proves the build of rp for one platform, and writes the book's page on platforms
#[derive(clap::Parser)]
pub struct Options {
    /// What to do.
    #[command(subcommand)]
    pub task: Task,
}

/// What to do.
#[derive(clap::Subcommand)]
pub enum Task {
    /// Run one platform's build, and write the results
    Run(Box<Run>),
    /// Write the results of a platform for which everything was compiled and nothing run
    Compiled(Compiled),
    /// Write docs/platforms.json and docs/src/platforms.md from the results that are there
    Page(Page),
}

/// What is run, and how.
#[derive(clap::Args)]
pub struct Run {
    /// The name of the platform
    #[arg(long)]
    pub platform: String,
    /// What rustc calls it; by default, what tests/platforms/platforms.txt says
    #[arg(long, value_name = "TRIPLE")]
    pub target: Option<String>,
    /// The command `rp` of the platform
    #[arg(long, value_name = "FILE")]
    pub rp: PathBuf,
    /// The modules of the platform
    #[arg(long, value_name = "DIR")]
    pub modules: PathBuf,
    /// The examples of the platform, built
    #[arg(long, value_name = "DIR")]
    pub examples: Option<PathBuf>,
    /// The program of the platform that prints sizes and offsets
    #[arg(long, value_name = "FILE")]
    pub sizes: Option<PathBuf>,
    /// What starts a program of the platform, with arguments: an emulator
    #[arg(long, value_name = "COMMAND")]
    pub runner: Option<String>,
    /// The command that this machine built for itself
    #[arg(long, value_name = "FILE")]
    pub reference_rp: Option<PathBuf>,
    /// The modules that this machine built for itself
    #[arg(long, value_name = "DIR")]
    pub reference_modules: Option<PathBuf>,
    /// How long a program may take
    #[arg(long, value_name = "SECONDS", default_value = "120", value_parser = seconds)]
    pub limit: Duration,
    /// How long one check may take
    #[arg(long, value_name = "SECONDS", default_value = "300", value_parser = seconds)]
    pub check_limit: Duration,
    /// Only steps whose name contains this; may be given more than once. What is in the results of the others stays
    #[arg(long, value_name = "TEXT")]
    pub only: Vec<String>,
    /// Where the results go
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

/// What was compiled.
#[derive(clap::Args)]
pub struct Compiled {
    /// The name of the platform
    #[arg(long)]
    pub platform: String,
    /// What rustc calls it
    #[arg(long, value_name = "TRIPLE")]
    pub target: String,
    /// Why nothing was compiled
    #[arg(long, value_name = "TEXT")]
    pub missing: Option<String>,
    /// Where the results go
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

/// What the page is made from.
#[derive(clap::Args)]
pub struct Page {
    /// The folder with the results of runs
    #[arg(long, value_name = "DIR", default_value = "target/platforms/results")]
    pub results: PathBuf,
}

fn seconds(text: &str) -> Result<Duration, String> {
    text.parse().map(Duration::from_secs).map_err(|_| "not a number of seconds".to_owned())
}
