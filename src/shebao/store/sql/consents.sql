-- Consents: what somebody agreed to, edition by edition, and parents for their children.

-- name: give_consent
-- Somebody agrees to an edition, for the first time or again.
WITH given AS (
    INSERT INTO consents (region_code, id, person_id, kind, edition, entry_channel, given_at, state,
                          version)
    VALUES (:region_code, :consent_id, :person_id, :kind, :edition, :entry_channel, :at, 'given', 1)
 ON CONFLICT (region_code, person_id, kind, edition) DO UPDATE
       SET state = 'given', version = consents.version + 1, given_at = excluded.given_at,
           withdrawn_at = NULL
     WHERE consents.state = 'withdrawn'
 RETURNING id, version, state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, version, CASE version WHEN 1 THEN 'given' ELSE 'given_again' END, state,
       :at::timestamptz
  FROM given;

-- name: withdraw_consents
-- Somebody takes back whatever they agreed to, of some kinds.
WITH moved AS (
    UPDATE consents SET state = 'withdrawn', version = version + 1, withdrawn_at = :at
     WHERE region_code = :region_code AND person_id = :person_id AND state = 'given'
       AND kind = ANY (:kinds::text[])
 RETURNING id, version, state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, version, 'withdrawn', state, :at::timestamptz FROM moved;

-- name: consents_of
-- What somebody agreed to, the newest first.
SELECT id, kind, edition, entry_channel, given_at, withdrawn_at, state
  FROM consents
 WHERE region_code = :region_code AND person_id = :person_id
 ORDER BY given_at DESC, kind;

-- name: keep_guardian
-- A parent entrusts a child's information to us.
INSERT INTO guardians (region_code, child_id, parent_id, edition, since)
VALUES (:region_code, :child_id, :parent_id, :edition, :at)
    ON CONFLICT (region_code, child_id, parent_id) DO UPDATE
   SET edition = excluded.edition;

-- name: children_of
-- The children somebody is the parent or guardian of.
SELECT child_id FROM guardians WHERE region_code = :region_code AND parent_id = :parent_id;
