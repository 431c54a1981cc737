-- Payments: the money channels hold for us, under the channel's own number.

-- name: known
-- Which of these sums of money we have written down already. Asked by lists and not by a join:
-- however small the tables were when this was planned, the index is what answers.
SELECT method, reference
  FROM payments
 WHERE region_code = :region_code
   AND method = ANY (:methods::text[]) AND reference = ANY (:references::text[]);

-- name: insert_payments
-- Money, as judged, with the event that says how.
WITH written AS (
    INSERT INTO payments (region_code, method, reference, attempt_id, order_id, amount_fen, state,
                          version, misfit, happened_at, judged_at)
    SELECT :region_code, n.method, n.reference, n.attempt_id, n.order_id, n.amount_fen, n.state,
           1, n.misfit, n.happened_at, :at::timestamptz
      FROM unnest(:methods::text[], :references::text[], :attempt_ids::text[],
                  :order_ids::text[], :amounts::bigint[], :states::text[], :misfits::text[],
                  :happened_ats::timestamptz[])
           AS n (method, reference, attempt_id, order_id, amount_fen, state, misfit, happened_at)
 RETURNING method, reference, version, state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, w.method || ':' || w.reference, w.version,
       CASE w.state WHEN 'applied' THEN 'applied' ELSE 'set_aside' END, w.state, :at::timestamptz
  FROM written w;

-- name: of_order
-- The money that pays an order.
SELECT region_code, method, reference, attempt_id, order_id, amount_fen, state, misfit, happened_at
  FROM payments
 WHERE region_code = :region_code AND order_id = :order_id
 ORDER BY happened_at;

-- name: by_number
-- One sum of money, by the channel's number of it.
SELECT region_code, method, reference, attempt_id, order_id, amount_fen, state, misfit, happened_at
  FROM payments
 WHERE region_code = :region_code AND method = :method AND reference = :reference;

-- name: lock_set_aside
-- Money that does not fit and is not on its way back yet, held until the transaction ends.
SELECT region_code, method, reference, attempt_id, order_id, amount_fen, state, misfit, happened_at
  FROM payments
 WHERE region_code = :region_code AND state = 'unapplied'
 ORDER BY judged_at
 LIMIT :most
   FOR UPDATE SKIP LOCKED;

-- name: move
-- Money goes from one state to the next, and what happened is kept.
WITH moved AS (
    UPDATE payments SET state = :state, version = version + 1
     WHERE region_code = :region_code AND method = :method AND reference = :reference
       AND state = :seen
 RETURNING method, reference, version, state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, m.method || ':' || m.reference, m.version, :event, m.state, :at::timestamptz
  FROM moved m;
