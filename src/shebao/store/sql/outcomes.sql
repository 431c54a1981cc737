-- Outcomes: what became of the lines of batches, counted and looked at.

-- name: counts
-- How many lines of a batch stand where, why, and what they come to.
SELECT state, reason, count(*) AS lines, sum(amount_fen)::bigint AS amount_fen
  FROM batch_lines
 WHERE region_code = :region_code AND batch_id = :batch_id
 GROUP BY state, reason
 ORDER BY state, reason;

-- name: of_reason
-- Lines of a batch that ended for one reason, with whose they are, to look at.
SELECT l.serial, l.amount_fen, l.state, l.reason, l.says, p.name, p.number_masked, m.bank,
       m.account_masked, x.next_on,
       EXISTS (SELECT 1 FROM batch_errands e
                WHERE e.region_code = l.region_code AND e.errand = 'tell'
                  AND e.batch_id = l.batch_id AND e.serial = l.serial) AS untold
  FROM batch_lines l
  JOIN batches b  ON b.region_code = l.region_code AND b.id = l.batch_id
  JOIN persons p  ON p.region_code = l.region_code AND p.id = l.person_id
  JOIN mandates m ON m.region_code = l.region_code AND m.id = l.mandate_id
  LEFT JOIN batch_misses x ON x.region_code = l.region_code AND x.person_id = l.person_id
        AND x.scheme = b.scheme
 WHERE l.region_code = :region_code AND l.batch_id = :batch_id AND l.reason = :reason
   AND l.serial > :after
 ORDER BY l.serial
 LIMIT :most;

-- name: any_open
-- Whether the bank still has to say something of a line. As long as it is to be asked about one,
-- nobody has to read all of them.
SELECT CASE WHEN EXISTS (SELECT 1 FROM batch_errands
                          WHERE region_code = :region_code AND batch_id = :batch_id
                            AND errand = 'ask')
            THEN true
            ELSE EXISTS (SELECT 1 FROM batch_lines
                          WHERE region_code = :region_code AND batch_id = :batch_id
                            AND state IN ('queued', 'sent', 'unknown')) END AS open;

-- name: of_persons
-- The last lines of each of some people, the newest day first.
SELECT l.region_code, l.batch_id, l.serial, l.packet, l.person_id, l.mandate_id, l.amount_fen,
       l.bill_ids, l.state, l.version, l.reason, l.says, l.day, l.scheme, l.batch_state, l.held_to
  FROM unnest(:person_ids::text[]) AS n (person_id)
 CROSS JOIN LATERAL (
       SELECT o.*, c.day, c.scheme, c.state AS batch_state, c.held_to
         FROM batch_lines o
         JOIN batches c ON c.region_code = o.region_code AND c.id = o.batch_id
        WHERE o.region_code = :region_code AND o.person_id = n.person_id
          AND c.state <> 'cancelled'
        ORDER BY c.day DESC, o.batch_id
        LIMIT 20) AS l
 ORDER BY l.day DESC, l.batch_id;
