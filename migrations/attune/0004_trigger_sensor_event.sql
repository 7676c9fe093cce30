-- Triggers with their webhooks, the sensors that fire them, and events. event.rule follows with the table rule.

CREATE TABLE trigger (
    id BIGSERIAL PRIMARY KEY,
    ref TEXT NOT NULL UNIQUE,
    pack BIGINT REFERENCES pack(id) ON DELETE CASCADE,
    pack_ref TEXT,
    label TEXT NOT NULL,
    description TEXT,
    enabled BOOLEAN NOT NULL DEFAULT TRUE,
    is_adhoc BOOLEAN NOT NULL DEFAULT FALSE,
    param_schema JSONB,
    out_schema JSONB,
    webhook_enabled BOOLEAN NOT NULL DEFAULT FALSE,
    webhook_key VARCHAR(64) UNIQUE,
    webhook_config JSONB DEFAULT '{}'::jsonb,
    created TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    updated TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    CONSTRAINT trigger_ref_lowercase CHECK (ref = LOWER(ref)),
    CONSTRAINT trigger_ref_format CHECK (ref ~ '^[^.]+\.[^.]+$')
);
CREATE INDEX idx_trigger_pack ON trigger(pack);
CREATE INDEX idx_trigger_created ON trigger(created DESC);
CREATE TRIGGER update_trigger_updated BEFORE UPDATE ON trigger
    FOR EACH ROW EXECUTE FUNCTION update_updated_column();
COMMENT ON TABLE trigger IS 'Kinds of events that rules can react to';
COMMENT ON COLUMN trigger.is_adhoc IS 'True where a person made it in the UI or API, false where a pack defines it';
COMMENT ON COLUMN trigger.webhook_key IS 'Part of the URL that external callers use; it must survive a reinstall of the pack';

-- 48 hex digits from two random UUIDs, without an extension; gen_random_uuid() draws from a strong source.
CREATE FUNCTION generate_webhook_key() RETURNS VARCHAR(64) AS $$
    SELECT 'wh_' || left(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 48);
$$ LANGUAGE sql VOLATILE;

CREATE FUNCTION enable_trigger_webhook(p_trigger_id BIGINT, p_config JSONB DEFAULT NULL)
RETURNS TABLE (webhook_enabled BOOLEAN, webhook_key VARCHAR(64)) AS $$
    UPDATE trigger AS t SET
        webhook_enabled = TRUE,
        webhook_key = COALESCE(t.webhook_key, generate_webhook_key()),
        webhook_config = COALESCE(p_config, t.webhook_config)
    WHERE t.id = p_trigger_id
    RETURNING t.webhook_enabled, t.webhook_key;
$$ LANGUAGE sql;
COMMENT ON FUNCTION enable_trigger_webhook(BIGINT, JSONB) IS 'Enables the webhook; an existing key is kept';

CREATE FUNCTION disable_trigger_webhook(p_trigger_id BIGINT) RETURNS BOOLEAN AS $$
BEGIN
    UPDATE trigger SET webhook_enabled = FALSE, webhook_key = NULL WHERE id = p_trigger_id;
    RETURN FOUND;
END;
$$ LANGUAGE plpgsql;
COMMENT ON FUNCTION disable_trigger_webhook(BIGINT) IS 'Disables the webhook; its key ends';

CREATE FUNCTION regenerate_trigger_webhook_key(p_trigger_id BIGINT)
RETURNS TABLE (webhook_key VARCHAR(64), previous_key_revoked BOOLEAN) AS $$
    WITH previous AS (SELECT t.webhook_key FROM trigger AS t WHERE t.id = p_trigger_id AND t.webhook_enabled)
    UPDATE trigger AS t SET webhook_key = generate_webhook_key()
    FROM previous
    WHERE t.id = p_trigger_id
    RETURNING t.webhook_key, previous.webhook_key IS NOT NULL;
$$ LANGUAGE sql;
COMMENT ON FUNCTION regenerate_trigger_webhook_key(BIGINT) IS 'Gives an enabled webhook another key';

-- runtime and trigger cannot be NULL, so that a sensor goes with either of them, as in Attune. Whoever deletes
-- a runtime or a trigger looks for sensors first.
CREATE TABLE sensor (
    id BIGSERIAL PRIMARY KEY,
    ref TEXT NOT NULL UNIQUE,
    pack BIGINT REFERENCES pack(id) ON DELETE CASCADE,
    pack_ref TEXT,
    label TEXT NOT NULL,
    description TEXT NOT NULL,
    entrypoint TEXT NOT NULL,
    runtime BIGINT NOT NULL REFERENCES runtime(id) ON DELETE CASCADE,
    runtime_ref TEXT NOT NULL,
    trigger BIGINT NOT NULL REFERENCES trigger(id) ON DELETE CASCADE,
    trigger_ref TEXT NOT NULL,
    enabled BOOLEAN NOT NULL,
    is_adhoc BOOLEAN NOT NULL DEFAULT FALSE,
    param_schema JSONB,
    config JSONB,
    runtime_version_constraint TEXT,
    created TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    updated TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    CONSTRAINT sensor_ref_lowercase CHECK (ref = LOWER(ref)),
    CONSTRAINT sensor_ref_format CHECK (ref ~ '^[^.]+\.[^.]+$')
);
CREATE INDEX idx_sensor_pack ON sensor(pack);
CREATE INDEX idx_sensor_runtime ON sensor(runtime);
CREATE INDEX idx_sensor_trigger ON sensor(trigger);
CREATE INDEX idx_sensor_created ON sensor(created DESC);
CREATE TRIGGER update_sensor_updated BEFORE UPDATE ON sensor
    FOR EACH ROW EXECUTE FUNCTION update_updated_column();
COMMENT ON TABLE sensor IS 'Programs that watch something and fire a trigger';
COMMENT ON COLUMN sensor.is_adhoc IS 'True where a person made it in the UI or API, false where a pack defines it';
COMMENT ON COLUMN sensor.runtime_version_constraint IS 'Range of versions of the runtime, e.g. ">=3.12,<4"';

CREATE TABLE event (
    id BIGSERIAL PRIMARY KEY,
    trigger BIGINT REFERENCES trigger(id) ON DELETE SET NULL,
    trigger_ref TEXT NOT NULL,
    config JSONB,
    payload JSONB,
    source BIGINT REFERENCES sensor(id) ON DELETE SET NULL,
    source_ref TEXT,
    rule BIGINT,
    rule_ref TEXT,
    created TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    updated TIMESTAMPTZ NOT NULL DEFAULT NOW()
);
CREATE INDEX idx_event_trigger ON event(trigger);
CREATE INDEX idx_event_source ON event(source);
CREATE INDEX idx_event_rule ON event(rule);
CREATE INDEX idx_event_created ON event(created DESC);
CREATE TRIGGER update_event_updated BEFORE UPDATE ON event
    FOR EACH ROW EXECUTE FUNCTION update_updated_column();
COMMENT ON TABLE event IS 'What triggers fired; kept when trigger, sensor or rule go, with their refs as text';
