-- Checkup: what a server says of itself.

-- name: durability
-- Its version, and whether what it acknowledged survives a crash.
SELECT current_setting('server_version_num')::int AS version,
       current_setting('server_version')          AS version_shown,
       current_setting('fsync')                   AS fsync,
       current_setting('full_page_writes')        AS full_page_writes;
