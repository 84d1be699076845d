//! Compares texts, and says where they differ.

/// How much of a line is shown.
const SHOWN: usize = 300;

/// Succeeds where both are the same; otherwise the first line that differs, from where it does.
pub fn same(about: &str, found: &str, expected: &str) -> Result<(), String> {
    if found == expected {
        return Ok(());
    }
    let (mut found_lines, mut expected_lines) = (found.split('\n'), expected.split('\n'));
    for line in 1.. {
        match (found_lines.next(), expected_lines.next()) {
            (Some(found), Some(expected)) if found == expected => {}
            (found, expected) => return Err(difference(about, line, found, expected)),
        }
    }
    unreachable!("texts that differ have a line that does")
}

fn difference(about: &str, line: usize, found: Option<&str>, expected: Option<&str>) -> String {
    let at = common_prefix(found.unwrap_or_default(), expected.unwrap_or_default());
    let shown = |text: Option<&str>| match text {
        None => "nothing: the text ends before it".to_owned(),
        Some(text) => format!("{:?}", text[at..].chars().take(SHOWN).collect::<String>()),
    };
    format!(
        "{about}: line {line} differs from column {at} on\n  expected {}\n  found    {}",
        shown(expected),
        shown(found)
    )
}

/// The bytes at the begin that both have, up to the last whole character.
fn common_prefix(one: &str, other: &str) -> usize {
    one.chars()
        .zip(other.chars())
        .take_while(|(one, other)| one == other)
        .map(|(one, _)| one.len_utf8())
        .sum()
}

#[cfg(test)]
mod tests {
    use super::same;

    #[test]
    fn a_difference_is_found() {
        assert_eq!(same("a", "x\ny\n", "x\ny\n"), Ok(()));
        let cases = [
            ("x\ny\n", "x\nz\n", "line 2 differs from column 0"),
            ("x\nä1\n", "x\nä2\n", "line 2 differs from column 2"),
            ("x\n", "x", "nothing: the text ends"),
            ("x", "x\ny", "nothing: the text ends"),
            ("x\r\n", "x\n", "line 1 differs from column 1"),
            ("x ", "x", "found    \" \""),
        ];
        for (found, expected, text) in cases {
            let error = same("about", found, expected).expect_err("they differ");
            assert!(error.contains(text), "{found:?} {expected:?}: {error}");
        }
    }
}
