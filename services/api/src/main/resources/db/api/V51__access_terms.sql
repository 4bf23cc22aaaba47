ALTER TABLE access_request DROP CONSTRAINT access_request_status_check;
ALTER TABLE access_request ADD CONSTRAINT access_request_status_check
    CHECK (status IN ('REQUESTED', 'APPROVED', 'DENIED', 'CANCELLED', 'EXPIRED'));
-- The workflow as it was when it was asked: JSON. Null for requests of before there were workflows.
ALTER TABLE access_request ADD COLUMN terms text;
ALTER TABLE access_request ADD COLUMN ticket text NOT NULL DEFAULT '';
ALTER TABLE access_request ADD COLUMN breakglass boolean NOT NULL DEFAULT false;
-- When nobody waits for a decision any more.
ALTER TABLE access_request ADD COLUMN expires_at timestamptz;
CREATE INDEX access_request_expiry ON access_request (expires_at) WHERE status = 'REQUESTED';

-- Who approved, and which steps of the workflow they may approve.
CREATE TABLE access_review (
    -- <request>/<subject>
    id               text COLLATE "C" PRIMARY KEY,
    request_id       text COLLATE "C" NOT NULL REFERENCES access_request (id),
    reviewer_subject text        NOT NULL,
    reviewer_name    text        NOT NULL,
    reviewer_email   text        NOT NULL,
    comment          text        NOT NULL,
    steps            text[]      NOT NULL,
    reviewed_at      timestamptz NOT NULL
);
CREATE INDEX access_review_request ON access_review (request_id);

-- What failed to be activated stays approved; what failed before that was so is over.
UPDATE access_grant SET status = 'CLOSED', close_reason = 'failed', closed_at = now() WHERE status = 'FAILED';
ALTER TABLE access_grant DROP CONSTRAINT access_grant_status_check;
ALTER TABLE access_grant ADD CONSTRAINT access_grant_status_check
    CHECK (status IN ('APPROVED', 'ACTIVATING', 'ACTIVE', 'CLOSING', 'CLOSED'));
ALTER TABLE access_grant ADD COLUMN terms text;
ALTER TABLE access_grant ADD COLUMN breakglass boolean NOT NULL DEFAULT false;
ALTER TABLE access_grant ADD COLUMN duration_seconds bigint NOT NULL DEFAULT 3600;
-- Until when it has to be activated.
ALTER TABLE access_grant ADD COLUMN activate_by timestamptz;
-- How often the broker was told to activate it; whether the last try failed.
ALTER TABLE access_grant ADD COLUMN attempts integer NOT NULL DEFAULT 1;
ALTER TABLE access_grant ADD COLUMN failed boolean NOT NULL DEFAULT false;
ALTER TABLE access_grant ADD COLUMN extensions integer NOT NULL DEFAULT 0;
-- Its end as we ordered it, which the broker confirms.
ALTER TABLE access_grant ADD COLUMN extended_until timestamptz;
CREATE INDEX access_grant_activation ON access_grant (activate_by) WHERE status = 'APPROVED';
