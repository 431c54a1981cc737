-- Deposits: an office's cash at the bank, and what the bank says of it.

-- name: insert_deposit
-- A deposit under the bank's serial, with its event. A serial that is used changes nothing.
WITH made AS (
    INSERT INTO deposits (region_code, id, office, cashier_id, bank_serial, amount_fen, made_at,
                          state, version)
    VALUES (:region_code, :deposit_id, :office, :cashier_id, :bank_serial, :amount_fen,
            :at::timestamptz, 'made', 1)
        ON CONFLICT DO NOTHING
 RETURNING id, version, state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, version, 'made', state, :at::timestamptz FROM made;

-- name: shelve_lines
-- What the bank says of cash it received. A line told again says what it says now.
INSERT INTO deposit_lines (region_code, serial, amount_fen, happened_at, told_at)
SELECT :region_code, n.serial, n.amount_fen, n.happened_at, :at::timestamptz
  FROM unnest(:serials::text[], :amounts::bigint[], :happened_ats::timestamptz[])
       AS n (serial, amount_fen, happened_at)
 ORDER BY n.serial
    ON CONFLICT (region_code, serial) DO UPDATE
   SET amount_fen = excluded.amount_fen, told_at = excluded.told_at;

-- name: lock_told
-- Deposits not confirmed yet of which the bank has said something, held for this transaction.
SELECT d.region_code, d.id, d.office, d.cashier_id, d.bank_serial, d.amount_fen, d.made_at,
       d.state, d.version, l.amount_fen AS told_fen
  FROM deposits d
  JOIN deposit_lines l ON l.region_code = d.region_code AND l.serial = d.bank_serial
 WHERE d.region_code = :region_code AND d.state <> 'confirmed'
 ORDER BY d.id
   FOR NO KEY UPDATE OF d;

-- name: of_office
-- The newest deposits of an office.
SELECT region_code, id, office, cashier_id, bank_serial, amount_fen, made_at, state, version,
       told_fen
  FROM deposits
 WHERE region_code = :region_code AND office = :office
 ORDER BY made_at DESC
 LIMIT 100;

-- name: strays
-- Cash the bank says it received under a serial that no deposit of ours bears.
SELECT l.serial, l.amount_fen, l.happened_at
  FROM deposit_lines l
  LEFT JOIN deposits d ON d.region_code = l.region_code AND d.bank_serial = l.serial
 WHERE l.region_code = :region_code AND d.id IS NULL
 ORDER BY l.happened_at;

-- name: step_deposit
-- Move a deposit from the version we saw to the next, with the bank's figure and what happened.
WITH moved AS (
    UPDATE deposits SET state = :state, version = version + 1, told_fen = :told_fen
     WHERE region_code = :region_code AND id = :deposit_id AND version = :seen
 RETURNING id, version, state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, version, :event, state, :at::timestamptz FROM moved;
