-- Orders. Whoever changes an order locks it first, before its bills.

-- name: existing
-- Orders that have these ids already, with what is in them.
SELECT o.id, o.payer_id, o.amount_fen, array_agg(l.bill_id ORDER BY l.bill_id) AS bill_ids
  FROM orders o
  JOIN order_lines l ON l.region_code = o.region_code AND l.order_id = o.id
 WHERE o.region_code = :region_code AND o.id = ANY (:order_ids::text[])
 GROUP BY o.id, o.payer_id, o.amount_fen;

-- name: insert_orders
-- New orders with what is in them, and the event that opened each.
WITH opened AS (
    INSERT INTO orders (region_code, id, payer_id, entry_channel, state, version, amount_fen,
                        opened_at, expires_at)
    SELECT :region_code, n.id, n.payer_id, n.entry_channel, 'open', 1, n.amount_fen,
           :at::timestamptz, :expires_at::timestamptz
      FROM unnest(:ids::text[], :payer_ids::text[], :entry_channels::text[], :amounts::bigint[])
           AS n (id, payer_id, entry_channel, amount_fen)
 RETURNING id, version, state
), filled AS (
    INSERT INTO order_lines (region_code, order_id, bill_id, amount_fen)
    SELECT :region_code, n.*
      FROM unnest(:order_ids::text[], :bill_ids::text[], :line_amounts::bigint[]) AS n
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, version, 'opened', state, :at::timestamptz FROM opened;

-- name: lock_orders
-- Orders by id, held until the transaction ends.
SELECT region_code, id, payer_id, entry_channel, state, version, amount_fen, attempt_id,
       opened_at, expires_at
  FROM orders
 WHERE region_code = :region_code AND id = ANY (:order_ids::text[])
 ORDER BY id
   FOR NO KEY UPDATE;

-- name: orders_of_attempts
-- The orders some attempts are of, to look at.
SELECT region_code, id, payer_id, entry_channel, state, version, amount_fen, attempt_id,
       opened_at, expires_at
  FROM orders
 WHERE region_code = :region_code
   AND id = ANY (ARRAY(
           SELECT order_id
             FROM attempts
            WHERE region_code = :region_code AND id = ANY (:attempt_ids::text[])))
 ORDER BY id;

-- name: lock_orders_of_attempts
-- The orders some attempts are of, held until the transaction ends.
SELECT region_code, id, payer_id, entry_channel, state, version, amount_fen, attempt_id,
       opened_at, expires_at
  FROM orders
 WHERE region_code = :region_code
   AND id = ANY (ARRAY(
           SELECT order_id
             FROM attempts
            WHERE region_code = :region_code AND id = ANY (:attempt_ids::text[])))
 ORDER BY id
   FOR NO KEY UPDATE;

-- name: step_orders
-- Move orders from the version we saw to the next, and keep what happened.
WITH moved AS (
    UPDATE orders o
       SET state = n.state, version = o.version + 1
      FROM unnest(:ids::text[], :versions::smallint[], :events::text[], :states::text[])
           AS n (id, version, event, state)
     WHERE o.region_code = :region_code AND o.id = n.id AND o.version = n.version
 RETURNING o.id, o.version, n.event, o.state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, version, event, state, :at::timestamptz FROM moved;

-- name: submit_order
-- An order goes to a channel: the attempt that collects it now, until when, and the event.
WITH moved AS (
    UPDATE orders
       SET state = :state, version = version + 1, attempt_id = :attempt_id,
           expires_at = :expires_at
     WHERE region_code = :region_code AND id = :order_id AND version = :version
 RETURNING id, version, state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, version, 'submitted', state, :at::timestamptz FROM moved;

-- name: point_at_attempt
-- An order is now being paid by this attempt, and has until then.
UPDATE orders SET attempt_id = :attempt_id, expires_at = :expires_at
 WHERE region_code = :region_code AND id = :order_id;

-- name: come_by
-- By which way in an order is paid from now on.
UPDATE orders SET entry_channel = :entry_channel
 WHERE region_code = :region_code AND id = :order_id;

-- name: end_order
-- An order's time is over now, if it was not before.
UPDATE orders SET expires_at = least(expires_at, :at::timestamptz)
 WHERE region_code = :region_code AND id = :order_id;

-- name: by_id
-- One order, to look at.
SELECT region_code, id, payer_id, entry_channel, state, version, amount_fen, attempt_id,
       opened_at, expires_at
  FROM orders
 WHERE region_code = :region_code AND id = :order_id;

-- name: contents
-- What is in an order: each bill with the person it is for and its receipt, if it has one.
SELECT b.id, b.person_id, p.name, p.number_masked, b.scheme, b.period, b.kind, b.label,
       l.amount_fen, b.state, r.number AS receipt_number
  FROM order_lines l
  JOIN bills b ON b.region_code = l.region_code AND b.id = l.bill_id
  JOIN persons p ON p.region_code = b.region_code AND p.id = b.person_id
  LEFT JOIN receipts r ON r.region_code = b.region_code AND r.bill_id = b.id
        AND r.state = 'issued' AND r.order_id = l.order_id
 WHERE l.region_code = :region_code AND l.order_id = :order_id
 ORDER BY b.person_id, b.period, b.scheme;

-- name: of_payer
-- A payer's newest orders.
SELECT region_code, id, payer_id, entry_channel, state, version, amount_fen, attempt_id,
       opened_at, expires_at
  FROM orders
 WHERE region_code = :region_code AND payer_id = :payer_id AND state = ANY (:states::text[])
 ORDER BY opened_at DESC
 LIMIT 50;

-- name: run_out
-- Orders whose time has run out and that still hold their bills, the oldest first. The time of a
-- batch's order never does: it ends by its bank's word alone.
SELECT id
  FROM orders
 WHERE region_code = :region_code AND state IN ('open', 'paying', 'expiring')
   AND expires_at <= :now
 ORDER BY expires_at
 LIMIT :most;
