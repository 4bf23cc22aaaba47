CREATE TABLE note (id text PRIMARY KEY, text text NOT NULL);
