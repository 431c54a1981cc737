-- Replays: what was told on a day, and how things stood and moved then.

-- name: judged_between
-- The notices of payments judged in some time, as they came, with what was made of each.
SELECT method, id, received_at, headers, body, subject_id, outcome, amount_fen, reference,
       happened_at, judged_at, verdict
  FROM notices
 WHERE region_code = :region_code AND judged_at >= :begins AND judged_at < :ends
   AND subject = 'payment'
 ORDER BY judged_at, received_at, id;

-- name: stood_before
-- The last step of each of some things before a moment: how it stood then.
SELECT DISTINCT ON (subject_id) subject_id, version, event, state, at
  FROM events
 WHERE region_code = :region_code AND subject_id = ANY (:subject_ids::text[]) AND at < :at
 ORDER BY subject_id, version DESC;

-- name: steps_at
-- The steps some things took at a moment.
SELECT subject_id, event
  FROM events
 WHERE region_code = :region_code AND subject_id = ANY (:subject_ids::text[]) AND at = :at;

-- name: entry_of
-- The lines of an entry.
SELECT account, amount_fen
  FROM lines
 WHERE region_code = :region_code AND reference = :reference
 ORDER BY line;

-- name: known_before
-- Which sums of money were written down before a moment.
SELECT method, reference
  FROM payments
 WHERE region_code = :region_code AND reference = ANY (:references::text[]) AND judged_at < :at;

-- name: told_by_nobody
-- Entries of payments of some time that no notice tells of, and that no bank's batch brought.
SELECT e.reference
  FROM entries e
  JOIN payments p ON p.region_code = e.region_code
       AND e.reference = 'payment:' || p.method || ':' || p.reference
  LEFT JOIN orders o ON o.region_code = p.region_code AND o.id = p.order_id
 WHERE e.region_code = :region_code AND e.at >= :begins AND e.at < :ends
   AND coalesce(o.entry_channel, '') <> 'batch'
   AND NOT EXISTS (SELECT FROM notices n
                    WHERE n.region_code = p.region_code AND n.method = p.method
                      AND n.reference = p.reference AND n.judged_at IS NOT NULL)
 ORDER BY e.reference
 LIMIT 20;
