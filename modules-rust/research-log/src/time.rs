//! Times for people, in UTC.

const DAY_US: i64 = 86_400_000_000;

/// `2024-02-29`.
pub fn day(time_us: i64) -> String {
    let (year, month, day) = civil(time_us.div_euclid(DAY_US));
    format!("{year:04}-{month:02}-{day:02}")
}

/// `2024-02-29T12:30:00Z`; what is less than a second is cut off.
pub fn moment(time_us: i64) -> String {
    let second = time_us.rem_euclid(DAY_US) / 1_000_000;
    let (hour, minute) = (second / 3600, second / 60 % 60);
    format!("{}T{hour:02}:{minute:02}:{:02}Z", day(time_us), second % 60)
}

/// Year, month and day of a number of days since 1970-01-01, in the Gregorian calendar.
fn civil(days: i64) -> (i64, i64, i64) {
    // Counted from 0000-03-01, so that the leap day ends a year.
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        let cases = [
            (0, "1970-01-01T00:00:00Z"),
            (-1, "1969-12-31T23:59:59Z"),
            (951_782_400_000_000, "2000-02-29T00:00:00Z"),
            (1_704_067_199_999_999, "2023-12-31T23:59:59Z"),
            (1_709_209_845_000_000, "2024-02-29T12:30:45Z"),
            (4_107_542_400_000_000, "2100-03-01T00:00:00Z"),
        ];
        for (time_us, expected) in cases {
            assert_eq!(moment(time_us), expected);
        }
    }
}
