ALTER TABLE grants ADD COLUMN extensions integer NOT NULL DEFAULT 0;

-- What is arranged in IAM Identity Center for a grant, and how far that is. plan is JSON and holds all that is needed to take it
-- down again, whatever the configuration is by then. A row stays for as long as there may be something to take down; the
-- grant itself may be unknown, when somebody else's state was lost and only AWS remembers.
CREATE TABLE provisionings (
    grant_id      text        PRIMARY KEY,
    goal          text        NOT NULL CHECK (goal IN ('DOWN', 'UP')),
    step          text        NOT NULL,
    account_id    text        NOT NULL,
    plan          text        NOT NULL,
    -- Counts the changes of the goal: what was begun for an earlier one tells nothing about this one.
    round         integer     NOT NULL,
    -- Of the step, without success.
    attempts      integer     NOT NULL,
    message       text        NOT NULL,
    begun_at      timestamptz NOT NULL,
    -- NULL when there is nothing to do.
    next_at       timestamptz,
    -- Who is at work on it, and until when nobody else is.
    lease         text,
    leased_until  timestamptz,
    -- AWS assigns and takes back one permission set at a time in an account.
    holds_account boolean     NOT NULL
);

CREATE INDEX provisionings_due ON provisionings (next_at) WHERE next_at IS NOT NULL;
CREATE UNIQUE INDEX provisionings_account ON provisionings (account_id) WHERE holds_account;
