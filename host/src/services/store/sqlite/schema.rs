//! The format of a store's file: its marks, its version, its tables.

/// "rpst" in the header of the file marks it as a store.
pub(super) const APPLICATION_ID: i32 = i32::from_be_bytes(*b"rpst");

/// How every database begins.
pub(super) const HEADER: &[u8] = b"SQLite format 3\0";

/// The version of the tables and of the results of `rp_key`.
pub(super) const VERSION: i32 = 1;

/// Fixed statistics for SQLite's planner: many entities of one name, few of one value. Without them SQLite assumes that names
/// are as rare as values; measured ones would make plans depend on the time of the measurement.
pub(super) const INDEX_SIZES: &str = "100000 100000 20 1";

/// Stores are compared with this text when they are opened: any change, even of a space, needs a new version.
pub(super) const TABLES: &str = "
    CREATE TABLE entity (
        key INTEGER PRIMARY KEY,
        entity TEXT NOT NULL,
        id TEXT NOT NULL,
        version INTEGER NOT NULL,
        created_us INTEGER NOT NULL,
        modified_us INTEGER NOT NULL,
        data TEXT NOT NULL,
        UNIQUE (entity, id)
    ) STRICT;
    CREATE TABLE reference (
        entity TEXT NOT NULL,
        id TEXT NOT NULL,
        source INTEGER NOT NULL,
        PRIMARY KEY (entity, id, source)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX reference_by_source ON reference (source);
    CREATE TABLE total (entity TEXT PRIMARY KEY, count INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TRIGGER entity_is_made AFTER INSERT ON entity BEGIN
        INSERT INTO total VALUES (new.entity, 1) ON CONFLICT (entity) DO UPDATE SET count = count + 1;
    END;
    CREATE TRIGGER entity_is_removed AFTER DELETE ON entity BEGIN
        UPDATE total SET count = count - 1 WHERE entity = old.entity;
    END;
    ANALYZE sqlite_schema;
    INSERT INTO sqlite_stat1 VALUES ('entity', 'sqlite_autoindex_entity_1', '1000000 100000 1');
    ANALYZE sqlite_schema;
";
