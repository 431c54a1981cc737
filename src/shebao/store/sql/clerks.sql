-- Clerks, and their sessions.

-- name: insert_clerk
-- A new clerk, with the event that says so. A number that is taken stays with whom it has.
WITH added AS (
    INSERT INTO clerks (region_code, id, number, name, office, duties, password, second_step,
                        state, version)
    VALUES (:region_code, :clerk_id, :number, :name, :office, :duties::text[], :password,
            :second_step, 'active', 1)
 ON CONFLICT DO NOTHING
 RETURNING id, version, state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, version, 'added', state, :at::timestamptz FROM added;

-- name: of_region
-- The clerks of a region.
SELECT region_code, id, number, name, office, duties, state, version, resting_until
  FROM clerks
 WHERE region_code = :region_code
 ORDER BY number;

-- name: lock_clerk
-- One clerk, by number, held until the transaction ends.
SELECT region_code, id, number, name, office, duties, password, second_step, last_code, misses,
       resting_until, state, version
  FROM clerks
 WHERE region_code = :region_code AND number = :number
   FOR NO KEY UPDATE;

-- name: step_clerk
-- Move a clerk from the version we saw to the next, and keep what happened.
WITH moved AS (
    UPDATE clerks
       SET state       = :state,
           version     = version + 1,
           duties      = coalesce(:duties::text[], duties),
           password    = coalesce(:password::text, password),
           second_step = coalesce(:second_step::bytea, second_step),
           misses      = 0,
           resting_until = NULL
     WHERE region_code = :region_code AND id = :clerk_id AND version = :seen
 RETURNING id, version, state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, version, :event, state, :at::timestamptz FROM moved;

-- name: keep_tries
-- How often a clerk has missed, until when nobody is let in, and the last code that was used.
UPDATE clerks
   SET misses = :misses, resting_until = :resting_until, last_code = :last_code
 WHERE region_code = :region_code AND id = :clerk_id;

-- name: begin_session
-- A clerk has come in.
INSERT INTO clerk_sessions (region_code, token_hash, clerk_id, began_at, seen_at)
VALUES (:region_code, :token_hash, :clerk_id, :at, :at);

-- name: find_session
-- Whose session this is: nobody's when it is too old, was left alone, or its clerk is locked.
SELECT s.region_code, s.token_hash, s.seen_at, c.id, c.number, c.name, c.office, c.duties
  FROM clerk_sessions s
  JOIN clerks c ON c.region_code = s.region_code AND c.id = s.clerk_id
 WHERE s.region_code = :region_code AND s.token_hash = :token_hash
   AND s.began_at > :began_after AND s.seen_at > :seen_after AND c.state = 'active';

-- name: see_session
-- Its clerk is still there.
UPDATE clerk_sessions SET seen_at = :at
 WHERE region_code = :region_code AND token_hash = :token_hash;

-- name: end_session
-- A clerk has gone.
DELETE FROM clerk_sessions WHERE region_code = :region_code AND token_hash = :token_hash;

-- name: end_sessions_of
-- A clerk is let in nowhere any more.
DELETE FROM clerk_sessions WHERE region_code = :region_code AND clerk_id = :clerk_id;
