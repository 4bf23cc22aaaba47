-- Outbox and inbox of the service that owns this schema. Repeatable, so that it collides with no version of the
-- service's own: every statement must be safe to run again, on a table of any age.

CREATE TABLE IF NOT EXISTS outbox (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic      text        NOT NULL,
    key        text        NOT NULL,
    -- NULL is a tombstone.
    value      text,
    headers    jsonb       NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE IF NOT EXISTS inbox (
    event_id text        PRIMARY KEY,
    seen_at  timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX IF NOT EXISTS inbox_seen_at ON inbox (seen_at);
