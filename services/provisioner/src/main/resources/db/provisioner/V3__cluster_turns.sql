-- The cluster that a job acts on, once it is known: its instance may be a member of one.
ALTER TABLE job ADD COLUMN cluster_arn text;

-- Which job has a cluster's lock, or had it last. The lock decides; this is for those who tell whom they wait for.
CREATE TABLE cluster_turn (
    cluster_arn text COLLATE "C" PRIMARY KEY,
    job_id      text NOT NULL
);
