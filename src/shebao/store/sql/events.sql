-- Events: every step of every thing, read. They are written by the step itself.

-- name: of_subjects
-- What happened to some things, in order.
SELECT subject_id, event, at
  FROM events
 WHERE region_code = :region_code AND subject_id = ANY (:subject_ids::text[])
 ORDER BY subject_id, version;
