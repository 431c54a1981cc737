-- Refunds: money on its way back.

-- name: insert_refund
-- A refund that was asked for and agreed to, with both its events.
WITH asked AS (
    INSERT INTO refunds (region_code, id, method, reference, attempt_id, amount_fen, paid_fen,
                         reason, request_id, state, version, created_at)
    VALUES (:region_code, :refund_id, :method, :reference, :attempt_id, :amount_fen, :paid_fen,
            :reason, :request_id, 'approved', 2, :at)
 RETURNING id
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, step.version, step.event, step.state, :at::timestamptz
  FROM asked, (VALUES (1::smallint, 'requested', 'requested'),
                      (2::smallint, 'approved', 'approved')) AS step (version, event, state);

-- name: step_refund
-- Move a refund from the version we saw to the next, and keep what happened.
WITH moved AS (
    UPDATE refunds
       SET state = :state, version = version + 1, asked_at = :at,
           why = CASE WHEN :why::text = '' THEN why ELSE :why END
     WHERE region_code = :region_code AND id = :refund_id AND version = :seen
 RETURNING id, version, state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, version, :event, state, :at::timestamptz FROM moved;

-- name: lock_refund
-- One refund, held until the transaction ends.
SELECT region_code, id, method, reference, attempt_id, amount_fen, paid_fen, reason, state, version,
       request_id, why, owner_id, asked_at, redirected_by
  FROM refunds
 WHERE region_code = :region_code AND id = :refund_id
   FOR NO KEY UPDATE;

-- name: running
-- Refunds that are not at an end and that it is time to look at.
SELECT id
  FROM refunds
 WHERE region_code = :region_code AND state IN ('requested', 'approved', 'sent', 'unknown', 'failed')
   AND coalesce(asked_at, created_at) <= :asked_before
   AND coalesce(look_again_at, created_at) <= :now
 ORDER BY created_at
 LIMIT :most;

-- name: look_again
-- A refund was looked at: the longer it takes, the later it is looked at again, within bounds.
UPDATE refunds
   SET look_again_at = :at::timestamptz
       + least(greatest((:at - coalesce(asked_at, created_at)) / 8, :soonest::interval),
               :latest::interval)
 WHERE region_code = :region_code AND id = :refund_id;

-- name: redirect
-- A refund goes to another card from now on.
UPDATE refunds SET redirected_by = :repair_id
 WHERE region_code = :region_code AND id = :refund_id;

-- name: of_payment
-- The refunds of one sum of money, the newest first.
SELECT region_code, id, method, reference, attempt_id, amount_fen, paid_fen, reason, state, version,
       request_id, why, owner_id, asked_at, redirected_by
  FROM refunds
 WHERE region_code = :region_code AND method = :method AND reference = :reference
 ORDER BY created_at DESC;

-- name: by_id
-- One refund, to look at.
SELECT region_code, id, method, reference, attempt_id, amount_fen, paid_fen, reason, state, version,
       request_id, why, owner_id, asked_at, redirected_by
  FROM refunds
 WHERE region_code = :region_code AND id = :refund_id;

-- name: by_hand
-- Refunds a person must look after: since when, who does, and whose money it is; oldest first.
SELECT r.region_code, r.id, r.method, r.reference, r.attempt_id, r.amount_fen, r.paid_fen,
       r.reason, r.state, r.version, r.request_id, r.why, r.owner_id, r.asked_at, r.redirected_by,
       e.at AS since, c.name AS owner, m.order_id, p.name AS payer, p.is_office, p.phone_masked
  FROM refunds r
  JOIN events e ON e.region_code = r.region_code AND e.subject_id = r.id
       AND e.version = r.version
  LEFT JOIN payments m ON m.region_code = r.region_code AND m.method = r.method
       AND m.reference = r.reference
  LEFT JOIN orders o  ON o.region_code = m.region_code AND o.id = m.order_id
  LEFT JOIN payers p  ON p.region_code = o.region_code AND p.id = o.payer_id
  LEFT JOIN clerks c  ON c.region_code = r.region_code AND c.id = r.owner_id
 WHERE r.region_code = :region_code AND r.state = 'manual'
 ORDER BY e.at
 LIMIT 200;

-- name: give_to
-- A clerk looks after a refund from now on.
UPDATE refunds SET owner_id = :clerk_id
 WHERE region_code = :region_code AND id = :refund_id AND state = 'manual';

-- name: give_to_whoever_has_least
-- A refund nobody looks after goes to whoever asked for it, or else to the clerk on duty with
-- the fewest of them; to nobody when the region has no such clerk.
UPDATE refunds r
   SET owner_id = coalesce(
           (SELECT coalesce(q.checked_by, c.id)
              FROM refund_requests q
              LEFT JOIN clerks c ON c.region_code = q.region_code AND c.id = q.asked_by
             WHERE q.region_code = r.region_code AND q.id = r.request_id),
           (SELECT c.id
              FROM clerks c
              LEFT JOIN refunds o ON o.region_code = c.region_code AND o.owner_id = c.id
                   AND o.state = 'manual'
             WHERE c.region_code = r.region_code AND c.state = 'active'
               AND 'refund_ask' = ANY (c.duties)
             GROUP BY c.id
             ORDER BY count(o.id), c.id
             LIMIT 1))
 WHERE r.region_code = :region_code AND r.id = :refund_id AND r.owner_id IS NULL;
