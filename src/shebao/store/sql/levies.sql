-- Levies. A levy is locked by whoever takes it a step further.

-- name: cohorts
-- Who is in a scheme, as kinds of people the policy can tell apart.
SELECT cohort_of(k.category, k.district, k.identity, k.sex, k.age, k.subsidised_years,
                 k.last_choice_fen) AS cohort, k.*
  FROM (SELECT e.category, e.district, e.identity,
               CASE WHEN :reference_day::date IS NOT NULL THEN p.sex END AS sex,
               CASE WHEN :reference_day::date IS NOT NULL
                    THEN age_on(p.born, :reference_day::date) END AS age,
               CASE WHEN :by_choice::boolean THEN e.subsidised_years END AS subsidised_years,
               CASE WHEN :by_choice::boolean
                    THEN coalesce(x.chosen_fen, e.last_choice_fen) END AS last_choice_fen,
               count(*) AS people
          FROM enrolments e
          JOIN persons p ON p.region_code = e.region_code AND p.id = e.person_id
          LEFT JOIN elections x ON x.region_code = e.region_code AND x.enrolment_id = e.id
               AND x.period = :period AND x.state = 'set' AND :by_choice::boolean
         WHERE e.region_code = :region_code AND e.scheme = :scheme AND e.state = 'active'
         GROUP BY 1, 2, 3, 4, 5, 6, 7) AS k;

-- name: insert_levy
-- A new levy, with the event that began it.
WITH begun AS (
    INSERT INTO levies (region_code, id, scheme, period, as_of, reference_day, by_choice,
                        payable_until, people, began_at, state, version)
    VALUES (:region_code, :id, :scheme, :period, :as_of, :reference_day, :by_choice,
            :payable_until, :people, :at::timestamptz, 'running', 1)
 RETURNING id, version, state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, version, 'begun', state, :at::timestamptz FROM begun;

-- name: insert_prices
-- What each cohort owes.
INSERT INTO levy_prices (region_code, levy_id, cohort, people, amount_fen, unbilled, label,
                         shares, policy_version, source, arithmetic, chosen_fen)
SELECT :region_code, :levy_id, n.cohort, n.people, n.amount_fen, n.unbilled, n.label, n.shares,
       n.policy_version, n.source, n.arithmetic, n.chosen_fen
  FROM jsonb_to_recordset(:prices::jsonb) AS n (
           cohort text, people bigint, amount_fen bigint, unbilled text, label text, shares jsonb,
           policy_version text, source text, arithmetic text[], chosen_fen bigint);

-- name: lock_running
-- The running levy of a scheme and period, held until the transaction ends.
SELECT region_code, id, scheme, period, as_of, reference_day, by_choice, payable_until, people,
       seen, issued, after, state, version
  FROM levies
 WHERE region_code = :region_code AND scheme = :scheme AND period = :period AND state = 'running'
   FOR UPDATE;

-- name: issue_chunk
-- The bills of the next people, with the events that say so, and the choices that were carried
-- over or were made for this period beforehand. A bill that counts already is left as it is, and
-- so is a choice somebody made void.
WITH chunk AS MATERIALIZED (
    SELECT e.id AS enrolment_id, e.person_id,
           row_number() OVER (ORDER BY e.person_id) AS serial,
           cohort_of(e.category, e.district, e.identity,
                     CASE WHEN :reference_day::date IS NOT NULL THEN p.sex END,
                     CASE WHEN :reference_day::date IS NOT NULL
                          THEN age_on(p.born, :reference_day::date) END,
                     CASE WHEN :by_choice::boolean THEN e.subsidised_years END,
                     CASE WHEN :by_choice::boolean
                          THEN coalesce(x.chosen_fen, e.last_choice_fen) END) AS cohort,
           x.id AS elected_before
      FROM (SELECT * FROM enrolments
             WHERE region_code = :region_code AND scheme = :scheme AND state = 'active'
               AND person_id > :after
             ORDER BY person_id
             LIMIT :most) AS e
      JOIN persons p ON p.region_code = :region_code AND p.id = e.person_id
      LEFT JOIN elections x ON x.region_code = :region_code AND x.enrolment_id = e.id
           AND x.period = :period AND x.state = 'set' AND :by_choice::boolean
), due AS MATERIALIZED (
    SELECT c.enrolment_id, c.person_id, c.serial, c.elected_before, w.*
      FROM chunk c
      JOIN levy_prices w ON w.region_code = :region_code AND w.levy_id = :levy_id
           AND w.cohort = c.cohort
     WHERE w.amount_fen IS NOT NULL
       AND NOT (:by_choice::boolean AND c.elected_before IS NULL AND EXISTS (
               SELECT 1 FROM elections x
                WHERE x.region_code = :region_code AND x.enrolment_id = c.enrolment_id
                  AND x.period = :period AND x.state = 'voided'))
), issued AS (
    INSERT INTO bills (region_code, id, person_id, enrolment_id, scheme, period, kind, label,
                       amount_fen, shares, policy_version, source, arithmetic, election_id,
                       payable_until, state, version)
    SELECT :region_code, left(:bill_id, -8) || lpad(serial::text, 8, '0'), person_id,
           enrolment_id, :scheme, :period, :kind, label, amount_fen, shares, policy_version,
           source, arithmetic,
           CASE WHEN chosen_fen IS NOT NULL
                THEN coalesce(elected_before,
                              left(:election_id, -8) || lpad(serial::text, 8, '0')) END,
           :payable_until::date, 'payable', 1
      FROM due
        ON CONFLICT DO NOTHING
 RETURNING id, enrolment_id, election_id, version, state
), elected AS (
    INSERT INTO elections (region_code, id, enrolment_id, period, chosen_fen, made_by,
                           entry_channel, made_at, state, version)
    SELECT :region_code, i.election_id, i.enrolment_id, :period, d.chosen_fen, :made_by,
           'levy', :at::timestamptz, 'set', 1
      FROM issued i
      JOIN due d USING (enrolment_id)
     WHERE i.election_id IS NOT NULL AND d.elected_before IS NULL
 RETURNING id, version, state
), said AS (
    INSERT INTO events (region_code, subject_id, version, event, state, at)
    SELECT :region_code, id, version, 'issued', state, :at::timestamptz FROM issued
     UNION ALL
    SELECT :region_code, id, version, 'set', state, :at::timestamptz FROM elected
)
SELECT (SELECT count(*) FROM chunk) AS seen, (SELECT max(person_id) FROM chunk) AS after,
       (SELECT count(*) FROM issued) AS issued;

-- name: come_further
-- How far a levy has come.
UPDATE levies SET after = :after, seen = seen + :seen, issued = issued + :issued
 WHERE region_code = :region_code AND id = :levy_id;

-- name: finish
-- A levy has come to its end, and what happened is kept.
WITH moved AS (
    UPDATE levies SET state = :state, version = version + 1
     WHERE region_code = :region_code AND id = :levy_id AND version = :version
 RETURNING id, version, state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, version, :event, state, :at::timestamptz FROM moved;

-- name: of_region
-- The levies of a region, the newest first.
SELECT region_code, id, scheme, period, as_of, reference_day, by_choice, payable_until, people,
       seen, issued, after, state, version
  FROM levies
 WHERE region_code = :region_code
 ORDER BY began_at DESC;

-- name: unbilled
-- To how many people of a levy nothing is billed, by the reason.
SELECT unbilled, sum(people)::bigint AS people
  FROM levy_prices
 WHERE region_code = :region_code AND levy_id = :levy_id AND amount_fen IS NULL
 GROUP BY unbilled
 ORDER BY unbilled;
