-- What a database that Attune itself created has otherwise than ours, laid over our own tables.

-- An older Attune: versions of runtimes are not known yet.
DROP TABLE runtime_version;
ALTER TABLE action DROP COLUMN runtime_version_constraint;
ALTER TABLE sensor DROP COLUMN runtime_version_constraint;

-- Attune's own foreign keys: actions block their runtime; actions and executions go with their workflow.
ALTER TABLE action
    DROP CONSTRAINT action_runtime_fkey,
    DROP CONSTRAINT action_workflow_def_fkey,
    ADD CONSTRAINT action_runtime_fkey FOREIGN KEY (runtime) REFERENCES runtime(id),
    ADD CONSTRAINT action_workflow_def_fkey FOREIGN KEY (workflow_def) REFERENCES workflow_definition(id) ON DELETE CASCADE;
ALTER TABLE execution
    DROP CONSTRAINT execution_workflow_def_fkey,
    ADD CONSTRAINT execution_workflow_def_fkey FOREIGN KEY (workflow_def) REFERENCES workflow_definition(id) ON DELETE CASCADE;

-- Called by enable_trigger_webhook, but missing.
DROP FUNCTION generate_webhook_key();

-- Tables that ours leaves out and that hang on a pack or a runtime.
CREATE TYPE pack_environment_status_enum AS ENUM ('pending', 'installing', 'ready', 'failed', 'outdated');
CREATE TABLE pack_environment (
    id BIGSERIAL PRIMARY KEY,
    pack BIGINT NOT NULL REFERENCES pack(id) ON DELETE CASCADE,
    pack_ref TEXT NOT NULL,
    runtime BIGINT NOT NULL REFERENCES runtime(id) ON DELETE CASCADE,
    runtime_ref TEXT NOT NULL,
    env_path TEXT NOT NULL,
    status pack_environment_status_enum NOT NULL DEFAULT 'pending',
    installed_at TIMESTAMPTZ,
    last_verified TIMESTAMPTZ,
    install_log TEXT,
    install_error TEXT,
    metadata JSONB DEFAULT '{}'::jsonb,
    created TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    updated TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    UNIQUE (pack, runtime)
);
CREATE TABLE worker (
    id BIGSERIAL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    worker_type TEXT NOT NULL,
    runtime BIGINT REFERENCES runtime(id) ON DELETE SET NULL,
    host TEXT,
    port INT,
    capabilities JSONB,
    meta JSONB,
    last_heartbeat TIMESTAMPTZ,
    created TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    updated TIMESTAMPTZ NOT NULL DEFAULT NOW()
);
