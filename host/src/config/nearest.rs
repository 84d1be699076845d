//! Suggestions for misspelt names.

use std::path::Path;

/// How similar two names must be.
const LIKENESS: f64 = 0.7;

/// The most similar name, if any is similar enough to ask whether it was meant.
///
/// ```
/// use rp_host::config::nearest;
/// assert_eq!(nearest("pong", ["ping", "create_log"]), Some("ping"));
/// ```
#[must_use]
pub fn nearest<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let rated = names.into_iter().map(|other| (other, strsim::jaro_winkler(name, other)));
    let best = rated.max_by(|(_, one), (_, other)| one.total_cmp(other))?;
    (best.1 > LIKENESS).then_some(best.0)
}

/// The question to put before a help text: `did you mean ping? `, or nothing.
pub(super) fn question<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    nearest(name, names).map_or(String::new(), |meant| format!("did you mean {}? ", meant))
}

/// The same for a file that does not exist, among the files of its folder.
pub(super) fn question_of_file(path: &Path) -> String {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let entries = folder.read_dir().into_iter().flatten().flatten();
    let mut names: Vec<String> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    let name = path.file_name().map_or(String::new(), |name| name.to_string_lossy().into_owned());
    question(&name, names.iter().map(String::as_str))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_is_named_only_where_one_is_near() {
        let names = ["ping", "create_log"];
        for (name, expected) in [("pong", Some("ping")), ("creat_log", Some("create_log")), ("xyz", None)] {
            assert_eq!(nearest(name, names), expected, "{name}");
        }
        assert_eq!(question("pong", names), "did you mean ping? ");
        assert_eq!(question("pong", []), "");
    }
}
