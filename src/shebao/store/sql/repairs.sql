-- Repairs: what two people do about a difference, or about a refund no channel finishes.

-- name: insert_repair
-- A proposal, with its event. A difference has one that is not declined or undone.
WITH proposed AS (
    INSERT INTO repairs (region_code, id, difference_id, refund_id, remedy, says, reference,
                         proposed_by, proposed_at, state, version)
    VALUES (:region_code, :repair_id, :difference_id, :refund_id, :remedy, :says, :reference,
            :proposed_by, :at::timestamptz, 'proposed', 1)
        ON CONFLICT DO NOTHING
 RETURNING id
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, 1, 'proposed', 'proposed', :at::timestamptz FROM proposed;

-- name: step
-- Take a repair from the version we saw to the next, and keep who did it and what happened.
WITH moved AS (
    UPDATE repairs
       SET state = :state, version = version + 1,
           decided_by = CASE WHEN :event::text = 'undone' THEN decided_by ELSE :clerk_id END,
           decided_at = CASE WHEN :event::text = 'undone' THEN decided_at ELSE :at::timestamptz END,
           undone_by  = CASE WHEN :event::text = 'undone' THEN :clerk_id END,
           undone_at  = CASE WHEN :event::text = 'undone' THEN :at::timestamptz END
     WHERE region_code = :region_code AND id = :repair_id AND version = :seen
 RETURNING id, version, state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, version, :event, state, :at::timestamptz FROM moved;

-- name: lock
-- One repair, held until the transaction ends.
SELECT region_code, id, difference_id, refund_id, remedy, says, reference, proposed_by,
       proposed_at, decided_by, decided_at, undone_by, state, version
  FROM repairs
 WHERE region_code = :region_code AND id = :repair_id
   FOR NO KEY UPDATE;

-- name: of_differences
-- What was proposed and done about some differences.
SELECT region_code, id, difference_id, refund_id, remedy, says, reference, proposed_by,
       proposed_at, decided_by, decided_at, undone_by, state, version
  FROM repairs
 WHERE region_code = :region_code AND difference_id = ANY (:difference_ids::text[])
 ORDER BY proposed_at;

-- name: waiting
-- What waits for a second person, oldest first.
SELECT region_code, id, difference_id, refund_id, remedy, says, reference, proposed_by,
       proposed_at, decided_by, decided_at, undone_by, state, version
  FROM repairs
 WHERE region_code = :region_code AND state = 'proposed'
 ORDER BY proposed_at;

-- name: lines_of_entry
-- The lines of one entry.
SELECT account, amount_fen
  FROM lines
 WHERE region_code = :region_code AND reference = :reference
 ORDER BY line;

-- name: correct_payment
-- Money that waits to go back is as much as the statement says; whether it still waited.
UPDATE payments SET amount_fen = :amount_fen
 WHERE region_code = :region_code AND method = :method AND reference = :reference
   AND amount_fen = :seen_fen AND state IN ('unapplied', 'refunding');

-- name: correct_refund
-- And so is the refund a person looks after, which is tried again.
UPDATE refunds SET amount_fen = :amount_fen, paid_fen = :amount_fen
 WHERE region_code = :region_code AND id = :refund_id AND state = 'manual'
   AND request_id IS NULL;

-- name: sent_under
-- The bank's serial of the transfer that a repair was.
UPDATE repairs SET reference = :reference
 WHERE region_code = :region_code AND id = :repair_id;

-- name: told_by_bank
-- The bank's file tells of a transfer that a person made, of just that amount.
UPDATE repairs p
   SET told_on = coalesce(p.told_on, :day::date)
  FROM refunds r
 WHERE p.region_code = :region_code AND p.reference = :reference AND p.state = 'done'
   AND r.region_code = p.region_code AND r.id = p.refund_id AND r.amount_fen = :amount_fen
   AND (p.told_on IS NULL OR p.told_on = :day::date);

-- name: is_proposed
-- Whether somebody has proposed to send a refund another way, and nobody has decided it.
SELECT EXISTS (SELECT FROM repairs
                WHERE region_code = :region_code AND refund_id = :refund_id
                  AND state = 'proposed') AS proposed;
