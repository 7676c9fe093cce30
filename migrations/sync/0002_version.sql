-- Which versions of each pack were installed, and which content somebody rolled back and holds.
-- A version outlives its pack's inventory: after a removal its files stay in the pack store for a while.

CREATE TABLE attune_sync.version (
    pack TEXT NOT NULL,
    version TEXT NOT NULL,
    digest TEXT NOT NULL,
    source JSONB NOT NULL,
    installed TIMESTAMPTZ NOT NULL DEFAULT now(),
    superseded TIMESTAMPTZ,
    PRIMARY KEY (pack, digest)
);
COMMENT ON TABLE attune_sync.version IS 'Contents of packs that were installed and may still be in the pack store: what a rollback can go back to, and since when each is not in use';
COMMENT ON COLUMN attune_sync.version.digest IS 'Framed SHA-256, bare hex: authors change content without changing the version';
COMMENT ON COLUMN attune_sync.version.source IS 'What brought it, as in attune_sync.pack: from there it is fetched again where the store lost it';
COMMENT ON COLUMN attune_sync.version.installed IS 'Last installed because the source gave it; a rollback leaves it, so that the one before stays the one before';
COMMENT ON COLUMN attune_sync.version.superseded IS 'NULL: installed now. Else when another took its place or the pack was removed';

INSERT INTO attune_sync.version (pack, version, digest, source, installed)
SELECT ref, version, digest, source, updated FROM attune_sync.pack;

CREATE TABLE attune_sync.hold (
    pack TEXT PRIMARY KEY,
    digest TEXT NOT NULL,
    version TEXT NOT NULL,
    commit TEXT,
    to_digest TEXT NOT NULL,
    who TEXT NOT NULL,
    why TEXT,
    created TIMESTAMPTZ NOT NULL DEFAULT now()
);
COMMENT ON TABLE attune_sync.hold IS 'Rollbacks in force: while the source gives the held digest, the version of to_digest is wanted instead';
COMMENT ON COLUMN attune_sync.hold.digest IS 'The content that is held back, with its version and commit';
