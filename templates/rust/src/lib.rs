//! @name@, a module for rp. The command `greet` is an example: put your own in its place.
use rp_sdk::{data, module};

/// One instance of the module, and what it keeps.
#[derive(Default)]
pub struct @type@ {
    greeted: u64,
}

/// What `greet` answers.
#[data]
pub struct Greeting {
    hello: String,
    /// How many were greeted so far.
    greeted: u64,
}

#[module]
impl @type@ {
    /// Greets somebody.
    #[command]
    fn greet(&mut self, name: String) -> Greeting {
        self.greeted += 1;
        Greeting { hello: name, greeted: self.greeted }
    }
}

#[cfg(test)]
mod tests {
    use rp_sdk::json;
    use rp_sdk::test::Kit;

    use super::*;

    #[test]
    fn greets_and_counts() {
        let mut kit = Kit::ready::<@type@>(json!({}));
        for greeted in 1..=2 {
            let answer: serde_json::Value = kit.command("greet", json!({"name": "Ada"})).unwrap();
            assert_eq!(answer, json!({"hello": "Ada", "greeted": greeted}));
        }
    }
}
