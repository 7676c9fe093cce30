-- Results of the tests that packs bring.

CREATE TABLE pack_test_execution (
    id BIGSERIAL PRIMARY KEY,
    pack_id BIGINT NOT NULL REFERENCES pack(id) ON DELETE CASCADE,
    pack_version VARCHAR(50) NOT NULL,
    execution_time TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    trigger_reason VARCHAR(50) NOT NULL,
    total_tests INT NOT NULL,
    passed INT NOT NULL,
    failed INT NOT NULL,
    skipped INT NOT NULL,
    pass_rate DECIMAL(5, 4) NOT NULL,
    duration_ms BIGINT NOT NULL,
    result JSONB NOT NULL,
    created TIMESTAMPTZ NOT NULL DEFAULT NOW(),

    -- Constraints
    CONSTRAINT pack_test_execution_reason CHECK (trigger_reason IN ('install', 'update', 'manual', 'validation')),
    CONSTRAINT pack_test_execution_counts CHECK (total_tests >= 0 AND passed >= 0 AND failed >= 0 AND skipped >= 0),
    CONSTRAINT pack_test_execution_rate CHECK (pass_rate BETWEEN 0 AND 1)
);

-- Indexes
CREATE INDEX idx_pack_test_execution_pack_time ON pack_test_execution(pack_id, execution_time DESC);
CREATE INDEX idx_pack_test_execution_time ON pack_test_execution(execution_time DESC);

-- Comments
COMMENT ON TABLE pack_test_execution IS 'Results of the tests of packs';
COMMENT ON COLUMN pack_test_execution.pack_version IS 'The version that was tested, which need not be installed';
COMMENT ON COLUMN pack_test_execution.pass_rate IS 'Share of the tests that passed, from 0 to 1';
COMMENT ON COLUMN pack_test_execution.result IS 'Every runner and, where they are told, every test';
