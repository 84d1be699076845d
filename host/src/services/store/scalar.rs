//! Values that filters and sorting compare, and the order between them.

use super::scan::{Scan, unescape};

/// A JSON value that is neither an array nor an object.
#[derive(Clone, Debug)]
pub(super) enum Scalar {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
}

/// A number: exact if it is an integer of 64 bits, otherwise the nearest double.
#[derive(Clone, Copy, Debug)]
pub(super) enum Number {
    Whole(i128),
    Double(f64),
}

impl Number {
    fn parse(text: &str) -> Number {
        let whole = text.parse::<i64>().map(i128::from).or_else(|_| text.parse::<u64>().map(i128::from));
        // Rust parses every JSON number; one that is too large becomes infinite.
        whole.map_or_else(|_| Number::Double(text.parse().unwrap_or(f64::NAN)), Number::Whole)
    }

    /// Ten bytes that sort like the numbers: the nearest double, and the distance of the number from it.
    fn key(self) -> [u8; 10] {
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            reason = "the rest holds what is lost"
        )]
        let (near, rest) = match self {
            Number::Whole(whole) => (whole as f64, whole - (whole as f64) as i128),
            Number::Double(double) => (double, 0),
        };
        // Adding 0.0 turns -0.0 into 0.0.
        let bits = (near + 0.0).to_bits();
        let ordered = if bits >> 63 == 1 { !bits } else { bits | 1 << 63 };
        // An integer of 64 bits is at most 1024 away from a double.
        let rest = u16::try_from(rest + 0x8000).unwrap_or_default();
        let mut key = [0; 10];
        key[..8].copy_from_slice(&ordered.to_be_bytes());
        key[8..].copy_from_slice(&rest.to_be_bytes());
        key
    }
}

/// The first bytes of the keys, in sort order. A missing value has no key and comes first.
pub(super) const NULL: u8 = 1;
pub(super) const NESTED: u8 = 2;
pub(super) const FALSE: u8 = 3;
pub(super) const TRUE: u8 = 4;
pub(super) const NUMBER: u8 = 5;
pub(super) const TEXT: u8 = 6;

impl Scalar {
    /// Parses the text of a value; `None` for arrays, objects and strings that encode no text.
    pub(super) fn parse(text: &str) -> Option<Scalar> {
        Some(match Scan::new(text).peek() {
            b'{' | b'[' => return None,
            b'n' => Scalar::Null,
            b't' => Scalar::Bool(true),
            b'f' => Scalar::Bool(false),
            b'"' => Scalar::Text(unescape(text.trim_ascii())?.into_owned()),
            _ => Scalar::Number(Number::parse(text.trim_ascii())),
        })
    }

    /// Bytes that sort like the values, and are equal exactly if the values are.
    pub(super) fn key(&self) -> Vec<u8> {
        match self {
            Scalar::Null => vec![NULL],
            Scalar::Bool(false) => vec![FALSE],
            Scalar::Bool(true) => vec![TRUE],
            Scalar::Number(number) => with_kind(NUMBER, &number.key()),
            Scalar::Text(text) => with_kind(TEXT, text.as_bytes()),
        }
    }
}

/// The key of any value; all arrays and objects share one.
pub(super) fn key_of(value: &str) -> Vec<u8> {
    if let Some(Some(plain)) = value.starts_with('"').then(|| unescape(value)) {
        return with_kind(TEXT, plain.as_bytes());
    }
    Scalar::parse(value).map_or_else(|| vec![NESTED], |scalar| scalar.key())
}

fn with_kind(kind: u8, bytes: &[u8]) -> Vec<u8> {
    let mut key = Vec::with_capacity(bytes.len() + 1);
    key.push(kind);
    key.extend_from_slice(bytes);
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order() {
        let ascending = [
            "null",
            "[]",
            "false",
            "true",
            "-1e999",
            "-1e300",
            "-9223372036854775808",
            "-9007199254740993",
            "-9007199254740992",
            "-1.5",
            "-1",
            "-5e-324",
            "0",
            "5e-324",
            "0.1",
            "1",
            "1.0000000000000002",
            "2",
            "9007199254740992",
            "9007199254740993",
            "9007199254740994",
            "9223372036854775806",
            "9223372036854775807",
            "9223372036854775808",
            "18446744073709551614",
            "18446744073709551615",
            "18446744073709551616",
            "1e300",
            "1e999",
            "\"\"",
            "\"\\u0000\"",
            "\"A\"",
            "\"a\"",
            "\"aa\"",
            "\"é\"",
            "\"\\uffff\"",
            "\"😀\"",
        ];
        for (at, value) in ascending.iter().enumerate() {
            for (other_at, other) in ascending.iter().enumerate() {
                assert_eq!(key_of(value).cmp(&key_of(other)), at.cmp(&other_at), "{value} {other}");
            }
        }
    }

    #[test]
    fn equal() {
        for (one, other) in [
            ("1", "1.0"),
            ("1", "1e0"),
            ("-0", "0"),
            ("-0.0", "0"),
            ("9223372036854775808", "9223372036854775808.0"),
            ("18446744073709551616", "18446744073709551617"),
            ("0.1", "0.10000000000000000001"),
            ("\"a\"", "\"\\u0061\""),
            ("[]", "{}"),
            ("1e999", "1e1000"),
        ] {
            assert_eq!(key_of(one), key_of(other), "{one} {other}");
        }
    }
}
