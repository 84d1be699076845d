//! The table of platforms: `tests/platforms/platforms.txt`.

use crate::setup::root;

/// The platform of this repository's own tests, which everything else is compared with.
const OWN: (&str, &str) = ("linux", "x86_64-unknown-linux-gnu");

/// One row.
#[derive(Debug, PartialEq)]
pub struct Platform {
    /// Its name.
    pub name: String,
    /// What rustc calls it.
    pub target: String,
}

/// All platforms, our own first.
pub fn all() -> Result<Vec<Platform>, String> {
    let path = root().join("tests/platforms/platforms.txt");
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    rows(&text)
}

/// What rustc calls a platform; empty where the table does not have it.
pub fn target(name: &str) -> Result<String, String> {
    let platform = all()?.into_iter().find(|platform| platform.name == name);
    Ok(platform.map(|platform| platform.target).unwrap_or_default())
}

fn rows(text: &str) -> Result<Vec<Platform>, String> {
    let mut rows = vec![Platform { name: OWN.0.to_owned(), target: OWN.1.to_owned() }];
    for line in text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
        let mut cells = line.split('|').map(str::trim);
        let (name, target) = cells.next().zip(cells.next()).ok_or_else(|| format!("not a row: {line}"))?;
        if rows.iter().all(|row| row.name != name) {
            rows.push(Platform { name: name.to_owned(), target: target.to_owned() });
        }
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::rows;

    #[test]
    fn rows_have_a_name_and_a_target() {
        let found =
            rows("# name | target\n\narm64 | aarch64-unknown-linux-gnu | run | cc\n").expect("a table");
        let names: Vec<_> = found.iter().map(|row| (row.name.as_str(), row.target.as_str())).collect();
        assert_eq!(names, [("linux", "x86_64-unknown-linux-gnu"), ("arm64", "aarch64-unknown-linux-gnu")]);
        assert!(rows("arm64\n").is_err());
    }
}
