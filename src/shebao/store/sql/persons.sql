-- Persons: who they are, whom they may pay for, and who looked.

-- name: insert_person
-- A person, or the one already known by this number, brought up to date.
INSERT INTO persons (region_code, id, id_type, number_sealed, number_hash, number_masked, name,
                     born, sex, phone_sealed, phone_masked, checked_at)
VALUES (:region_code, :person_id, :id_type, :number_sealed, :number_hash, :number_masked, :name,
        :born, :sex, :phone_sealed, :phone_masked, :checked_at)
    ON CONFLICT (region_code, number_hash) DO UPDATE
   SET name         = excluded.name,
       phone_sealed = coalesce(excluded.phone_sealed, persons.phone_sealed),
       phone_masked = coalesce(excluded.phone_masked, persons.phone_masked),
       checked_at   = coalesce(excluded.checked_at, persons.checked_at)
RETURNING region_code, id, id_type, number_masked, name, born, sex, phone_masked;

-- name: by_number
-- The person a number belongs to.
SELECT region_code, id, id_type, number_masked, name, born, sex, phone_masked
  FROM persons
 WHERE region_code = :region_code AND number_hash = :number_hash;

-- name: by_ids
-- Persons by id.
SELECT region_code, id, id_type, number_masked, name, born, sex, phone_masked
  FROM persons
 WHERE region_code = :region_code AND id = ANY (:person_ids::text[]);

-- name: sealed_number
-- A person's number as it rests.
SELECT number_sealed FROM persons WHERE region_code = :region_code AND id = :person_id;

-- name: payees_of
-- Whom a payer has named, the newest first.
SELECT p.region_code, p.id, p.id_type, p.number_masked, p.name, p.born, p.sex, p.phone_masked
  FROM payees f
  JOIN persons p ON p.region_code = f.region_code AND p.id = f.person_id
 WHERE f.region_code = :region_code AND f.payer_id = :payer_id AND f.state = 'allowed'
 ORDER BY f.added_at DESC, p.id;

-- name: may_pay
-- Which of these payers have named which of these persons.
SELECT payer_id, person_id
  FROM payees
 WHERE region_code = :region_code AND state = 'allowed'
   AND (payer_id, person_id) IN (SELECT * FROM unnest(:payer_ids::text[], :person_ids::text[]));

-- name: remember_look
-- Somebody looked at somebody's record.
INSERT INTO looks (region_code, person_id, at, viewer_id, reason)
VALUES (:region_code, :person_id, :at, :viewer_id, :reason)
    ON CONFLICT DO NOTHING;

-- name: looked_since
-- Whether somebody has given a reason to look at somebody's record since a moment.
SELECT reason
  FROM looks
 WHERE region_code = :region_code AND person_id = :person_id AND viewer_id = :viewer_id
   AND at >= :since
 ORDER BY at DESC
 LIMIT 1;

-- name: lock_sealed_before
-- Persons whose numbers are sealed with an older key than the newest, held for this transaction.
SELECT id, number_sealed, phone_sealed
  FROM persons
 WHERE region_code = :region_code
   AND (get_byte(number_sealed, 0) <> :newest
        OR (phone_sealed IS NOT NULL AND get_byte(phone_sealed, 0) <> :newest))
 ORDER BY id
 LIMIT :most
   FOR NO KEY UPDATE SKIP LOCKED;

-- name: keep_sealed
-- The same numbers, sealed with another key.
UPDATE persons p
   SET number_sealed = n.number_sealed, phone_sealed = n.phone_sealed
  FROM unnest(:ids::text[], :numbers::bytea[], :phones::bytea[])
       AS n (id, number_sealed, phone_sealed)
 WHERE p.region_code = :region_code AND p.id = n.id;

-- name: sealed_phone
-- The telephone somebody signed in with last, sealed.
SELECT phone_sealed
  FROM persons
 WHERE region_code = :region_code AND id = :person_id;

-- name: keep_phone
-- The telephone that has just brought a code.
UPDATE persons SET phone_sealed = :phone_sealed, phone_masked = :phone_masked
 WHERE region_code = :region_code AND id = :person_id;

-- name: insert_new_persons
-- Persons nobody had told us of; one whose number is known already is left as they are.
INSERT INTO persons (region_code, id, id_type, number_sealed, number_hash, number_masked, name,
                     born, sex)
SELECT :region_code, n.*
  FROM unnest(:ids::text[], :id_types::text[], :numbers::bytea[], :hashes::bytea[],
              :masked::text[], :names::text[], :born::date[], :sexes::text[])
       AS n (id, id_type, number_sealed, number_hash, number_masked, name, born, sex)
    ON CONFLICT DO NOTHING;
