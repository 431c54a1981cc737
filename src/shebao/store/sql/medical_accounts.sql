-- Medical accounts: the personal account behind a social-security card.

-- name: keep
-- An account the agency told us of; a new card takes the place of the old one.
INSERT INTO medical_accounts (region_code, person_id, enrolment_id, card_sealed, card_hash,
                              card_masked, told_at)
VALUES (:region_code, :person_id, :enrolment_id, :card_sealed, :card_hash, :card_masked, :at)
    ON CONFLICT (region_code, person_id) DO UPDATE
   SET enrolment_id = excluded.enrolment_id, card_sealed = excluded.card_sealed,
       card_hash = excluded.card_hash, card_masked = excluded.card_masked,
       told_at = excluded.told_at
 WHERE medical_accounts.card_hash <> excluded.card_hash;

-- name: by_card
-- The account behind a card.
SELECT region_code, person_id, enrolment_id, card_masked, told_at
  FROM medical_accounts
 WHERE region_code = :region_code AND card_hash = :card_hash;

-- name: of_person
-- The account of a person.
SELECT region_code, person_id, enrolment_id, card_masked, told_at
  FROM medical_accounts
 WHERE region_code = :region_code AND person_id = :person_id;

-- name: topped_up
-- What came into an account in a year, or is on its way there. Whoever adds to it holds the
-- enrolment's row.
SELECT coalesce(sum(amount_fen), 0)::bigint AS fen
  FROM bills
 WHERE region_code = :region_code AND enrolment_id = :enrolment_id AND kind = 'top_up'
   AND left(period, 4) = :year AND withdrawn = '' AND state NOT IN ('reversing', 'reversed');

-- name: lock_cards_sealed_before
-- Cards sealed with an older key than the newest, held for this transaction.
SELECT person_id, card_sealed
  FROM medical_accounts
 WHERE region_code = :region_code AND get_byte(card_sealed, 0) <> :newest
 ORDER BY person_id
 LIMIT :most
   FOR NO KEY UPDATE;

-- name: keep_cards_sealed
-- The same cards, sealed with another key.
UPDATE medical_accounts a
   SET card_sealed = n.card_sealed
  FROM unnest(:person_ids::text[], :sealed::bytea[]) AS n (person_id, card_sealed)
 WHERE a.region_code = :region_code AND a.person_id = n.person_id;
