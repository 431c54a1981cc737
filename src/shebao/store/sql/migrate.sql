-- What has been run on this database.

-- name: remember_where
-- The list of migrations itself, made before the first of them.
CREATE TABLE IF NOT EXISTS migrations (
    name     text        PRIMARY KEY,
    checksum text        NOT NULL,
    ran_at   timestamptz NOT NULL DEFAULT now()
);

-- name: done
-- The migrations that have run, with the checksum each had then.
SELECT name, checksum FROM migrations ORDER BY name;

-- name: remember
-- A migration has run.
INSERT INTO migrations (name, checksum) VALUES (:name, :checksum);
