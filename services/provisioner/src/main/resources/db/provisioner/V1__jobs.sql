-- One row per provisioning job. `agent_id` says whose it is: agents may share this schema.
CREATE TABLE job (
    id           text COLLATE "C" PRIMARY KEY,
    agent_id     text        NOT NULL,
    instance_arn text        NOT NULL,
    state        text        NOT NULL CHECK (state IN ('waiting', 'running', 'completed', 'failed')),
    -- The step that waits, runs or failed; the last one when completed.
    step         text        NOT NULL,
    attempt      integer     NOT NULL CHECK (attempt >= 1),
    not_before   timestamptz NOT NULL,
    -- Of the view. A runner writes only over the revision that it read.
    revision     bigint      NOT NULL,
    -- The events as they came and as they went out. Text, not jsonb: the same to the byte.
    command      text        NOT NULL,
    view         text        NOT NULL,
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL
);

CREATE INDEX job_unfinished ON job (agent_id, created_at) WHERE state IN ('waiting', 'running');
