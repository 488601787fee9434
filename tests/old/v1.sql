CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE keys (
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
) STRICT;
CREATE INDEX keys_newest ON keys (created_at DESC, id DESC);
CREATE TABLE tokens (
    sha256 BLOB PRIMARY KEY,
    key TEXT NOT NULL REFERENCES keys (id),
    pepper INTEGER NOT NULL,
    digest BLOB NOT NULL UNIQUE,
    hint TEXT NOT NULL,
    ends_at INTEGER
) STRICT;
CREATE INDEX tokens_of_key ON tokens (key);
CREATE TABLE scopes (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    description TEXT,
    retired INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE TABLE verifiers (
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
) STRICT;
CREATE TABLE sessions (
    sha256 BLOB PRIMARY KEY,
    member TEXT NOT NULL,
    credential BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE TABLE idempotency (
    member TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    result TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (member, key)
) STRICT;
CREATE INDEX idempotency_oldest ON idempotency (created_at);
CREATE TABLE outbox (
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
) STRICT;
CREATE INDEX outbox_due ON outbox (due_at) WHERE confirmed < wanted;
