-- Lines of rosters: who is on one, and which bills they stand for.

-- name: without_bills
-- Lines of a roster that are to be collected and have no bill for some of its periods.
SELECT e.id AS enrolment_id, e.person_id, e.scheme, e.district, e.category, e.identity,
       e.subsidised_years, e.last_choice_fen, e.state, p.born, p.sex, n.period
  FROM roster_lines l
  JOIN rosters r    ON r.region_code = l.region_code AND r.id = l.roster_id
  JOIN enrolments e ON e.region_code = l.region_code AND e.id = l.enrolment_id
  JOIN persons p    ON p.region_code = e.region_code AND p.id = e.person_id
 CROSS JOIN LATERAL unnest(r.periods) AS n (period)
  LEFT JOIN bills b ON b.region_code = e.region_code AND b.enrolment_id = e.id
       AND b.period = n.period AND b.kind = :kind AND b.withdrawn = ''
 WHERE l.region_code = :region_code AND l.roster_id = :roster_id AND l.state = 'listed'
   AND b.id IS NULL
 ORDER BY l.line, n.period;

-- name: bind_bills
-- Every line stands for the bills of its person for the roster's periods.
INSERT INTO roster_bills (region_code, roster_id, line, bill_id)
SELECT l.region_code, l.roster_id, l.line, b.id
  FROM roster_lines l
  JOIN rosters r ON r.region_code = l.region_code AND r.id = l.roster_id
  JOIN bills b   ON b.region_code = l.region_code AND b.enrolment_id = l.enrolment_id
       AND b.period = ANY (r.periods) AND b.kind = :kind AND b.withdrawn = ''
 WHERE l.region_code = :region_code AND l.roster_id = :roster_id AND l.state = 'listed'
    ON CONFLICT DO NOTHING;

-- name: lines_that_apply
-- Lines whose people are to be enrolled: the number by which they are found, and as what.
SELECT line, number_hash, category, district
  FROM roster_lines
 WHERE region_code = :region_code AND roster_id = :roster_id AND state = 'applying'
   AND enrolment_id IS NULL
 ORDER BY line;

-- name: point_at_enrolments
-- Lines that apply now point at their applications. Each is looked up by its number: a set joined
-- to a set is planned badly where nobody has counted the rows yet.
UPDATE roster_lines l
   SET person_id = (SELECT p.id FROM persons p
                     WHERE p.region_code = l.region_code AND p.number_hash = l.number_hash),
       enrolment_id = (SELECT e.id FROM enrolments e
                        WHERE e.region_code = l.region_code AND e.scheme = :scheme
                          AND e.person_id = (SELECT p.id FROM persons p
                                              WHERE p.region_code = l.region_code
                                                AND p.number_hash = l.number_hash))
 WHERE l.region_code = :region_code AND l.roster_id = :roster_id AND l.state = 'applying'
   AND l.enrolment_id IS NULL;

-- name: lock_decided
-- Lines that wait for an enrolment about which the agency has decided, held for this transaction.
SELECT l.roster_id, l.line, l.version, e.state
  FROM roster_lines l
  JOIN rosters r    ON r.region_code = l.region_code AND r.id = l.roster_id AND r.state = 'open'
  JOIN enrolments e ON e.region_code = l.region_code AND e.id = l.enrolment_id
 WHERE l.region_code = :region_code AND l.state = 'applying'
   AND e.state IN ('active', 'rejected', 'ended')
 ORDER BY l.roster_id, l.line
 LIMIT :most
   FOR NO KEY UPDATE OF l;

-- name: lock_line
-- One line, held until the transaction ends.
SELECT region_code, roster_id, line, number_hash, "group", person_id, enrolment_id, category,
       district, reason, says, state, version
  FROM roster_lines
 WHERE region_code = :region_code AND roster_id = :roster_id AND line = :line
   FOR NO KEY UPDATE;

-- name: step_lines
-- Move lines of a roster from the version we saw to the next, and keep what happened.
WITH moved AS (
    UPDATE roster_lines l
       SET state = n.state, version = l.version + 1, reason = n.reason, says = n.says
      FROM unnest(:lines::integer[], :versions::smallint[], :events::text[], :states::text[],
                  :reasons::text[], :says::text[]) AS n (line, version, event, state, reason, says)
     WHERE l.region_code = :region_code AND l.roster_id = :roster_id AND l.line = n.line
       AND l.version = n.version
 RETURNING l.roster_id, l.line, l.version, n.event, l.state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, roster_id || ':' || line, version, event, state, :at::timestamptz FROM moved;

-- name: reasons
-- What was said against the lines of a roster.
SELECT line, says
  FROM roster_lines
 WHERE region_code = :region_code AND roster_id = :roster_id AND says <> ''
 ORDER BY line;

-- name: counts_of_states
-- How many lines of a roster stand where, and what was said against them.
SELECT state, reason, count(*) AS lines
  FROM roster_lines
 WHERE region_code = :region_code AND roster_id = :roster_id
 GROUP BY state, reason;

-- name: unpaid_bills
-- The bills of a roster that can be paid today, by the lines that are still to be collected.
SELECT b.id
  FROM roster_lines l
  JOIN roster_bills rb ON rb.region_code = l.region_code AND rb.roster_id = l.roster_id
       AND rb.line = l.line
  JOIN bills b ON b.region_code = rb.region_code AND b.id = rb.bill_id
 WHERE l.region_code = :region_code AND l.roster_id = :roster_id AND l.state = 'listed'
   AND b.state = 'payable' AND (b.payable_until IS NULL OR b.payable_until >= :today)
 ORDER BY b.id;

-- name: insert_roster_order
-- An order pays for lines of a roster.
INSERT INTO roster_orders (region_code, order_id, roster_id)
VALUES (:region_code, :order_id, :roster_id)
    ON CONFLICT DO NOTHING;

-- name: remember_listing
-- A collector has listed these people: a look at their record, with the reason.
INSERT INTO looks (region_code, person_id, at, viewer_id, reason)
SELECT DISTINCT region_code, person_id, :at::timestamptz, :clerk_id, 'roster'
  FROM roster_lines
 WHERE region_code = :region_code AND roster_id = :roster_id AND person_id IS NOT NULL
   AND state IN ('listed', 'applying')
    ON CONFLICT DO NOTHING;
