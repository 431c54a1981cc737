-- The promises, asked of the books. Every query answers with what breaks it: nothing, if kept.

-- name: join_whole_tables
-- For the rest of this snapshot, tables are set beside each other whole. Right after a million
-- lines nobody has counted yet, a table looks empty, and asking it row by row would never end.
SELECT set_config('enable_nestloop', 'off', true), set_config('work_mem', '64MB', true);

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

-- name: refund_due_has_names
-- 7  What is due to payers that is not exactly what was agreed to and is not back yet.
SELECT coalesce(j.region_code, d.region_code) AS broken
  FROM (SELECT region_code, -sum(amount_fen) AS fen
          FROM lines WHERE account = 'refund:due' GROUP BY region_code) AS j
  FULL JOIN (SELECT region_code, sum(amount_fen) AS fen
               FROM refund_requests WHERE state = 'approved'
              GROUP BY region_code) AS d USING (region_code)
 WHERE coalesce(j.fen, 0) <> coalesce(d.fen, 0)
 LIMIT 20;

-- name: money_goes_back_once
-- 7  Money of which more goes back than came; a request that was agreed to while its receipt
--    still counts, or its bill stands elsewhere.
SELECT r.region_code || ' ' || r.method || ':' || r.reference AS broken
  FROM refunds r
  JOIN payments p USING (region_code, method, reference)
 GROUP BY r.region_code, r.method, r.reference, p.amount_fen
HAVING sum(r.amount_fen) > p.amount_fen
UNION ALL
SELECT r.region_code || ' ' || r.id
  FROM refund_requests r
  JOIN bills b    ON b.region_code = r.region_code AND b.id = r.bill_id
  JOIN receipts c ON c.region_code = r.region_code AND c.number = r.receipt_number
 WHERE r.state IN ('approved', 'done')
   AND (c.state <> 'voided'
        OR b.state <> CASE r.state WHEN 'done' THEN 'reversed' ELSE 'reversing' END)
 LIMIT 20;

-- name: states_have_events
-- 8  A thing whose state is not the one its last event says, or with a step missing on the way.
SELECT t.region_code || ' ' || t.id AS broken
  FROM (SELECT region_code, id, version, state FROM bills
        UNION ALL SELECT region_code, id, version, state FROM orders
        UNION ALL SELECT region_code, id, version, state FROM attempts
        UNION ALL SELECT region_code, id, version, state FROM refunds
        UNION ALL SELECT region_code, id, version, state FROM refund_requests
        UNION ALL SELECT region_code, id, version, state FROM clerks
        UNION ALL SELECT region_code, id, version, state FROM slips
        UNION ALL SELECT region_code, id, version, state FROM hand_ins
        UNION ALL SELECT region_code, id, version, state FROM deposits
        UNION ALL SELECT region_code, number, CASE state WHEN 'voided' THEN 2 ELSE 1 END, state
                    FROM receipts
        UNION ALL SELECT region_code, method || ':' || reference, version, state FROM payments
        UNION ALL SELECT region_code, id, version, state FROM elections
        UNION ALL SELECT region_code, id, version, state FROM mandates
        UNION ALL SELECT region_code, 'reversal:' || method || ':' || number, version, state
                    FROM reversals
        UNION ALL SELECT region_code, id, version, state FROM batches
        UNION ALL SELECT region_code, batch_id || ':' || serial, version, state FROM batch_lines
        UNION ALL SELECT region_code, id, version, state FROM differences
        UNION ALL SELECT region_code, id, version, state FROM repairs
        UNION ALL SELECT region_code, 'settlement:' || source || ':' || day, version, state
                    FROM settlements
        UNION ALL SELECT region_code, 'crd:' || person_id, version, state FROM credentials
        UNION ALL SELECT region_code, id, version, state FROM scans
        UNION ALL SELECT region_code, id, version, state FROM face_checks
        UNION ALL SELECT region_code, id, version, state FROM consents
        UNION ALL SELECT region_code, payer_id || ':' || person_id, version, state FROM payees
        UNION ALL SELECT region_code, id, version, state FROM pleas
        UNION ALL SELECT region_code, id, version, state FROM objections
        UNION ALL SELECT region_code, id, version, state FROM collectors
        UNION ALL SELECT region_code, id, version, state FROM rosters
        UNION ALL SELECT region_code, roster_id || ':' || line, version, state FROM roster_lines
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

-- name: statements_agree_or_differ_by_name
-- 10 A day of a channel whose files and our books, as they were compared, differ by another sum
--    than the differences that are listed. UnionPay's day ends an hour early.
WITH compared AS (
    SELECT region_code, source, day, sum(payments_fen - refunds_fen) AS fen, min(matched_at) AS at,
           day::timestamp AT TIME ZONE 'Asia/Shanghai'
           - CASE WHEN source IN ('unionpay', 'card') THEN interval '1 hour'
                  ELSE interval '0' END AS begins
      FROM statement_files
     WHERE matched_at IS NOT NULL AND source NOT IN ('bank', 'treasury')
     GROUP BY region_code, source, day
)
SELECT c.region_code || ' ' || c.source || ' ' || c.day AS broken
  FROM compared c
 WHERE c.fen
       - coalesce((SELECT sum(p.amount_fen) FROM payments p
                    WHERE p.region_code = c.region_code AND p.method = c.source
                      AND p.happened_at >= c.begins
                      AND p.happened_at < c.begins + interval '1 day'
                      AND p.judged_at <= c.at), 0)
       + coalesce((SELECT sum(r.amount_fen) FROM refunds r
                     JOIN lines l ON l.region_code = r.region_code
                          AND l.reference = 'refund:' || r.id
                          AND l.account = 'clearing:' || r.method
                    WHERE r.region_code = c.region_code AND r.method = c.source
                      AND r.state = 'succeeded' AND r.asked_at >= c.begins
                      AND r.asked_at < c.begins + interval '1 day' AND r.asked_at <= c.at), 0)
       + coalesce((SELECT sum(b.amount_fen) FROM reversals b
                     JOIN events e ON e.region_code = b.region_code AND e.event = 'booked'
                          AND e.subject_id = 'reversal:' || b.method || ':' || b.number
                    WHERE b.region_code = c.region_code AND b.method = c.source
                      AND b.happened_at >= c.begins
                      AND b.happened_at < c.begins + interval '1 day' AND e.at <= c.at), 0)
    <> coalesce((SELECT sum(d.theirs_fen - d.ours_fen) FROM differences d
                  WHERE d.region_code = c.region_code AND d.source = c.source AND d.day = c.day
                    AND d.subject IN ('payment', 'refund') AND d.stands), 0)
 LIMIT 20;

-- name: closed_days_stay_closed
-- 2  A closed day with another number of entries than it was closed with.
SELECT c.region_code || ' ' || c.day AS broken
  FROM day_closes c
 WHERE c.entries <> (SELECT count(*) FROM entries e
                      WHERE e.region_code = c.region_code
                        AND e.at >= c.day::timestamp AT TIME ZONE 'Asia/Shanghai'
                        AND e.at < (c.day + 1)::timestamp AT TIME ZONE 'Asia/Shanghai')
 LIMIT 20;

-- name: slips_have_no_gaps
-- 5  A book of slips that has not exactly one slip for every number torn from it.
SELECT b.region_code || ' ' || b.office || ' ' || b.book AS broken
  FROM slip_books b
  LEFT JOIN slips s USING (region_code, office, clerk_id)
 GROUP BY b.region_code, b.office, b.book, b.last_serial
HAVING count(s.id) <> b.last_serial OR coalesce(max(s.serial), 0) <> b.last_serial
 LIMIT 20;

-- name: cash_is_where_slips_say
-- 10 Cash in a till or on its way to the bank that is not what the slips, the hand-ins and the
--    payouts come to.
SELECT region_code || ' ' || account AS broken
  FROM (SELECT region_code, account, sum(amount_fen) AS fen
          FROM lines WHERE account LIKE 'cash:%' GROUP BY region_code, account) AS j
  FULL JOIN (
        SELECT region_code, account, sum(fen) AS fen
          FROM (SELECT region_code, 'cash:' || office || ':' || clerk_id AS account,
                       amount_fen AS fen
                  FROM slips WHERE state IN ('issued', 'submitted')
                UNION ALL
                SELECT p.region_code, 'cash:' || p.office || ':' || p.clerk_id, -p.amount_fen
                  FROM cash_payouts p
                  LEFT JOIN hand_ins h ON h.region_code = p.region_code AND h.id = p.hand_in_id
                 WHERE h.id IS NULL OR h.state = 'submitted'
                UNION ALL
                SELECT region_code, 'cash:' || office, amount_fen
                  FROM hand_ins WHERE state = 'received') AS told
         GROUP BY region_code, account) AS t USING (region_code, account)
 WHERE coalesce(j.fen, 0) <> coalesce(t.fen, 0)
 LIMIT 20;
