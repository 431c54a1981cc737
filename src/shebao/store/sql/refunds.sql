-- Refunds: money on its way back.

-- name: insert_refund
-- A refund that was asked for and agreed to, with both its events.
WITH asked AS (
    INSERT INTO refunds (region_code, id, method, reference, attempt_id, amount_fen, paid_fen,
                         reason, state, version, created_at)
    VALUES (:region_code, :refund_id, :method, :reference, :attempt_id, :amount_fen, :paid_fen,
            :reason, 'approved', 2, :at)
 RETURNING id
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, step.version, step.event, step.state, :at::timestamptz
  FROM asked, (VALUES (1::smallint, 'requested', 'requested'),
                      (2::smallint, 'approved', 'approved')) AS step (version, event, state);

-- name: step_refund
-- Move a refund from the version we saw to the next, and keep what happened.
WITH moved AS (
    UPDATE refunds SET state = :state, version = version + 1, asked_at = :at
     WHERE region_code = :region_code AND id = :refund_id AND version = :seen
 RETURNING id, version, state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, version, :event, state, :at::timestamptz FROM moved;

-- name: lock_refund
-- One refund, held until the transaction ends.
SELECT region_code, id, method, reference, attempt_id, amount_fen, paid_fen, reason, state, version
  FROM refunds
 WHERE region_code = :region_code AND id = :refund_id
   FOR NO KEY UPDATE;

-- name: running
-- Refunds that are not at an end and have not been looked at for a while.
SELECT id
  FROM refunds
 WHERE region_code = :region_code AND state IN ('requested', 'approved', 'sent', 'unknown', 'failed')
   AND coalesce(asked_at, created_at) <= :asked_before
 ORDER BY created_at
 LIMIT :most;

-- name: of_payment
-- The refunds of one sum of money, the newest first.
SELECT region_code, id, method, reference, attempt_id, amount_fen, paid_fen, reason, state, version
  FROM refunds
 WHERE region_code = :region_code AND method = :method AND reference = :reference
 ORDER BY created_at DESC;
