//! A fault that the worker found: its code, whose it is, its text, its help.

use super::fields::Fields;
use crate::error::{CallFault, Fault, LoadFault, RelayedFault};

/// Stands for no help.
const NONE: u64 = u64::MAX;
/// The most bytes of a fault.
pub(crate) const LONGEST: usize = 1 << 20;

/// What faults may be: their number is their place.
const FAULTS: [Fault; 3] = [Fault::Module, Fault::Host, Fault::Operator];

/// The body for a fault of a load.
pub(crate) fn of_load(fault: &LoadFault) -> Vec<u8> {
    write(fault.code(), fault.fault(), &fault.to_string(), fault.help().as_deref())
}

/// The body for a fault of a call.
pub(crate) fn of_call(fault: &CallFault) -> Vec<u8> {
    write(fault.code(), fault.fault(), &fault.to_string(), fault.help().as_deref())
}

fn write(code: &str, fault: Fault, text: &str, help: Option<&str>) -> Vec<u8> {
    let whose = FAULTS.iter().position(|one| *one == fault).unwrap_or_default();
    let help_len = help.map_or(NONE, |help| help.len() as u64);
    let numbers = [whose as u64, code.len() as u64, text.len() as u64, help_len];
    let mut bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
    for text in [code, text, help.unwrap_or_default()] {
        bytes.extend_from_slice(text.as_bytes());
    }
    bytes
}

/// Reads one; `None` if a text is no UTF-8, or the lengths are not those of the texts.
pub(crate) fn read(body: &[u8]) -> Option<RelayedFault> {
    let mut fields = Fields(body);
    let whose = usize::try_from(fields.number()?).ok()?;
    let fault = *FAULTS.get(whose)?;
    let (code, text, help) = (fields.number()?, fields.number()?, fields.number()?);
    let (code, text) = (fields.text(code)?.to_owned(), fields.text(text)?.to_owned());
    let help = if help == NONE { None } else { Some(fields.text(help)?.to_owned()) };
    fields.end(RelayedFault { code, fault, text, help })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_read_as_it_was_written() {
        for fault in FAULTS {
            for help in [None, Some(""), Some("do this")] {
                let whole = write("rp::call::x", fault, "it failed", help);
                let found = read(&whole).unwrap();
                assert_eq!((&*found.code, found.fault, &*found.text), ("rp::call::x", fault, "it failed"));
                assert_eq!(found.help.as_deref(), help);
                assert!((0..whole.len()).all(|len| read(&whole[..len]).is_none()));
            }
        }
        assert_eq!(read(&[255; 40]), None);
    }
}
