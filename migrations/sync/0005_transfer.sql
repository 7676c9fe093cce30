-- A pack that one manager gave to another: the receiver keeps it until a document of its own has named it once.

ALTER TABLE attune_sync.pack ADD COLUMN given_by TEXT;
COMMENT ON COLUMN attune_sync.pack.given_by IS 'The manager that transferred the pack to its present one, until the present one has written it for a document: before that, the absence of a document proves nothing';
