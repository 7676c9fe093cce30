-- A row that is as it was recorded, of a pack whose files are those that were installed, need not be read to be known.

ALTER TABLE attune_sync.pack ADD COLUMN reader INT;
COMMENT ON COLUMN attune_sync.pack.reader IS 'Which reading of pack files gave what is recorded of the components; while it is the same, equal files say the same. NULL: not known, so that everything is compared';
