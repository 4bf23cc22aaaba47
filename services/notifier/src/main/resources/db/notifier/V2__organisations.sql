-- Whose event it is; Svix has an application for each.
ALTER TABLE deliveries ADD COLUMN organisation text NOT NULL DEFAULT 'default';
