-- Differences: numbers on which a statement and our books do not say the same.

-- name: odd_payments
-- One pass over a day's lines and a day's money finds the numbers that are not once on each side
-- with one amount. For those few, all that is known of them is looked up by index.
WITH both_sides AS (
    SELECT reference AS number, amount_fen AS theirs, 0::bigint AS ours
      FROM statement_lines
     WHERE region_code = :region_code AND source = :source AND day = :day AND kind = 'payment'
     UNION ALL
    SELECT reference, 0, amount_fen
      FROM payments
     WHERE region_code = :region_code AND method = :source
       AND happened_at >= :begins AND happened_at < :ends
), odd AS MATERIALIZED (
    SELECT number
      FROM both_sides
     GROUP BY number
    HAVING count(*) <> 2 OR max(theirs) <> max(ours)
), said AS (
    SELECT l.reference AS number, min(l.our_id) AS our_id, min(l.line) AS line, count(*)::int AS times,
           sum(l.amount_fen)::bigint AS fen, min(l.amount_fen) AS least, max(l.amount_fen) AS most,
           min(l.happened_at) AS happened_at
      FROM statement_lines l
     WHERE l.region_code = :region_code AND l.source = :source AND l.day = :day
       AND l.kind = 'payment'
       AND (l.reference IN (SELECT number FROM odd)) IS TRUE  -- So it is the few that are hashed.
     GROUP BY l.reference
), sides AS (
    SELECT o.number, s.line, coalesce(s.times, 0) AS theirs_count, coalesce(s.fen, 0) AS theirs_fen,
           CASE WHEN s.least = s.most THEN s.least END AS each_fen,
           coalesce(nullif(s.our_id, ''), p.attempt_id, '') AS our_id,
           coalesce(p.within, false) AS within, p.amount_fen AS held_fen,
           coalesce(p.happened_at, s.happened_at) AS happened_at
      FROM odd o
      LEFT JOIN said s USING (number)
      LEFT JOIN LATERAL (
           SELECT amount_fen, attempt_id, happened_at,
                  happened_at >= :begins AND happened_at < :ends AS within
             FROM payments
            WHERE region_code = :region_code AND method = :source AND reference = o.number
            LIMIT 1) AS p ON true
)
SELECT s.number, s.our_id, s.line, s.theirs_count, s.theirs_fen, s.each_fen, s.happened_at,
       s.within::int AS ours_count,
       CASE WHEN s.within THEN s.held_fen ELSE 0 END AS ours_fen,
       CASE WHEN NOT s.within THEN s.held_fen END AS elsewhere_fen,
       sum(s.theirs_fen) OVER family::bigint AS family_theirs_fen,
       sum(CASE WHEN s.within THEN s.held_fen ELSE 0 END) OVER family::bigint AS family_ours_fen,
       EXISTS (SELECT FROM statement_files f
                WHERE f.region_code = :region_code AND f.source = :source
                  AND f.day = (s.happened_at AT TIME ZONE 'Asia/Shanghai' + :ends_earlier::interval)::date
                  AND f.matched_at IS NOT NULL AND NOT s.within AND s.held_fen IS NOT NULL)
           AS elsewhere_matched,
       (SELECT CASE WHEN s.within THEN d.theirs_fen ELSE d.ours_fen END
          FROM differences d
         WHERE d.region_code = :region_code AND d.source = :source AND d.subject = 'payment'
           AND d.number = s.number AND d.day <> :day AND d.stands
           AND CASE WHEN s.within THEN d.ours_fen ELSE d.theirs_fen END = 0
         LIMIT 1) AS opposite_fen,
       s.our_id <> '' AND EXISTS (
           SELECT FROM attempts a WHERE a.region_code = :region_code AND a.id = s.our_id) AS known
  FROM sides s
WINDOW family AS (PARTITION BY coalesce(nullif(s.our_id, ''), s.number));

-- name: odd_refunds
-- The same for refunds, by our number of each; what moves out is negative. Ours are those that
-- went out of what the channel holds, for a refund sent by hand is on no statement of its; and
-- what a bank took back, which its file has under the attempt.
WITH both_sides AS (
    SELECT our_id AS number, amount_fen AS theirs, 0::bigint AS ours
      FROM statement_lines
     WHERE region_code = :region_code AND source = :source AND day = :day AND kind = 'refund'
     UNION ALL
    SELECT r.id, 0, r.amount_fen
      FROM refunds r
     WHERE r.region_code = :region_code AND r.method = :source AND r.state = 'succeeded'
       AND r.asked_at >= :begins AND r.asked_at < :ends
       AND EXISTS (SELECT FROM lines c WHERE c.region_code = r.region_code
                      AND c.reference = 'refund:' || r.id AND c.account = 'clearing:' || r.method)
     UNION ALL
    SELECT attempt_id, 0, amount_fen
      FROM reversals
     WHERE region_code = :region_code AND method = :source AND state = 'booked'
       AND happened_at >= :begins AND happened_at < :ends
), odd AS MATERIALIZED (
    SELECT number
      FROM both_sides
     GROUP BY number
    HAVING count(*) <> 2 OR max(theirs) <> max(ours)
), said AS (
    SELECT l.our_id AS number, min(l.line) AS line, count(*)::int AS times,
           sum(l.amount_fen)::bigint AS fen, min(l.amount_fen) AS least, max(l.amount_fen) AS most,
           min(l.happened_at) AS happened_at
      FROM statement_lines l
     WHERE l.region_code = :region_code AND l.source = :source AND l.day = :day
       AND l.kind = 'refund' AND (l.our_id IN (SELECT number FROM odd)) IS TRUE
     GROUP BY l.our_id
), sides AS (
    SELECT o.number, s.line, coalesce(s.times, 0) AS theirs_count, -coalesce(s.fen, 0) AS theirs_fen,
           CASE WHEN s.least = s.most THEN -s.least END AS each_fen,
           coalesce(r.reference, '') AS family, r.id IS NOT NULL AS known,
           coalesce(r.within, false) AS within,
           CASE WHEN r.succeeded THEN -r.amount_fen END AS held_fen,
           coalesce(r.asked_at, s.happened_at) AS happened_at
      FROM odd o
      LEFT JOIN said s USING (number)
      LEFT JOIN LATERAL (
           SELECT f.id, f.amount_fen, f.reference,
                  CASE WHEN c.account IS NOT NULL THEN f.asked_at END AS asked_at,
                  c.account IS NOT NULL AS succeeded,
                  c.account IS NOT NULL AND f.asked_at >= :begins AND f.asked_at < :ends AS within
             FROM refunds f
             LEFT JOIN lines c ON f.state = 'succeeded' AND c.region_code = f.region_code
                  AND c.reference = 'refund:' || f.id AND c.account = 'clearing:' || f.method
            WHERE f.region_code = :region_code AND f.id = o.number AND f.method = :source
            UNION ALL
           SELECT attempt_id, amount_fen, reference, happened_at, true,
                  happened_at >= :begins AND happened_at < :ends
             FROM reversals
            WHERE region_code = :region_code AND method = :source AND attempt_id = o.number
              AND state = 'booked'
            LIMIT 1) AS r ON true
)
SELECT s.number, CASE WHEN s.known THEN s.number ELSE '' END AS our_id, s.line, s.theirs_count,
       s.theirs_fen, s.each_fen, s.happened_at, s.within::int AS ours_count,
       CASE WHEN s.within THEN s.held_fen ELSE 0 END AS ours_fen,
       CASE WHEN NOT s.within THEN s.held_fen END AS elsewhere_fen,
       sum(s.theirs_fen) OVER family::bigint AS family_theirs_fen,
       sum(CASE WHEN s.within THEN s.held_fen ELSE 0 END) OVER family::bigint AS family_ours_fen,
       EXISTS (SELECT FROM statement_files f
                WHERE f.region_code = :region_code AND f.source = :source
                  AND f.day = (s.happened_at AT TIME ZONE 'Asia/Shanghai' + :ends_earlier::interval)::date
                  AND f.matched_at IS NOT NULL AND NOT s.within AND s.held_fen IS NOT NULL)
           AS elsewhere_matched,
       (SELECT CASE WHEN s.within THEN d.theirs_fen ELSE d.ours_fen END
          FROM differences d
         WHERE d.region_code = :region_code AND d.source = :source AND d.subject = 'refund'
           AND d.number = s.number AND d.day <> :day AND d.stands
           AND CASE WHEN s.within THEN d.ours_fen ELSE d.theirs_fen END = 0
         LIMIT 1) AS opposite_fen,
       s.known
  FROM sides s
WINDOW family AS (PARTITION BY coalesce(nullif(s.family, ''), s.number));

-- name: keep
-- Write findings down, with the event of the new ones; one that is here already is seen again.
WITH kept AS (
    INSERT INTO differences AS d (region_code, id, source, day, subject, number, kind, our_id, line,
                                  theirs_fen, ours_fen, happened_at, stands, state, version,
                                  found_at, seen_at)
    SELECT :region_code, n.id, :source, :day::date, :subject, n.number, n.kind, n.our_id, n.line,
           n.theirs_fen, n.ours_fen, n.happened_at, true, 'open', 1, :at::timestamptz,
           :at::timestamptz
      FROM unnest(:ids::text[], :numbers::text[], :kinds::text[], :our_ids::text[], :lines::int[],
                  :theirs::bigint[], :ours::bigint[], :happened_ats::timestamptz[])
           AS n (id, number, kind, our_id, line, theirs_fen, ours_fen, happened_at)
        ON CONFLICT (region_code, source, subject, number, day) DO UPDATE
       SET kind = excluded.kind, line = excluded.line, theirs_fen = excluded.theirs_fen,
           ours_fen = excluded.ours_fen, stands = true, seen_at = excluded.seen_at
 RETURNING id, version, found_at = seen_at AS is_new
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, version, 'found', 'open', :at::timestamptz FROM kept WHERE is_new;

-- name: clear_pairs
-- Open halves of money that stands in the files of two days: nothing is left to do about them.
WITH cleared AS (
    UPDATE differences
       SET state = 'cleared', kind = 'cut_off', version = version + 1
     WHERE region_code = :region_code AND source = :source AND subject = :subject
       AND number = ANY (:numbers::text[]) AND state = 'open' AND stands
       AND (theirs_fen = 0 OR ours_fen = 0)
 RETURNING id, version
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, version, 'cleared', 'cleared', :at::timestamptz FROM cleared;

-- name: open_again
-- Cleared differences that were found again and are not half of a pair.
WITH opened AS (
    UPDATE differences
       SET state = 'open', version = version + 1
     WHERE region_code = :region_code AND source = :source AND day = :day AND subject = :subject
       AND number = ANY (:numbers::text[]) AND state = 'cleared'
 RETURNING id, version
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, version, 'came_back', 'open', :at::timestamptz FROM opened;

-- name: fall
-- Differences of a day that this match did not find: the two sides agree by now.
WITH fallen AS (
    UPDATE differences
       SET stands = false,
           state = CASE WHEN state = 'open' THEN 'cleared' ELSE state END,
           version = version + (state = 'open')::int
     WHERE region_code = :region_code AND source = :source AND day = :day AND stands
       AND seen_at < :at
 RETURNING id, version, state, stands
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, f.id, f.version, 'cleared', 'cleared', :at::timestamptz
  FROM fallen f
 WHERE f.state = 'cleared'
    ON CONFLICT DO NOTHING;

-- name: harden
-- Money at the edge of a day that the next day's file does not have either: it is missing.
UPDATE differences
   SET kind = CASE subject WHEN 'refund' THEN 'refund' ELSE 'short' END
 WHERE region_code = :region_code AND source = :source AND day = :day AND kind = 'cut_off'
   AND state = 'open' AND stands;

-- name: step
-- Take a difference from the version we saw to the next, and keep what happened.
WITH moved AS (
    UPDATE differences SET state = :state, version = version + 1
     WHERE region_code = :region_code AND id = :difference_id AND version = :seen
 RETURNING id, version, state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, version, :event, state, :at::timestamptz FROM moved;

-- name: agree
-- Our side was put right: it says now what the statement says.
UPDATE differences SET ours_fen = theirs_fen, stands = false
 WHERE region_code = :region_code AND id = :difference_id;

-- name: lock
-- One difference, held until the transaction ends.
SELECT region_code, id, source, day, subject, number, kind, our_id, line, theirs_fen, ours_fen,
       happened_at, stands, state, version
  FROM differences
 WHERE region_code = :region_code AND id = :difference_id
   FOR NO KEY UPDATE;

-- name: of_days
-- The differences of some days, those to be done first.
SELECT region_code, id, source, day, subject, number, kind, our_id, line, theirs_fen, ours_fen,
       happened_at, stands, state, version
  FROM differences
 WHERE region_code = :region_code AND day BETWEEN :first_day AND :last_day
   AND (:source::text IS NULL OR source = :source)
   AND (NOT :only_open::boolean OR state = 'open')
 ORDER BY state <> 'open', day, source, kind, number
 LIMIT :most;

-- name: standing
-- What stands between a region's sources and our books on a day, kind by kind.
SELECT source, kind, count(*)::int AS times,
       coalesce(sum(theirs_fen - ours_fen), 0)::bigint AS gap_fen,
       count(*) FILTER (WHERE state = 'open')::int AS open
  FROM differences
 WHERE region_code = :region_code AND day = :day AND stands
 GROUP BY source, kind
 ORDER BY source, kind;
