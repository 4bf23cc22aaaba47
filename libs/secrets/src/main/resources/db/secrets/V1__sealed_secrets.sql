-- One row per secret and slot. What `sealed` holds only the keyset opens, and only under this id and slot.
CREATE TABLE sealed_secret (
    secret_id  text        NOT NULL CHECK (length(secret_id) BETWEEN 1 AND 512),
    slot       text        NOT NULL CHECK (slot IN ('current', 'pending')),
    sealed     bytea       NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (secret_id, slot)
);
