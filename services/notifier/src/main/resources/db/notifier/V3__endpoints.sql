-- Where messages go, as people set it up over REST. The endpoint of the configuration, `default`, has no row.
CREATE TABLE endpoints (
    name                    text        PRIMARY KEY,
    url                     text        NOT NULL,
    event_types             text[]      NOT NULL,
    allow_private_addresses boolean     NOT NULL,
    disabled                boolean     NOT NULL,
    -- Sealed under the endpoint's name.
    secret                  bytea       NOT NULL,
    -- Signs along until then.
    previous_secret         bytea,
    previous_until          timestamptz,
    created_at              timestamptz NOT NULL,
    updated_at              timestamptz NOT NULL
);

-- Once per event and endpoint.
ALTER TABLE deliveries
    ADD COLUMN id          bigint GENERATED ALWAYS AS IDENTITY,
    ADD COLUMN endpoint    text    NOT NULL DEFAULT 'default',
    ADD COLUMN replays     integer NOT NULL DEFAULT 0,
    ADD COLUMN replayed_at timestamptz,
    -- The OIDC subject.
    ADD COLUMN replayed_by text,
    DROP CONSTRAINT deliveries_pkey,
    ADD PRIMARY KEY (id),
    ADD CONSTRAINT deliveries_once UNIQUE (event_id, endpoint);

DROP INDEX deliveries_due;
CREATE INDEX deliveries_due ON deliveries (endpoint, next_attempt_at) WHERE state = 'pending';
CREATE INDEX deliveries_dead ON deliveries (id) WHERE state = 'dead';
CREATE INDEX deliveries_ended ON deliveries (ended_at) WHERE state <> 'pending';

-- Events of our own on their way to Kafka, written with what they tell; gone when Kafka has them.
CREATE TABLE announcements (
    id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic text NOT NULL,
    key   text NOT NULL,
    event text NOT NULL
);
