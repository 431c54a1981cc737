-- Certificates: what was paid over a stretch of time.

-- name: next_number
-- The number of the next certificate: the region, the day, and a serial.
SELECT 'Z' || :region_code || :day || lpad(nextval('certificate_serials')::text, 8, '0') AS number;

-- name: insert_certificate
-- A certificate, with the event that says it was issued.
WITH issued AS (
    INSERT INTO certificates (region_code, number, person_id, first_period, last_period, schemes,
                              receipts, amount_fen, facts_sealed, digest, issued_at, state, version)
    VALUES (:region_code, :number, :person_id, :first_period, :last_period, :schemes, :receipts,
            :amount_fen, :facts_sealed, :digest, :at, 'issued', 1)
 RETURNING number, version, state, issued_at
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, number, version, 'issued', state, issued_at FROM issued;

-- name: by_number
-- One certificate.
SELECT region_code, number, person_id, first_period, last_period, schemes, receipts, amount_fen,
       facts_sealed, digest, issued_at, state, version, revoked_by, revoked_at, revoke_reason
  FROM certificates
 WHERE region_code = :region_code AND number = :number;

-- name: lock_certificate
-- One certificate, held until the transaction ends.
SELECT region_code, number, person_id, first_period, last_period, schemes, receipts, amount_fen,
       facts_sealed, digest, issued_at, state, version, revoked_by, revoked_at, revoke_reason
  FROM certificates
 WHERE region_code = :region_code AND number = :number
   FOR NO KEY UPDATE;

-- name: of_person
-- The certificates of a person, newest first.
SELECT region_code, number, person_id, first_period, last_period, schemes, receipts, amount_fen,
       facts_sealed, digest, issued_at, state, version, revoked_by, revoked_at, revoke_reason
  FROM certificates
 WHERE region_code = :region_code AND person_id = :person_id
 ORDER BY issued_at DESC
 LIMIT 100;

-- name: given_back
-- Which of these receipts count no more.
SELECT r.number
  FROM receipts r
  JOIN bills b ON b.region_code = r.region_code AND b.id = r.bill_id
 WHERE r.region_code = :region_code AND r.number = ANY (:numbers::text[])
   AND (r.state <> 'issued' OR b.state IN ('reversing', 'reversed'))
 ORDER BY r.number;

-- name: revoke
-- A certificate proves nothing any more: who said so, and why.
WITH revoked AS (
    UPDATE certificates
       SET state = :state, version = version + 1, revoked_by = :revoked_by, revoked_at = :at,
           revoke_reason = :reason
     WHERE region_code = :region_code AND number = :number AND version = :version
 RETURNING number, version, state, revoked_at
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, number, version, 'revoked', state, revoked_at FROM revoked;

-- name: lock_sealed_before
-- Certificates whose facts are sealed with an older key than the newest, held for this transaction.
SELECT number, facts_sealed
  FROM certificates
 WHERE region_code = :region_code AND get_byte(facts_sealed, 0) <> :newest
 LIMIT :most
   FOR NO KEY UPDATE SKIP LOCKED;

-- name: keep_sealed
-- The same facts, sealed with another key.
UPDATE certificates c SET facts_sealed = n.facts_sealed
  FROM unnest(:numbers::text[], :facts::bytea[]) AS n (number, facts_sealed)
 WHERE c.region_code = :region_code AND c.number = n.number;
