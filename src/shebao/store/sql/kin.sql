-- Kin: whether a payer may see and pay what somebody owes, and who looked.

-- name: insert_kin
-- A payer names somebody for the first time.
WITH named AS (
    INSERT INTO payees (region_code, payer_id, person_id, added_at, state, version)
    VALUES (:region_code, :payer_id, :person_id, :at, 'allowed', 1)
 ON CONFLICT DO NOTHING
 RETURNING payer_id, person_id, version, state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, payer_id || ':' || person_id, version, 'named', state, :at::timestamptz
  FROM named;

-- name: lock_kin
-- How it stands between a payer and a person, held until the transaction ends.
SELECT region_code, payer_id, person_id, added_at, state, version
  FROM payees
 WHERE region_code = :region_code AND payer_id = :payer_id AND person_id = :person_id
   FOR NO KEY UPDATE;

-- name: step_kin
-- Move it from the version we saw to the next, and keep what happened.
WITH moved AS (
    UPDATE payees SET state = :state, version = version + 1
     WHERE region_code = :region_code AND payer_id = :payer_id AND person_id = :person_id
       AND version = :seen
 RETURNING payer_id, person_id, version, state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, payer_id || ':' || person_id, version, :event, state, :at::timestamptz
  FROM moved;

-- name: payers_of
-- Who may, could or must not pay for somebody.
SELECT k.region_code, k.payer_id, k.person_id, k.added_at, k.state, k.version, p.name
  FROM payees k
  JOIN persons p ON p.region_code = k.region_code AND p.id = k.payer_id
 WHERE k.region_code = :region_code AND k.person_id = :person_id
 ORDER BY k.added_at DESC;

-- name: looks_at
-- Who looked at somebody's record, the newest first. A clerk has no name among persons.
SELECT l.at, l.viewer_id, l.reason, p.name
  FROM looks l
  LEFT JOIN persons p ON p.region_code = l.region_code AND p.id = l.viewer_id
 WHERE l.region_code = :region_code AND l.person_id = :person_id
 ORDER BY l.at DESC
 LIMIT :most;

-- name: paid_by_others
-- What others paid for somebody, the newest first.
SELECT o.payer_id, p.name, p.is_office, r.number, r.amount_fen, r.issued_at, b.scheme, b.period
  FROM bills b
  JOIN receipts r ON r.region_code = b.region_code AND r.bill_id = b.id
  JOIN orders o ON o.region_code = r.region_code AND o.id = r.order_id
  JOIN payers p ON p.region_code = o.region_code AND p.id = o.payer_id
 WHERE b.region_code = :region_code AND b.person_id = :person_id AND o.payer_id <> :person_id
 ORDER BY r.issued_at DESC
 LIMIT :most;

-- name: paid_last
-- What was paid last for each of some enrolments.
SELECT DISTINCT ON (b.enrolment_id) b.enrolment_id, b.period, r.amount_fen, r.issued_at
  FROM bills b
  JOIN receipts r ON r.region_code = b.region_code AND r.bill_id = b.id AND r.state = 'issued'
 WHERE b.region_code = :region_code AND b.enrolment_id = ANY (:enrolment_ids::text[])
 ORDER BY b.enrolment_id, r.issued_at DESC;
