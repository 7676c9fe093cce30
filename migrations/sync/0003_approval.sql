-- What a person let through although a safeguard held it back: an exact set of changes, each once, for 24 hours.

CREATE TABLE attune_sync.approval (
    id BIGSERIAL PRIMARY KEY,
    manager TEXT NOT NULL,
    plan TEXT NOT NULL,
    changes JSONB NOT NULL,
    who TEXT NOT NULL,
    why TEXT,
    created TIMESTAMPTZ NOT NULL DEFAULT now(),
    expires TIMESTAMPTZ NOT NULL
);
CREATE INDEX idx_sync_approval_manager ON attune_sync.approval(manager, expires);
COMMENT ON COLUMN attune_sync.approval.plan IS 'The id that the plan showed: names exactly this set';
COMMENT ON COLUMN attune_sync.approval.changes IS 'The set: pack, action, guards that held it back, digests from and to';

-- One row a pack and no more: a run that is cut off leaves the rest of the set approved, and nothing is let through twice.
CREATE TABLE attune_sync.approval_use (
    approval BIGINT NOT NULL REFERENCES attune_sync.approval(id) ON DELETE CASCADE,
    pack TEXT NOT NULL,
    run BIGINT NOT NULL,
    used TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (approval, pack)
);
COMMENT ON TABLE attune_sync.approval_use IS 'Written in the transaction that applies the change. run: as a plain value, since history is shorter than approvals are remembered';

-- Removals of the last 24 hours are counted in every pass.
CREATE INDEX idx_sync_run_change_removed ON attune_sync.run_change(run) WHERE action = 'remove' AND outcome = 'applied';
