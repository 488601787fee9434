//! The tables, as a list of numbered migrations.
//!
//! A migration that has shipped never changes; what comes later is appended.
//! Each runs once per object, in the transaction that notes it.

use keyway_core::{problem::Problem, workspace::WorkspaceName};

use crate::ledger::{Fault, Ledger, migrations::Migrations, values};

/// The statements are pinned by a test.
pub(super) const MIGRATIONS: Migrations = &[
    INITIAL,
    FEEDS,
    USAGE,
    CATALOG,
    EDITS,
    DELETION,
    DETAILS,
    LISTS,
    VAULT,
    AVATARS,
    REVIEWS,
    PEPPERS,
    MEMBERS,
    ACCESS,
    AUDIT,
    SESSIONS,
    VERIFIER_TOKENS,
    NOTICES,
    TOLD,
    WORKSPACES,
    LANES,
];

const INITIAL: &[&str] = &[
    "CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT",
    // `life` is what people decided; what time decides is worked out on reading.
    // The actor's name stands beside the id, as it was at the time.
    "CREATE TABLE keys (
        id TEXT PRIMARY KEY,
        version INTEGER NOT NULL,
        name TEXT NOT NULL,
        environment TEXT NOT NULL CHECK (environment IN ('live', 'test')),
        scopes TEXT NOT NULL,
        accounts TEXT NOT NULL,
        life TEXT NOT NULL CHECK (life IN ('active', 'blocked', 'revoked')),
        not_before INTEGER,
        expires_at INTEGER,
        created_at INTEGER NOT NULL,
        created_by TEXT NOT NULL,
        created_by_name TEXT NOT NULL,
        revoked_at INTEGER,
        revoked_by TEXT,
        revoked_by_name TEXT,
        revoked_reason TEXT
    ) STRICT",
    "CREATE INDEX keys_newest ON keys (created_at DESC, id DESC)",
    // The plain SHA-256 of a token never leaves the object; the digest is what
    // the store knows it by, under the pepper of that number.
    "CREATE TABLE tokens (
        sha256 BLOB PRIMARY KEY,
        key TEXT NOT NULL REFERENCES keys (id),
        pepper INTEGER NOT NULL,
        digest BLOB NOT NULL UNIQUE,
        hint TEXT NOT NULL,
        ends_at INTEGER
    ) STRICT",
    "CREATE INDEX tokens_of_key ON tokens (key)",
    "CREATE TABLE scopes (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        description TEXT,
        retired INTEGER NOT NULL,
        created_at INTEGER NOT NULL
    ) STRICT",
    "CREATE TABLE verifiers (
        id TEXT PRIMARY KEY,
        version INTEGER NOT NULL,
        name TEXT NOT NULL,
        sha256 BLOB NOT NULL UNIQUE,
        pepper INTEGER NOT NULL,
        digest BLOB NOT NULL UNIQUE,
        hint TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        created_by TEXT NOT NULL,
        created_by_name TEXT NOT NULL,
        removed_at INTEGER
    ) STRICT",
    // `credential` is the hash of the token that the session was made with:
    // when that token goes, so does the session.
    "CREATE TABLE sessions (
        sha256 BLOB PRIMARY KEY,
        member TEXT NOT NULL,
        credential BLOB NOT NULL,
        created_at INTEGER NOT NULL,
        expires_at INTEGER NOT NULL
    ) STRICT",
    "CREATE TABLE idempotency (
        member TEXT NOT NULL,
        key TEXT NOT NULL,
        fingerprint BLOB NOT NULL,
        result TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        PRIMARY KEY (member, key)
    ) STRICT",
    "CREATE INDEX idempotency_oldest ON idempotency (created_at)",
    // One row per published digest, for good: what is wanted in the store, what
    // is known to be there, and who may write next and when.
    "CREATE TABLE outbox (
        kind TEXT NOT NULL,
        digest BLOB NOT NULL,
        wanted INTEGER NOT NULL,
        confirmed INTEGER NOT NULL,
        ticket INTEGER NOT NULL,
        claimed_until INTEGER NOT NULL,
        attempts INTEGER NOT NULL,
        due_at INTEGER NOT NULL,
        written_at INTEGER NOT NULL,
        PRIMARY KEY (kind, digest)
    ) STRICT",
    "CREATE INDEX outbox_due ON outbox (due_at) WHERE confirmed < wanted",
];

/// What is announced to the feeds, and who blocked a key.
const FEEDS: &[&str] = &[
    // As in records and feeds: 1 active, 2 blocked, 3 revoked.
    "ALTER TABLE outbox ADD COLUMN standing INTEGER NOT NULL DEFAULT 1",
    "ALTER TABLE outbox ADD COLUMN announced_at INTEGER NOT NULL DEFAULT 0",
    "UPDATE outbox SET standing = 3 WHERE digest IN (
        SELECT t.digest FROM tokens t JOIN keys k ON k.id = t.key WHERE k.life = 'revoked'
        UNION ALL SELECT digest FROM verifiers WHERE removed_at IS NOT NULL)",
    "CREATE INDEX outbox_announced ON outbox (announced_at, digest)",
    // Gone as soon as the region's feed has it: what is not here is confirmed.
    "CREATE TABLE announcements (
        region TEXT NOT NULL,
        digest BLOB NOT NULL,
        version INTEGER NOT NULL,
        standing INTEGER NOT NULL,
        claimed_until INTEGER NOT NULL,
        attempts INTEGER NOT NULL,
        due_at INTEGER NOT NULL,
        PRIMARY KEY (digest, region)
    ) STRICT",
    "CREATE INDEX announcements_due ON announcements (region, due_at)",
    "ALTER TABLE keys ADD COLUMN blocked_at INTEGER",
    "ALTER TABLE keys ADD COLUMN blocked_by TEXT",
    "ALTER TABLE keys ADD COLUMN blocked_by_name TEXT",
    "ALTER TABLE keys ADD COLUMN blocked_reason TEXT",
];

/// How often keys are used, by day.
const USAGE: &[&str] = &[
    "ALTER TABLE keys ADD COLUMN last_used_at INTEGER",
    "CREATE TABLE usage (
        key TEXT NOT NULL REFERENCES keys (id),
        day INTEGER NOT NULL,
        allowed INTEGER NOT NULL,
        denied INTEGER NOT NULL,
        PRIMARY KEY (key, day)
    ) STRICT, WITHOUT ROWID",
    "CREATE INDEX usage_oldest ON usage (day)",
];

/// Accounts beside scopes, and which keys are granted what by name.
const CATALOG: &[&str] = &[
    "ALTER TABLE scopes ADD COLUMN version INTEGER NOT NULL DEFAULT 1",
    "CREATE TABLE accounts (
        id TEXT PRIMARY KEY,
        version INTEGER NOT NULL,
        name TEXT NOT NULL,
        description TEXT,
        retired INTEGER NOT NULL,
        created_at INTEGER NOT NULL
    ) STRICT",
    // `kind` is the table of the entry. In the order of the list of keys, which
    // can be asked for those with an entry.
    "CREATE TABLE grants (
        kind TEXT NOT NULL,
        entry TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        key TEXT NOT NULL REFERENCES keys (id),
        PRIMARY KEY (kind, entry, created_at, key)
    ) STRICT, WITHOUT ROWID",
    "CREATE INDEX grants_of_key ON grants (key)",
    // Ids have no character that JSON would want escaped.
    "INSERT INTO grants (kind, entry, created_at, key)
        SELECT 'scopes', entry.value, k.created_at, k.id FROM keys k,
            json_each('[\"' || replace(k.scopes, char(10), '\",\"') || '\"]') entry
        WHERE k.scopes NOT IN ('', '*')",
];

/// What people want to know of a key.
const EDITS: &[&str] = &["ALTER TABLE keys ADD COLUMN description TEXT"];

/// Keys that are on no list any more. What was published of them stays.
const DELETION: &[&str] = &["ALTER TABLE keys ADD COLUMN deleted_at INTEGER"];

/// The rest of what people note with a key. Lists have a line for each part;
/// empty is none, and so is an absent object.
const DETAILS: &[&str] = &[
    "ALTER TABLE keys ADD COLUMN allowed_ips TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE keys ADD COLUMN metadata TEXT NOT NULL DEFAULT '{}'",
    "ALTER TABLE keys ADD COLUMN contacts TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE keys ADD COLUMN webhook_url TEXT",
    "ALTER TABLE keys ADD COLUMN locked INTEGER NOT NULL DEFAULT 0",
];

/// What the list of keys is sorted and searched by.
///
/// `number` counts creations and stands for a key in the search index. Texts are
/// folded (see `keys::search`); those of older keys only as far as SQL can, until
/// they are edited. An index on each order has the page's keys together, and those
/// on what few keys have find the few.
const LISTS: &[&str] = &[
    "ALTER TABLE keys ADD COLUMN number INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE keys ADD COLUMN folded_name TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE keys ADD COLUMN folded TEXT NOT NULL DEFAULT ''",
    "UPDATE keys SET number = rowid, folded_name = lower(name), folded = lower(name || char(10)
        || substr(id, 5) || char(10) || contacts || (SELECT hint FROM tokens
            WHERE key = keys.id AND ends_at IS NULL))",
    "CREATE UNIQUE INDEX keys_by_number ON keys (number)",
    "CREATE INDEX keys_by_name ON keys (folded_name, number) WHERE deleted_at IS NULL",
    "CREATE INDEX keys_by_expiry ON keys (coalesce(expires_at, 9007199254740991), number)
        WHERE deleted_at IS NULL",
    "CREATE INDEX keys_by_use ON keys (coalesce(last_used_at, 0), number)
        WHERE deleted_at IS NULL",
    "CREATE INDEX keys_by_status ON keys (life, expires_at, not_before) WHERE deleted_at IS NULL",
    "CREATE INDEX keys_by_start ON keys (not_before)
        WHERE deleted_at IS NULL AND not_before IS NOT NULL",
    "CREATE INDEX keys_by_environment ON keys (environment) WHERE deleted_at IS NULL",
    "CREATE INDEX keys_by_creator ON keys (created_by) WHERE deleted_at IS NULL",
    "DROP INDEX keys_newest",
    // Three characters in a row are its tokens, so it finds any part of a text.
    "CREATE VIRTUAL TABLE key_search USING fts5 (text, content = '', contentless_delete = 1,
        tokenize = 'trigram case_sensitive 1')",
    "INSERT INTO key_search (rowid, text) SELECT number, folded FROM keys WHERE deleted_at IS NULL",
    // Keys that are granted everything are found with each entry.
    "INSERT INTO grants (kind, entry, created_at, key)
        SELECT 'scopes', '*', created_at, id FROM keys WHERE scopes = '*'
        UNION ALL SELECT 'accounts', '*', created_at, id FROM keys WHERE accounts = '*'",
];

/// Copies of tokens, encrypted, of keys that were created as recoverable.
const VAULT: &[&str] = &[
    "ALTER TABLE keys ADD COLUMN recoverable INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE keys ADD COLUMN revealed_at INTEGER",
    "ALTER TABLE keys ADD COLUMN revealed_by TEXT",
    "ALTER TABLE keys ADD COLUMN revealed_by_name TEXT",
    "ALTER TABLE keys ADD COLUMN revealed_reason TEXT",
    "CREATE TABLE vault (
        key TEXT PRIMARY KEY REFERENCES keys (id),
        vault_key INTEGER NOT NULL,
        nonce BLOB NOT NULL,
        sealed BLOB NOT NULL
    ) STRICT",
];

/// Pictures of keys, as they came. `tag` is the beginning of their SHA-256.
const AVATARS: &[&str] = &["CREATE TABLE avatars (
        key TEXT PRIMARY KEY REFERENCES keys (id),
        tag TEXT NOT NULL,
        media_type TEXT NOT NULL,
        bytes BLOB NOT NULL
    ) STRICT"];

/// Reviews of keys that were finished, one row each for good.
const REVIEWS: &[&str] = &["CREATE TABLE reviews (
        number INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        reviewer TEXT NOT NULL,
        reviewer_name TEXT NOT NULL,
        kept INTEGER NOT NULL,
        blocked INTEGER NOT NULL,
        revoked INTEGER NOT NULL
    ) STRICT"];

/// What a token or a verifier is published under besides the digest of its row,
/// and how far the rotation to the current pepper is.
const PEPPERS: &[&str] = &[
    "CREATE TABLE copies (
        digest BLOB PRIMARY KEY,
        kind TEXT NOT NULL,
        sha256 BLOB NOT NULL,
        pepper INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID",
    "CREATE INDEX copies_of ON copies (sha256)",
    "CREATE INDEX tokens_by_pepper ON tokens (pepper)",
    // One row, of the current pepper: how many records were to be published under
    // it, how many of them are on their way or there, when to go on, and since
    // when all are there.
    "CREATE TABLE rotation (
        pepper INTEGER PRIMARY KEY,
        records INTEGER NOT NULL,
        moved INTEGER NOT NULL,
        due_at INTEGER,
        done_at INTEGER
    ) STRICT",
];

/// Who may do what, and by which token they are known: one each, if any. A member
/// who was removed stays, without an address, for what they did.
const MEMBERS: &[&str] = &[
    "CREATE TABLE members (
        id TEXT PRIMARY KEY,
        version INTEGER NOT NULL,
        name TEXT NOT NULL,
        email TEXT,
        folded_email TEXT UNIQUE,
        role TEXT NOT NULL CHECK (role IN ('administrator', 'manager')),
        api_access INTEGER NOT NULL,
        accounts TEXT NOT NULL,
        scopes TEXT NOT NULL,
        suspended INTEGER NOT NULL,
        created_at INTEGER NOT NULL,
        created_by TEXT NOT NULL,
        created_by_name TEXT NOT NULL,
        removed_at INTEGER
    ) STRICT",
    "CREATE TABLE credentials (
        sha256 BLOB PRIMARY KEY,
        member TEXT NOT NULL UNIQUE REFERENCES members (id),
        hint TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        expires_at INTEGER,
        last_used_at INTEGER
    ) STRICT",
    "CREATE INDEX sessions_of_member ON sessions (member)",
];

/// Sessions of people whom Cloudflare Access vouched for: by their address, and
/// without a credential.
const ACCESS: &[&str] = &["ALTER TABLE sessions ADD COLUMN email TEXT"];

/// What was done, by whom. Rows come and never go or change. `line` is the entry as
/// it was hashed and is exported, `hash` its link in the chain; the other columns
/// are for finding it. `at` never falls from one number to the next.
const AUDIT: &[&str] = &[
    "CREATE TABLE audit (
        number INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        event TEXT NOT NULL,
        member TEXT NOT NULL,
        about TEXT NOT NULL,
        hash BLOB NOT NULL,
        line TEXT NOT NULL
    ) STRICT",
    // Each has the number, too, so what is found is in order.
    "CREATE INDEX audit_about ON audit (about)",
    "CREATE INDEX audit_by ON audit (member)",
    "CREATE INDEX audit_event ON audit (event)",
    "CREATE INDEX audit_at ON audit (at)",
];

/// From where and with what a page was signed in, for its owner to know it by.
const SESSIONS: &[&str] = &[
    "ALTER TABLE sessions ADD COLUMN address TEXT",
    "ALTER TABLE sessions ADD COLUMN browser TEXT",
];

/// Tokens of verifiers as those of keys: one without an end, and those before it.
/// The table is made anew, for no column that is unique can be taken out of one.
const VERIFIER_TOKENS: &[&str] = &[
    "ALTER TABLE verifiers RENAME TO verifiers_before",
    "CREATE TABLE verifiers (
        id TEXT PRIMARY KEY,
        version INTEGER NOT NULL,
        name TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        created_by TEXT NOT NULL,
        created_by_name TEXT NOT NULL,
        last_used_at INTEGER,
        removed_at INTEGER
    ) STRICT",
    "CREATE TABLE verifier_tokens (
        sha256 BLOB PRIMARY KEY,
        verifier TEXT NOT NULL REFERENCES verifiers (id),
        pepper INTEGER NOT NULL,
        digest BLOB NOT NULL UNIQUE,
        hint TEXT NOT NULL,
        ends_at INTEGER
    ) STRICT",
    "CREATE INDEX tokens_of_verifier ON verifier_tokens (verifier)",
    "INSERT INTO verifiers SELECT id, version, name, created_at, created_by, created_by_name,
        NULL, removed_at FROM verifiers_before",
    "INSERT INTO verifier_tokens SELECT sha256, id, pepper, digest, hint, NULL
        FROM verifiers_before",
    "DROP TABLE verifiers_before",
];

/// Who is told of what, and how far that got. An endpoint with a `key` is that
/// key's own; the others are the workspace's. A delivery goes to an endpoint or to
/// an address; without `due_at` it is settled. `notices` says when a key is looked
/// at next for what time alone brings about.
const NOTICES: &[&str] = &[
    "CREATE TABLE endpoints (
        id TEXT PRIMARY KEY,
        key TEXT UNIQUE,
        url TEXT NOT NULL,
        description TEXT,
        events TEXT NOT NULL,
        secret BLOB NOT NULL,
        previous_secret BLOB,
        previous_until INTEGER,
        created_at INTEGER NOT NULL,
        disabled_at INTEGER,
        disabled_why TEXT,
        delivered_at INTEGER
    ) STRICT",
    "CREATE TABLE messages (
        id TEXT PRIMARY KEY,
        at INTEGER NOT NULL,
        event TEXT NOT NULL,
        key TEXT,
        body TEXT NOT NULL
    ) STRICT",
    "CREATE TABLE deliveries (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        message TEXT NOT NULL REFERENCES messages (id),
        endpoint TEXT,
        address TEXT,
        attempts INTEGER NOT NULL DEFAULT 0,
        tried_at INTEGER,
        due_at INTEGER,
        claimed_until INTEGER,
        outcome TEXT,
        status INTEGER,
        why TEXT
    ) STRICT",
    "CREATE INDEX deliveries_due ON deliveries (due_at) WHERE due_at IS NOT NULL",
    "CREATE INDEX deliveries_to ON deliveries (endpoint, number)",
    "CREATE INDEX deliveries_of ON deliveries (message)",
    "CREATE INDEX messages_key ON messages (key)",
    "CREATE TABLE notices (
        key TEXT PRIMARY KEY,
        ends_at INTEGER,
        days INTEGER,
        unused_since INTEGER,
        look_at INTEGER NOT NULL
    ) STRICT",
    "CREATE INDEX notices_look ON notices (look_at)",
];

/// Which members chose to be told; and the keys that there are already, of which
/// nobody is told what lies behind, and their own endpoints.
const TOLD: &[&str] = &[
    "ALTER TABLE members ADD COLUMN notices INTEGER NOT NULL DEFAULT 0",
    "INSERT INTO notices (key, ends_at, days, unused_since, look_at)
        SELECT id, expires_at, iif(expires_at <= now, -1, NULL), iif(quiet <= ago, quiet, NULL),
            CASE WHEN expires_at > now THEN 0 WHEN expires_at <= now THEN 253402300799999
                WHEN quiet <= ago THEN now + 7776000000 ELSE quiet + 7776000000 END
        FROM (SELECT id, expires_at, unixepoch() * 1000 AS now,
                unixepoch() * 1000 - 7776000000 AS ago,
                max(created_at, coalesce(not_before, 0), coalesce(last_used_at, 0)) AS quiet
            FROM keys WHERE deleted_at IS NULL AND life <> 'revoked')",
    "INSERT INTO endpoints (id, key, url, events, secret, created_at)
         SELECT 'whk_' || substr(id, 5), id, webhook_url, '[]', randomblob(32),
             unixepoch() * 1000
         FROM keys WHERE deleted_at IS NULL AND webhook_url IS NOT NULL",
];

/// The other workspaces. Only that of the default one has any.
const WORKSPACES: &[&str] = &["CREATE TABLE workspaces (
        name TEXT PRIMARY KEY,
        created_at INTEGER NOT NULL
    ) STRICT"];

/// Whose turn it is. Each endpoint has a lane of its own and all letters one, and
/// `lanes` has of each the delivery that is next and from when on it may begin: when
/// it is due, the endpoint does not rest, it has fewer than two under way, and all
/// endpoints together fewer than three; of letters one. A claim is a time that runs
/// out, so the second one from the end is when fewer than two are left. `contact`
/// says that an address was a contact's.
const LANES: &[&str] = &[
    "ALTER TABLE endpoints ADD COLUMN rests_until INTEGER",
    "ALTER TABLE deliveries ADD COLUMN contact INTEGER NOT NULL DEFAULT 0",
    "DROP INDEX deliveries_due",
    "CREATE INDEX deliveries_lane ON deliveries (endpoint, due_at) WHERE due_at IS NOT NULL",
    "CREATE INDEX deliveries_claimed ON deliveries (endpoint, claimed_until)
        WHERE claimed_until IS NOT NULL",
    "CREATE INDEX deliveries_failed ON deliveries (outcome) WHERE outcome = 'failed'",
    "CREATE INDEX endpoints_previous ON endpoints (previous_until)
        WHERE previous_until IS NOT NULL",
    // From one endpoint to the next by the index, and last to none: the letters.
    "CREATE VIEW lanes AS
        WITH RECURSIVE lane (endpoint) AS (
            SELECT min(endpoint) FROM deliveries WHERE due_at IS NOT NULL
            UNION ALL SELECT (SELECT min(d.endpoint) FROM deliveries d
                WHERE d.due_at IS NOT NULL AND d.endpoint > lane.endpoint)
            FROM lane WHERE endpoint IS NOT NULL)
        SELECT d.number, max(d.due_at,
            coalesce((SELECT rests_until FROM endpoints WHERE id = l.endpoint), 0),
            coalesce((SELECT c.claimed_until FROM deliveries c
                WHERE c.claimed_until IS NOT NULL AND c.endpoint = l.endpoint
                ORDER BY c.claimed_until DESC LIMIT 1 OFFSET 1), 0),
            coalesce(iif(l.endpoint IS NULL,
                (SELECT max(c.claimed_until) FROM deliveries c
                    WHERE c.claimed_until IS NOT NULL AND c.endpoint IS NULL),
                (SELECT c.claimed_until FROM deliveries c
                    WHERE c.claimed_until IS NOT NULL AND c.endpoint IS NOT NULL
                    ORDER BY c.claimed_until DESC LIMIT 1 OFFSET 2)), 0)) AS at
        FROM lane l JOIN deliveries d ON d.number = (SELECT number FROM deliveries f
            WHERE f.due_at IS NOT NULL AND f.endpoint IS l.endpoint ORDER BY f.due_at LIMIT 1)",
];

/// Remembers which workspace this is, for the alarm, which nobody tells.
pub(super) fn name(ledger: &Ledger, workspace: &WorkspaceName) -> Result<(), Problem> {
    let known = read_name(ledger)?;
    match known {
        None => {
            ledger.run(
                "INSERT INTO settings (name, value) VALUES ('workspace', ?)",
                values().text(workspace.as_str()),
            )?;
            Ok(())
        }
        Some(known) if known == *workspace => Ok(()),
        Some(_) => Err(Fault::column("settings.workspace: it is another workspace's").into()),
    }
}

pub(super) fn read_name(ledger: &Ledger) -> Result<Option<WorkspaceName>, Fault> {
    ledger.first(
        "SELECT value FROM settings WHERE name = 'workspace'",
        values(),
        |row| WorkspaceName::parse(&row.text()).map_err(|_| Fault::column("settings.workspace")),
    )
}

#[cfg(test)]
mod tests {
    use super::MIGRATIONS;
    use crate::ledger::migrations::fingerprint;

    /// The stored shape. What is pinned here has shipped: add a migration, never
    /// change one.
    #[test]
    fn the_migrations_are_pinned() {
        let pinned = [
            "b755b7b892d0503852ee6ef3e12d99285157b99a348625b13f8dc400cbc8c443",
            "02c32955c6a5a41cb56e4c2d93e058dbd6c93c575503484b09a652d2b70257f3",
            "17631799b11cc222300c4dcfbf9110736d65a0f54fba2bf96cb76727dd8ef754",
            "3295c1323321513595cf04d5dc0e32c479dfa67ef9519fdd673c943653f52539",
            "44b6d1fac80f2fda896dcb9f13d9b4cf1fafbe5b6967e3a7d46b0edd158f2418",
            "68348d5aa4b0c7ed694c046f5e96b268d8778c5acd5d72f902d184fb2709e257",
            "b58de357b45cba9cb33cc580b53fd1f2d39bc4f9adddb70476e14d3401f6529f",
            "663212c3c8e7a7355d7fbe93a9f4e84acf7ee10b21109b8af4e4765e863709dc",
            "afc2e87cf35011713fdcad5114195006f3bb179b288a2c60a84e27d8098e33fb",
            "c304731ef73c3b14a28533d5dd6faff67afc412f65518c1010bb9f5873212fbb",
            "0c5275cd5cbf38cc06965489917ddba933090c81c446d3247216b77162480c38",
            "df2542bce0190ffffb8eaf681fc4eb80bde867d97d1087ff0c0699c12b84bd18",
            "150da1f788607a1345b171eb67ce6793d08cace319e40bf063140a87aba78e08",
            "f67fd022495e0fbc31f08f93104aa876bcb95b31626c809944acde9dfa1222d3",
            "f32a202978c999d26beeaa7299de62351024992babd0f435b4b60d37d874017c",
            "c3755935f9d004b86bc068527d9d45e1118272a525dd86e7128af6828ccd2470",
            "0506330ce3aeb3cae37569ec90dc760511e071363a19d07f06068523af616437",
            "e476ec614b463ded8164a67f820c905c1758ae353acff772b75908318abeb4f5",
            "fb871a37e0e844e8e6c74f2a80c4d85db6464af732c43cd39a86b4f7195eb1a8",
            "c59d13e64f4cfa1c5723f6cab50dfe5092848cc60040f688c5ecf711009e66a6",
            "02c65d53fa015dccf512080dfc398698d97cb4d3e186e777f14c7c5c0bdf23ce",
        ];
        let found: Vec<String> = MIGRATIONS.iter().map(|one| fingerprint(one)).collect();
        assert_eq!(found, pinned);
    }
}
