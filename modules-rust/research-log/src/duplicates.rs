//! Searches that were made more than once.
use rp_sdk::Entity;

use crate::model::{Entry, Search, SearchResult};
use crate::state::State;

/// What makes two searches the same.
#[derive(PartialEq, Eq)]
pub struct Key {
    repository: String,
    collection: String,
    /// Terms and variants together: Smith with the variant Smyth is Smyth with the variant Smith.
    words: Vec<String>,
    from: String,
    to: String,
    place: String,
}

impl Key {
    pub fn of(search: &Search) -> Key {
        let mut words: Vec<String> =
            search.terms.iter().chain(&search.variants).map(|word| folded(word)).collect();
        words.sort();
        words.dedup();
        let optional = |text: Option<&String>| text.map_or(String::new(), |text| folded(text));
        let period = search.period.as_ref();
        Key {
            repository: folded(&search.repository),
            collection: optional(search.collection.as_ref()),
            words,
            from: optional(period.and_then(|period| period.from.as_ref())),
            to: optional(period.and_then(|period| period.to.as_ref())),
            place: optional(search.place.as_ref()),
        }
    }
}

/// Small letters for A to Z, one space for any run of them, none at the ends.
fn folded(text: &str) -> String {
    let words = text.split([' ', '\t', '\n', '\r']).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ").to_ascii_lowercase()
}

/// One search of a group.
#[rp_sdk::data]
pub struct Made {
    entry: String,
    log: String,
    number: u64,
    created_us: i64,
    result: SearchResult,
}

/// Searches that are the same, as the first one is written.
#[rp_sdk::data]
pub struct Group {
    repository: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    collection: Option<String>,
    terms: Vec<String>,
    searches: Vec<Made>,
}

/// The groups of two and more.
#[rp_sdk::data]
pub struct Groups {
    groups: Vec<Group>,
    count: u64,
}

/// Finds them in one log, or in all, which are compared with each other then.
pub fn find(state: &State, log: Option<&str>) -> Groups {
    let mut groups: Vec<(Key, Group)> = Vec::new();
    for log in state.logs.iter().filter(|found| log.is_none_or(|id| id == found.id)) {
        for entry in state.entries_of(&log.id) {
            if let Some(search) = &entry.data.search {
                add(&mut groups, entry, search);
            }
        }
    }
    let groups: Vec<Group> =
        groups.into_iter().map(|(_, group)| group).filter(|group| group.searches.len() > 1).collect();
    Groups { count: groups.len() as u64, groups }
}

fn add(groups: &mut Vec<(Key, Group)>, entry: &Entity<Entry>, search: &Search) {
    let key = Key::of(search);
    let made = Made {
        entry: entry.id.clone(),
        log: entry.data.log.clone(),
        number: entry.data.number,
        created_us: entry.created_us,
        result: search.result,
    };
    match groups.iter_mut().find(|(known, _)| *known == key) {
        Some((_, group)) => group.searches.push(made),
        None => {
            let (repository, collection) = (search.repository.clone(), search.collection.clone());
            let group = Group { repository, collection, terms: search.terms.clone(), searches: vec![made] };
            groups.push((key, group));
        }
    }
}
