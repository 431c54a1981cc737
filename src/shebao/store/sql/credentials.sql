-- Credentials: user names and passwords.

-- name: insert_credential
-- A user name and password for somebody who has none. A name that is taken stays with whom it has.
WITH chosen AS (
    INSERT INTO credentials (region_code, person_id, user_name, password, phone_hash, state, version)
    VALUES (:region_code, :person_id, :user_name, :password, :phone_hash, 'in_use', 1)
 ON CONFLICT DO NOTHING
 RETURNING person_id, version, state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, 'crd:' || person_id, version, 'chosen', state, :at::timestamptz FROM chosen;

-- name: find_credentials
-- Whom a user name, a number or a telephone belongs to; a telephone may be several people's.
SELECT c.region_code, c.person_id, c.user_name, c.password, c.misses, c.resting_until, c.state,
       c.version
  FROM credentials c
  JOIN persons p ON p.region_code = c.region_code AND p.id = c.person_id
 WHERE c.region_code = :region_code AND c.state = 'in_use'
   AND (c.user_name = :user_name OR p.number_hash = ANY (:number_hashes::bytea[])
        OR c.phone_hash = :phone_hash)
 LIMIT 2;

-- name: credential_of
-- Somebody's own.
SELECT region_code, person_id, user_name, password, misses, resting_until, state, version
  FROM credentials
 WHERE region_code = :region_code AND person_id = :person_id;

-- name: lock_credential
-- Somebody's own, held until the transaction ends.
SELECT region_code, person_id, user_name, password, misses, resting_until, state, version
  FROM credentials
 WHERE region_code = :region_code AND person_id = :person_id
   FOR NO KEY UPDATE;

-- name: step_credential
-- Move it from the version we saw to the next, and keep what happened.
WITH moved AS (
    UPDATE credentials
       SET state         = :state,
           version       = version + 1,
           user_name     = coalesce(:user_name::text, user_name),
           password      = coalesce(:password::text, password),
           phone_hash    = coalesce(:phone_hash::bytea, phone_hash),
           misses        = 0,
           resting_until = NULL
     WHERE region_code = :region_code AND person_id = :person_id AND version = :seen
 RETURNING person_id, version, state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, 'crd:' || person_id, version, :event, state, :at::timestamptz FROM moved;

-- name: keep_tries
-- How often somebody missed, and until when nobody is let in.
UPDATE credentials SET misses = :misses, resting_until = :resting_until
 WHERE region_code = :region_code AND person_id = :person_id;

-- name: is_taken
-- Whether somebody else has a user name.
SELECT 1 FROM credentials
 WHERE region_code = :region_code AND user_name = :user_name AND person_id <> :person_id;
