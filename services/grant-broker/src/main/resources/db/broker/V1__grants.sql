-- Every grant that the broker was ever told of. terms and verifiers are JSON, read and written whole.
CREATE TABLE grants (
    id                  text        PRIMARY KEY,
    revision            bigint      NOT NULL,
    phase               text        NOT NULL CHECK (phase IN ('ACTIVATING', 'ACTIVE', 'FAILED', 'CLOSING', 'CLOSED')),
    message             text        NOT NULL,
    -- NULL for a grant that was closed before it was activated.
    terms               text,
    verifiers           text,
    credentials_version integer     NOT NULL,
    activated_at        timestamptz,
    expires_at          timestamptz,
    closed_at           timestamptz,
    close_reason        text,
    closed_by           text,
    CHECK (phase <> 'ACTIVE' OR (activated_at IS NOT NULL AND expires_at IS NOT NULL AND terms IS NOT NULL)),
    CHECK (phase <> 'CLOSED' OR (closed_at IS NOT NULL AND close_reason IS NOT NULL))
);

-- What the clock looks at.
CREATE INDEX grants_due ON grants (expires_at) WHERE phase = 'ACTIVE';
