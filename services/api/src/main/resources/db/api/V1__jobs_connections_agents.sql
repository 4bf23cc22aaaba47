-- Ids are KSUIDs: in the order of their bytes they are in the order of their making. Hence COLLATE "C".

CREATE TABLE agent (
    id           text COLLATE "C" PRIMARY KEY,
    kind         text        NOT NULL,
    name         text        NOT NULL,
    version      text        NOT NULL,
    network      text        NOT NULL,
    -- A JSON array of {protocol, host, port}.
    listeners    text        NOT NULL,
    started_at   timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL
);

CREATE TABLE job (
    id                text COLLATE "C" PRIMARY KEY,
    org_id            text        NOT NULL,
    agent_id          text        NOT NULL,
    instance_arn      text        NOT NULL,
    connection_prefix text        NOT NULL,
    requested_by      text        NOT NULL,
    created_at        timestamptz NOT NULL,
    completed_at      timestamptz,
    phase             text        NOT NULL CHECK (phase IN ('running', 'failed', 'completed')),
    -- Of the provisioner's view; 0 before the first.
    revision          bigint      NOT NULL,
    -- The job as clients and webhooks see it. Text, not jsonb: the same to the byte wherever it goes.
    view              text        NOT NULL,
    idempotency_key   text,
    request_digest    text        NOT NULL
);

-- One job at a time per instance, and per prefix: two could not both make the connections.
CREATE UNIQUE INDEX job_running_instance ON job (instance_arn) WHERE phase = 'running';
CREATE UNIQUE INDEX job_running_prefix ON job (connection_prefix) WHERE phase = 'running';
CREATE UNIQUE INDEX job_idempotency_key ON job (requested_by, idempotency_key) WHERE idempotency_key IS NOT NULL;

CREATE TABLE connection (
    id               text COLLATE "C" PRIMARY KEY,
    name             text COLLATE "C" NOT NULL UNIQUE,
    org_id           text        NOT NULL,
    prefix           text        NOT NULL,
    agent_id         text        NOT NULL,
    job_id           text        NOT NULL REFERENCES job (id),
    db_arn           text        NOT NULL,
    engine           text        NOT NULL,
    role             text        NOT NULL,
    database_user    text        NOT NULL,
    host             text        NOT NULL,
    port             integer     NOT NULL,
    reader_host      text,
    default_database text        NOT NULL,
    databases        text[]      NOT NULL,
    secret_provider  text        NOT NULL,
    secret_id        text        NOT NULL,
    secret_keys      text[]      NOT NULL,
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL
);

CREATE INDEX connection_prefix ON connection (prefix);
CREATE INDEX connection_db_arn ON connection (db_arn, role);
