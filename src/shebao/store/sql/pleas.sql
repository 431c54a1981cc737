-- Pleas: links by which somebody asks a relative to pay.

-- name: insert_plea
-- A link is made.
WITH made AS (
    INSERT INTO pleas (region_code, id, token_hash, person_id, bill_ids, made_at, expires_at,
                       asked_by, state, version)
    VALUES (:region_code, :plea_id, :token_hash, :person_id, :bill_ids, :at, :expires_at,
            :asked_by, 'open', 1)
 RETURNING id, version, state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, version, 'made', state, :at::timestamptz FROM made;

-- name: plea_by_token
-- What a link leads to.
SELECT region_code, id, person_id, payer_id, bill_ids, made_at, expires_at, asked_by, state,
       version
  FROM pleas
 WHERE region_code = :region_code AND token_hash = :token_hash;

-- name: lock_plea
-- One, held until the transaction ends.
SELECT region_code, id, person_id, payer_id, bill_ids, made_at, expires_at, asked_by, state,
       version
  FROM pleas
 WHERE region_code = :region_code AND id = :plea_id
   FOR NO KEY UPDATE;

-- name: step_plea
-- Move one from the version we saw to the next, and keep what happened.
WITH moved AS (
    UPDATE pleas SET state = :state, version = version + 1, payer_id = coalesce(:payer_id, payer_id)
     WHERE region_code = :region_code AND id = :plea_id AND version = :seen
 RETURNING id, version, state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, version, :event, state, :at::timestamptz FROM moved;

-- name: pleas_of
-- What somebody has asked, the newest first.
SELECT region_code, id, person_id, payer_id, bill_ids, made_at, expires_at, asked_by, state,
       version
  FROM pleas
 WHERE region_code = :region_code AND person_id = :person_id AND made_at > :since
   AND asked_by = ''
 ORDER BY made_at DESC;

-- name: bills_entrusted
-- Which bills somebody was asked to pay and has not had to give back.
SELECT payer_id, unnest(bill_ids) AS bill_id
  FROM pleas
 WHERE region_code = :region_code AND payer_id = ANY (:payer_ids::text[]) AND state = 'taken'
   AND expires_at > :now;
