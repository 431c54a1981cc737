-- Refund requests. Whoever decides one locks its order and its bill first, then the request.

-- name: insert_request
-- A new request, with the event that says so. A bill that has one already keeps that one.
WITH asked AS (
    INSERT INTO refund_requests (region_code, id, receipt_number, bill_id, order_id, person_id,
                                 payer_id, ground, evidence, amount_fen, asked_by, asked_at,
                                 state, version)
    VALUES (:region_code, :request_id, :receipt_number, :bill_id, :order_id, :person_id,
            :payer_id, :ground, :evidence, :amount_fen, :asked_by, :at, 'asked', 1)
 ON CONFLICT DO NOTHING
 RETURNING id, version, state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, version, 'asked', state, :at::timestamptz FROM asked;

-- name: step_request
-- Move a request from the version we saw to the next, with who did it, and keep what happened.
WITH moved AS (
    UPDATE refund_requests
       SET state      = :state,
           version    = version + 1,
           checked_by = coalesce(:checked_by::text, checked_by),
           decided_by = coalesce(:decided_by::text, decided_by),
           decided_at = CASE WHEN :decided_by::text IS NULL THEN decided_at ELSE :at END,
           said       = coalesce(:said::text, said),
           refund_id  = coalesce(:refund_id::text, refund_id)
     WHERE region_code = :region_code AND id = :request_id AND version = :seen
 RETURNING id, version, state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, version, :event, state, :at::timestamptz FROM moved;

-- name: lock_request
-- One request, held until the transaction ends.
SELECT region_code, id, receipt_number, bill_id, order_id, person_id, payer_id, ground, evidence,
       amount_fen, asked_by, asked_at, checked_by, decided_by, decided_at, said, refund_id,
       state, version
  FROM refund_requests
 WHERE region_code = :region_code AND id = :request_id
   FOR NO KEY UPDATE;

-- name: by_id
-- One request, to look at.
SELECT region_code, id, receipt_number, bill_id, order_id, person_id, payer_id, ground, evidence,
       amount_fen, asked_by, asked_at, checked_by, decided_by, decided_at, said, refund_id,
       state, version
  FROM refund_requests
 WHERE region_code = :region_code AND id = :request_id;

-- name: that_counts
-- The request of a bill that is not over without anything having gone back.
SELECT region_code, id, receipt_number, bill_id, order_id, person_id, payer_id, ground, evidence,
       amount_fen, asked_by, asked_at, checked_by, decided_by, decided_at, said, refund_id,
       state, version
  FROM refund_requests
 WHERE region_code = :region_code AND bill_id = :bill_id
   AND state IN ('asked', 'checked', 'approved', 'done');

-- name: of_payer
-- What a payer gets back, or has asked for, newest first.
SELECT region_code, id, receipt_number, bill_id, order_id, person_id, payer_id, ground, evidence,
       amount_fen, asked_by, asked_at, checked_by, decided_by, decided_at, said, refund_id,
       state, version
  FROM refund_requests
 WHERE region_code = :region_code AND payer_id = :payer_id
 ORDER BY asked_at DESC
 LIMIT 100;

-- name: of_order
-- The requests about an order's bills, oldest first.
SELECT region_code, id, receipt_number, bill_id, order_id, person_id, payer_id, ground, evidence,
       amount_fen, asked_by, asked_at, checked_by, decided_by, decided_at, said, refund_id,
       state, version
  FROM refund_requests
 WHERE region_code = :region_code AND payer_id = :payer_id AND order_id = :order_id
 ORDER BY asked_at;

-- name: waiting
-- Requests nobody has decided, the oldest first, with whom they are about.
SELECT r.region_code, r.id, r.receipt_number, r.bill_id, r.order_id, r.person_id, r.payer_id,
       r.ground, r.evidence, r.amount_fen, r.asked_by, r.asked_at, r.checked_by, r.decided_by,
       r.decided_at, r.said, r.refund_id, r.state, r.version, p.name, p.number_masked,
       b.scheme, b.period
  FROM refund_requests r
  JOIN persons p ON p.region_code = r.region_code AND p.id = r.person_id
  JOIN bills b   ON b.region_code = r.region_code AND b.id = r.bill_id
 WHERE r.region_code = :region_code AND r.state IN ('asked', 'checked')
 ORDER BY r.asked_at
 LIMIT 200;

-- name: decided
-- The newest requests that were decided, with whom they are about.
SELECT r.region_code, r.id, r.receipt_number, r.bill_id, r.order_id, r.person_id, r.payer_id,
       r.ground, r.evidence, r.amount_fen, r.asked_by, r.asked_at, r.checked_by, r.decided_by,
       r.decided_at, r.said, r.refund_id, r.state, r.version, p.name, p.number_masked,
       b.scheme, b.period
  FROM refund_requests r
  JOIN persons p ON p.region_code = r.region_code AND p.id = r.person_id
  JOIN bills b   ON b.region_code = r.region_code AND b.id = r.bill_id
 WHERE r.region_code = :region_code AND r.decided_at IS NOT NULL
 ORDER BY r.decided_at DESC
 LIMIT 50;
