-- Reversals: money that banks took back.

-- name: shelve
-- A reversal as the bank told of it, with its first event. One already here changes nothing.
WITH told AS (
    INSERT INTO reversals (region_code, method, number, received_at, headers, body, attempt_id,
                           reference, amount_fen, happened_at, says, state, version)
    VALUES (:region_code, :method, :number, :at::timestamptz, :headers, :body, :attempt_id,
            :reference, :amount_fen, :happened_at, :says, 'told', 1)
        ON CONFLICT DO NOTHING
 RETURNING method, number, version, state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, 'reversal:' || method || ':' || number, version, 'told', state, :at::timestamptz FROM told;

-- name: lock_told
-- The oldest reversals nobody could judge yet, held until the transaction ends.
SELECT region_code, method, number, received_at, attempt_id, reference, amount_fen, happened_at,
       says, state, version, undone
  FROM reversals
 WHERE region_code = :region_code AND state = 'told'
   AND (looked_at IS NULL OR looked_at <= :looked_before)
 ORDER BY received_at
 LIMIT :most
   FOR UPDATE SKIP LOCKED;

-- name: looked
-- Somebody looked at a reversal just now, and something else must end first.
UPDATE reversals SET looked_at = :at
 WHERE region_code = :region_code AND method = :method AND number = :number;

-- name: step_reversal
-- Move a reversal from the version we saw to the next, and keep what happened.
WITH moved AS (
    UPDATE reversals SET state = :state, version = version + 1, undone = :undone
     WHERE region_code = :region_code AND method = :method AND number = :number AND version = :seen
 RETURNING method, number, version, state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, 'reversal:' || method || ':' || number, version, :event, state, :at::timestamptz FROM moved;

-- name: of_money
-- The booked reversal of a sum of money.
SELECT region_code, method, number, received_at, attempt_id, reference, amount_fen, happened_at,
       says, state, version, undone
  FROM reversals
 WHERE region_code = :region_code AND method = :method AND reference = :reference
   AND state = 'booked';

-- name: lock_money
-- The money a reversal speaks of, held until the transaction ends.
SELECT region_code, method, reference, attempt_id, order_id, amount_fen, state, misfit, happened_at
  FROM payments
 WHERE region_code = :region_code AND method = :method AND reference = :reference
   FOR NO KEY UPDATE;

-- name: make_room
-- Reversed bills count no more, so that the same can be owed again.
UPDATE bills SET withdrawn = id
 WHERE region_code = :region_code AND id = ANY (:bill_ids::text[]) AND state = 'reversed';

-- name: owe_again
-- What reversed bills asked for is owed again, for the same reasons, under new numbers.
WITH issued AS (
    INSERT INTO bills (region_code, id, person_id, enrolment_id, scheme, period, kind, document,
                       label, amount_fen, shares, policy_version, source, arithmetic,
                       election_id, payable_until, state, version)
    SELECT b.region_code, n.new_id, b.person_id, b.enrolment_id, b.scheme, b.period, b.kind,
           b.document, b.label, b.amount_fen, b.shares, b.policy_version, b.source, b.arithmetic,
           b.election_id, b.payable_until, 'payable', 1
      FROM unnest(:bill_ids::text[], :new_ids::text[]) AS n (id, new_id)
      JOIN bills b ON b.region_code = :region_code AND b.id = n.id
 ON CONFLICT DO NOTHING
 RETURNING id, version, state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, version, 'issued', state, :at::timestamptz FROM issued;

-- name: untold
-- Reversals whose payer owes again and has not heard of it, with the payer's sealed telephone.
SELECT r.method, r.number, r.amount_fen, r.happened_at, p.phone_sealed
  FROM reversals r
  JOIN payments m ON m.region_code = r.region_code AND m.method = r.method
       AND m.reference = r.reference
  JOIN orders o   ON o.region_code = m.region_code AND o.id = m.order_id
  JOIN persons p  ON p.region_code = o.region_code AND p.id = o.payer_id
 WHERE r.region_code = :region_code AND r.undone = 'bills' AND r.payer_told_at IS NULL
   AND (r.looked_at IS NULL OR r.looked_at <= :looked_before)
 ORDER BY r.received_at
 LIMIT :most;

-- name: payer_told
-- The payer of a reversal was told.
UPDATE reversals SET payer_told_at = :at
 WHERE region_code = :region_code AND method = :method AND number = :number;
