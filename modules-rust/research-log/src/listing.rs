//! `list_entries`.
use rp_sdk::{Entity, Result};

use crate::args::{ListEntries, Order};
use crate::model::Entry;
use crate::state::State;

const LIMIT: u64 = 100;

/// The entries of a page, and how many there are on all pages.
#[rp_sdk::data]
pub struct Page<E> {
    entries: Vec<E>,
    count: u64,
}

pub fn list<'a>(state: &'a State, args: &ListEntries) -> Result<Page<&'a Entity<Entry>>> {
    let log = state.log(args.log.as_deref())?;
    let mut found: Vec<_> = state.entries_of(&log.id).filter(|entry| is_wanted(entry, args)).collect();
    if args.order == Some(Order::Newest) {
        found.reverse();
    }
    let number = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let count = found.len() as u64;
    let page = found.into_iter().skip(number(args.offset.unwrap_or(0)));
    Ok(Page { entries: page.take(number(args.limit.unwrap_or(LIMIT))).collect(), count })
}

fn is_wanted(entry: &Entity<Entry>, args: &ListEntries) -> bool {
    let Entity { created_us, data, .. } = entry;
    let same = |wanted: &Option<String>, found: &Option<String>| wanted.is_none() || wanted == found;
    args.types.as_ref().is_none_or(|types| types.contains(&data.r#type))
        && args.tags.iter().flatten().all(|tag| data.tags.contains(tag))
        && same(&args.researcher, &data.researcher)
        && same(&args.session, &data.session)
        && args.text.as_ref().is_none_or(|text| holds(&data.title, text) || holds(&data.content, text))
        && is_within(*created_us, args.since_us, args.until_us)
}

/// From the first time on, and before the second.
pub fn is_within(time_us: i64, since_us: Option<i64>, until_us: Option<i64>) -> bool {
    since_us.is_none_or(|since| since <= time_us) && until_us.is_none_or(|until| time_us < until)
}

fn holds(text: &str, part: &str) -> bool {
    text.to_ascii_lowercase().contains(&part.to_ascii_lowercase())
}
