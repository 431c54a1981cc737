-- Mandates: leave to collect, and what banks said of it. A mandate is changed only while locked.

-- name: insert_mandate
-- A new mandate, written down before the bank hears of it, with the event that says so.
WITH drafted AS (
    INSERT INTO mandates (region_code, id, person_id, fund, method, state, version, created_at,
                          expires_at)
    VALUES (:region_code, :mandate_id, :person_id, :fund, :method, 'draft', 1, :at::timestamptz,
            :expires_at)
 RETURNING id, version, state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, version, 'drafted', state, :at::timestamptz FROM drafted;

-- name: step_mandate
-- Move a mandate from the version we saw to the next, and keep what happened.
WITH moved AS (
    UPDATE mandates SET state = :state, version = version + 1
     WHERE region_code = :region_code AND id = :mandate_id AND version = :seen
 RETURNING id, version, state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, version, :event, state, :at::timestamptz FROM moved;

-- name: keep_sign_url
-- Where the account holder signs, and until when.
UPDATE mandates SET sign_url = :sign_url
 WHERE region_code = :region_code AND id = :mandate_id;

-- name: keep_words
-- What the bank said.
UPDATE mandates SET says = :says WHERE region_code = :region_code AND id = :mandate_id;

-- name: keep_account
-- The account that was signed, sealed, and the bank's number of the agreement.
UPDATE mandates
   SET agreement = :agreement, account_kind = :account_kind, account_sealed = :account_sealed,
       account_hash = :account_hash, account_masked = :account_masked, bank = :bank,
       signed_at = :signed_at
 WHERE region_code = :region_code AND id = :mandate_id;

-- name: asked
-- The bank was asked about a mandate just now.
UPDATE mandates SET asked_at = :at WHERE region_code = :region_code AND id = :mandate_id;

-- name: lock_mandate
-- One mandate, held until the transaction ends.
SELECT region_code, id, person_id, fund, method, state, version, created_at, expires_at, sign_url,
       agreement, account_kind, account_sealed, account_hash, account_masked, bank, signed_at, says
  FROM mandates
 WHERE region_code = :region_code AND id = :mandate_id
   FOR NO KEY UPDATE;

-- name: lock_of_person
-- What a person has in force or may still sign for some funds, held until the transaction ends.
SELECT region_code, id, person_id, fund, method, state, version, created_at, expires_at, sign_url,
       agreement, account_kind, account_sealed, account_hash, account_masked, bank, signed_at, says
  FROM mandates
 WHERE region_code = :region_code AND person_id = :person_id AND fund = ANY (:funds::text[])
   AND state IN ('draft', 'pending_bank', 'active', 'suspended')
 ORDER BY id
   FOR NO KEY UPDATE;

-- name: of_persons
-- All the mandates of some people, the newest first.
SELECT region_code, id, person_id, fund, method, state, version, created_at, expires_at, sign_url,
       agreement, account_kind, account_sealed, account_hash, account_masked, bank, signed_at, says
  FROM mandates
 WHERE region_code = :region_code AND person_id = ANY (:person_ids::text[])
 ORDER BY created_at DESC, id DESC;

-- name: eligible
-- The mandates of a fund that may be collected under now, in the order of their persons, from
-- behind the last one read.
SELECT region_code, id, person_id, fund, method, state, version, created_at, expires_at, sign_url,
       agreement, account_kind, account_sealed, account_hash, account_masked, bank, signed_at, says
  FROM mandates
 WHERE region_code = :region_code AND fund = :fund AND state = 'active'
   AND person_id > :after
 ORDER BY person_id
 LIMIT :most;

-- name: waiting
-- Mandates the bank still has to say something about, and was not asked about for a while.
SELECT id
  FROM mandates
 WHERE region_code = :region_code AND state IN ('draft', 'pending_bank', 'cancelling')
   AND coalesce(asked_at, created_at) <= :asked_before
 ORDER BY coalesce(asked_at, created_at)
 LIMIT :most;

-- name: lock_sealed_before
-- Accounts sealed with an older key than the newest, held for this transaction.
SELECT id, account_sealed
  FROM mandates
 WHERE region_code = :region_code AND account_sealed IS NOT NULL
   AND get_byte(account_sealed, 0) <> :newest
 ORDER BY id
 LIMIT :most
   FOR NO KEY UPDATE SKIP LOCKED;

-- name: keep_sealed
-- The same accounts, sealed with another key.
UPDATE mandates m
   SET account_sealed = n.account_sealed
  FROM unnest(:ids::text[], :accounts::bytea[]) AS n (id, account_sealed)
 WHERE m.region_code = :region_code AND m.id = n.id;

-- name: shelve
-- What a bank told us, as it came. One already here changes nothing.
INSERT INTO mandate_notices (region_code, method, id, received_at, headers, body, mandate_id)
VALUES (:region_code, :method, :notice_id, :received_at, :headers, :body, :mandate_id)
    ON CONFLICT DO NOTHING;

-- name: lock_told
-- The oldest tellings nobody has judged, held until the transaction ends.
SELECT method, id, received_at, headers, body, mandate_id
  FROM mandate_notices
 WHERE region_code = :region_code AND judged_at IS NULL
 ORDER BY received_at
 LIMIT :most
   FOR UPDATE SKIP LOCKED;

-- name: judged
-- What we made of a telling.
UPDATE mandate_notices SET judged_at = :at, verdict = :verdict
 WHERE region_code = :region_code AND method = :method AND id = :notice_id;
