-- Objections. Whoever answers one locks it first.

-- name: insert_objection
-- A new objection, with the event that says so. A receipt that has one waiting keeps that one.
WITH raised AS (
    INSERT INTO objections (region_code, id, receipt_number, person_id, raised_by, matter, says,
                            raised_at, state, version)
    VALUES (:region_code, :objection_id, :receipt_number, :person_id, :raised_by, :matter, :says,
            :at, 'open', 1)
 ON CONFLICT DO NOTHING
 RETURNING id, version, state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, version, 'raised', state, :at::timestamptz FROM raised;

-- name: insert_papers
-- The files an objection brings, sealed.
INSERT INTO objection_papers (region_code, objection_id, number, name, media_type, size, sealed)
SELECT :region_code, :objection_id, n.*
  FROM unnest(:numbers::smallint[], :names::text[], :media_types::text[], :sizes::integer[],
              :sealed::bytea[]) AS n;

-- name: step_objection
-- Answer an objection, with who did it, and keep what happened.
WITH moved AS (
    UPDATE objections
       SET state = :state, version = version + 1, answer = :answer,
           answered_by = :answered_by, answered_at = :at
     WHERE region_code = :region_code AND id = :objection_id AND version = :seen
 RETURNING id, version, state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, version, :event, state, :at::timestamptz FROM moved;

-- name: lock_objection
-- One objection, held until the transaction ends.
SELECT region_code, id, receipt_number, person_id, raised_by, matter, says, raised_at, state,
       version, answer, answered_by, answered_at
  FROM objections
 WHERE region_code = :region_code AND id = :objection_id
   FOR NO KEY UPDATE;

-- name: by_id
-- One objection, to look at.
SELECT region_code, id, receipt_number, person_id, raised_by, matter, says, raised_at, state,
       version, answer, answered_by, answered_at
  FROM objections
 WHERE region_code = :region_code AND id = :objection_id;

-- name: of_receipt
-- The objections to a receipt, newest first.
SELECT region_code, id, receipt_number, person_id, raised_by, matter, says, raised_at, state,
       version, answer, answered_by, answered_at
  FROM objections
 WHERE region_code = :region_code AND receipt_number = :receipt_number
 ORDER BY raised_at DESC;

-- name: raised_by
-- What somebody has objected to, newest first.
SELECT region_code, id, receipt_number, person_id, raised_by, matter, says, raised_at, state,
       version, answer, answered_by, answered_at
  FROM objections
 WHERE region_code = :region_code AND raised_by = :raised_by
 ORDER BY raised_at DESC;

-- name: waiting
-- Objections nobody has answered, the oldest first.
SELECT region_code, id, receipt_number, person_id, raised_by, matter, says, raised_at, state,
       version, answer, answered_by, answered_at
  FROM objections
 WHERE region_code = :region_code AND state = 'open'
 ORDER BY raised_at
 LIMIT 200;

-- name: answered
-- The objections that were answered last.
SELECT region_code, id, receipt_number, person_id, raised_by, matter, says, raised_at, state,
       version, answer, answered_by, answered_at
  FROM objections
 WHERE region_code = :region_code AND state <> 'open'
 ORDER BY answered_at DESC
 LIMIT 20;

-- name: papers
-- The files an objection brought.
SELECT number, name, media_type, size
  FROM objection_papers
 WHERE region_code = :region_code AND objection_id = :objection_id
 ORDER BY number;

-- name: paper
-- One of them, sealed.
SELECT number, name, media_type, size, sealed
  FROM objection_papers
 WHERE region_code = :region_code AND objection_id = :objection_id AND number = :number;

-- name: lock_papers_sealed_before
-- Files sealed with an older key than the newest, held for this transaction.
SELECT objection_id, number, sealed
  FROM objection_papers
 WHERE region_code = :region_code AND get_byte(sealed, 0) <> :newest
 ORDER BY objection_id, number
 LIMIT :most
   FOR NO KEY UPDATE;

-- name: keep_papers_sealed
-- The same files, sealed with another key.
UPDATE objection_papers p
   SET sealed = n.sealed
  FROM unnest(:objection_ids::text[], :numbers::smallint[], :sealed::bytea[])
       AS n (objection_id, number, sealed)
 WHERE p.region_code = :region_code AND p.objection_id = n.objection_id AND p.number = n.number;
