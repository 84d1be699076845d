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

    fn is_met(&self) -> bool {
        match self.bound {
            Bound::AtMost(bound) => self.found <= bound,
            Bound::AtLeast(bound) => self.found >= bound,
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
        let verdict = if goal.is_met() { "met" } else { "**not met**" };
        text += &format!("| {} | {asked} | {:.2}{} | {verdict} |\n", goal.text, goal.found, goal.unit);
    }
    text
}
