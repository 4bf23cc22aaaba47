-- The ECS task that a db-proxy runs as, as its heartbeat says it (JSON); null elsewhere.
ALTER TABLE agent ADD COLUMN task text;
