-- Rosters: the files of collectors, judged line by line.

-- name: lock_rosters_of_scheme
-- One file of a region and scheme is judged or taken in at a time.
SELECT pg_advisory_xact_lock(hashtextextended('roster:' || :region_code || ':' || :scheme, 0));

-- name: about_staged
-- What the books know of everybody a file names, and whether an earlier roster has them.
SELECT s.line, p.id AS person_id, p.name, p.born, p.sex, e.id AS enrolment_id,
       e.state AS enrolment_state, e.category, e.district, e.identity, b.bills,
       coalesce(b.special_waits, false) AS special_waits, l.collector_id, l.title
  FROM roster_staging s
  LEFT JOIN persons p    ON p.region_code = s.region_code AND p.number_hash = s.number_hash
  LEFT JOIN enrolments e ON e.region_code = p.region_code AND e.person_id = p.id
       AND e.scheme = :scheme
  LEFT JOIN LATERAL (
       SELECT jsonb_agg(jsonb_build_array(b.period, b.state, o.entry_channel, b.payable_until))
                  FILTER (WHERE b.kind = :kind AND b.period = ANY (:periods::text[])) AS bills,
              bool_or(b.kind IN ('back_pay', 'lump_sum', 'paid_for')
                      AND b.state IN ('payable', 'reserved')) AS special_waits
         FROM bills b
         LEFT JOIN orders o ON o.region_code = b.region_code AND o.id = b.held_by
        WHERE b.region_code = e.region_code AND b.enrolment_id = e.id AND b.withdrawn = '') AS b
       ON e.id IS NOT NULL
  LEFT JOIN LATERAL (
       SELECT r.collector_id, r.title
         FROM roster_lines l
         JOIN rosters r ON r.region_code = l.region_code AND r.id = l.roster_id
        WHERE l.region_code = s.region_code AND l.number_hash = s.number_hash
          AND l.state IN ('listed', 'applying') AND r.state IN ('checked', 'open')
          AND r.scheme = :scheme AND r.periods && :periods::text[]
        ORDER BY r.made_at
        LIMIT 1) AS l ON true
 WHERE s.region_code = :region_code AND s.roster_id = :roster_id
 ORDER BY s.line;

-- name: clear_staged
-- The file is judged.
DELETE FROM roster_staging WHERE region_code = :region_code AND roster_id = :roster_id;

-- name: insert_roster
-- A file that was judged.
WITH made AS (
    INSERT INTO rosters (region_code, id, collector_id, clerk_id, scheme, periods, title,
                         file_name, file_sealed, lines, made_at, state, version)
    VALUES (:region_code, :roster_id, :collector_id, :clerk_id, :scheme, :periods, :title,
            :file_name, :file_sealed, :lines, :at, 'checked', 1)
 RETURNING id, version, state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, version, 'checked', state, :at::timestamptz FROM made;

-- name: lines_began
-- The events that say how the lines of a new roster were judged.
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT region_code, roster_id || ':' || line, version, 'judged', state, :at::timestamptz
  FROM roster_lines
 WHERE region_code = :region_code AND roster_id = :roster_id;

-- name: roster_by_id
-- One roster.
SELECT region_code, id, collector_id, clerk_id, scheme, periods, title, file_name, lines, made_at,
       state, version
  FROM rosters
 WHERE region_code = :region_code AND id = :roster_id;

-- name: lock_roster
-- One, held until the transaction ends.
SELECT region_code, id, collector_id, clerk_id, scheme, periods, title, file_name, lines, made_at,
       state, version
  FROM rosters
 WHERE region_code = :region_code AND id = :roster_id
   FOR NO KEY UPDATE;

-- name: rosters_of_collector
-- The newest rosters of a collector.
SELECT region_code, id, collector_id, clerk_id, scheme, periods, title, file_name, lines, made_at,
       state, version
  FROM rosters
 WHERE region_code = :region_code AND collector_id = :collector_id AND state <> 'discarded'
 ORDER BY made_at DESC
 LIMIT 50;

-- name: step_roster
-- Move one from the version we saw to the next, and keep what happened.
WITH moved AS (
    UPDATE rosters SET state = :state, version = version + 1
     WHERE region_code = :region_code AND id = :roster_id AND version = :seen
 RETURNING id, version, state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, version, :event, state, :at::timestamptz FROM moved;

-- name: sealed_file
-- The file a roster came from, while it is kept.
SELECT file_sealed FROM rosters WHERE region_code = :region_code AND id = :roster_id;

-- name: forget_files
-- Files that were kept long enough.
UPDATE rosters SET file_sealed = NULL
 WHERE region_code = :region_code AND file_sealed IS NOT NULL AND made_at < :before;

-- name: lock_files_sealed_before
-- Files sealed with an older key, held until the transaction ends.
SELECT id, file_sealed
  FROM rosters
 WHERE region_code = :region_code AND file_sealed IS NOT NULL
   AND get_byte(file_sealed, 0) <> :newest
 LIMIT :most
   FOR NO KEY UPDATE;

-- name: keep_sealed_file
-- The same file, sealed with another key.
UPDATE rosters SET file_sealed = :file_sealed
 WHERE region_code = :region_code AND id = :roster_id;
