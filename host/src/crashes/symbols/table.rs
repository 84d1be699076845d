//! The symbol table, for files without debug information.

use object::{Object, ObjectSymbol, SymbolKind};

use super::time_limit::TimeLimit;

/// The name, as it stands in the file, of the function that each address lies in.
pub(super) fn names<'a>(
    file: &object::File<'a>,
    addresses: &[u64],
    limit: &TimeLimit,
) -> Vec<Option<&'a [u8]>> {
    let mut names = vec![None; addresses.len()];
    for symbol in file.symbols().chain(file.dynamic_symbols()) {
        if limit.is_over_soon() {
            break;
        }
        if symbol.kind() != SymbolKind::Text {
            continue;
        }
        for (name, address) in names.iter_mut().zip(addresses) {
            let is_inside = address.wrapping_sub(symbol.address()) < symbol.size();
            if name.is_none() && is_inside {
                *name = symbol.name_bytes().ok();
            }
        }
    }
    names
}
