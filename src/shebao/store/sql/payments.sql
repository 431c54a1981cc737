-- Payments: the money channels hold for us, under the channel's own number.

-- name: known
-- Which of these sums of money we have written down already. Asked by lists and not by a join:
-- however small the tables were when this was planned, the index is what answers.
SELECT method, reference
  FROM payments
 WHERE region_code = :region_code
   AND method = ANY (:methods::text[]) AND reference = ANY (:references::text[]);

-- name: insert_payments
-- Money, as judged.
INSERT INTO payments (region_code, method, reference, attempt_id, order_id, amount_fen, state,
                      misfit, happened_at, judged_at)
SELECT :region_code, n.*, :at::timestamptz
  FROM unnest(:methods::text[], :references::text[], :attempt_ids::text[], :order_ids::text[],
              :amounts::bigint[], :states::text[], :misfits::text[],
              :happened_ats::timestamptz[]) AS n;

-- name: of_order
-- The money that pays an order.
SELECT region_code, method, reference, attempt_id, order_id, amount_fen, state, misfit, happened_at
  FROM payments
 WHERE region_code = :region_code AND order_id = :order_id
 ORDER BY happened_at;

-- name: lock_set_aside
-- Money that does not fit and is not on its way back yet, held until the transaction ends.
SELECT region_code, method, reference, attempt_id, order_id, amount_fen, state, misfit, happened_at
  FROM payments
 WHERE region_code = :region_code AND state = 'unapplied'
 ORDER BY judged_at
 LIMIT :most
   FOR UPDATE SKIP LOCKED;

-- name: move
-- Money goes from one state to the next.
UPDATE payments SET state = :state
 WHERE region_code = :region_code AND method = :method AND reference = :reference
   AND state = :seen;
