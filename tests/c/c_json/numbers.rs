//! Numbers: integers at their limits, doubles bit by bit.

use super::cases::{Case, Expected, NOT_FINITE, OUT_OF_RANGE, WRONG_KIND, operation};

pub fn cases(random: &mut fastrand::Rng) -> Vec<Case> {
    let mut cases = integer_cases(random);
    cases.extend(doubles(random).into_iter().flat_map(double_cases));
    cases.extend(decimals(random).iter().map(|text| read_case(text)));
    cases.extend((0..300).flat_map(|_| tie_cases(random)));
    cases.extend([f64::NAN, f64::INFINITY, f64::NEG_INFINITY].map(|number| {
        Case::new("not finite", operation::WRITE_DOUBLE, number.to_ne_bytes(), Expected::Result(NOT_FINITE))
    }));
    cases
}

fn integer_cases(random: &mut fastrand::Rng) -> Vec<Case> {
    let limits = [0, 1, i64::MAX as i128, i64::MIN as i128, u64::MAX as i128];
    let around = limits.iter().flat_map(|limit| (-11..=11).map(move |step| limit + step));
    let random_ones: Vec<i128> = (0..500).map(|_| random.i128(..) >> random.u8(50..128)).collect();
    let mut cases: Vec<Case> = around.chain(random_ones).flat_map(integer_pair).collect();
    for text in ["1.0", "1e3", "0.5", "1E0", "-1.5", "99999999999999999999.5", "true", "\"1\"", "[]"] {
        cases.push(Case::new("no integer", operation::READ_INT, text, Expected::Result(WRONG_KIND)));
        cases.push(Case::new("no integer", operation::READ_UINT, text, Expected::Result(WRONG_KIND)));
    }
    cases.push(Case::new("-0", operation::READ_INT, "-0", Expected::Bytes(vec![0; 8])));
    cases.push(Case::new("-0", operation::READ_UINT, "-0", Expected::Bytes(vec![0; 8])));
    cases
}

fn integer_pair(number: i128) -> [Case; 2] {
    let bytes = |bytes: Option<[u8; 8]>| match bytes {
        Some(bytes) => Expected::Bytes(bytes.to_vec()),
        None => Expected::Result(OUT_OF_RANGE),
    };
    let (int, uint) = (i64::try_from(number).ok(), u64::try_from(number).ok());
    [
        Case::new("int", operation::READ_INT, number.to_string(), bytes(int.map(i64::to_ne_bytes))),
        Case::new("uint", operation::READ_UINT, number.to_string(), bytes(uint.map(u64::to_ne_bytes))),
    ]
}

/// Doubles of every size: random bits, subnormals, powers of two and ten and their neighbours, short decimals.
fn doubles(random: &mut fastrand::Rng) -> Vec<f64> {
    let mut doubles =
        vec![0.0, -0.0, f64::MIN_POSITIVE, f64::MAX, f64::MIN, f64::EPSILON, 1e23, 9.5e-3, 5e-324];
    doubles.extend((0..3000).map(|_| f64::from_bits(random.u64(..))));
    doubles.extend((0..1000).map(|_| f64::from_bits(random.u64(..1 << 52) >> random.u8(..52))));
    doubles.extend((0..1000).map(|_| f64::from(random.i32(-100_000..100_000)) / 1000.0));
    doubles.extend((0..500).map(|_| random.i64(..) as f64));
    for power in -1074..=1023 {
        let bits = 2f64.powi(power).to_bits();
        doubles.extend([bits.saturating_sub(1), bits, bits + 1].map(f64::from_bits));
    }
    doubles.extend((-323..=308).map(|power| format!("1e{power}").parse::<f64>().expect("a float")));
    doubles.retain(|double| double.is_finite());
    doubles
}

/// Written as serde_json writes it, and that is read as the same bits.
fn double_cases(number: f64) -> [Case; 2] {
    let text = serde_json::to_string(&number).expect("it is finite");
    [
        Case::new(
            "double",
            operation::WRITE_DOUBLE,
            number.to_ne_bytes(),
            Expected::Bytes(text.clone().into()),
        ),
        read_case(&text),
    ]
}

/// Rust's own reading is the oracle.
fn read_case(text: &str) -> Case {
    let number: f64 = text.parse().expect("a float");
    let expected = match number.is_finite() {
        true => Expected::Bytes(number.to_ne_bytes().to_vec()),
        false => Expected::Result(OUT_OF_RANGE),
    };
    Case::new("decimal", operation::READ_DOUBLE, text, expected)
}

fn digits(random: &mut fastrand::Rng, count: usize) -> String {
    (0..count).map(|_| random.digit(10)).collect()
}

/// Decimals with more digits and larger exponents than any double needs.
fn decimals(random: &mut fastrand::Rng) -> Vec<String> {
    let mut texts: Vec<String> = [
        "0e999999999999999999999",
        "-0.0e-99999999999999999999",
        "1e-99999999999999999999",
        "1e99999999999999999999",
        "1.7976931348623157e308",
        "1.7976931348623158e308",
        "1.7976931348623159e308",
        "2.2250738585072011e-308",
        "2.2250738585072014e-308",
        "4.9406564584124654e-324",
        "2.4703282292062327e-324",
        "2.4703282292062328e-324",
        "9007199254740993",
        "9007199254740993.0000000000000000000000000000000000000000001",
        "0.1E+2",
        "100000000000000000000000",
    ]
    .map(str::to_owned)
    .into();
    for _ in 0..3000 {
        let (whole, part) = (random.usize(1..25), random.usize(1..25));
        let (first, whole, part) = (random.u8(1..10), digits(random, whole), digits(random, part));
        texts.push(format!("-{first}{whole}.{part}e{}", random.i16(-350..330)));
    }
    for zeros in [1usize, 100, 700, 799, 800, 801, 5000] {
        texts.push(format!("1{}e-{zeros}", "0".repeat(zeros)));
        texts.push(format!("0.{}1e{zeros}", "0".repeat(zeros)));
        texts.push(format!("9007199254740993.{}1", "0".repeat(zeros)));
        texts.push(format!("9007199254740993{}1e-{}", "0".repeat(zeros), zeros + 1));
    }
    texts
}

/// Exactly between two doubles, and a hair to each side of it.
fn tie_cases(random: &mut fastrand::Rng) -> [Case; 3] {
    let is_subnormal = random.u8(..4) == 0;
    let power = if is_subnormal { 1075 } else { random.usize(1..1075) };
    let odd = (random.u64(..1 << 53) | u64::from(!is_subnormal) << 53) | 1;
    let digits = times_power_of_five(odd, power);
    let below = format!("{}{}9", &digits[..digits.len() - 1], (b'5' - 1) as char);
    [digits.clone(), format!("{digits}1"), below].map(|text| {
        let more = text.len() - digits.len();
        read_case(&format!("{text}e-{}", power + more))
    })
}

/// number / 2^power = number * 5^power / 10^power; the last digit is a 5.
fn times_power_of_five(number: u64, power: usize) -> String {
    let mut digits: Vec<u8> = number.to_string().bytes().rev().map(|digit| digit - b'0').collect();
    for _ in 0..power {
        let mut carry = 0;
        for digit in &mut digits {
            carry += *digit * 5;
            *digit = carry % 10;
            carry /= 10;
        }
        if carry > 0 {
            digits.push(carry);
        }
    }
    digits.iter().rev().map(|digit| char::from(digit + b'0')).collect()
}
