-- Identities and what they may do.

CREATE TABLE identity (
    id BIGSERIAL PRIMARY KEY,
    login TEXT NOT NULL UNIQUE,
    display_name TEXT,
    password_hash TEXT,
    attributes JSONB NOT NULL DEFAULT '{}'::jsonb,
    created TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    updated TIMESTAMPTZ NOT NULL DEFAULT NOW()
);
CREATE INDEX idx_identity_created ON identity(created DESC);
CREATE TRIGGER update_identity_updated BEFORE UPDATE ON identity
    FOR EACH ROW EXECUTE FUNCTION update_updated_column();
COMMENT ON TABLE identity IS 'Users and service accounts';
COMMENT ON COLUMN identity.password_hash IS 'Argon2 hash; NULL where nobody can log in with a password';

ALTER TABLE pack ADD CONSTRAINT fk_pack_installed_by
    FOREIGN KEY (installed_by) REFERENCES identity(id) ON DELETE SET NULL;

CREATE TABLE permission_set (
    id BIGSERIAL PRIMARY KEY,
    ref TEXT NOT NULL UNIQUE,
    pack BIGINT REFERENCES pack(id) ON DELETE CASCADE,
    pack_ref TEXT,
    label TEXT,
    description TEXT,
    grants JSONB NOT NULL DEFAULT '[]'::jsonb,
    created TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    updated TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    CONSTRAINT permission_set_ref_lowercase CHECK (ref = LOWER(ref)),
    CONSTRAINT permission_set_ref_format CHECK (ref ~ '^[^.]+\.[^.]+$')
);
CREATE INDEX idx_permission_set_pack ON permission_set(pack);
CREATE INDEX idx_permission_set_created ON permission_set(created DESC);
CREATE TRIGGER update_permission_set_updated BEFORE UPDATE ON permission_set
    FOR EACH ROW EXECUTE FUNCTION update_updated_column();
COMMENT ON TABLE permission_set IS 'Named sets of grants that identities can be given';

CREATE TABLE permission_assignment (
    id BIGSERIAL PRIMARY KEY,
    identity BIGINT NOT NULL REFERENCES identity(id) ON DELETE CASCADE,
    permset BIGINT NOT NULL REFERENCES permission_set(id) ON DELETE CASCADE,
    created TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    CONSTRAINT permission_assignment_unique UNIQUE (identity, permset)
);
CREATE INDEX idx_permission_assignment_permset ON permission_assignment(permset);
COMMENT ON TABLE permission_assignment IS 'Which identity has which permission set';
