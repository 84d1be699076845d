//! What came of a run, as data.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::options::Compiled;
use crate::today::today;

/// What came of one platform.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Results {
    /// Its name, as `./dev platforms` has it.
    pub platform: String,
    /// What rustc calls it.
    pub target: String,
    /// The day of the run, in UTC.
    pub date: String,
    /// The system that the run was on.
    pub system: String,
    /// The emulator with its version; None on a real machine, and where nothing was run.
    pub emulator: Option<String>,
    /// What `rp --version` said; empty where nothing was run.
    pub rp: String,
    /// The seconds that the run took; 0 where nothing was run.
    pub seconds: u64,
    /// Why the platform could not even be compiled for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<String>,
    /// Everything that was tried; empty where nothing was run.
    pub steps: Vec<Step>,
    /// What `rp check` found.
    pub checks: Checks,
}

/// One thing that was tried.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Its name.
    pub name: String,
    /// What came of it.
    pub outcome: Outcome,
    /// What was compared, what failed, or why it is not possible.
    pub text: String,
    /// The milliseconds that it took.
    pub milliseconds: u64,
}

/// What came of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// As it should be.
    Ok,
    /// Not as it should be.
    Failed,
    /// Not possible here.
    NotHere,
}

/// The outcomes of `rp check` over all modules.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Checks {
    /// How many found nothing.
    pub passed: usize,
    /// How many found something, or came to no end.
    pub failed: usize,
    /// Each that had nothing to ask, or could not.
    pub skips: Vec<Skip>,
}

/// A check that was skipped.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Skip {
    /// The module.
    pub module: String,
    /// The id of the check.
    pub check: String,
    /// Why.
    pub reason: String,
}

impl Results {
    /// Whether nothing failed.
    pub fn is_good(&self) -> bool {
        self.steps.iter().all(|step| step.outcome != Outcome::Failed)
    }

    /// With the steps of an earlier run of the same version, where they were not repeated.
    pub fn after(mut self, earlier: Results) -> Results {
        if (&earlier.platform, &earlier.rp) != (&self.platform, &self.rp) {
            return self;
        }
        if !self.steps.iter().any(|step| step.name == "check") {
            self.checks = earlier.checks;
        }
        self.seconds += earlier.seconds;
        let newer = |step: Step| self.steps.iter().find(|it| it.name == step.name).cloned().unwrap_or(step);
        self.steps = earlier.steps.into_iter().map(newer).collect();
        self
    }

    /// Reads a file.
    pub fn read(path: &Path) -> Result<Results, String> {
        let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
    }

    /// Writes a file, whose folder is made if need be.
    pub fn write(&self, path: &Path) -> Result<(), String> {
        let text = serde_json::to_string_pretty(self).map_err(|error| error.to_string())?;
        let folder = path.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder)
            .and_then(|()| std::fs::write(path, text + "\n"))
            .map_err(|error| format!("{}: {error}", path.display()))
    }
}

/// The results of a platform for which nothing was run.
pub fn compiled(options: &Compiled) -> Results {
    Results {
        platform: options.platform.clone(),
        target: options.target.clone(),
        date: today(),
        system: crate::setup::system(),
        missing: options.missing.clone(),
        ..Results::default()
    }
}

#[cfg(test)]
mod tests {
    use super::{Outcome, Results, Step};

    fn results(steps: &[(&str, Outcome)]) -> Results {
        let step = |(name, outcome): &(&str, Outcome)| Step {
            name: (*name).to_owned(),
            outcome: *outcome,
            text: String::new(),
            milliseconds: 1,
        };
        Results { steps: steps.iter().map(step).collect(), rp: "rp 0.1.0".into(), ..Results::default() }
    }

    #[test]
    fn a_step_that_is_repeated_replaces_the_former() {
        let mut earlier =
            results(&[("list", Outcome::Ok), ("crash", Outcome::Failed), ("check", Outcome::Ok)]);
        earlier.checks.passed = 7;
        let both = results(&[("crash", Outcome::Ok)]).after(earlier.clone());
        assert_eq!(
            both.steps.iter().map(|step| step.name.as_str()).collect::<Vec<_>>(),
            ["list", "crash", "check"]
        );
        assert!(both.is_good() && both.checks.passed == 7);
        earlier.rp = "rp 0.0.9".into();
        assert_eq!(results(&[("crash", Outcome::Ok)]).after(earlier).steps.len(), 1);
    }
}
