-- What a webhook is to be told, and how far that has come. Once per event.
CREATE TABLE deliveries (
    event_id        text        PRIMARY KEY,
    event_type      text        NOT NULL,
    -- What is signed and sent, to the byte.
    body            text        NOT NULL,
    created_at      timestamptz NOT NULL,
    state           text        NOT NULL CHECK (state IN ('pending', 'delivered', 'dead')),
    attempts        integer     NOT NULL DEFAULT 0,
    -- When it is due; while somebody is at it, when that counts as abandoned.
    next_attempt_at timestamptz NOT NULL,
    -- The status of the last answer; NULL when there was none.
    last_status     integer,
    last_error      text,
    ended_at        timestamptz
);

CREATE INDEX deliveries_due ON deliveries (next_attempt_at) WHERE state = 'pending';
