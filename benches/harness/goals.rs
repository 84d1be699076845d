//! What was asked for, and whether it is met.

/// One goal: what, the measured number, the bound, and what they count.
pub struct Goal {
    pub text: String,
    pub found: f64,
    pub bound: Bound,
    pub unit: &'static str,
}

pub enum Bound {
    AtMost(f64),
    AtLeast(f64),
}

impl Goal {
    pub fn at_most(text: impl Into<String>, found: f64, bound: f64, unit: &'static str) -> Goal {
        Goal { text: text.into(), found, bound: Bound::AtMost(bound), unit }
    }

    pub fn at_least(text: impl Into<String>, found: f64, bound: f64, unit: &'static str) -> Goal {
        Goal { text: text.into(), found, bound: Bound::AtLeast(bound), unit }
    }

    /// How far on the wrong side of its bound it is, in percent of the bound; nothing where it is met.
    fn missed_by(&self) -> Option<f64> {
        let missed = match self.bound {
            Bound::AtMost(bound) => self.found / bound - 1.0,
            Bound::AtLeast(bound) => 1.0 - self.found / bound,
        };
        (missed > 0.0).then_some(missed * 100.0)
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
        let verdict = match goal.missed_by() {
            None => "met".to_owned(),
            Some(percent) => format!("**missed** by {percent:.1} %"),
        };
        text += &format!("| {} | {asked} | {:.2}{} | {verdict} |\n", goal.text, goal.found, goal.unit);
    }
    text
}
