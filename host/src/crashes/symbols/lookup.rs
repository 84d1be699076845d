//! The look-up: debug information first, then the symbol table.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use gimli::{Dwarf, Error, Unit};

use super::functions::{Chain, functions};
use super::lines::{Line, file_name, lines};
use super::names::{demangled, plain};
use super::reader::{Reader, debug_information};
use super::time_limit::TimeLimit;
use super::{Place, table};

/// For each address of the library in `file` its place, with those of the functions that it was inlined into behind it; empty
/// where nothing is known.
pub(crate) fn look_up(file: &[u8], addresses: &[u64]) -> Vec<Vec<Place>> {
    const LIMIT: Duration = Duration::from_secs(2);
    // A mistake in a library that reads what somebody hostile wrote must not be the end of its reader.
    let found = catch_unwind(AssertUnwindSafe(|| look_up_within(file, addresses, LIMIT)));
    found.unwrap_or_else(|_| vec![Vec::new(); addresses.len()])
}

/// The same, with another limit of time.
pub(crate) fn look_up_within(file: &[u8], addresses: &[u64], limit: Duration) -> Vec<Vec<Place>> {
    let limit = TimeLimit::of(limit);
    let mut places = vec![Vec::new(); addresses.len()];
    if let Ok(file) = object::File::parse(file) {
        let _as_far_as_it_goes = read_debug_information(&file, addresses, &mut places, &limit);
        add_symbols(&file, addresses, &mut places, &limit);
    }
    places
}

fn read_debug_information(
    file: &object::File<'_>,
    addresses: &[u64],
    places: &mut [Vec<Place>],
    limit: &TimeLimit,
) -> Result<(), Error> {
    let dwarf = debug_information(file)?;
    let mut headers = dwarf.units();
    while let Some(header) = headers.next()?.filter(|_| !limit.is_over()) {
        // A unit that cannot be read says nothing about the next one.
        let _unknown = dwarf.unit(header).and_then(|unit| read_unit(&dwarf, &unit, addresses, places, limit));
    }
    Ok(())
}

/// The addresses without a place so far that are in `unit`, with their numbers.
fn inside(
    dwarf: &Dwarf<Reader<'_>>,
    unit: &Unit<Reader<'_>>,
    addresses: &[u64],
    places: &[Vec<Place>],
    limit: &TimeLimit,
) -> Result<Vec<(usize, u64)>, Error> {
    let mut is_inside = vec![false; addresses.len()];
    let mut ranges = dwarf.unit_ranges(unit)?;
    while let Some(range) = ranges.next()?.filter(|_| !limit.is_over_soon()) {
        for (number, address) in addresses.iter().enumerate() {
            is_inside[number] |= places[number].is_empty() && (range.begin..range.end).contains(address);
        }
    }
    Ok(addresses.iter().copied().enumerate().filter(|(number, _)| is_inside[*number]).collect())
}

fn read_unit<'a>(
    dwarf: &Dwarf<Reader<'a>>,
    unit: &Unit<Reader<'a>>,
    addresses: &[u64],
    places: &mut [Vec<Place>],
    limit: &TimeLimit,
) -> Result<(), Error> {
    let inside = inside(dwarf, unit, addresses, places, limit)?;
    if inside.is_empty() {
        return Ok(());
    }
    let addresses: Vec<u64> = inside.iter().map(|(_, address)| *address).collect();
    let lines = lines(unit.unit_ref(dwarf), &addresses, limit)?;
    let chains = functions(dwarf, unit, &addresses, limit)?;
    for (((number, _), line), chain) in inside.iter().zip(lines).zip(&chains) {
        let file = |(file, _): Line| file_name(unit.unit_ref(dwarf), file);
        places[*number] = places_of(chain, line, file);
    }
    Ok(())
}

/// The innermost function is at the line of the address, each other one where the one before it was inlined.
fn places_of(
    chain: &Chain<'_>,
    mut line: Option<Line>,
    file: impl Fn(Line) -> Option<(String, bool)>,
) -> Vec<Place> {
    let mut places = Vec::new();
    for function in chain.functions.iter().rev() {
        let name = function.name.map(|(name, _)| readable(name));
        places.push(place(name, line, &file));
        line = function.call;
    }
    if places.is_empty() && line.is_some() {
        places.push(place(None, line, &file));
    }
    places
}

fn place(
    function: Option<String>,
    line: Option<Line>,
    file: impl Fn(Line) -> Option<(String, bool)>,
) -> Place {
    let found = line.and_then(|line| Some((file(line)?, line.1)));
    let is_of_language = found.as_ref().is_some_and(|((_, is_of_language), _)| *is_of_language);
    Place { function, line: found.map(|((name, _), line)| (name, line)), is_of_language }
}

/// Names from the symbol table, where the debug information has none, or only the last part of it.
fn add_symbols(file: &object::File<'_>, addresses: &[u64], places: &mut [Vec<Place>], limit: &TimeLimit) {
    let names = table::names(file, addresses, limit);
    for (places, name) in places.iter_mut().zip(names) {
        let Some(name) = name else { continue };
        let whole = std::str::from_utf8(name).ok().and_then(demangled);
        match (places.last_mut(), whole) {
            (None, whole) => {
                let function = Some(whole.unwrap_or_else(|| plain(name)));
                places.push(Place { function, ..Place::default() });
            }
            (Some(Place { function: Some(function), .. }), whole) => {
                let whole = whole.filter(|_| !function.contains("::"));
                *function = whole.unwrap_or_else(|| std::mem::take(function));
            }
            (Some(place), whole) => place.function = Some(whole.unwrap_or_else(|| plain(name))),
        }
    }
}

fn readable(name: &[u8]) -> String {
    std::str::from_utf8(name).ok().and_then(demangled).unwrap_or_else(|| plain(name))
}
