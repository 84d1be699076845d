//! The trace that a run is a part of, as W3C Trace Context has it: <https://www.w3.org/TR/trace-context/#traceparent-header>

use std::fmt;

/// A span of another program, under which the messages stand that nothing in a run caused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceParent {
    /// Never 0.
    pub trace_id: u128,
    /// Never 0.
    pub span_id: u64,
    /// Of these, 1 says that the caller records its part.
    pub flags: u8,
}

/// Version, trace id, parent id and flags, in digits.
const LENGTHS: [usize; 4] = [2, 32, 16, 2];
/// All of them, with what stands between.
const LEN: usize = 55;

impl TraceParent {
    /// Reads `00-TRACE-SPAN-FLAGS`. A version that is not known yet may have more behind these.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = |why: &str| format!("it is no traceparent: {why}");
        if !text.is_ascii() || text.len() < LEN {
            return Err(wrong("write 00-TRACE-SPAN-FLAGS, with 32, 16 and 2 digits"));
        }
        let (known, more) = text.split_at(LEN);
        let parts: Vec<&str> = known.split('-').collect();
        let is_hex = |part: &str| part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if parts.iter().map(|part| part.len()).ne(LENGTHS) || !parts.iter().all(|part| is_hex(part)) {
            return Err(wrong(
                "its parts are 2, 32, 16 and 2 hexadecimal digits in lower case, with - between them",
            ));
        }
        match parts[0] {
            "ff" => return Err(wrong("ff is no version")),
            "00" if !more.is_empty() => return Err(wrong("version 00 has nothing behind the flags")),
            _ if !more.is_empty() && !more.starts_with('-') => {
                return Err(wrong("behind the flags stands no -"));
            }
            _ => {}
        }
        let number = |digits: &str| u128::from_str_radix(digits, 16).unwrap_or(0);
        let (trace_id, span_id) = (number(parts[1]), number(parts[2]) as u64);
        if trace_id == 0 || span_id == 0 {
            return Err(wrong("an id is 0"));
        }
        Ok(Self { trace_id, span_id, flags: number(parts[3]) as u8 })
    }
}

impl fmt::Display for TraceParent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "00-{:032x}-{:016x}-{:02x}", self.trace_id, self.span_id, self.flags)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the recommendation.
    const GOOD: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn what_is_good_is_taken_as_it_is() {
        let parent = TraceParent::parse(GOOD).expect("a parent");
        assert_eq!((parent.span_id, parent.flags), (0x00f0_67aa_0ba9_02b7, 1));
        assert_eq!(parent.to_string(), GOOD);
        let later = format!("cc{}-what-comes", &GOOD[2..]);
        assert_eq!(TraceParent::parse(&later), Ok(parent));
        assert_eq!(TraceParent::parse(&format!("01{}", &GOOD[2..])), Ok(parent));
    }

    #[test]
    fn what_is_not_is_refused() {
        let zero = |range: std::ops::Range<usize>| {
            let mut text = GOOD.to_owned();
            text.replace_range(range.clone(), &"0".repeat(range.len()));
            text
        };
        for text in [
            String::new(),
            GOOD[..54].to_owned(),
            format!("{GOOD}-"),
            format!("{GOOD}0"),
            format!(" {GOOD}"),
            format!("{GOOD}\n"),
            format!("cc{}0", &GOOD[2..]),
            format!("ff{}", &GOOD[2..]),
            format!("0g{}", &GOOD[2..]),
            GOOD.to_uppercase(),
            GOOD.replace('-', "_"),
            GOOD.replacen("4bf9", "4b-9", 1),
            GOOD.replacen("4bf9", "+bf9", 1),
            zero(3..35),
            zero(36..52),
            "é".repeat(28),
            "0".repeat(1 << 20),
        ] {
            assert!(TraceParent::parse(&text).is_err(), "{}", &text[..text.len().min(60)]);
        }
    }
}
