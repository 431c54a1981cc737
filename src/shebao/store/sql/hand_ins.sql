-- Hand-ins: the cash of many slips, from a clerk to the cashier.

-- name: insert_hand_in
-- A hand-in that waits to be counted, with the event that says so.
WITH submitted AS (
    INSERT INTO hand_ins (region_code, id, office, clerk_id, slips, amount_fen, due_on,
                          submitted_at, state, version)
    VALUES (:region_code, :hand_in_id, :office, :clerk_id, :slips, :amount_fen, :due_on,
            :at::timestamptz, 'submitted', 1)
 RETURNING id, version, state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, version, 'submitted', state, :at::timestamptz FROM submitted;

-- name: lock_hand_in
-- One hand-in, held until the transaction ends.
SELECT region_code, id, office, clerk_id, slips, amount_fen, submitted_at, state, version,
       cashier_id, reason
  FROM hand_ins
 WHERE region_code = :region_code AND id = :hand_in_id
   FOR NO KEY UPDATE;

-- name: by_id
-- One hand-in, to look at.
SELECT region_code, id, office, clerk_id, slips, amount_fen, submitted_at, state, version,
       cashier_id, reason
  FROM hand_ins
 WHERE region_code = :region_code AND id = :hand_in_id;

-- name: lock_received
-- What an office's cashier has counted and not deposited, held until the transaction ends.
SELECT region_code, id, office, clerk_id, slips, amount_fen, submitted_at, state, version,
       cashier_id, reason
  FROM hand_ins
 WHERE region_code = :region_code AND office = :office AND state = 'received'
   AND deposit_id IS NULL
 ORDER BY id
   FOR NO KEY UPDATE;

-- name: of_office
-- The newest hand-ins of an office.
SELECT region_code, id, office, clerk_id, slips, amount_fen, submitted_at, state, version,
       cashier_id, reason
  FROM hand_ins
 WHERE region_code = :region_code AND office = :office
 ORDER BY submitted_at DESC
 LIMIT 100;

-- name: step_hand_in
-- Move a hand-in from the version we saw to the next, and keep what happened.
WITH moved AS (
    UPDATE hand_ins SET state = :state, version = version + 1, cashier_id = :cashier_id,
                        reason = :reason
     WHERE region_code = :region_code AND id = :hand_in_id AND version = :seen
 RETURNING id, version, state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, version, :event, state, :at::timestamptz FROM moved;

-- name: put_into_deposit
-- These hand-ins go to the bank together. They are locked.
UPDATE hand_ins SET deposit_id = :deposit_id
 WHERE region_code = :region_code AND id = ANY (:ids::text[]) AND deposit_id IS NULL;

-- name: bank_hand_ins
-- All hand-ins of a deposit are at the bank, each with its event.
WITH moved AS (
    UPDATE hand_ins SET state = :state, version = version + 1
     WHERE region_code = :region_code AND deposit_id = :deposit_id AND state = :seen
 RETURNING id, version, state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, version, :event, state, :at::timestamptz FROM moved;
