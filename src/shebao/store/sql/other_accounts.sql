-- Other accounts: where refunds go that their channels cannot bring home.

-- name: insert_account
-- The account of a proposal, sealed.
INSERT INTO other_accounts (region_code, repair_id, refund_id, carrier, bank, number_sealed,
                            number_hash, number_masked, holder_sealed, holder_masked)
VALUES (:region_code, :repair_id, :refund_id, :carrier, :bank, :number_sealed, :number_hash,
        :number_masked, :holder_sealed, :holder_masked);

-- name: of_repairs
-- The accounts of some proposals, and how much is to go there.
SELECT a.repair_id, a.refund_id, a.carrier, a.bank, a.number_sealed, a.number_hash,
       a.number_masked, a.holder_sealed, a.holder_masked, r.amount_fen
  FROM other_accounts a
  JOIN refunds r ON r.region_code = a.region_code AND r.id = a.refund_id
 WHERE a.region_code = :region_code AND a.repair_id = ANY (:repair_ids::text[]);

-- name: lock_sealed_before
-- Accounts sealed with an older key than the newest, held for this transaction.
SELECT repair_id, number_sealed, holder_sealed
  FROM other_accounts
 WHERE region_code = :region_code
   AND (get_byte(number_sealed, 0) <> :newest OR get_byte(holder_sealed, 0) <> :newest)
 ORDER BY repair_id
 LIMIT :most
   FOR NO KEY UPDATE SKIP LOCKED;

-- name: keep_sealed
-- The same accounts, sealed with another key.
UPDATE other_accounts a
   SET number_sealed = n.number_sealed, holder_sealed = n.holder_sealed
  FROM unnest(:ids::text[], :numbers::bytea[], :holders::bytea[])
       AS n (id, number_sealed, holder_sealed)
 WHERE a.region_code = :region_code AND a.repair_id = n.id;
