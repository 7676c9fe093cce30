-- Attune's own reinstall deletes a pack's row and makes it anew with an empty config: what people had set there
-- can be written back only from a plain copy.

ALTER TABLE attune_sync.override
    ADD COLUMN plain JSONB,
    ADD COLUMN pack_id BIGINT,
    ADD COLUMN own BOOLEAN NOT NULL DEFAULT FALSE;
COMMENT ON TABLE attune_sync.override IS 'Values people set and no document decides: switches of components (field enabled) and config keys (kind pack). They outlive their component, so that they apply again when its ref returns';
COMMENT ON COLUMN attune_sync.override.value IS 'What plans and people are shown: secrets as keyed digests';
COMMENT ON COLUMN attune_sync.override.plain IS 'Of a config key, the value itself, to be written back where the row of the pack was made anew: readable by whoever can read pack.config';
COMMENT ON COLUMN attune_sync.override.pack_id IS 'Of a config key, the id of the pack''s row in which it was seen';
COMMENT ON COLUMN attune_sync.override.own IS 'True for a config key that the pack has no default for';
