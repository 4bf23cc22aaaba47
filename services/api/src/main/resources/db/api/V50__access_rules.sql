-- One row: whoever changes a rule holds it, so that changes stand in line; its revision is that of all rules together.
CREATE TABLE access_rule_state (
    one      boolean PRIMARY KEY DEFAULT true CHECK (one),
    revision bigint NOT NULL
);
INSERT INTO access_rule_state (revision) VALUES (0);

CREATE TABLE access_rule (
    -- <kind>/<name>
    id         text COLLATE "C" PRIMARY KEY,
    kind       text        NOT NULL CHECK (kind IN ('WORKFLOW', 'SELECTOR', 'AVAILABILITY', 'POLICY')),
    name       text COLLATE "C" NOT NULL,
    revision   integer     NOT NULL,
    body       text        NOT NULL,
    updated_at timestamptz NOT NULL,
    updated_by text        NOT NULL,
    UNIQUE (kind, name)
);

CREATE TABLE access_rule_version (
    -- <kind>/<name>/<revision>
    id         text COLLATE "C" PRIMARY KEY,
    rule_id    text COLLATE "C" NOT NULL,
    revision   integer     NOT NULL,
    -- Null: it was deleted.
    body       text,
    changed_at timestamptz NOT NULL,
    changed_by text        NOT NULL,
    UNIQUE (rule_id, revision)
);

-- What the policies were asked, and what they answered.
CREATE TABLE access_evaluation (
    id            text COLLATE "C" PRIMARY KEY,
    evaluated_at  timestamptz NOT NULL,
    subject       text        NOT NULL,
    person_name   text        NOT NULL,
    person_email  text        NOT NULL,
    action        text        NOT NULL,
    target        text        NOT NULL,
    role          text        NOT NULL,
    owner_subject text        NOT NULL,
    allowed       boolean     NOT NULL,
    why           text        NOT NULL,
    policies      text[]      NOT NULL
);
CREATE INDEX access_evaluation_time ON access_evaluation (evaluated_at);
CREATE INDEX access_evaluation_subject ON access_evaluation (subject, id);
CREATE INDEX access_evaluation_target ON access_evaluation (target, id);

-- Whoever used the access API: for "who could ask for this?".
CREATE TABLE access_principal (
    subject text COLLATE "C" PRIMARY KEY,
    name    text        NOT NULL,
    email   text        NOT NULL,
    groups  text[]      NOT NULL,
    seen_at timestamptz NOT NULL
);
