-- A deprovisioning has no prefix: it removes the connections of every one.
ALTER TABLE job ALTER COLUMN connection_prefix DROP NOT NULL;

-- The default is for an older api that runs beside this one while it is replaced.
ALTER TABLE job ADD COLUMN kind text NOT NULL DEFAULT 'provision' CHECK (kind IN ('provision', 'plan', 'deprovision'));

-- The event with the job's command, as it was sent: what a retry and a drift report order anew. Null for jobs of before.
ALTER TABLE job ADD COLUMN command text;

-- What a plan came out with: JSON. Null for any other job.
ALTER TABLE job ADD COLUMN plan text;

CREATE INDEX job_instance ON job (instance_arn, id);
