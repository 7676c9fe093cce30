-- What Attune's services are to hear of a change is written in the transaction that makes it, and published after it:
-- a run that is cut off in between publishes later, and never what was rolled back.

CREATE TABLE attune_sync.announcement (
    id BIGSERIAL PRIMARY KEY,
    manager TEXT NOT NULL,
    pack TEXT NOT NULL,
    type TEXT NOT NULL CHECK (type IN ('PackRegistered', 'RuleCreated', 'RuleEnabled', 'RuleDisabled')),
    message_id UUID NOT NULL DEFAULT gen_random_uuid(),
    correlation_id UUID NOT NULL,
    payload JSONB NOT NULL,
    created TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE INDEX idx_sync_announcement_manager ON attune_sync.announcement(manager, id);
COMMENT ON TABLE attune_sync.announcement IS 'Messages that wait for the message broker, in the order in which they are published; a row goes once the broker has confirmed its message, so that it may be published twice and never not at all';
COMMENT ON COLUMN attune_sync.announcement.correlation_id IS 'The same in all messages of one change';

CREATE TABLE attune_sync.sensor_restart (
    sensor TEXT PRIMARY KEY,
    pack TEXT NOT NULL,
    manager TEXT NOT NULL,
    why TEXT NOT NULL CHECK (why IN ('changed', 'gone')),
    since TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE INDEX idx_sync_sensor_restart_manager ON attune_sync.sensor_restart(manager, pack);
COMMENT ON TABLE attune_sync.sensor_restart IS 'Sensors that may still run what was replaced or removed, because nobody told the service that runs them; until a person says that it was restarted. Attune records of its processes neither when they began nor what they run';
COMMENT ON COLUMN attune_sync.sensor_restart.why IS 'changed: there is newer code or configuration. gone: it was removed or switched off, and its process was not ended';
