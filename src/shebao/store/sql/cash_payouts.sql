-- Cash payouts: money given back over the counter, against a signature.

-- name: insert_payout
-- One sum given back in cash.
INSERT INTO cash_payouts (region_code, refund_id, office, clerk_id, amount_fen, signed_by, paid_at)
VALUES (:region_code, :refund_id, :office, :clerk_id, :amount_fen, :signed_by, :at);

-- name: by_refund
-- The payout of a refund, if somebody has made it.
SELECT region_code, refund_id, office, clerk_id, amount_fen, signed_by, paid_at, hand_in_id
  FROM cash_payouts
 WHERE region_code = :region_code AND refund_id = :refund_id;

-- name: from_till
-- Cash paid out of a clerk's till that no hand-in accounts for yet.
SELECT region_code, refund_id, office, clerk_id, amount_fen, signed_by, paid_at, hand_in_id
  FROM cash_payouts
 WHERE region_code = :region_code AND office = :office AND clerk_id = :clerk_id
   AND hand_in_id IS NULL
 ORDER BY paid_at;

-- name: put_into_hand_in
-- These payouts are accounted for by a hand-in. The book is locked.
UPDATE cash_payouts SET hand_in_id = :hand_in_id
 WHERE region_code = :region_code AND refund_id = ANY (:refund_ids::text[]) AND hand_in_id IS NULL;

-- name: take_out_of_hand_in
-- The hand-in was sent back: its payouts lessen the till again.
UPDATE cash_payouts SET hand_in_id = NULL
 WHERE region_code = :region_code AND hand_in_id = :hand_in_id;

-- name: waiting
-- Refunds of cash that wait for a person, the oldest first, with the slip and who paid.
SELECT r.id, r.reference, r.amount_fen, r.reason, r.created_at, s.id AS slip_id, p.name
  FROM refunds r
  JOIN slips s    ON s.region_code = r.region_code AND s.number = r.reference
  JOIN orders o   ON o.region_code = s.region_code AND o.id = s.order_id
  JOIN persons p  ON p.region_code = o.region_code AND p.id = o.payer_id
 WHERE r.region_code = :region_code AND r.state = 'manual' AND r.method = 'cash'
 ORDER BY r.created_at
 LIMIT 200;
