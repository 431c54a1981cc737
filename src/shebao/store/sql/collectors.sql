-- Collectors: offices that collect for many.

-- name: insert_collector
-- A new collector; nothing, where the office is taken.
WITH made AS (
    INSERT INTO collectors (region_code, id, office, name, kind, scopes, state, version)
    VALUES (:region_code, :collector_id, :office, :name, :kind, :scopes, 'active', 1)
        ON CONFLICT DO NOTHING
 RETURNING id, version, state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, version, 'added', state, :at::timestamptz FROM made;

-- name: collectors_of_region
-- Every collector of a region.
SELECT region_code, id, office, name, kind, scopes, state, version
  FROM collectors
 WHERE region_code = :region_code
 ORDER BY office;

-- name: collector_of_office
-- The collector an office is.
SELECT region_code, id, office, name, kind, scopes, state, version
  FROM collectors
 WHERE region_code = :region_code AND office = :office;

-- name: lock_collector
-- The same, held until the transaction ends.
SELECT region_code, id, office, name, kind, scopes, state, version
  FROM collectors
 WHERE region_code = :region_code AND office = :office
   FOR NO KEY UPDATE;

-- name: step_collector
-- Move one from the version we saw to the next, and keep what happened.
WITH moved AS (
    UPDATE collectors
       SET state = :state, version = version + 1, scopes = coalesce(:scopes::jsonb, scopes)
     WHERE region_code = :region_code AND id = :collector_id AND version = :seen
 RETURNING id, version, state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, version, :event, state, :at::timestamptz FROM moved;
