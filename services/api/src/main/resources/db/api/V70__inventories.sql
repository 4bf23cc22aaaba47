-- What access as code has made, for each owner of files: only that may be pruned.
CREATE TABLE access_inventory (
  owner text PRIMARY KEY,
  items text NOT NULL,
  updated_at timestamptz NOT NULL,
  updated_by text NOT NULL
);
