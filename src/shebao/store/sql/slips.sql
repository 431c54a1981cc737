-- Slips. Whoever changes what is in a clerk's till locks its book first, after any order.

-- name: open_book
-- A clerk's book of an office, under the next number of the office; one of theirs stays.
INSERT INTO slip_books (region_code, office, clerk_id, book)
SELECT :region_code, :office, :clerk_id, coalesce(max(book), 0) + 1
  FROM slip_books
 WHERE region_code = :region_code AND office = :office
    ON CONFLICT DO NOTHING;

-- name: lock_book
-- A clerk's book, held until the transaction ends.
SELECT book, last_serial
  FROM slip_books
 WHERE region_code = :region_code AND office = :office AND clerk_id = :clerk_id
   FOR NO KEY UPDATE;

-- name: turn_page
-- The next serial of a book is used. The book is locked.
UPDATE slip_books SET last_serial = last_serial + 1
 WHERE region_code = :region_code AND office = :office AND clerk_id = :clerk_id
   AND last_serial = :last_serial;

-- name: insert_slip
-- A slip, with the event that issued it.
WITH issued AS (
    INSERT INTO slips (region_code, id, number, office, clerk_id, serial, order_id, attempt_id,
                       reference, amount_fen, received_fen, taken_at, due_on, state, version,
                       replaces)
    VALUES (:region_code, :slip_id, :number, :office, :clerk_id, :serial, :order_id, :attempt_id,
            :reference, :amount_fen, :received_fen, :taken_at, :due_on, 'issued', 1, :replaces)
 RETURNING id, version, state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, version, 'issued', state, :at::timestamptz FROM issued;

-- name: by_id
-- One slip, to look at.
SELECT region_code, id, number, office, clerk_id, order_id, attempt_id, reference, amount_fen,
       received_fen, taken_at, due_on, state, version, replaces, reason, hand_in_id
  FROM slips
 WHERE region_code = :region_code AND id = :slip_id;

-- name: replacement_of
-- The slip that stands for a spoiled one.
SELECT region_code, id, number, office, clerk_id, order_id, attempt_id, reference, amount_fen,
       received_fen, taken_at, due_on, state, version, replaces, reason, hand_in_id
  FROM slips
 WHERE region_code = :region_code AND office = :office AND replaces = :slip_id;

-- name: in_till
-- The slips whose cash a clerk still has, the oldest first. The book is locked, or we only look.
SELECT region_code, id, number, office, clerk_id, order_id, attempt_id, reference, amount_fen,
       received_fen, taken_at, due_on, state, version, replaces, reason, hand_in_id
  FROM slips
 WHERE region_code = :region_code AND office = :office AND clerk_id = :clerk_id
   AND state IN ('issued', 'submitted')
 ORDER BY serial;

-- name: of_clerk_since
-- The slips of a clerk since a moment, voided ones too, the newest first.
SELECT region_code, id, number, office, clerk_id, order_id, attempt_id, reference, amount_fen,
       received_fen, taken_at, due_on, state, version, replaces, reason, hand_in_id
  FROM slips
 WHERE region_code = :region_code AND office = :office AND clerk_id = :clerk_id
   AND taken_at >= :since
 ORDER BY serial DESC
 LIMIT 500;

-- name: of_hand_in
-- The slips of a hand-in, by number.
SELECT region_code, id, number, office, clerk_id, order_id, attempt_id, reference, amount_fen,
       received_fen, taken_at, due_on, state, version, replaces, reason, hand_in_id
  FROM slips
 WHERE region_code = :region_code AND hand_in_id = :hand_in_id
 ORDER BY serial;

-- name: step_slips
-- Move slips from the version we saw to the next, and keep what happened.
WITH moved AS (
    UPDATE slips s
       SET state = n.state, version = s.version + 1, hand_in_id = n.hand_in_id
      FROM unnest(:ids::text[], :versions::smallint[], :events::text[], :states::text[],
                  :hand_ins::text[]) AS n (id, version, event, state, hand_in_id)
     WHERE s.region_code = :region_code AND s.id = n.id AND s.version = n.version
 RETURNING s.id, s.version, n.event, s.state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, version, event, state, :at::timestamptz FROM moved;

-- name: bank_slips
-- The slips of all hand-ins of a deposit are at the bank, each with its event.
WITH moved AS (
    UPDATE slips s
       SET state = :state, version = s.version + 1
      FROM hand_ins h
     WHERE h.region_code = :region_code AND h.deposit_id = :deposit_id
       AND s.region_code = h.region_code AND s.hand_in_id = h.id AND s.state = :seen
 RETURNING s.id, s.version, s.state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, version, :event, state, :at::timestamptz FROM moved;

-- name: keep_reason
-- Why a slip was voided.
UPDATE slips SET reason = :reason WHERE region_code = :region_code AND id = :slip_id;
