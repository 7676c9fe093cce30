-- Whole rows can be set aside when their pack is removed: they come back linked by ref.

ALTER TABLE attune_sync.preserved ADD COLUMN links JSONB;
COMMENT ON COLUMN attune_sync.preserved.links IS 'Of a component: the ref of what each link column led to, or null; ids would mean nothing once those rows are made anew';
COMMENT ON COLUMN attune_sync.preserved.kind IS 'config (field is the key, ref the pack), webhook, pack, a kind of component, or the table of a row that hung on what ref names';
CREATE INDEX idx_sync_preserved_pack ON attune_sync.preserved(pack) WHERE restored IS NULL;
