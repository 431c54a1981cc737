-- Progress of rosters: how every line stands, told by its bills.

-- name: progress
-- How far a roster has come, group by group.
SELECT "group", standing, count(*) AS lines, sum(amount_fen)::bigint AS amount_fen
  FROM roster_standings
 WHERE region_code = :region_code AND roster_id = :roster_id
 GROUP BY "group", standing
 ORDER BY "group", standing;

-- name: lines_seen
-- Lines of a roster as its collector sees them, some at a time.
SELECT s.line, s."group", s.person_id, s.state, s.says, s.amount_fen, s.standing, p.name,
       p.number_masked
  FROM roster_standings s
  LEFT JOIN persons p ON p.region_code = s.region_code AND p.id = s.person_id
 WHERE s.region_code = :region_code AND s.roster_id = :roster_id
   AND (:standings::text[] IS NULL OR s.standing = ANY (:standings::text[]))
   AND (:only_group::text IS NULL OR s."group" = :only_group)
 ORDER BY s."group", s.line
OFFSET :skip
 LIMIT :most;

-- name: line_seen
-- One line of a roster as its collector sees it.
SELECT s.line, s."group", s.person_id, s.state, s.says, s.amount_fen, s.standing, p.name,
       p.number_masked
  FROM roster_standings s
  LEFT JOIN persons p ON p.region_code = s.region_code AND p.id = s.person_id
 WHERE s.region_code = :region_code AND s.roster_id = :roster_id AND s.line = :line;

-- name: bills_of_line
-- What one line stands for: each bill with its receipt and who is paying or has paid.
SELECT b.id, b.period, b.label, b.amount_fen, b.state, r.number AS receipt_number,
       r.state AS receipt_state, o.order_id IS NOT NULL AS by_collector
  FROM roster_bills rb
  JOIN bills b ON b.region_code = rb.region_code AND b.id = rb.bill_id AND b.withdrawn = ''
  LEFT JOIN receipts r ON r.region_code = b.region_code AND r.bill_id = b.id
  LEFT JOIN roster_orders o ON o.region_code = b.region_code AND o.order_id = b.held_by
 WHERE rb.region_code = :region_code AND rb.roster_id = :roster_id AND rb.line = :line
 ORDER BY b.period, b.id;

-- name: linked_lines
-- The lines of a roster that a family may still pay, each with its payable bills: none of a kind
-- of people for whom one collector pays together.
SELECT l.line, l."group", l.person_id, p.name, array_agg(b.id ORDER BY b.id) AS bill_ids,
       sum(b.amount_fen)::bigint AS amount_fen
  FROM roster_lines l
  JOIN persons p ON p.region_code = l.region_code AND p.id = l.person_id
  JOIN enrolments e ON e.region_code = l.region_code AND e.id = l.enrolment_id
       AND coalesce(e.category, '') <> ALL (:together::text[])
  JOIN roster_bills rb ON rb.region_code = l.region_code AND rb.roster_id = l.roster_id
       AND rb.line = l.line
  JOIN bills b ON b.region_code = rb.region_code AND b.id = rb.bill_id
 WHERE l.region_code = :region_code AND l.roster_id = :roster_id AND l.state = 'listed'
   AND b.state = 'payable' AND (b.payable_until IS NULL OR b.payable_until >= :today)
   AND (:only_group::text IS NULL OR l."group" = :only_group)
 GROUP BY l.line, l."group", l.person_id, p.name
 ORDER BY l."group", l.line
 LIMIT :most;

-- name: orders_of_roster
-- The payments of a whole roster, newest first, each with its newest notice.
SELECT o.id, o.state, o.amount_fen, o.opened_at, o.expires_at, a.method, n.number,
       (SELECT count(*) FROM order_lines l
         WHERE l.region_code = o.region_code AND l.order_id = o.id) AS bills
  FROM roster_orders ro
  JOIN orders o ON o.region_code = ro.region_code AND o.id = ro.order_id
  LEFT JOIN attempts a ON a.region_code = o.region_code AND a.id = o.attempt_id
  LEFT JOIN payment_notices n ON n.region_code = o.region_code AND n.attempt_id = o.attempt_id
 WHERE ro.region_code = :region_code AND ro.roster_id = :roster_id
 ORDER BY o.opened_at DESC;

-- name: slips_of_roster
-- The cash slips that speak of a roster's bills, newest first.
SELECT DISTINCT s.id, s.number, s.clerk_id, s.amount_fen, s.taken_at, s.due_on, s.state,
       h.deposit_id, d.bank_serial, d.state AS deposit_state
  FROM roster_bills rb
  JOIN order_lines l ON l.region_code = rb.region_code AND l.bill_id = rb.bill_id
  JOIN slips s ON s.region_code = l.region_code AND s.order_id = l.order_id
  LEFT JOIN hand_ins h ON h.region_code = s.region_code AND h.id = s.hand_in_id
  LEFT JOIN deposits d ON d.region_code = h.region_code AND d.id = h.deposit_id
 WHERE rb.region_code = :region_code AND rb.roster_id = :roster_id
 ORDER BY s.taken_at DESC, s.number;

-- name: paid_by_roster
-- Whether a receipt's money came with a payment of a roster.
SELECT ro.roster_id, r.order_id, b.line
  FROM receipts r
  JOIN roster_orders ro ON ro.region_code = r.region_code AND ro.order_id = r.order_id
  JOIN roster_bills b ON b.region_code = r.region_code AND b.bill_id = r.bill_id
       AND b.roster_id = ro.roster_id
 WHERE r.region_code = :region_code AND r.number = :number;
