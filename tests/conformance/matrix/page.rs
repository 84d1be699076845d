//! The page of the documentation that shows the matrix.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use rp_conformance::{Check, Kind};

const PAGE: &str = "docs/src/matrix.md";

const HEAD: &str = "# The matrix

Every check of `rp check` over every module of the repository, as the tests ran them on Linux. ✓ is a pass; a number is a reason
why a check has nothing to ask of that module, below the table. `tests/conformance/matrix/` writes this page:
`RP_BLESS=1 cargo test --test conformance matrix::gaps`.

## Native
";

const ISOLATED: &str = "\n## Isolated\n\nOne module in each language, in a process of its own.\n";

const WASM: &str = "\n## As WebAssembly\n";

/// The cells of one form of modules, check by check, and the reasons of the gaps.
#[derive(Default)]
pub struct Table<'a> {
    columns: Vec<&'a str>,
    rows: BTreeMap<usize, (Option<&'a Check>, Vec<String>)>,
    reasons: Vec<String>,
}

impl<'a> Table<'a> {
    pub fn add_column(&mut self, name: &'a str) {
        self.columns.push(name);
    }

    /// Adds a cell of the last column.
    pub fn add(&mut self, row: usize, check: &'a Check, kind: Kind, reason: &str) {
        let cell = match kind {
            Kind::Pass => "✓".to_owned(),
            Kind::Skip => self.number(reason),
            other => other.as_str().to_owned(),
        };
        let row = self.rows.entry(row).or_default();
        row.0 = Some(check);
        row.1.push(cell);
    }

    fn number(&mut self, reason: &str) -> String {
        let at = self.reasons.iter().position(|known| known == reason).unwrap_or(self.reasons.len());
        if at == self.reasons.len() {
            self.reasons.push(reason.to_owned());
        }
        (at + 1).to_string()
    }

    fn text(&self) -> String {
        let mut text =
            format!("\n| | {} |\n|---{}|\n", self.columns.join(" | "), "|:-:".repeat(self.columns.len()));
        for (check, cells) in self.rows.values() {
            let check = check.expect("a row has a check");
            writeln!(text, "| `{}`: {} | {} |", check.id, check.says, cells.join(" | "))
                .expect("a text takes text");
        }
        text.push('\n');
        for (at, reason) in self.reasons.iter().enumerate() {
            writeln!(text, "{}. {reason}", at + 1).expect("a text takes text");
        }
        text
    }
}

/// Whether the page that is checked in says the same; RP_BLESS=1 writes it anew. A machine that cannot build every module
/// as WebAssembly compares the native ones.
pub fn check(native: &Table<'_>, isolated: &Table<'_>, wasm: Option<&Table<'_>>) -> Result<(), String> {
    let (native, isolated) = (native.text(), isolated.text());
    let text =
        HEAD.to_owned() + &native + ISOLATED + &isolated + WASM + &wasm.map(Table::text).unwrap_or_default();
    let file: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGE);
    if std::env::var_os("RP_BLESS").is_some_and(|value| value == "1") {
        if wasm.is_none() {
            return Err(format!(
                "{PAGE} has modules as WebAssembly too, and this machine cannot build them all"
            ));
        }
        std::fs::write(&file, &text).map_err(|error| format!("{PAGE}: {error}"))?;
    }
    let checked_in = std::fs::read_to_string(&file).unwrap_or_default().replace("\r\n", "\n");
    let is_current = if wasm.is_some() { checked_in == text } else { checked_in.starts_with(&text) };
    if is_current {
        return Ok(());
    }
    let diff = similar::TextDiff::from_lines(checked_in.as_str(), &text);
    let diff = diff.unified_diff().context_radius(0).header(PAGE, "the matrix").to_string();
    Err(format!(
        "{PAGE} is not what the matrix says. RP_BLESS=1 cargo test --test conformance matrix::gaps fixes it.\n{diff}"
    ))
}
