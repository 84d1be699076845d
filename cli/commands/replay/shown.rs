//! What a replay shows: each difference, and what it came to.

use rp_host::{Difference, Replayed};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::fault::Fault;
use crate::json::indent;
use crate::output::Output;
use crate::terminal::{BAD, FAINT, GOOD, STRONG, duration, escaped, escaped_json, styled};

/// The code of a difference.
const DIVERGED: &str = "rp::replay::diverged";
/// The lines that are shown around what differs.
const CONTEXT: usize = 2;

#[derive(Serialize)]
struct Line<'a, T> {
    kind: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
    #[serde(flatten)]
    rest: &'a T,
}

/// Shows a difference.
pub fn difference(difference: &Difference, is_json: bool, output: &mut Output) -> Result<(), Fault> {
    if is_json {
        return output.json(&Line { kind: "difference", code: Some(DIVERGED), rest: difference });
    }
    let place = format!("message {} ({}): {}", difference.id, difference.message, difference.field);
    output.line(&format!("{} {}", styled(BAD, DIVERGED), styled(STRONG, &escaped(&place))))?;
    for line in diff(&pretty(&difference.recorded), &pretty(&difference.now)) {
        output.line(&line)?;
    }
    Ok(())
}

/// JSON over several lines; what is none, as it is.
fn pretty(text: &str) -> String {
    match serde_json::from_str::<&RawValue>(text) {
        Ok(_) => indent(&escaped_json(text)),
        Err(_) if text.is_empty() => "(nothing)".to_owned(),
        Err(_) => escaped(text),
    }
}

/// The lines that differ, and some around them: with `-` what was recorded, with `+` what is there now.
fn diff(recorded: &str, now: &str) -> Vec<String> {
    let (recorded, now): (Vec<_>, Vec<_>) = (recorded.lines().collect(), now.lines().collect());
    let common = |one: &mut dyn Iterator<Item = (&&str, &&str)>| one.take_while(|(a, b)| a == b).count();
    let before = common(&mut recorded.iter().zip(&now));
    let (left, right) = (&recorded[before..], &now[before..]);
    let after = common(&mut left.iter().rev().zip(right.iter().rev()));
    let context =
        |lines: &[&str]| lines.iter().map(|line| styled(FAINT, &format!("  {line}"))).collect::<Vec<_>>();
    let mut shown = context(&recorded[before.saturating_sub(CONTEXT)..before]);
    let (then, there) = (&left[..left.len() - after], &right[..right.len() - after]);
    shown.extend(then.iter().map(|line| styled(BAD, &format!("- {line}"))));
    shown.extend(there.iter().map(|line| styled(GOOD, &format!("+ {line}"))));
    let end = left.len() - after;
    shown.extend(context(&left[end..(end + CONTEXT).min(left.len())]));
    shown
}

/// Shows what it came to.
pub fn summary(
    outcome: &Replayed,
    cut_bytes: usize,
    is_json: bool,
    output: &mut Output,
) -> Result<(), Fault> {
    if is_json {
        #[derive(Serialize)]
        struct Summary<'a> {
            #[serde(flatten)]
            outcome: &'a Replayed,
            cut_bytes: usize,
        }
        return output.json(&Line { kind: "summary", code: None, rest: &Summary { outcome, cut_bytes } });
    }
    let Replayed { instance, module, messages, skipped, not_played, differences, elapsed, .. } = outcome;
    let seconds = elapsed.as_secs_f64();
    let rate = if seconds > 0.0 { *messages as f64 / seconds } else { 0.0 };
    let took = duration(u64::try_from(elapsed.as_nanos()).unwrap_or(u64::MAX));
    let mut text =
        format!("{instance} played to {module}: {messages} messages in {took}, {rate:.0} a second");
    for (count, what) in [(skipped, "left out"), (not_played, "not played")] {
        if *count > 0 {
            text.push_str(&format!(", {count} {what}"));
        }
    }
    if cut_bytes > 0 {
        text.push_str(&format!(", {cut_bytes} bytes of a last line that is not whole"));
    }
    let (style, found) = match differences {
        0 => (GOOD, "no difference".to_owned()),
        1 => (BAD, "1 difference".to_owned()),
        many => (BAD, format!("{many} differences")),
    };
    output.line(&format!("{}; {}", escaped(&text), styled(style, &found)))
}

#[cfg(test)]
mod tests {
    use super::diff;

    #[test]
    fn only_what_differs_is_shown_and_some_around_it() {
        let lines = |text: &str| text.replace(' ', "\n");
        let plain = |shown: Vec<String>| {
            let text = shown.join("|");
            anstream::adapter::strip_str(&text).to_string()
        };
        assert_eq!(plain(diff(&lines("a b c d e f g"), &lines("a b c x e f g"))), "  b|  c|- d|+ x|  e|  f");
        assert_eq!(plain(diff("a", "")), "- a");
        assert_eq!(plain(diff(&lines("a a"), &lines("a a a"))), "  a|  a|+ a");
    }
}
