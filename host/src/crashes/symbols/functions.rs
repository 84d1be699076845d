//! The functions of addresses, and those that they were inlined into.

use gimli::{AttributeValue, Dwarf, Error, Unit, UnitOffset, UnitRef, constants as dw};

use super::reader::Reader;
use super::time_limit::TimeLimit;

/// So many functions, inlined into each other, are taken for one address.
const DEEPEST: usize = 16;

/// A function that an address lies in.
pub(super) struct Function<'a> {
    depth: isize,
    /// As it stands in the file, and whether it is the mangled one.
    pub(super) name: Option<(&'a [u8], bool)>,
    /// The number of the file, and the line, that it was inlined into.
    pub(super) call: Option<(u64, u64)>,
}

/// The functions of one address: the outermost first.
#[derive(Default)]
pub(super) struct Chain<'a> {
    pub(super) functions: Vec<Function<'a>>,
    /// The entry of the outermost has ended.
    is_closed: bool,
}

impl Chain<'_> {
    /// Notes that an entry at this depth begins.
    fn pass(&mut self, depth: isize) {
        self.is_closed |= self.functions.first().is_some_and(|outermost| depth <= outermost.depth);
    }

    /// Whether an entry of this depth, which contains the address, is one of its functions.
    fn takes(&self, entry: &Entry<'_>, depth: isize) -> bool {
        match self.functions.last() {
            None => !entry.is_inlined,
            Some(innermost) => {
                let is_room_left = self.functions.len() < DEEPEST;
                entry.is_inlined && !self.is_closed && depth > innermost.depth && is_room_left
            }
        }
    }
}

/// The attributes of one entry that matter here.
struct Entry<'a> {
    is_inlined: bool,
    low: Option<u64>,
    high: Option<AttributeValue<Reader<'a>>>,
    ranges: Option<AttributeValue<Reader<'a>>>,
    name: Option<AttributeValue<Reader<'a>>>,
    linkage_name: Option<AttributeValue<Reader<'a>>>,
    origin: Option<AttributeValue<Reader<'a>>>,
    call: (Option<u64>, Option<u64>),
}

/// The functions of those addresses that are in `unit`.
pub(super) fn functions<'a>(
    dwarf: &Dwarf<Reader<'a>>,
    unit: &Unit<Reader<'a>>,
    addresses: &[u64],
    limit: &TimeLimit,
) -> Result<Vec<Chain<'a>>, Error> {
    let unit_ref = unit.unit_ref(dwarf);
    let mut chains: Vec<Chain<'a>> = addresses.iter().map(|_| Chain::default()).collect();
    let mut entries = unit.entries_raw(None)?;
    while !entries.is_empty() && !limit.is_over_soon() {
        let depth = entries.next_depth();
        let Some(abbreviation) = entries.read_abbreviation()? else { continue };
        chains.iter_mut().for_each(|chain| chain.pass(depth));
        if !matches!(abbreviation.tag(), dw::DW_TAG_subprogram | dw::DW_TAG_inlined_subroutine) {
            entries.skip_attributes(abbreviation.attributes())?;
            continue;
        }
        let mut entry = Entry::new(abbreviation.tag() == dw::DW_TAG_inlined_subroutine);
        for attribute in abbreviation.attributes() {
            let attribute = entries.read_attribute(*attribute)?;
            entry.take(attribute.name(), attribute.value(), unit_ref)?;
        }
        for (chain, address) in chains.iter_mut().zip(addresses) {
            if chain.takes(&entry, depth) && entry.contains(*address, unit_ref, limit)? {
                chain.functions.push(entry.function(depth, dwarf, unit, limit));
            }
        }
    }
    Ok(chains)
}

impl<'a> Entry<'a> {
    fn new(is_inlined: bool) -> Self {
        let call = (None, None);
        Entry {
            is_inlined,
            low: None,
            high: None,
            ranges: None,
            name: None,
            linkage_name: None,
            origin: None,
            call,
        }
    }

    fn take(
        &mut self,
        name: gimli::DwAt,
        value: AttributeValue<Reader<'a>>,
        unit: UnitRef<'_, Reader<'a>>,
    ) -> Result<(), Error> {
        match name {
            dw::DW_AT_low_pc => self.low = unit.attr_address(value)?,
            dw::DW_AT_high_pc => self.high = Some(value),
            dw::DW_AT_ranges => self.ranges = Some(value),
            dw::DW_AT_name => self.name = Some(value),
            dw::DW_AT_linkage_name | dw::DW_AT_MIPS_linkage_name => self.linkage_name = Some(value),
            dw::DW_AT_abstract_origin | dw::DW_AT_specification => self.origin = Some(value),
            dw::DW_AT_call_file => {
                self.call.0 = match value {
                    AttributeValue::FileIndex(number) => Some(number),
                    value => value.udata_value(),
                }
            }
            dw::DW_AT_call_line => self.call.1 = value.udata_value(),
            _ => {}
        }
        Ok(())
    }

    fn contains(
        &self,
        address: u64,
        unit: UnitRef<'_, Reader<'a>>,
        limit: &TimeLimit,
    ) -> Result<bool, Error> {
        if let Some(ranges) = self.ranges {
            return ranges_contain(ranges, address, unit, limit);
        }
        let Some(low) = self.low else { return Ok(false) };
        let high = match self.high {
            Some(AttributeValue::Udata(size)) => low.wrapping_add(size),
            Some(high) => unit.attr_address(high)?.unwrap_or(low),
            None => low,
        };
        Ok((low..high).contains(&address))
    }

    fn function(
        &self,
        depth: isize,
        dwarf: &Dwarf<Reader<'a>>,
        unit: &Unit<Reader<'a>>,
        limit: &TimeLimit,
    ) -> Function<'a> {
        let call = self.call.0.zip(self.call.1);
        Function { depth, name: name(self, dwarf, unit, limit), call }
    }

    /// The name that the entry itself has.
    fn own_name(&self, unit: UnitRef<'_, Reader<'a>>) -> Option<(&'a [u8], bool)> {
        let text = |value: AttributeValue<Reader<'a>>| unit.attr_string(value).ok().map(|text| text.slice());
        let linkage_name = self.linkage_name.and_then(text).map(|name| (name, true));
        linkage_name.or_else(|| Some((self.name.and_then(text)?, false)))
    }
}

/// Many entries may have the same long list, so this looks at the clock.
fn ranges_contain<'a>(
    ranges: AttributeValue<Reader<'a>>,
    address: u64,
    unit: UnitRef<'_, Reader<'a>>,
    limit: &TimeLimit,
) -> Result<bool, Error> {
    let Some(mut ranges) = unit.attr_ranges(ranges)?.filter(|_| !limit.is_over()) else { return Ok(false) };
    while let Some(range) = ranges.next()?.filter(|_| !limit.is_over_soon()) {
        if (range.begin..range.end).contains(&address) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The name of an entry, or of the one that it is an instance of.
fn name<'a>(
    entry: &Entry<'a>,
    dwarf: &Dwarf<Reader<'a>>,
    unit: &Unit<Reader<'a>>,
    limit: &TimeLimit,
) -> Option<(&'a [u8], bool)> {
    /// A declaration, a definition and an instance are three; a hostile file has circles.
    const MOST_STEPS: usize = 8;
    let unit_ref = unit.unit_ref(dwarf);
    let mut name = entry.own_name(unit_ref);
    let mut origin = entry.origin;
    for _ in 0..MOST_STEPS {
        if name.is_some_and(|(_, is_mangled)| is_mangled) {
            break;
        }
        let Some(next) = origin else { break };
        let Some((found, further)) = origin_of(next, dwarf, unit, limit) else { break };
        name = found.or(name);
        origin = further;
    }
    name
}

type Origin<'a> = (Option<(&'a [u8], bool)>, Option<AttributeValue<Reader<'a>>>);

/// What an entry says that another one leads to.
fn origin_of<'a>(
    value: AttributeValue<Reader<'a>>,
    dwarf: &Dwarf<Reader<'a>>,
    unit: &Unit<Reader<'a>>,
    limit: &TimeLimit,
) -> Option<Origin<'a>> {
    match value {
        AttributeValue::UnitRef(offset) => origin_at(offset, dwarf, unit),
        AttributeValue::DebugInfoRef(offset) => {
            let mut headers = dwarf.units();
            while let Some(header) = headers.next().ok()?.filter(|_| !limit.is_over_soon()) {
                if let Some(offset) = offset.to_unit_offset(&header) {
                    return origin_at(offset, dwarf, &dwarf.unit(header).ok()?);
                }
            }
            None
        }
        _ => None,
    }
}

fn origin_at<'a>(
    offset: UnitOffset,
    dwarf: &Dwarf<Reader<'a>>,
    unit: &Unit<Reader<'a>>,
) -> Option<Origin<'a>> {
    let unit_ref = unit.unit_ref(dwarf);
    let mut entries = unit.entries_raw(Some(offset)).ok()?;
    let abbreviation = entries.read_abbreviation().ok()??;
    let mut entry = Entry::new(false);
    for attribute in abbreviation.attributes() {
        let attribute = entries.read_attribute(*attribute).ok()?;
        entry.take(attribute.name(), attribute.value(), unit_ref).ok()?;
    }
    // The next step is in the same unit only if the value says so, and then it is this unit's.
    let further = match entry.origin {
        Some(AttributeValue::UnitRef(offset)) => {
            let offset = offset.to_debug_info_offset(&unit.header)?;
            Some(AttributeValue::DebugInfoRef(offset))
        }
        further => further,
    };
    Some((entry.own_name(unit_ref), further))
}
