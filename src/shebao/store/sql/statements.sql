-- Statements: the files others send us, line by line, and which of them we have.

-- name: known_file
-- A file by its name, wherever it was imported.
SELECT region_code, source, day, number, name, sha256, bytes, lines, payments_fen, refunds_fen,
       fees_fen, imported_at, matched_at
  FROM statement_files
 WHERE region_code = ANY (:region_codes::text[]) AND name = :name
 ORDER BY region_code
 LIMIT 1;

-- name: known_names
-- The name and size of every file we have read.
SELECT DISTINCT name, bytes FROM statement_files WHERE region_code = ANY (:region_codes::text[]);

-- name: lock_source
-- One import or match of a region's source at a time.
SELECT pg_advisory_xact_lock(hashtextextended('statement:' || :region_code || ':' || :source, 0));

-- name: next_number
-- The number of the next file of a source and day.
SELECT (coalesce(max(number), 0) + 1)::smallint AS number
  FROM statement_files
 WHERE region_code = ANY (:region_codes::text[]) AND source = :source AND day = :day;

-- name: share_out
-- Lines of a file of several regions go to the region of the attempt or refund they name; those
-- that name nothing of ours to the region that was told of that money, and else to the one that
-- answers for the account.
WITH taken AS (
    DELETE FROM statement_lines
     WHERE region_code = :shared AND source = :source AND day = :day AND number = :number
 RETURNING *
)
INSERT INTO statement_lines (region_code, source, day, number, line, kind, our_id, reference,
                             amount_fen, fee_fen, happened_at)
SELECT coalesce(a.region_code, r.region_code, p.region_code, :home), t.source, t.day, t.number, t.line, t.kind,
       t.our_id, t.reference, t.amount_fen, t.fee_fen, t.happened_at
  FROM taken t
  LEFT JOIN attempts a ON t.kind = 'payment' AND a.id = t.our_id
       AND a.region_code = ANY (:region_codes::text[])
  LEFT JOIN refunds r ON t.kind = 'refund' AND r.id = t.our_id
       AND r.region_code = ANY (:region_codes::text[])
  LEFT JOIN LATERAL (
       SELECT region_code
         FROM payments
        WHERE a.id IS NULL AND t.kind = 'payment' AND region_code = ANY (:region_codes::text[])
          AND method = t.source AND reference = t.reference
        LIMIT 1) AS p ON true;

-- name: insert_files
-- A file as each of its regions has it, with what its lines come to there.
INSERT INTO statement_files (region_code, source, day, number, name, sha256, bytes, lines,
                             payments_fen, refunds_fen, fees_fen, imported_at)
SELECT c.code, :source::text, :day::date, :number::smallint, :name::text, :digest::bytea,
       :bytes::bigint, count(l.line),
       coalesce(sum(l.amount_fen) FILTER (WHERE l.kind = 'payment'), 0),
       coalesce(sum(l.amount_fen) FILTER (WHERE l.kind = 'refund'), 0),
       coalesce(sum(l.fee_fen), 0), :at::timestamptz
  FROM unnest(:region_codes::text[]) AS c (code)
  LEFT JOIN statement_lines l ON l.region_code = c.code AND l.source = :source
       AND l.day = :day::date AND l.number = :number
 GROUP BY c.code;

-- name: part_transfers
-- What the bank's files of a day say of transfers with a number of ours is a statement of its own:
-- of the method, with the attempt each number is of.
WITH told AS (
    INSERT INTO statement_lines (region_code, source, day, number, line, kind, our_id, reference,
                                 amount_fen, fee_fen, happened_at)
    SELECT l.region_code, 'transfer', l.day, l.number, l.line, l.kind,
           coalesce(n.attempt_id, n.number, l.our_id), l.day || '/' || l.reference, l.amount_fen,
           l.fee_fen, l.happened_at
      FROM statement_lines l
      LEFT JOIN payment_notices n ON n.region_code = l.region_code
           AND n.number = replace(split_part(l.our_id, '/', 2), ' ', '')
     WHERE l.region_code = :region_code AND l.source = 'bank' AND l.day = :day::date
       AND l.kind = 'payment' AND l.our_id LIKE 'transfer/%'
        ON CONFLICT DO NOTHING
 RETURNING region_code, day, number, amount_fen
)
INSERT INTO statement_files (region_code, source, day, number, name, sha256, bytes, lines,
                             payments_fen, refunds_fen, fees_fen, imported_at)
SELECT f.region_code, 'transfer', f.day, f.number, f.name || '#transfer', f.sha256, f.bytes,
       count(*), sum(t.amount_fen), 0, 0, :at::timestamptz
  FROM told t
  JOIN statement_files f ON f.region_code = t.region_code AND f.source = 'bank' AND f.day = t.day
       AND f.number = t.number
 GROUP BY f.region_code, f.day, f.number, f.name, f.sha256, f.bytes;

-- name: remove_file
-- A file that its source has replaced, and that nothing rests on yet.
WITH gone AS (
    DELETE FROM statement_files
     WHERE region_code = ANY (:region_codes::text[])
       AND name IN (:name::text, :name::text || '#transfer')
 RETURNING region_code, source, day, number
)
DELETE FROM statement_lines l
 USING gone g
 WHERE l.region_code = g.region_code AND l.source = g.source AND l.day = g.day
   AND l.number = g.number;

-- name: files_of_days
-- The files of a region for some days.
SELECT region_code, source, day, number, name, sha256, bytes, lines, payments_fen, refunds_fen,
       fees_fen, imported_at, matched_at
  FROM statement_files
 WHERE region_code = :region_code AND day BETWEEN :first_day AND :last_day
 ORDER BY day, source, number;

-- name: to_match
-- Sources and days that were never matched, or where money was judged since then.
SELECT DISTINCT f.source, f.day
  FROM statement_files f
 WHERE f.region_code = :region_code AND f.day >= :since
   AND (f.matched_at IS NULL
        OR EXISTS (SELECT FROM payments p
                    WHERE p.region_code = f.region_code AND p.method = f.source
                      AND p.happened_at >= f.day::timestamp AT TIME ZONE 'Asia/Shanghai' - interval '1 hour'
                      AND p.happened_at < (f.day + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'
                      AND p.judged_at > f.matched_at)
        OR EXISTS (SELECT FROM reversals b
                     JOIN events e ON e.region_code = b.region_code AND e.event = 'booked'
                          AND e.subject_id = b.method || ':' || b.number
                    WHERE b.region_code = f.region_code AND b.method = f.source
                      AND b.happened_at >= f.day::timestamp AT TIME ZONE 'Asia/Shanghai'
                      AND b.happened_at < (f.day + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'
                      AND e.at > f.matched_at))
 ORDER BY f.day, f.source;

-- name: matched
-- The files of a source and day are compared with our books as they stand now.
UPDATE statement_files SET matched_at = :at
 WHERE region_code = :region_code AND source = :source AND day = :day;

-- name: read
-- Whether there is a file of a source and day.
SELECT EXISTS (SELECT FROM statement_files
                WHERE region_code = :region_code AND source = :source AND day = :day) AS here;

-- name: lines_of_day
-- Every line of a source and day: of a bank or the treasury, which write few.
SELECT line, kind, our_id, reference, amount_fen, fee_fen, happened_at
  FROM statement_lines
 WHERE region_code = :region_code AND source = :source AND day = :day
 ORDER BY number, line;

-- name: line_of
-- One line, as it stands in the files of a source and day.
SELECT line, kind, our_id, reference, amount_fen, fee_fen, happened_at
  FROM statement_lines
 WHERE region_code = :region_code AND source = :source AND day = :day AND line = :line
   AND (reference = :subject_number OR our_id = :subject_number)
 ORDER BY number
 LIMIT 1;

-- name: begin_request
-- Take the turn to ask for a file, or to read it, unless that went wrong a short while ago.
INSERT INTO statement_requests AS r (region_code, source, day, asked_at, says)
VALUES (:region_code, :source, :day, :at, 'under_way')
    ON CONFLICT (region_code, source, day) DO UPDATE SET asked_at = :at, says = 'under_way'
 WHERE r.says = '' OR r.asked_at <= :asked_before;

-- name: answer_request
-- What came of asking for a file.
UPDATE statement_requests SET says = :says
 WHERE region_code = :region_code AND source = :source AND day = :day;

-- name: requests
-- What came of asking for the files of some days.
SELECT source, day, says
  FROM statement_requests
 WHERE region_code = :region_code AND day BETWEEN :first_day AND :last_day;

-- name: moved_days
-- Methods and days of theirs on which we say that money moved. Cash is on nobody's statement.
SELECT m.source, (m.at AT TIME ZONE 'Asia/Shanghai'
                  + CASE WHEN m.source IN ('unionpay', 'card') THEN interval '1 hour'
                         ELSE interval '0' END)::date AS day
  FROM (SELECT method AS source, happened_at AS at
          FROM payments
         WHERE region_code = :region_code AND happened_at >= :begins AND happened_at < :ends
         UNION ALL
        SELECT r.method, r.asked_at
          FROM refunds r
          JOIN lines l ON l.region_code = r.region_code AND l.reference = 'refund:' || r.id
               AND l.account = 'clearing:' || r.method
         WHERE r.region_code = :region_code AND r.state = 'succeeded'
           AND r.asked_at >= :begins AND r.asked_at < :ends) AS m
 WHERE m.source <> 'cash'
 GROUP BY 1, 2;

-- name: first_payment
-- When money first moved in some regions, or may have without our being told.
SELECT least((SELECT min(happened_at) FROM payments WHERE region_code = ANY (:region_codes::text[])),
             (SELECT min(created_at) FROM attempts WHERE region_code = ANY (:region_codes::text[])))
       AS at;
