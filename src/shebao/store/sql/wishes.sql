-- Wishes: what payers want of batches, and how long they could not be collected from.

-- name: skip_next
-- Somebody does not want to be in the next batch.
INSERT INTO batch_skips (region_code, person_id, scheme, asked_at)
VALUES (:region_code, :person_id, :scheme, :at)
    ON CONFLICT (region_code, person_id, scheme) DO UPDATE SET asked_at = :at, used_by = '';

-- name: unskip
-- Somebody wants to be in the next batch after all.
DELETE FROM batch_skips
 WHERE region_code = :region_code AND person_id = :person_id AND scheme = :scheme
   AND used_by = '';

-- name: skips
-- The schemes whose next batch some people do not want to be in.
SELECT person_id, scheme FROM batch_skips
 WHERE region_code = :region_code AND person_id = ANY (:person_ids::text[]) AND used_by = '';

-- name: skips_again
-- A batch that left people out was cancelled: they are left out of the next one instead.
UPDATE batch_skips SET used_by = '' WHERE region_code = :region_code AND used_by = :batch_id;

-- name: misses
-- Since how many months some people could not be collected from, and when it is tried again.
SELECT person_id, scheme, months, last_on, next_on, period, stopped
  FROM batch_misses
 WHERE region_code = :region_code AND person_id = ANY (:person_ids::text[]);

-- name: begin_again
-- A person who could not be collected from may be collected from again.
DELETE FROM batch_misses
 WHERE region_code = :region_code AND person_id = :person_id AND scheme = :scheme;
