-- Secrets and settings that belong to the system, an identity, a pack, an action or a sensor.

-- owner_pack has no ON DELETE clause, as in Attune. SET NULL cannot be: validate_key_owner wants the owner's id,
-- and refuses. CASCADE would destroy secrets. So a pack with a key cannot be deleted before somebody decided
-- about the key, which loses nothing. The keys of actions and sensors go with them, as in Attune: whoever
-- deletes one sets its keys aside first.
CREATE TABLE key (
    id BIGSERIAL PRIMARY KEY,
    ref TEXT NOT NULL UNIQUE,
    owner_type owner_type_enum NOT NULL,
    owner TEXT,
    owner_identity BIGINT REFERENCES identity(id),
    owner_pack BIGINT REFERENCES pack(id),
    owner_pack_ref TEXT,
    owner_action BIGINT REFERENCES action(id) ON DELETE CASCADE,
    owner_action_ref TEXT,
    owner_sensor BIGINT REFERENCES sensor(id) ON DELETE CASCADE,
    owner_sensor_ref TEXT,
    name TEXT NOT NULL,
    encrypted BOOLEAN NOT NULL,
    encryption_key_hash TEXT,
    value TEXT NOT NULL,
    created TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    updated TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    CONSTRAINT key_ref_lowercase CHECK (ref = LOWER(ref)),
    CONSTRAINT key_ref_format CHECK (ref ~ '^[^.]+(\.[^.]+)*$'),
    CONSTRAINT key_owner_name_unique UNIQUE (owner_type, owner, name)
);
CREATE INDEX idx_key_owner_identity ON key(owner_identity);
CREATE INDEX idx_key_owner_pack ON key(owner_pack);
CREATE INDEX idx_key_owner_action ON key(owner_action);
CREATE INDEX idx_key_owner_sensor ON key(owner_sensor);
CREATE INDEX idx_key_created ON key(created DESC);

CREATE FUNCTION validate_key_owner() RETURNS TRIGGER AS $$
DECLARE
    owner_id BIGINT := CASE NEW.owner_type
        WHEN 'identity' THEN NEW.owner_identity
        WHEN 'pack' THEN NEW.owner_pack
        WHEN 'action' THEN NEW.owner_action
        WHEN 'sensor' THEN NEW.owner_sensor
    END;
    owner_count INT := num_nonnulls(NEW.owner_identity, NEW.owner_pack, NEW.owner_action, NEW.owner_sensor);
BEGIN
    IF NEW.owner_type = 'system' THEN
        IF owner_count > 0 THEN
            RAISE EXCEPTION 'A key of the system has no owner id' USING ERRCODE = 'check_violation';
        END IF;
        NEW.owner := 'system';
        RETURN NEW;
    END IF;
    IF owner_count <> 1 OR owner_id IS NULL THEN
        RAISE EXCEPTION 'A key of owner type % has exactly the id of that owner', NEW.owner_type
            USING ERRCODE = 'check_violation';
    END IF;
    NEW.owner := owner_id::text;
    RETURN NEW;
END;
$$ LANGUAGE plpgsql;

CREATE TRIGGER validate_key_owner_trigger BEFORE INSERT OR UPDATE ON key
    FOR EACH ROW EXECUTE FUNCTION validate_key_owner();
CREATE TRIGGER update_key_updated BEFORE UPDATE ON key
    FOR EACH ROW EXECUTE FUNCTION update_updated_column();
COMMENT ON TABLE key IS 'Secrets and settings by owner';
COMMENT ON COLUMN key.owner IS 'Id of the owner as text, or system; filled by the trigger';
COMMENT ON FUNCTION validate_key_owner() IS 'Exactly the owner id that owner_type names, none for the system';
