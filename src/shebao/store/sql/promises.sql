-- The promises, asked of the books. Every query answers with what breaks it: nothing, if kept.

-- name: entries_sum_to_zero
-- 1  An entry whose lines do not sum to zero, or are not all there; lines of no entry.
SELECT region_code || ' ' || reference AS broken
  FROM entries e
  FULL JOIN lines l USING (region_code, reference)
 GROUP BY region_code, reference, e.lines
HAVING coalesce(sum(l.amount_fen), 0) <> 0 OR count(l.line) IS DISTINCT FROM e.lines
 LIMIT 20;

-- name: bills_are_paid_once
-- 3  A bill that more than one receipt counts for, or that is paid without a receipt.
SELECT b.region_code || ' ' || b.id AS broken
  FROM bills b
  LEFT JOIN receipts r ON r.region_code = b.region_code AND r.bill_id = b.id AND r.state = 'issued'
 WHERE b.state IN ('paid', 'settled', 'remitted')
 GROUP BY b.region_code, b.id
HAVING count(r.number) <> 1
 LIMIT 20;

-- name: money_told_is_in_the_journal
-- 4  Money a channel told us of that was judged, and is not in the journal to the fen.
SELECT n.region_code || ' ' || n.method || ' ' || n.reference AS broken
  FROM notices n
  LEFT JOIN lines l ON l.region_code = n.region_code
       AND l.reference = 'payment:' || n.method || ':' || n.reference
       AND l.account = 'clearing:' || n.method AND l.amount_fen = n.amount_fen
 WHERE n.subject = 'payment' AND n.outcome = 'paid' AND n.judged_at IS NOT NULL
   AND l.reference IS NULL
 LIMIT 20;

-- name: told_twice_is_told_once
-- 5  A paid order that not exactly one sum of money pays; a sum that pays no paid order.
SELECT coalesce(o.region_code, p.region_code) || ' '
       || coalesce(o.id, p.order_id, p.reference) AS broken
  FROM (SELECT region_code, id FROM orders WHERE state = 'paid') AS o
  FULL JOIN (SELECT region_code, order_id, reference FROM payments WHERE state = 'applied') AS p
       ON p.region_code = o.region_code AND p.order_id = o.id
 GROUP BY 1
HAVING count(o.id) <> 1 OR count(p.reference) <> 1
 LIMIT 20;

-- name: paid_orders_have_receipts
-- 6  A paid order that has not exactly one receipt a bill.
SELECT o.region_code || ' ' || o.id AS broken
  FROM orders o
  JOIN order_lines l ON l.region_code = o.region_code AND l.order_id = o.id
  LEFT JOIN receipts r ON r.region_code = o.region_code AND r.order_id = o.id
       AND r.bill_id = l.bill_id
 WHERE o.state = 'paid'
 GROUP BY o.region_code, o.id
HAVING count(r.number) <> count(l.bill_id)
 LIMIT 20;

-- name: suspense_has_names
-- 7  Suspense that is not exactly the money set aside, and each of it with its reason.
SELECT coalesce(j.region_code, m.region_code) AS broken
  FROM (SELECT region_code, -sum(amount_fen) AS fen
          FROM lines WHERE account = 'suspense:unapplied' GROUP BY region_code) AS j
  FULL JOIN (SELECT region_code, sum(amount_fen) AS fen
               FROM payments WHERE state IN ('unapplied', 'refunding') AND misfit <> ''
              GROUP BY region_code) AS m USING (region_code)
 WHERE coalesce(j.fen, 0) <> coalesce(m.fen, 0)
 LIMIT 20;

-- name: states_have_events
-- 8  A thing whose state is not the one its last event says, or with a step missing on the way.
SELECT t.region_code || ' ' || t.id AS broken
  FROM (SELECT region_code, id, version, state FROM bills
        UNION ALL SELECT region_code, id, version, state FROM orders
        UNION ALL SELECT region_code, id, version, state FROM attempts
        UNION ALL SELECT region_code, id, version, state FROM refunds
        UNION ALL SELECT region_code, method || ':' || reference, version, state FROM payments
        UNION ALL SELECT region_code, id, version, state FROM elections
        UNION ALL SELECT region_code, id, version, state FROM enrolments) AS t
  LEFT JOIN events e ON e.region_code = t.region_code AND e.subject_id = t.id
 GROUP BY t.region_code, t.id, t.version, t.state
HAVING count(*) FILTER (WHERE e.version = t.version AND e.state = t.state) <> 1
    OR count(e.version) <> t.version
 LIMIT 20;

-- name: amounts_cite_their_policy
-- 9  A bill that does not say which policy made it, or how.
SELECT region_code || ' ' || id AS broken
  FROM bills
 WHERE policy_version = '' OR source = '' OR cardinality(arithmetic) = 0
 LIMIT 20;

-- name: reserved_bills_are_held
-- 3  A bill that is reserved by an order which does not run, or held by none.
SELECT b.region_code || ' ' || b.id AS broken
  FROM bills b
  LEFT JOIN orders o ON o.region_code = b.region_code AND o.id = b.held_by
 WHERE b.state = 'reserved'
   AND (o.id IS NULL OR o.state NOT IN ('open', 'paying', 'expiring'))
 LIMIT 20;
