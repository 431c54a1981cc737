-- Notices: what channels told us, verbatim, and what we made of it.

-- name: shelve
-- Write notices down. One that is here already changes nothing.
INSERT INTO notices (region_code, method, id, received_at, headers, body, subject, subject_id,
                     outcome, amount_fen, reference, happened_at)
SELECT *
  FROM unnest(:region_codes::text[], :methods::text[], :ids::text[], :received_ats::timestamptz[],
              :headers::text[], :bodies::bytea[], :subjects::text[], :subject_ids::text[],
              :outcomes::text[], :amounts::bigint[], :references::text[],
              :happened_ats::timestamptz[])
 ORDER BY 1, 2, 3
    ON CONFLICT DO NOTHING;

-- name: lock_waiting
-- The oldest notices nobody has judged, held until the transaction ends.
SELECT method, id, subject_id, outcome, amount_fen, reference, happened_at
  FROM notices
 WHERE region_code = :region_code AND judged_at IS NULL AND subject = :subject
 ORDER BY received_at
 LIMIT :most
   FOR UPDATE SKIP LOCKED;

-- name: judged
-- What we made of these notices.
UPDATE notices t
   SET judged_at = :at, verdict = n.verdict
  FROM unnest(:methods::text[], :ids::text[], :verdicts::text[]) AS n (method, id, verdict)
 WHERE t.region_code = :region_code AND t.method = n.method AND t.id = n.id;
