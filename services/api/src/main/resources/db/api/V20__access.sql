CREATE TABLE access_request (
    id                text COLLATE "C" PRIMARY KEY,
    requester_subject text        NOT NULL,
    requester_name    text        NOT NULL,
    requester_email   text        NOT NULL,
    target            text        NOT NULL,
    role              text        NOT NULL,
    reason            text        NOT NULL,
    duration_seconds  bigint      NOT NULL,
    status            text        NOT NULL CHECK (status IN ('REQUESTED', 'APPROVED', 'DENIED')),
    created_at        timestamptz NOT NULL,
    decided_at        timestamptz,
    decided_by        text,
    comment           text,
    grant_id          text,
    version           integer     NOT NULL,
    CHECK ((status = 'APPROVED') = (grant_id IS NOT NULL))
);

-- Asking twice, at the same time even, is one request.
CREATE UNIQUE INDEX access_request_open ON access_request (requester_subject, target, role) WHERE status = 'REQUESTED';
CREATE INDEX access_request_requester ON access_request (requester_subject, id);

CREATE TABLE access_grant (
    id                  text COLLATE "C" PRIMARY KEY,
    request_id          text        NOT NULL UNIQUE REFERENCES access_request (id),
    grantee_subject     text        NOT NULL,
    grantee_name        text        NOT NULL,
    grantee_email       text        NOT NULL,
    target              text        NOT NULL,
    role                text        NOT NULL,
    engine              text        NOT NULL,
    status              text        NOT NULL
        CHECK (status IN ('APPROVED', 'ACTIVATING', 'ACTIVE', 'FAILED', 'CLOSING', 'CLOSED')),
    message             text        NOT NULL,
    created_at          timestamptz NOT NULL,
    activated_at        timestamptz,
    expires_at          timestamptz,
    closed_at           timestamptz,
    close_reason        text,
    closed_by           text,
    -- Of the broker's view; 0 before the first.
    revision            bigint      NOT NULL,
    -- The newest secret that was made, and the newest that db-proxies know.
    secret_version      integer     NOT NULL,
    credentials_version integer     NOT NULL,
    version             integer     NOT NULL
);

CREATE UNIQUE INDEX access_grant_live ON access_grant (grantee_subject, target, role)
    WHERE status IN ('APPROVED', 'ACTIVATING', 'ACTIVE');
CREATE INDEX access_grant_grantee ON access_grant (grantee_subject, id);
