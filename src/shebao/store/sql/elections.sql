-- Elections: what was chosen. The enrolment is locked by whoever changes them.

-- name: replace
-- The election in force for these periods is no longer.
WITH replaced AS (
    UPDATE elections SET state = 'replaced', version = version + 1
     WHERE region_code = :region_code AND enrolment_id = :enrolment_id
       AND period = ANY (:periods::text[]) AND state = 'set'
 RETURNING id, version, state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, version, 'replaced', state, :at::timestamptz FROM replaced;

-- name: insert_elections
-- What was chosen, a period each. It is what later years follow, unless one was chosen for them.
WITH follows AS (
    UPDATE enrolments e SET last_choice_fen = :chosen_fen
     WHERE e.region_code = :region_code AND e.id = :enrolment_id
       AND NOT EXISTS (SELECT 1 FROM elections later
                        WHERE later.region_code = :region_code
                          AND later.enrolment_id = :enrolment_id AND later.state = 'set'
                          AND later.period > ALL (:periods::text[]))
), made AS (
    INSERT INTO elections (region_code, id, enrolment_id, period, chosen_fen, made_by,
                           entry_channel, made_at, state, version)
    SELECT :region_code, n.id, :enrolment_id, n.period, :chosen_fen, :made_by, :entry_channel,
           :at::timestamptz, 'set', 1
      FROM unnest(:ids::text[], :periods::text[]) AS n (id, period)
 RETURNING id, version, state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, version, 'set', state, :at::timestamptz FROM made;

-- name: standing
-- What is set for some enrolments, for a period and those after it.
SELECT enrolment_id, period, chosen_fen
  FROM elections
 WHERE region_code = :region_code AND enrolment_id = ANY (:enrolment_ids::text[])
   AND state = 'set' AND period >= :since
 ORDER BY enrolment_id, period;

-- name: void_elections
-- What was set for these periods is void, and nothing follows from it any more.
WITH follows AS (
    UPDATE enrolments SET last_choice_fen = NULL
     WHERE region_code = :region_code AND id = :enrolment_id
), gone AS (
    UPDATE elections SET state = 'voided', version = version + 1
     WHERE region_code = :region_code AND enrolment_id = :enrolment_id
       AND period = ANY (:periods::text[]) AND state = 'set'
 RETURNING id, version, state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, version, 'voided', state, :at::timestamptz FROM gone;
