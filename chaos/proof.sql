-- Proof: questions asked of the books after a storm. Each answers with what is wrong.

-- name: waiting
-- Notices nobody has judged yet.
SELECT method || ' ' || id FROM notices WHERE judged_at IS NULL LIMIT 20;

-- name: on_the_way_back
-- Money that does not fit and has not gone back yet, and is in nobody's hands.
SELECT p.method || ' ' || p.reference || ' ' || p.state
  FROM payments p
 WHERE p.state IN ('unapplied', 'refunding')
   AND NOT EXISTS (SELECT FROM refunds r
                    WHERE r.region_code = p.region_code AND r.method = p.method
                      AND r.reference = p.reference AND r.state = 'manual')
 LIMIT 20;

-- name: receipts_have_money
-- A receipt whose order has not been paid in full by one sum of money.
SELECT r.number
  FROM receipts r
  JOIN orders o ON o.region_code = r.region_code AND o.id = r.order_id
  LEFT JOIN payments p ON p.region_code = r.region_code AND p.order_id = r.order_id
       AND p.state = 'applied' AND p.amount_fen = o.amount_fen
 WHERE r.state = 'issued' AND p.reference IS NULL
 LIMIT 20;

-- name: bills_take_money_once
-- A bill that more than one sum of money was applied to.
SELECT l.bill_id
  FROM order_lines l
  JOIN payments p ON p.region_code = l.region_code AND p.order_id = l.order_id
       AND p.state = 'applied'
 GROUP BY l.bill_id
HAVING count(*) > 1
 LIMIT 20;

-- name: paid_twice_fen
-- How much was applied to bills that were paid before.
SELECT coalesce(sum((times - 1) * fen), 0)::bigint
  FROM (SELECT count(*) AS times, max(l.amount_fen) AS fen
          FROM order_lines l
          JOIN payments p ON p.region_code = l.region_code AND p.order_id = l.order_id
               AND p.state = 'applied'
         GROUP BY l.bill_id) AS paid;

-- name: one_live_order_a_bill
-- A bill that more than one order holds or has paid.
SELECT l.bill_id
  FROM order_lines l
  JOIN orders o ON o.region_code = l.region_code AND o.id = l.order_id
       AND o.state IN ('open', 'paying', 'expiring', 'paid')
 GROUP BY l.bill_id
HAVING count(*) > 1
 LIMIT 20;

-- name: journal_sums_to_zero
-- The journal, if it does not sum to zero.
SELECT sum(amount_fen)::text FROM lines HAVING sum(amount_fen) <> 0;
