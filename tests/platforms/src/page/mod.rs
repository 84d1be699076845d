//! The book's page on platforms, and the data that it is made from.

mod markdown;
mod record;

use std::path::Path;

use crate::options::Page;
use crate::platforms::{self, Platform};
use crate::results::Results;
use crate::setup::root;
use record::Record;

/// What was found on each platform: the source of the page.
const DATA: &str = "docs/platforms.json";
const PAGE: &str = "docs/src/platforms.md";

/// Writes both files. A platform without new results keeps what is recorded of it.
pub fn write(options: &Page) -> Result<(), String> {
    let platforms = platforms::all()?;
    let recorded = read(&root().join(DATA))?;
    let folder = root().join(&options.results);
    let newest = |platform: &Platform| {
        let file = folder.join(&platform.name).with_extension("json");
        if file.exists() {
            return Results::read(&file).map(|results| Some(Record::new(&results)));
        }
        Ok(recorded.iter().find(|record| record.platform == platform.name).cloned())
    };
    let records: Vec<_> =
        platforms.iter().map(newest).collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect();
    let text = serde_json::to_string_pretty(&records).map_err(|error| error.to_string())? + "\n";
    put(DATA, &text)?;
    put(PAGE, &markdown::page(&platforms, &records))
}

fn read(path: &Path) -> Result<Vec<Record>, String> {
    if !path.exists() {
        return Ok(Vec::new());
    }
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
}

fn put(path: &str, text: &str) -> Result<(), String> {
    std::fs::write(root().join(path), text).map_err(|error| format!("{path}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::{DATA, PAGE, markdown, platforms, read};
    use crate::compare::same;
    use crate::setup::root;

    /// The page is what its data says, of all platforms that there are and of no others.
    #[test]
    fn the_page_is_current() {
        let platforms = platforms::all().expect("a table");
        let records = read(&root().join(DATA)).expect("data");
        let names: Vec<_> = records.iter().map(|record| &record.platform).collect();
        let unknown = |name: &&&String| platforms.iter().all(|platform| platform.name != ***name);
        assert_eq!(
            names.iter().find(unknown),
            None,
            "{DATA} has a platform that tests/platforms/ does not know"
        );
        let text = std::fs::read_to_string(root().join(PAGE)).expect("the page").replace("\r\n", "\n");
        let expected = markdown::page(&platforms, &records);
        same(PAGE, &text, &expected).expect("`cargo run -p rp-platforms -- page` writes it");
    }
}
