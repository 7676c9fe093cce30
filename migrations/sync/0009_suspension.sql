-- What a person put on hold by command: nothing of it is written until it is resumed, or until it expires.

CREATE TABLE attune_sync.suspension (
    id BIGSERIAL PRIMARY KEY,
    manager TEXT NOT NULL,
    pack TEXT,
    reason TEXT NOT NULL,
    who TEXT NOT NULL,
    created TIMESTAMPTZ NOT NULL DEFAULT now(),
    expires TIMESTAMPTZ
);
CREATE UNIQUE INDEX idx_sync_suspension_pack ON attune_sync.suspension(manager, COALESCE(pack, ''));
COMMENT ON TABLE attune_sync.suspension IS 'Suspensions by command; those of documents and of the configuration stand there alone. An expired one counts for nothing and goes with the next one that is written';
COMMENT ON COLUMN attune_sync.suspension.pack IS 'NULL: all packs of the manager, those too that come later';
COMMENT ON COLUMN attune_sync.suspension.expires IS 'NULL: until it is resumed';
