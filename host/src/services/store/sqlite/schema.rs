//! What a store's file holds: how it is marked, its version, its tables.

/// "rpst" in the header of the file says whose database it is.
pub(super) const APPLICATION_ID: i32 = i32::from_be_bytes(*b"rpst");

/// How every database begins.
pub(super) const HEADER: &[u8] = b"SQLite format 3\0";

/// The version of the tables, and of what `rp_key` gives.
pub(super) const VERSION: i32 = 1;

/// What SQLite is told about the sizes: many entities of one name, few of one value. Without it SQLite takes names to be
/// as rare as values; measured sizes would make plans depend on when they were measured.
pub(super) const INDEX_SIZES: &str = "100000 100000 20 1";

/// Stores are compared with it when they are opened: a change, even of a space, is a new version.
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
