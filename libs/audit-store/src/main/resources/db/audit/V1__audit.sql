-- The proof of who did what. Every table is cut by day (UTC), so that retention is the dropping of a partition. The day is
-- a function of what an event says, so that an event delivered again falls on the same one and its key is found there.

CREATE TABLE sessions (
    -- Of the second in which the id was made, which the id holds (KSUID): opened and closed agree on it.
    day              date NOT NULL,
    -- Ids sort by time only in the order of their bytes.
    session_id       text COLLATE "C" NOT NULL,
    grant_id         text NOT NULL,
    -- Null until session.opened has come; the two may come in any order.
    grantee_subject  text,
    grantee_name     text,
    grantee_email    text,
    target           text,
    engine           text,
    role             text,
    database_user    text,
    proxy            text,
    client_address   text,
    application_name text,
    opened_at        timestamptz,
    -- Null until session.closed has come.
    closed_at        timestamptz,
    cause            text,
    statements       bigint,
    bytes_from_client bigint,
    bytes_to_client  bigint,
    last_hash        text,
    PRIMARY KEY (session_id, day)
) PARTITION BY LIST (day);

CREATE TABLE statements (
    -- Of started_at.
    day              date NOT NULL,
    session_id       text COLLATE "C" NOT NULL,
    sequence         bigint NOT NULL,
    part             integer NOT NULL,
    parts            integer NOT NULL,
    event_id         text NOT NULL,
    grant_id         text NOT NULL,
    grantee_subject  text NOT NULL,
    grantee_name     text NOT NULL,
    grantee_email    text NOT NULL,
    target           text NOT NULL,
    engine           text NOT NULL,
    role             text NOT NULL,
    database_user    text NOT NULL,
    client_address   text NOT NULL,
    application_name text NOT NULL,
    kind             text NOT NULL,
    sql              text NOT NULL,
    -- json, not jsonb: a parameter may hold U+0000, and what was recorded is kept as it was written.
    parameters       json NOT NULL,
    outcome          text NOT NULL,
    rows             bigint,
    bytes_from_client bigint NOT NULL,
    bytes_to_client  bigint NOT NULL,
    started_at       timestamptz NOT NULL,
    duration_micros  bigint,
    sql_state        text,
    error_code       integer,
    error_message    text,
    transaction      text,
    previous_hash    text NOT NULL,
    hash             text NOT NULL,
    PRIMARY KEY (session_id, sequence, part, day)
) PARTITION BY LIST (day);

CREATE TABLE events (
    -- Of time.
    day      date NOT NULL,
    event_id text NOT NULL,
    type     text NOT NULL,
    source   text NOT NULL,
    subject  text NOT NULL,
    time     timestamptz NOT NULL,
    -- The whole event, as it was written.
    event    json NOT NULL,
    PRIMARY KEY (event_id, day)
) PARTITION BY LIST (day);

CREATE INDEX events_subject ON events (subject, time);

-- Days outside of those that are kept: a clock that went astray loses no record.
CREATE TABLE sessions_default PARTITION OF sessions DEFAULT;
CREATE TABLE statements_default PARTITION OF statements DEFAULT;
CREATE TABLE events_default PARTITION OF events DEFAULT;
