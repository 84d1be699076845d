//! `analyze_activity`: how much was done, and what is still open.
use rp_sdk::{Entity, Result};

use crate::args::Analyze;
use crate::listing::is_within;
use crate::model::{Entry, EntryType, SearchResult};
use crate::state::State;
use crate::time;

/// What `analyze_activity` answers.
#[rp_sdk::data]
pub struct Activity {
    log: String,
    entries: u64,
    by_type: ByType,
    by_tag: Vec<Count>,
    by_researcher: Vec<Count>,
    by_day: Vec<Count>,
    searches: Searches,
    /// Questions that no entry resolves.
    open_questions: Vec<Open>,
    /// Tasks that no entry resolves.
    open_tasks: Vec<Open>,
    /// Hypotheses that no conclusion resolves.
    hypotheses_without_conclusion: Vec<Open>,
    /// Entries that contradict others, and that no conclusion resolves.
    unresolved_conflicts: Vec<Open>,
}

/// How often something occurs.
#[rp_sdk::data]
pub struct Count {
    name: String,
    count: u64,
}

macro_rules! counts {
    ($type:ident of $of:ident { $($field:ident: $variant:ident),* }) => {
        /// How many there are of each kind.
        #[rp_sdk::data]
        #[derive(Default)]
        pub struct $type {
            $($field: u64),*
        }

        impl $type {
            fn add(&mut self, kind: $of) {
                match kind {
                    $($of::$variant => self.$field += 1),*
                }
            }
        }
    };
}

counts!(ByType of EntryType {
    note: Note, observation: Observation, question: Question, hypothesis: Hypothesis, conclusion: Conclusion,
    task: Task, progress: Progress, search: Search
});
counts!(ByResult of SearchResult { found: Found, partial: Partial, none: None, access_denied: AccessDenied });

/// The searches among the entries.
#[rp_sdk::data]
#[derive(Default)]
pub struct Searches {
    count: u64,
    by_repository: Vec<Count>,
    by_result: ByResult,
    documents: u64,
    negative_findings: u64,
}

/// An entry that waits for another.
#[rp_sdk::data]
pub struct Open {
    entry: String,
    number: u64,
    title: String,
}

pub fn analyze(state: &State, args: &Analyze) -> Result<Activity> {
    let log = state.log(args.log.as_deref())?;
    let all: Vec<&Entity<Entry>> = state.entries_of(&log.id).collect();
    let is_counted = |entry: &&&Entity<Entry>| is_within(entry.created_us, args.since_us, args.until_us);
    let counted: Vec<&Entity<Entry>> = all.iter().filter(is_counted).copied().collect();
    let mut by_type = ByType::default();
    counted.iter().for_each(|entry| by_type.add(entry.data.r#type));
    let of_type = |wanted| counted.iter().filter(move |entry| entry.data.r#type == wanted);
    Ok(Activity {
        log: log.id.clone(),
        entries: counted.len() as u64,
        by_type,
        by_tag: most_first(counted.iter().flat_map(|entry| &entry.data.tags)),
        by_researcher: most_first(counted.iter().filter_map(|entry| entry.data.researcher.as_ref())),
        by_day: by_day(&counted),
        searches: searches(&counted),
        open_questions: open(of_type(EntryType::Question), |id| is_resolved(&all, id, false)),
        open_tasks: open(of_type(EntryType::Task), |id| is_resolved(&all, id, false)),
        hypotheses_without_conclusion: open(of_type(EntryType::Hypothesis), |id| is_resolved(&all, id, true)),
        unresolved_conflicts: open(counted.iter().filter(|entry| !entry.data.contradicts.is_empty()), |id| {
            is_resolved(&all, id, true)
        }),
    })
}

fn count(counts: &mut Vec<Count>, name: &str) {
    match counts.iter_mut().find(|count| count.name == name) {
        Some(count) => count.count += 1,
        None => counts.push(Count { name: name.to_owned(), count: 1 }),
    }
}

/// The most frequent first, then by the bytes of the name.
fn most_first<'a>(names: impl Iterator<Item = &'a String>) -> Vec<Count> {
    let mut counts = Vec::new();
    names.for_each(|name| count(&mut counts, name));
    counts.sort_by(|left, right| right.count.cmp(&left.count).then_with(|| left.name.cmp(&right.name)));
    counts
}

fn by_day(entries: &[&Entity<Entry>]) -> Vec<Count> {
    let mut counts = Vec::new();
    entries.iter().for_each(|entry| count(&mut counts, &time::day(entry.created_us)));
    counts.sort_by(|left, right| left.name.cmp(&right.name));
    counts
}

fn searches(entries: &[&Entity<Entry>]) -> Searches {
    let mut found = Searches::default();
    let searches = entries.iter().filter_map(|entry| entry.data.search.as_ref());
    for search in searches.clone() {
        found.count += 1;
        found.by_result.add(search.result);
        found.documents += search.documents.len() as u64;
        found.negative_findings += search.negative_findings.len() as u64;
    }
    found.by_repository = most_first(searches.map(|search| &search.repository));
    found
}

/// Whether an entry of the log, whenever it was made, resolves this one.
fn is_resolved(all: &[&Entity<Entry>], id: &str, by_conclusion: bool) -> bool {
    let counts = |entry: &Entry| !by_conclusion || entry.r#type == EntryType::Conclusion;
    all.iter().any(|entry| counts(&entry.data) && entry.data.resolves.iter().any(|resolved| resolved == id))
}

fn open<'a>(
    entries: impl Iterator<Item = &'a &'a Entity<Entry>>,
    is_resolved: impl Fn(&str) -> bool,
) -> Vec<Open> {
    let open = entries.filter(|entry| !is_resolved(&entry.id));
    let open = open.map(|entry| Open {
        entry: entry.id.clone(),
        number: entry.data.number,
        title: entry.data.title.clone(),
    });
    open.collect()
}
