-- Closes: days whose books are closed. Only added to.

-- name: lock_closing
-- One close of a region at a time.
SELECT pg_advisory_xact_lock(hashtextextended('close:' || :region_code, 0));

-- name: last
-- The last day that was closed before or on a day.
SELECT region_code, day, entries, lines, moved_fen, entries_hash, previous_hash, hash, balances,
       facts
  FROM day_closes
 WHERE region_code = :region_code AND day <= :day
 ORDER BY day DESC
 LIMIT 1;

-- name: of_region
-- Every closed day of a region, in order.
SELECT region_code, day, entries, lines, moved_fen, entries_hash, previous_hash, hash, balances,
       facts
  FROM day_closes
 WHERE region_code = :region_code
 ORDER BY day;

-- name: first_entry
-- When the first entry of a region was written.
SELECT min(at) AS at FROM entries WHERE region_code = :region_code;

-- name: entries_between
-- The entries of some time with their lines, in the order they are hashed in.
SELECT e.reference, e.at, array_agg(l.account ORDER BY l.line) AS accounts,
       array_agg(l.amount_fen ORDER BY l.line) AS amounts
  FROM entries e
  JOIN lines l ON l.region_code = e.region_code AND l.reference = e.reference
 WHERE e.region_code = :region_code AND e.at >= :begins AND e.at < :ends
 GROUP BY e.reference, e.at
 ORDER BY e.at, e.reference COLLATE "C";

-- name: insert_close
-- A day is closed.
INSERT INTO day_closes (region_code, day, entries, lines, moved_fen, entries_hash, previous_hash,
                        hash, balances, facts, closed_at)
VALUES (:region_code, :day, :entries, :lines, :moved_fen, :entries_hash, :previous_hash, :hash,
        :balances::jsonb, :facts, :at);
