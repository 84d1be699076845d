//! What was asked for, and whether it is met.

/// The least that a call through `rp_module.h` takes, in the verdict on a goal.
pub const ALONE: &str = "the interface alone";

/// One goal: what, the measured number, the bound, and what they count.
pub struct Goal {
    pub text: String,
    pub found: f64,
    pub bound: Bound,
    pub unit: &'static str,
    /// What it would be with the least that a design cannot do without: a name and the number.
    least: Option<(&'static str, f64)>,
}

pub enum Bound {
    AtMost(f64),
    AtLeast(f64),
}

impl Goal {
    pub fn at_most(text: impl Into<String>, found: f64, bound: f64, unit: &'static str) -> Goal {
        Goal { text: text.into(), found, bound: Bound::AtMost(bound), unit, least: None }
    }

    pub fn at_least(text: impl Into<String>, found: f64, bound: f64, unit: &'static str) -> Goal {
        Goal { text: text.into(), found, bound: Bound::AtLeast(bound), unit, least: None }
    }

    /// With what is measured beside it, and nobody can do without.
    pub fn beside(self, name: &'static str, found: Option<f64>) -> Goal {
        Goal { least: found.map(|found| (name, found)), ..self }
    }

    /// How far on the wrong side of its bound a number is, in percent of the bound; nothing where it is met.
    fn missed_by(&self, found: f64) -> Option<f64> {
        let missed = match self.bound {
            Bound::AtMost(bound) => found / bound - 1.0,
            Bound::AtLeast(bound) => 1.0 - found / bound,
        };
        (missed > 0.0).then_some(missed * 100.0)
    }

    fn verdict(&self) -> String {
        let Some(percent) = self.missed_by(self.found) else { return "met".to_owned() };
        let missed = format!("**missed** by {percent:.1} %");
        match self.least {
            Some((name, least)) if self.missed_by(least).is_some() => {
                format!("{missed}; out of reach: {name} has {least:.2}{}", self.unit)
            }
            _ => missed,
        }
    }
}

/// The goals as a table.
pub fn table(goals: &[Goal]) -> String {
    let mut text = String::from("| goal | asked for | found | |\n| --- | ---: | ---: | --- |\n");
    for goal in goals {
        let asked = match goal.bound {
            Bound::AtMost(bound) => format!("at most {bound}{}", goal.unit),
            Bound::AtLeast(bound) => format!("at least {bound}{}", goal.unit),
        };
        text +=
            &format!("| {} | {asked} | {:.2}{} | {} |\n", goal.text, goal.found, goal.unit, goal.verdict());
    }
    text
}
