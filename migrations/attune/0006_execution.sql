-- Rules and what they cause: enforcements, executions, inquiries. History outlives what it names: every
-- reference to a definition becomes NULL and the ref stays as text.

CREATE TABLE rule (
    id BIGSERIAL PRIMARY KEY,
    ref TEXT NOT NULL UNIQUE,
    pack BIGINT NOT NULL REFERENCES pack(id) ON DELETE CASCADE,
    pack_ref TEXT NOT NULL,
    label TEXT NOT NULL,
    description TEXT NOT NULL,
    action BIGINT REFERENCES action(id) ON DELETE SET NULL,
    action_ref TEXT NOT NULL,
    trigger BIGINT REFERENCES trigger(id) ON DELETE SET NULL,
    trigger_ref TEXT NOT NULL,
    conditions JSONB NOT NULL DEFAULT '[]'::jsonb,
    action_params JSONB DEFAULT '{}'::jsonb,
    trigger_params JSONB DEFAULT '{}'::jsonb,
    enabled BOOLEAN NOT NULL,
    is_adhoc BOOLEAN NOT NULL DEFAULT FALSE,
    created TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    updated TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    CONSTRAINT rule_ref_lowercase CHECK (ref = LOWER(ref)),
    CONSTRAINT rule_ref_format CHECK (ref ~ '^[^.]+\.[^.]+$')
);
CREATE INDEX idx_rule_pack ON rule(pack);
CREATE INDEX idx_rule_action ON rule(action);
CREATE INDEX idx_rule_trigger ON rule(trigger);
CREATE INDEX idx_rule_created ON rule(created DESC);
CREATE TRIGGER update_rule_updated BEFORE UPDATE ON rule
    FOR EACH ROW EXECUTE FUNCTION update_updated_column();
COMMENT ON TABLE rule IS 'When a trigger fires, run an action';
COMMENT ON COLUMN rule.action IS 'NULL while nothing has the ref in action_ref: the rule does nothing until it is linked again';
COMMENT ON COLUMN rule.trigger IS 'NULL while nothing has the ref in trigger_ref: the rule does nothing until it is linked again';
COMMENT ON COLUMN rule.is_adhoc IS 'True where a person made it in the UI or API, false where a pack defines it';

ALTER TABLE event ADD CONSTRAINT event_rule_fkey FOREIGN KEY (rule) REFERENCES rule(id) ON DELETE SET NULL;

CREATE TABLE enforcement (
    id BIGSERIAL PRIMARY KEY,
    rule BIGINT REFERENCES rule(id) ON DELETE SET NULL,
    rule_ref TEXT NOT NULL,
    trigger_ref TEXT NOT NULL,
    config JSONB,
    event BIGINT REFERENCES event(id) ON DELETE SET NULL,
    status enforcement_status_enum NOT NULL DEFAULT 'created',
    payload JSONB NOT NULL,
    condition enforcement_condition_enum NOT NULL DEFAULT 'all',
    conditions JSONB NOT NULL DEFAULT '[]'::jsonb,
    created TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    updated TIMESTAMPTZ NOT NULL DEFAULT NOW()
);
CREATE INDEX idx_enforcement_rule ON enforcement(rule);
CREATE INDEX idx_enforcement_event ON enforcement(event);
CREATE INDEX idx_enforcement_created ON enforcement(created DESC);
CREATE TRIGGER update_enforcement_updated BEFORE UPDATE ON enforcement
    FOR EACH ROW EXECUTE FUNCTION update_updated_column();
COMMENT ON TABLE enforcement IS 'A rule that met an event';

-- Differs from Attune, where workflow_def has CASCADE and the executions of a workflow are deleted with it,
-- with their inquiries: SET NULL keeps them.
CREATE TABLE execution (
    id BIGSERIAL PRIMARY KEY,
    action BIGINT REFERENCES action(id) ON DELETE SET NULL,
    action_ref TEXT NOT NULL,
    config JSONB,
    env_vars JSONB,
    parent BIGINT REFERENCES execution(id) ON DELETE SET NULL,
    enforcement BIGINT REFERENCES enforcement(id) ON DELETE SET NULL,
    executor BIGINT REFERENCES identity(id) ON DELETE SET NULL,
    status execution_status_enum NOT NULL DEFAULT 'requested',
    result JSONB,
    is_workflow BOOLEAN DEFAULT FALSE,
    workflow_def BIGINT REFERENCES workflow_definition(id) ON DELETE SET NULL,
    workflow_task JSONB,
    retry_count INT NOT NULL DEFAULT 0,
    max_retries INT,
    retry_reason TEXT,
    original_execution BIGINT REFERENCES execution(id) ON DELETE SET NULL,
    created TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    updated TIMESTAMPTZ NOT NULL DEFAULT NOW()
);
CREATE INDEX idx_execution_action ON execution(action);
CREATE INDEX idx_execution_parent ON execution(parent);
CREATE INDEX idx_execution_enforcement ON execution(enforcement);
CREATE INDEX idx_execution_workflow_def ON execution(workflow_def);
CREATE INDEX idx_execution_original_execution ON execution(original_execution);
CREATE INDEX idx_execution_status ON execution(status);
CREATE INDEX idx_execution_created ON execution(created DESC);
CREATE TRIGGER update_execution_updated BEFORE UPDATE ON execution
    FOR EACH ROW EXECUTE FUNCTION update_updated_column();
COMMENT ON TABLE execution IS 'Runs of actions and workflows';

CREATE TABLE inquiry (
    id BIGSERIAL PRIMARY KEY,
    execution BIGINT NOT NULL REFERENCES execution(id) ON DELETE CASCADE,
    prompt TEXT NOT NULL,
    response_schema JSONB,
    assigned_to BIGINT REFERENCES identity(id) ON DELETE SET NULL,
    status inquiry_status_enum NOT NULL DEFAULT 'pending',
    response JSONB,
    timeout_at TIMESTAMPTZ,
    responded_at TIMESTAMPTZ,
    created TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    updated TIMESTAMPTZ NOT NULL DEFAULT NOW()
);
CREATE INDEX idx_inquiry_execution ON inquiry(execution);
CREATE INDEX idx_inquiry_assigned_to ON inquiry(assigned_to);
CREATE INDEX idx_inquiry_created ON inquiry(created DESC);
CREATE TRIGGER update_inquiry_updated BEFORE UPDATE ON inquiry
    FOR EACH ROW EXECUTE FUNCTION update_updated_column();
COMMENT ON TABLE inquiry IS 'Questions that an execution asks a person';

-- workflow_def cascades here, as in Attune: the state of the tasks means nothing without their definition,
-- and the history is in execution.
CREATE TABLE workflow_execution (
    id BIGSERIAL PRIMARY KEY,
    execution BIGINT NOT NULL REFERENCES execution(id) ON DELETE CASCADE,
    workflow_def BIGINT NOT NULL REFERENCES workflow_definition(id) ON DELETE CASCADE,
    current_tasks TEXT[] DEFAULT '{}',
    completed_tasks TEXT[] DEFAULT '{}',
    failed_tasks TEXT[] DEFAULT '{}',
    skipped_tasks TEXT[] DEFAULT '{}',
    variables JSONB DEFAULT '{}'::jsonb,
    task_graph JSONB NOT NULL,
    status execution_status_enum NOT NULL DEFAULT 'requested',
    error_message TEXT,
    paused BOOLEAN NOT NULL DEFAULT FALSE,
    pause_reason TEXT,
    created TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    updated TIMESTAMPTZ NOT NULL DEFAULT NOW()
);
CREATE INDEX idx_workflow_execution_execution ON workflow_execution(execution);
CREATE INDEX idx_workflow_execution_workflow_def ON workflow_execution(workflow_def);
CREATE INDEX idx_workflow_execution_status ON workflow_execution(status);
CREATE TRIGGER update_workflow_execution_updated BEFORE UPDATE ON workflow_execution
    FOR EACH ROW EXECUTE FUNCTION update_updated_column();
COMMENT ON TABLE workflow_execution IS 'State of the tasks of a workflow that runs or ran';
