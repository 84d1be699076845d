//! The words of the project: the table of CONTRIBUTING is their home, and the words in its last column do not come back.

use std::collections::BTreeSet;
use std::process::Command;

use support::root;

const TABLE: &str = "CONTRIBUTING.md";
/// What people write; data and pictures are left out.
const ENDINGS: [&str; 14] =
    ["c", "cmake", "cpp", "h", "hpp", "in", "jsonl", "md", "py", "rs", "sh", "toml", "txt", "yml"];

/// The rows of the table in the section "Words": term, meaning and the words that are not used any more.
fn rows(text: &str) -> Vec<[String; 3]> {
    let (_, section) = text.split_once("\n## Words\n").expect("a section Words");
    let section = section.split_once("\n## ").map_or(section, |(section, _)| section);
    let rows = section.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    let rows =
        rows.skip(2).map(|row| row.split(" | ").map(|cell| cell.trim().to_owned()).collect::<Vec<_>>());
    rows.map(|row| row.try_into().unwrap_or_else(|row| panic!("{row:?} has not three cells"))).collect()
}

/// A retired word in capitals is a name in the code; any other one is retired in every form.
fn retired(rows: &[[String; 3]]) -> BTreeSet<String> {
    let cells = rows.iter().map(|[_, _, not]| not.trim_matches('-'));
    cells
        .flat_map(|not| not.split(", "))
        .map(|word| word.trim_matches('`').to_owned())
        .filter(|word| !word.is_empty())
        .collect()
}

fn tracked() -> Vec<String> {
    let output = Command::new("git").arg("ls-files").current_dir(root()).output().expect("git runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8").lines().map(str::to_owned).collect()
}

fn is_judged(path: &str) -> bool {
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    ENDINGS.contains(&ending) && path != "CHANGELOG.md" && path != TABLE
}

/// Each place where a retired word stands, with the line.
fn found(text: &str, retired: &BTreeSet<String>) -> Vec<String> {
    let is_retired = |word: &str| retired.contains(word) || retired.contains(&word.to_lowercase());
    let words = |line: &str| line.split(|c: char| !c.is_alphanumeric()).any(is_retired);
    let lines = text.lines().enumerate().filter(|(_, line)| words(line));
    lines.map(|(at, line)| format!("{}: {}", at + 1, line.trim())).collect()
}

#[test]
fn retired_words_do_not_come_back() {
    let text = std::fs::read_to_string(root().join(TABLE)).expect(TABLE);
    let rows = rows(&text);
    assert!(rows.len() <= 40, "{} words are more than a newcomer learns", rows.len());
    let retired = retired(&rows);
    assert!(!retired.is_empty(), "{rows:?}");
    let mut faults = Vec::new();
    for path in tracked().iter().filter(|path| is_judged(path)) {
        // A file that was moved or deleted and not committed yet is still listed.
        let Ok(text) = std::fs::read_to_string(root().join(path)) else { continue };
        faults.extend(found(&text, &retired).into_iter().map(|place| format!("{path}:{place}")));
    }
    assert!(faults.is_empty(), "{TABLE}, section Words, has other terms for:\n{}", faults.join("\n"));
}

#[test]
fn a_retired_word_is_found_in_every_form_of_a_name() {
    let retired: BTreeSet<String> = ["gronk", "Zorks"].map(str::to_owned).into();
    for line in ["how to gronk it", "Gronk it.", "fn to_gronk()", "use Zorks;"] {
        assert_eq!(found(line, &retired).len(), 1, "{line}");
    }
    for line in ["gronkle", "it zorks", "regronk"] {
        assert!(found(line, &retired).is_empty(), "{line}");
    }
}
