-- An agent may be registered before it is heard of: until then nobody knows when it started.
ALTER TABLE agent ALTER COLUMN started_at DROP NOT NULL;
ALTER TABLE agent ALTER COLUMN last_seen_at DROP NOT NULL;

-- SHA-256 of the key, in hexadecimal; the key itself is kept by the agent alone. Null without a registration, or revoked.
ALTER TABLE agent ADD COLUMN key_digest text UNIQUE;
ALTER TABLE agent ADD COLUMN registered_by text;
ALTER TABLE agent ADD COLUMN registered_at timestamptz;
ALTER TABLE agent ADD COLUMN revoked_by text;
ALTER TABLE agent ADD COLUMN revoked_at timestamptz;
