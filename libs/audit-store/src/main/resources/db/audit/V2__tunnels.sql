-- The tunnel that the session came through; null without one.
ALTER TABLE sessions ADD COLUMN tunnel_id text;
