//! What the platform's C compiler makes of the header.

use super::done::Done;
use crate::compare::same;
use crate::setup::{Setup, root};

/// Runs tests/platforms/sizes.c, and compares what it prints with what was computed for pointers of that width.
pub fn sizes(setup: &Setup) -> Result<Done, String> {
    let Some(program) = &setup.sizes else {
        return Ok(Done::NotHere("no program was given: --sizes".into()));
    };
    let ended = setup.tested.starter.run::<&str>(program, &[])?;
    // In text mode Windows ends lines in its own way.
    let printed = ended.with_code(0)?.replace("\r\n", "\n");
    let name = recorded(&printed)?;
    let path = root().join("tests/platforms").join(name);
    let expected = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let byte_order = compare(&printed, &expected)?;
    Ok(Done::Ok(format!("{} lines as in {name}; {byte_order}", expected.lines().count())))
}

/// The file that fits the width of pointers and the alignment of `uint64_t`.
fn recorded(printed: &str) -> Result<&'static str, String> {
    match (value(printed, "sizeof(data_pointer)")?, value(printed, "alignof(uint64_t)")?) {
        ("8", "8") => Ok("sizes-64.txt"),
        ("4", "4") => Ok("sizes-32.txt"),
        ("4", "8") => Ok("sizes-32-wide.txt"),
        (pointer, align) => Err(format!(
            "pointers of {pointer} bytes, and uint64_t aligned to {align}: tests/platforms/ has no sizes for that"
        )),
    }
}

fn value<'a>(printed: &'a str, name: &str) -> Result<&'a str, String> {
    let found = printed.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    found.ok_or_else(|| format!("the program prints no {name}"))
}

/// Everything is as recorded but the last line, the byte order, which is told.
fn compare<'a>(printed: &'a str, expected: &str) -> Result<&'a str, String> {
    let (lines, last) = printed.trim_end().rsplit_once('\n').ok_or("the program prints one line")?;
    same("sizes and offsets", &format!("{lines}\n"), expected)?;
    Ok(last)
}

#[cfg(test)]
mod tests {
    use super::{compare, recorded};

    #[test]
    fn one_number_that_differs_is_found() {
        let expected = "sizeof(rp_str) 16\nalignof(rp_str) 8\n";
        assert_eq!(compare(&format!("{expected}byte order\n"), expected), Ok("byte order"));
        for wrong in ["sizeof(rp_str) 16\nalignof(rp_str) 4\nbyte order\n", "sizeof(rp_str) 16\nbyte order\n"]
        {
            assert!(compare(wrong, expected).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_file_follows_the_widths() {
        let printed = |pointer, align| format!("sizeof(data_pointer) {pointer}\nalignof(uint64_t) {align}\n");
        assert_eq!(recorded(&printed(8, 8)), Ok("sizes-64.txt"));
        assert_eq!(recorded(&printed(4, 8)), Ok("sizes-32-wide.txt"));
        assert!(recorded(&printed(8, 4)).is_err());
        assert!(recorded("sizeof(data_pointer) 8\n").is_err());
    }
}
