//! Findings as JUnit XML, which continuous integration reads.

use std::fmt::Write;

use crate::outcome::Kind;
use crate::runner::Finding;

/// One test suite for each file, one test case for each check.
///
/// ```
/// assert!(rp_conformance::junit(&[]).starts_with("<?xml"));
/// ```
pub fn junit(findings: &[Finding]) -> String {
    let mut out =
        String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"rp check\">\n");
    for suite in findings.chunk_by(|one, other| one.file == other.file) {
        let count = |wanted: &[Kind]| suite.iter().filter(|one| wanted.contains(&one.outcome.kind)).count();
        let _infallible = writeln!(
            out,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\">",
            escaped(&suite[0].file.display().to_string()),
            suite.len(),
            count(&[Kind::Fail]),
            count(&[Kind::Crash, Kind::Timeout, Kind::Blocked, Kind::Unstarted]),
            count(&[Kind::Skip]),
        );
        suite.iter().for_each(|finding| case(&mut out, finding));
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}

fn case(out: &mut String, finding: &Finding) {
    let (name, seconds) = (escaped(finding.check.id), finding.elapsed.as_secs_f64());
    let text = escaped(&finding.outcome.text);
    let body = escaped(&format!(
        "{}\n{}\n{}",
        finding.rule(),
        finding.outcome.evidence.join("\n"),
        finding.reproduce
    ));
    let inside = match finding.outcome.kind {
        Kind::Pass => String::new(),
        Kind::Warn => format!("<system-out>warning: {text}\n{body}</system-out>"),
        Kind::Skip => format!("<skipped message=\"{text}\"/>"),
        Kind::Fail => format!("<failure message=\"{text}\">{body}</failure>"),
        Kind::Crash | Kind::Timeout | Kind::Blocked | Kind::Unstarted => {
            let kind = finding.outcome.kind.as_str();
            format!("<error type=\"{kind}\" message=\"{text}\">{body}</error>")
        }
    };
    let group = finding.check.group();
    let _infallible = writeln!(
        out,
        "    <testcase classname=\"{group}\" name=\"{name}\" time=\"{seconds:.3}\">{inside}</testcase>"
    );
}

/// XML has no character for most control codes, not even escaped.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            c if (c < ' ' && c != '\t') || matches!(c, '\u{FFFE}' | '\u{FFFF}') => out.push('\u{FFFD}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped() {
        assert_eq!(escaped("a<b>&\"\n\u{1}"), "a&lt;b&gt;&amp;&quot;&#10;\u{FFFD}");
    }
}
