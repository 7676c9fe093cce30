-- What this tool remembers: per manager what it wrote, what people set, what it did.
-- All of it is in the Postgres schema attune_sync, apart from Attune's own tables, and refers to
-- those by ref and id as plain values: nothing here ever blocks or cascades into Attune.

CREATE TABLE attune_sync.settings (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
COMMENT ON TABLE attune_sync.settings IS 'Random values made once: secret_key (HMAC key that stands for secrets), store_id (the pack store that belongs to this database)';

CREATE TABLE attune_sync.pack (
    ref TEXT PRIMARY KEY,
    manager TEXT NOT NULL,
    version TEXT NOT NULL,
    digest TEXT NOT NULL,
    source JSONB NOT NULL,
    prune BOOLEAN NOT NULL DEFAULT TRUE,
    columns JSONB NOT NULL,
    config JSONB NOT NULL DEFAULT '{}'::jsonb,
    document_keys TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
    created TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE INDEX idx_sync_pack_manager ON attune_sync.pack(manager);
COMMENT ON TABLE attune_sync.pack IS 'Inventory: packs this tool installed or adopted. Ownership is by ref; one pack has one manager';
COMMENT ON COLUMN attune_sync.pack.digest IS 'Framed SHA-256 of the content that is installed, bare hex';
COMMENT ON COLUMN attune_sync.pack.source IS 'type, url, ref, commit, path: where that content came from';
COMMENT ON COLUMN attune_sync.pack.prune IS 'False: never removed automatically, until a document says prune: true';
COMMENT ON COLUMN attune_sync.pack.columns IS 'Last values written to the pack row';
COMMENT ON COLUMN attune_sync.pack.config IS 'Last value written or seen of each top-level config key; secrets as keyed digests';
COMMENT ON COLUMN attune_sync.pack.document_keys IS 'Config keys the document decided when last written';

CREATE TABLE attune_sync.component (
    kind TEXT NOT NULL,
    ref TEXT NOT NULL,
    pack TEXT NOT NULL REFERENCES attune_sync.pack(ref) ON DELETE CASCADE,
    id BIGINT NOT NULL,
    columns JSONB NOT NULL,
    names JSONB NOT NULL DEFAULT '{}'::jsonb,
    enabled BOOLEAN,
    PRIMARY KEY (kind, ref)
);
CREATE INDEX idx_sync_component_pack ON attune_sync.component(pack);
COMMENT ON TABLE attune_sync.component IS 'Inventory: the rows of a pack that this tool wrote. Only these are ever removed';
COMMENT ON COLUMN attune_sync.component.columns IS 'Last values written';
COMMENT ON COLUMN attune_sync.component.names IS 'What each link was resolved to, as a ref, or null where nothing answered';
COMMENT ON COLUMN attune_sync.component.enabled IS 'The switch as last written or seen; NULL for kinds without one';

CREATE TABLE attune_sync.override (
    kind TEXT NOT NULL,
    ref TEXT NOT NULL,
    field TEXT NOT NULL,
    pack TEXT NOT NULL,
    value JSONB,
    seen TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (kind, ref, field)
);
CREATE INDEX idx_sync_override_pack ON attune_sync.override(pack);
COMMENT ON TABLE attune_sync.override IS 'Values people set where a pack had a default: switches of components (field enabled) and config keys (kind pack). They outlive their component, so that they apply again when its ref returns. Secrets as keyed digests; their plain value is in pack.config alone';

CREATE TABLE attune_sync.preserved (
    id BIGSERIAL PRIMARY KEY,
    pack TEXT NOT NULL,
    kind TEXT NOT NULL,
    ref TEXT NOT NULL,
    field TEXT,
    value JSONB,
    reason TEXT NOT NULL,
    created TIMESTAMPTZ NOT NULL DEFAULT now(),
    restored TIMESTAMPTZ
);
CREATE INDEX idx_sync_preserved_ref ON attune_sync.preserved(kind, ref) WHERE restored IS NULL;
COMMENT ON TABLE attune_sync.preserved IS 'What people made and a change would have destroyed, set aside in the same transaction: rows (field NULL) and config values. Plain values, because they are to be given back: readable by whoever can read pack.config and key';

CREATE TABLE attune_sync.run (
    id BIGSERIAL PRIMARY KEY,
    manager TEXT NOT NULL,
    cause TEXT NOT NULL,
    who TEXT NOT NULL,
    started TIMESTAMPTZ NOT NULL,
    targets TEXT[],
    ended TIMESTAMPTZ NOT NULL DEFAULT now(),
    outcome TEXT NOT NULL CHECK (outcome IN ('applied', 'unchanged', 'blocked', 'failed')),
    entries JSONB NOT NULL,
    signature TEXT NOT NULL,
    problems JSONB NOT NULL DEFAULT '[]'::jsonb
);
CREATE INDEX idx_sync_run_manager ON attune_sync.run(manager, id DESC);
COMMENT ON TABLE attune_sync.run IS 'Runs that changed something or whose outcome differs from the one before';
COMMENT ON COLUMN attune_sync.run.cause IS 'apply or daemon';
COMMENT ON COLUMN attune_sync.run.entries IS 'Documents each entry of desiredState gave: an entry that had some and has none is an error, never "nothing desired"';

CREATE TABLE attune_sync.run_change (
    run BIGINT NOT NULL REFERENCES attune_sync.run(id) ON DELETE CASCADE,
    position INT NOT NULL,
    pack TEXT NOT NULL,
    action TEXT NOT NULL,
    reason_code TEXT NOT NULL,
    reason TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('applied', 'blocked', 'failed', 'skipped', 'unreadable')),
    message TEXT,
    from_version TEXT,
    from_commit TEXT,
    to_version TEXT,
    to_commit TEXT,
    duration_ms INT,
    PRIMARY KEY (run, position)
);
CREATE INDEX idx_sync_run_change_pack ON attune_sync.run_change(pack, run DESC);
COMMENT ON COLUMN attune_sync.run.targets IS 'The packs it was about; NULL: all. Such a run is recorded only where it changed something';
COMMENT ON COLUMN attune_sync.run.signature IS 'Digest of everything that did not go well: a run that changed nothing is recorded only when this differs from the run before';
COMMENT ON TABLE attune_sync.run_change IS 'What a run did, or could not do, to each pack';
