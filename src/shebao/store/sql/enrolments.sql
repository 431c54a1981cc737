-- Enrolments: who belongs to what.

-- name: insert_enrolment
-- An enrolment the agency told us of, or the one we have brought up to date.
WITH told AS (
    INSERT INTO enrolments (region_code, id, person_id, scheme, district, category, identity,
                            subsidised_years, last_choice_fen, paid_until, state, version)
    VALUES (:region_code, :enrolment_id, :person_id, :scheme, :district, :category, :identity,
            :subsidised_years, :last_choice_fen, :paid_until, 'active', 1)
        ON CONFLICT (region_code, person_id, scheme) DO UPDATE
       SET district = excluded.district, category = excluded.category,
           identity = excluded.identity,
           paid_until = coalesce(excluded.paid_until, enrolments.paid_until)
 RETURNING region_code, id, person_id, scheme, district, category, identity, subsidised_years,
           last_choice_fen, paid_until, state, version, (xmax = 0) AS is_new
), kept AS (
    INSERT INTO events (region_code, subject_id, version, event, state, at)
    SELECT region_code, id, version, 'admitted', state, :at::timestamptz FROM told WHERE is_new
)
SELECT region_code, id, person_id, scheme, district, category, identity, subsidised_years,
       last_choice_fen, paid_until, state
  FROM told;

-- name: of_persons
-- What some persons belong to, with the last amount chosen.
SELECT e.region_code, e.id, e.person_id, e.scheme, e.district, e.category, e.identity,
       e.subsidised_years, e.paid_until, e.state, coalesce(last.chosen_fen, e.last_choice_fen) AS last_choice_fen
  FROM enrolments e
  LEFT JOIN LATERAL (
           SELECT c.chosen_fen
             FROM elections c
            WHERE c.region_code = e.region_code AND c.enrolment_id = e.id AND c.state = 'set'
            ORDER BY c.period DESC
            LIMIT 1) AS last ON true
 WHERE e.region_code = :region_code AND e.person_id = ANY (:person_ids::text[])
 ORDER BY e.scheme;

-- name: by_id
-- One enrolment.
SELECT region_code, id, person_id, scheme, district, category, identity, subsidised_years,
       last_choice_fen, paid_until, state
  FROM enrolments
 WHERE region_code = :region_code AND id = :enrolment_id;

-- name: lock_enrolment
-- One enrolment, held until the transaction ends.
SELECT region_code, id, person_id, scheme, district, category, identity, subsidised_years,
       last_choice_fen, paid_until, state
  FROM enrolments
 WHERE region_code = :region_code AND id = :enrolment_id
   FOR NO KEY UPDATE;

-- name: insert_applications
-- Applications of people found by their numbers; who has an enrolment already keeps it.
WITH applied AS (
    INSERT INTO enrolments (region_code, id, person_id, scheme, district, category, state, version)
    SELECT p.region_code, n.id, p.id, :scheme, n.district, n.category, 'applied', 1
      FROM unnest(:ids::text[], :hashes::bytea[], :categories::text[], :districts::text[])
           AS n (id, number_hash, category, district)
      JOIN persons p ON p.region_code = :region_code AND p.number_hash = n.number_hash
        ON CONFLICT DO NOTHING
 RETURNING region_code, id, version, state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT region_code, id, version, 'applied', state, :at::timestamptz FROM applied;

-- name: applications_waiting
-- Applications nobody has decided, the oldest first.
SELECT e.region_code, e.id, e.person_id, e.scheme, e.district, e.category, e.identity,
       e.subsidised_years, e.last_choice_fen, e.paid_until, e.state, p.name, p.number_masked
  FROM enrolments e
  JOIN persons p ON p.region_code = e.region_code AND p.id = e.person_id
 WHERE e.region_code = :region_code AND e.state IN ('applied', 'under_review')
 ORDER BY e.id
 LIMIT :most;

-- name: step_enrolment
-- Move an enrolment from the state we saw to the next, and keep what happened.
WITH moved AS (
    UPDATE enrolments SET state = :state, version = version + 1
     WHERE region_code = :region_code AND id = :enrolment_id AND state = :seen
 RETURNING id, version, state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, version, :event, state, :at::timestamptz FROM moved;
