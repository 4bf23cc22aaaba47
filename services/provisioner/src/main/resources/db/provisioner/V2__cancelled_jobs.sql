ALTER TABLE job DROP CONSTRAINT job_state_check;
ALTER TABLE job ADD CONSTRAINT job_state_check
    CHECK (state IN ('waiting', 'running', 'completed', 'failed', 'cancelled'));

-- Who wants the job ended; the runner sees to it between two steps.
ALTER TABLE job ADD COLUMN cancelled_by text;
