-- Errands: what is left to do about a few lines of batches.

-- name: in_doubt
-- Lines nobody knows the end of, and of which their bank was not asked for a while.
SELECT batch_id, serial
  FROM batch_errands
 WHERE region_code = :region_code AND errand = 'ask'
   AND (looked_at IS NULL OR looked_at <= :looked_before)
 ORDER BY batch_id, serial
 LIMIT :most;

-- name: untold
-- Payers of lines that failed who have not been told, with their sealed telephones.
SELECT l.batch_id, l.serial, l.amount_fen, l.reason, p.phone_sealed, x.next_on, b.scheme, b.day
  FROM batch_errands e
  JOIN batches b     ON b.region_code = e.region_code AND b.id = e.batch_id
  JOIN batch_lines l ON l.region_code = e.region_code AND l.batch_id = e.batch_id
       AND l.serial = e.serial
  JOIN persons p     ON p.region_code = l.region_code AND p.id = l.person_id
  LEFT JOIN batch_misses x ON x.region_code = l.region_code AND x.person_id = l.person_id
        AND x.scheme = b.scheme
 WHERE e.region_code = :region_code AND e.errand = 'tell'
   AND (e.looked_at IS NULL OR e.looked_at <= :looked_before)
 ORDER BY e.batch_id, e.serial
 LIMIT :most;

-- name: run_errand
-- An errand is done.
DELETE FROM batch_errands
 WHERE region_code = :region_code AND errand = :errand AND batch_id = :batch_id
   AND serial = :serial;

-- name: looked
-- Somebody tried an errand just now, and it has to be tried again.
UPDATE batch_errands SET looked_at = :at
 WHERE region_code = :region_code AND errand = :errand AND batch_id = :batch_id
   AND serial = :serial;
