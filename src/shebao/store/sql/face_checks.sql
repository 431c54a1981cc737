-- Face checks: what a provider said of somebody's face. Nothing of the face itself.

-- name: insert_check
-- A check is asked for.
WITH asked AS (
    INSERT INTO face_checks (region_code, id, person_id, entry_channel, asked_at, expires_at,
                             state, version)
    VALUES (:region_code, :check_id, :person_id, :entry_channel, :at, :expires_at, 'asked', 1)
 RETURNING id, version, state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, version, 'asked', state, :at::timestamptz FROM asked;

-- name: keep_reference
-- The number the provider gave it.
UPDATE face_checks SET reference = :reference
 WHERE region_code = :region_code AND id = :check_id;

-- name: check_by_id
-- One check, to look at.
SELECT region_code, id, person_id, entry_channel, reference, reason, asked_at, expires_at, state,
       version
  FROM face_checks
 WHERE region_code = :region_code AND id = :check_id;

-- name: lock_check
-- One check, held until the transaction ends.
SELECT region_code, id, person_id, entry_channel, reference, reason, asked_at, expires_at, state,
       version
  FROM face_checks
 WHERE region_code = :region_code AND id = :check_id
   FOR NO KEY UPDATE;

-- name: failed_since
-- How many checks of somebody failed since then.
SELECT count(*) AS failed
  FROM face_checks
 WHERE region_code = :region_code AND person_id = :person_id AND asked_at > :since
   AND state = 'failed';

-- name: step_check
-- Move a check from the version we saw to the next, and keep what happened.
WITH moved AS (
    UPDATE face_checks SET state = :state, version = version + 1, reason = :reason
     WHERE region_code = :region_code AND id = :check_id AND version = :seen
 RETURNING id, version, state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, version, :event, state, :at::timestamptz FROM moved;
