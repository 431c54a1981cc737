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
-- What was chosen, a period each.
WITH made AS (
    INSERT INTO elections (region_code, id, enrolment_id, period, chosen_fen, made_by,
                           entry_channel, made_at, state, version)
    SELECT :region_code, n.id, :enrolment_id, n.period, :chosen_fen, :made_by, :entry_channel,
           :at::timestamptz, 'set', 1
      FROM unnest(:ids::text[], :periods::text[]) AS n (id, period)
 RETURNING id, version, state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, version, 'set', state, :at::timestamptz FROM made;
