-- Deployments of db-proxies that people reach through AWS Systems Manager.
CREATE TABLE proxy_deployment (
    id         text COLLATE "C" PRIMARY KEY,
    name       text        NOT NULL,
    account_id text        NOT NULL,
    region     text        NOT NULL,
    cluster    text        NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    updated_by text        NOT NULL
);

-- Databases that were registered by hand.
CREATE TABLE registered_database (
    id            text COLLATE "C" PRIMARY KEY,
    -- As it was given: JSON.
    spec          text        NOT NULL,
    proxy_id      text COLLATE "C" REFERENCES proxy_deployment (id),
    -- What the spec says, and where it leaves it open what AWS said.
    instance_arn  text        NOT NULL,
    database_name text        NOT NULL,
    engine        text        NOT NULL,
    host          text        NOT NULL,
    port          integer     NOT NULL,
    tags          text        NOT NULL,
    created_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL,
    updated_by    text        NOT NULL
);

CREATE UNIQUE INDEX registered_database_target ON registered_database (instance_arn, database_name);

-- What people say of a connection that a job made: it outlives the next job.
ALTER TABLE connection
    ADD COLUMN tags       text NOT NULL DEFAULT '{}',
    ADD COLUMN audit_mode text,
    ADD COLUMN proxy_id   text COLLATE "C" REFERENCES proxy_deployment (id),
    ADD COLUMN local_port integer;
