-- Workflow definitions, actions, policies and what hangs on actions.

CREATE TABLE workflow_definition (
    id BIGSERIAL PRIMARY KEY,
    ref VARCHAR(255) NOT NULL UNIQUE,
    pack BIGINT NOT NULL REFERENCES pack(id) ON DELETE CASCADE,
    pack_ref VARCHAR(255) NOT NULL,
    label VARCHAR(255) NOT NULL,
    description TEXT,
    version VARCHAR(50) NOT NULL,
    param_schema JSONB,
    out_schema JSONB,
    definition JSONB NOT NULL,
    tags TEXT[] DEFAULT '{}',
    enabled BOOLEAN NOT NULL DEFAULT TRUE,
    created TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    updated TIMESTAMPTZ NOT NULL DEFAULT NOW()
);
CREATE INDEX idx_workflow_definition_pack ON workflow_definition(pack);
CREATE INDEX idx_workflow_definition_created ON workflow_definition(created DESC);
CREATE TRIGGER update_workflow_definition_updated BEFORE UPDATE ON workflow_definition
    FOR EACH ROW EXECUTE FUNCTION update_updated_column();
COMMENT ON TABLE workflow_definition IS 'Workflows; each is run through the action that names it in workflow_def';

-- Differs from Attune, which has no clause on runtime (an action blocks the removal of its runtime's pack) and
-- CASCADE on workflow_def (the action, with its keys, goes with its workflow): SET NULL loses nothing.
CREATE TABLE action (
    id BIGSERIAL PRIMARY KEY,
    ref TEXT NOT NULL UNIQUE,
    pack BIGINT NOT NULL REFERENCES pack(id) ON DELETE CASCADE,
    pack_ref TEXT NOT NULL,
    label TEXT NOT NULL,
    description TEXT NOT NULL,
    entrypoint TEXT NOT NULL,
    runtime BIGINT REFERENCES runtime(id) ON DELETE SET NULL,
    param_schema JSONB,
    out_schema JSONB,
    parameter_delivery TEXT NOT NULL DEFAULT 'stdin',
    parameter_format TEXT NOT NULL DEFAULT 'json',
    output_format TEXT NOT NULL DEFAULT 'text',
    is_adhoc BOOLEAN NOT NULL DEFAULT FALSE,
    is_workflow BOOLEAN NOT NULL DEFAULT FALSE,
    workflow_def BIGINT REFERENCES workflow_definition(id) ON DELETE SET NULL,
    timeout_seconds INT,
    max_retries INT DEFAULT 0,
    runtime_version_constraint TEXT,
    created TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    updated TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    CONSTRAINT action_ref_lowercase CHECK (ref = LOWER(ref)),
    CONSTRAINT action_ref_format CHECK (ref ~ '^[^.]+\.[^.]+$'),
    CONSTRAINT action_parameter_delivery CHECK (parameter_delivery IN ('stdin', 'file')),
    CONSTRAINT action_parameter_format CHECK (parameter_format IN ('dotenv', 'json', 'yaml')),
    CONSTRAINT action_output_format CHECK (output_format IN ('text', 'json', 'yaml', 'jsonl'))
);
CREATE INDEX idx_action_pack ON action(pack);
CREATE INDEX idx_action_runtime ON action(runtime);
CREATE INDEX idx_action_workflow_def ON action(workflow_def);
CREATE INDEX idx_action_created ON action(created DESC);
CREATE TRIGGER update_action_updated BEFORE UPDATE ON action
    FOR EACH ROW EXECUTE FUNCTION update_updated_column();
COMMENT ON TABLE action IS 'Programs and workflows that rules and people run';
COMMENT ON COLUMN action.is_adhoc IS 'True where a person made it in the UI or API, false where a pack defines it';
COMMENT ON COLUMN action.runtime_version_constraint IS 'Range of versions of the runtime, e.g. ">=3.12,<4"';

CREATE TABLE policy (
    id BIGSERIAL PRIMARY KEY,
    ref TEXT NOT NULL UNIQUE,
    pack BIGINT REFERENCES pack(id) ON DELETE CASCADE,
    pack_ref TEXT,
    action BIGINT REFERENCES action(id) ON DELETE CASCADE,
    action_ref TEXT,
    parameters TEXT[] NOT NULL,
    method policy_method_enum NOT NULL,
    threshold INT NOT NULL,
    name TEXT NOT NULL,
    description TEXT,
    tags TEXT[] NOT NULL,
    created TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    updated TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    CONSTRAINT policy_ref_lowercase CHECK (ref = LOWER(ref)),
    CONSTRAINT policy_ref_format CHECK (ref ~ '^[^.]+\.[^.]+$'),
    CONSTRAINT policy_threshold_positive CHECK (threshold > 0)
);
CREATE INDEX idx_policy_pack ON policy(pack);
CREATE INDEX idx_policy_action ON policy(action);
CREATE INDEX idx_policy_created ON policy(created DESC);
CREATE TRIGGER update_policy_updated BEFORE UPDATE ON policy
    FOR EACH ROW EXECUTE FUNCTION update_updated_column();
COMMENT ON TABLE policy IS 'Limits on how often an action, or a pack''s actions, run at once';

CREATE TABLE queue_stats (
    action_id BIGINT PRIMARY KEY REFERENCES action(id) ON DELETE CASCADE,
    queue_length INT NOT NULL DEFAULT 0,
    active_count INT NOT NULL DEFAULT 0,
    max_concurrent INT NOT NULL DEFAULT 1,
    oldest_enqueued_at TIMESTAMPTZ,
    total_enqueued BIGINT NOT NULL DEFAULT 0,
    total_completed BIGINT NOT NULL DEFAULT 0,
    last_updated TIMESTAMPTZ NOT NULL DEFAULT NOW()
);
COMMENT ON TABLE queue_stats IS 'State of the queue of executions of each action';
