//! Looks for damage: SQLite's own check, and what every host keeps true.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, Row};

use super::entities::each_kind;
use super::import::dangling;
use super::number;
use super::store_file::StoreFile;
use super::watch::{Counter, Watch};
use crate::error::{Error, StoreFault};
use crate::services::store::document;
use crate::services::store::sqlite::envelope::Envelope;
use crate::services::store::sqlite::fault::store_fault;

/// Something that a check found.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct StoreFinding {
    /// Whether it is damage; the rest is worth knowing.
    pub is_damage: bool,
    /// What and where.
    pub text: String,
}

impl StoreFinding {
    /// Damage.
    #[must_use]
    pub fn damage(text: String) -> Self {
        StoreFinding { is_damage: true, text }
    }
}

type Report<'a> = dyn FnMut(StoreFinding) + 'a;

impl StoreFile {
    /// Reads the whole store, as it is at this moment, and reports what is wrong with it: pages and indexes by SQLite's
    /// `integrity_check`; then that each entity is one that a host could have written, that the references in the data
    /// are those that are recorded, and that the counts are right. Answers how many entities it read.
    ///
    /// # Errors
    /// The store cannot be read at all, or `watch` stops it. Damage is no error here, but a finding.
    pub fn check(&self, report: &mut Report<'_>, watch: &mut Watch<'_>) -> Result<u64, Error> {
        self.check_all(report, watch).map_err(|fault| self.blame(fault))
    }

    fn check_all(&self, report: &mut Report<'_>, watch: &mut Watch<'_>) -> Result<u64, StoreFault> {
        let moment = self.moment()?;
        let mut check = Check { moment: &moment, report, counter: Counter::new(watch, None) };
        check.note(Check::pages)?;
        check.note(Check::entities)?;
        check.note(Check::counts)?;
        check.note(Check::references)?;
        Ok(check.counter.done())
    }
}

struct Check<'a, 'r, 'w> {
    moment: &'a Connection,
    report: &'a mut Report<'r>,
    counter: Counter<'a, 'w>,
}

impl Check<'_, '_, '_> {
    /// Runs a part of the check. Damage that ends it is a finding, and the next part follows.
    fn note(&mut self, part: fn(&mut Self) -> Result<(), StoreFault>) -> Result<(), StoreFault> {
        match part(self) {
            Err(StoreFault::Damaged(text)) => {
                self.damage(text);
                Ok(())
            }
            done => done,
        }
    }

    fn damage(&mut self, text: String) {
        (self.report)(StoreFinding::damage(text));
    }

    fn pages(&mut self) -> Result<(), StoreFault> {
        let mut statement = self.moment.prepare("PRAGMA integrity_check(100)").map_err(store_fault)?;
        let mut rows = statement.query([]).map_err(store_fault)?;
        while let Some(row) = rows.next().map_err(store_fault)? {
            let text: String = row.get(0).map_err(store_fault)?;
            if text != "ok" {
                self.damage(text);
            }
        }
        Ok(())
    }

    fn entities(&mut self) -> Result<(), StoreFault> {
        let moment = self.moment;
        each_kind(moment, &mut |kind| {
            let text = "SELECT id, version, created_us, modified_us, data, key FROM entity WHERE entity = ? ORDER BY id";
            let mut statement = moment.prepare_cached(text).map_err(store_fault)?;
            let mut rows = statement.query([kind]).map_err(store_fault)?;
            while let Some(row) = rows.next().map_err(store_fault)? {
                if let Err(StoreFault::Damaged(text)) = entity(moment, kind, row) {
                    self.damage(text);
                }
                self.counter.count()?;
            }
            Ok(())
        })
    }

    fn counts(&mut self) -> Result<(), StoreFault> {
        let counted = numbers(self.moment, "SELECT entity, count(*) FROM entity GROUP BY entity")?;
        let mut recorded = numbers(self.moment, "SELECT entity, count FROM total")?;
        recorded.retain(|_, count| *count != 0);
        for (entity, count) in &counted {
            let found = recorded.remove(entity).unwrap_or_default();
            if found != *count {
                self.damage(format!("it counts {found} of {entity}, and has {count}"));
            }
        }
        for (entity, count) in recorded {
            self.damage(format!("it counts {count} of {entity}, and has none"));
        }
        Ok(())
    }

    fn references(&mut self) -> Result<(), StoreFault> {
        let text =
            "SELECT count(*) FROM reference WHERE NOT EXISTS (SELECT 1 FROM entity WHERE key = source)";
        let lost = number::one(self.moment, text).map_err(store_fault)?;
        if lost > 0 {
            self.damage(format!("recorded references of no entity: {lost}"));
        }
        let dangling = dangling(self.moment)?;
        if dangling > 0 {
            let text = format!("references that lead to no entity, which was deleted by force: {dangling}");
            (self.report)(StoreFinding { is_damage: false, text });
        }
        Ok(())
    }
}

/// Checks one row; what is wrong with it comes as damage.
fn entity(moment: &Connection, kind: &str, row: &Row<'_>) -> Result<(), StoreFault> {
    let envelope = Envelope::read(kind, row)?;
    let name = format!("{kind}/{}", envelope.id);
    let references = document::check(envelope.data)
        .map_err(|error| StoreFault::Damaged(format!("{name}: {}", error.text())))?;
    let in_data: BTreeSet<String> =
        references.iter().map(|(target, _)| format!("{}/{}", target.entity, target.id)).collect();
    let recorded = recorded(moment, row.get(5).map_err(store_fault)?)?;
    match in_data.symmetric_difference(&recorded).next() {
        None => Ok(()),
        Some(one) if recorded.contains(one) => {
            Err(StoreFault::Damaged(format!("{name}: a reference to {one} is recorded, and not in the data")))
        }
        Some(one) => Err(StoreFault::Damaged(format!("{name}: the reference to {one} is not recorded"))),
    }
}

/// The references that are recorded of an entity.
fn recorded(moment: &Connection, key: i64) -> Result<BTreeSet<String>, StoreFault> {
    let text = "SELECT entity || '/' || id FROM reference WHERE source = ?";
    let mut statement = moment.prepare_cached(text).map_err(store_fault)?;
    let found = statement.query_map([key], |row| row.get(0)).map_err(store_fault)?;
    found.collect::<Result<_, _>>().map_err(store_fault)
}

fn numbers(moment: &Connection, text: &str) -> Result<BTreeMap<String, i64>, StoreFault> {
    let mut statement = moment.prepare(text).map_err(store_fault)?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).map_err(store_fault)?;
    rows.collect::<Result<_, _>>().map_err(store_fault)
}
