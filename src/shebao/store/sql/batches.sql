-- Batches: runs of collecting from many accounts. A batch is locked by whoever takes it further.

-- name: insert_batch
-- A new batch, with the event that began it; nothing, if the day has one already.
WITH begun AS (
    INSERT INTO batches (region_code, id, scheme, fund, day, format, state, version, built_by,
                         built_at, order_seed, attempt_seed)
    VALUES (:region_code, :batch_id, :scheme, :fund, :day, :format, 'building', 1, :built_by,
            :at::timestamptz, :order_seed, :attempt_seed)
        ON CONFLICT DO NOTHING
 RETURNING id, version, state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, version, 'begun', state, :at::timestamptz FROM begun;

-- name: insert_packets
-- One packet a bank at which anybody has agreed to one of these funds.
INSERT INTO batch_packets (region_code, batch_id, packet, bank, number)
SELECT :region_code, :batch_id, n.packet, n.bank,
       :day || right(:batch_id, 8) || lpad(n.packet::text, 4, '0')
  FROM (SELECT bank, row_number() OVER (ORDER BY bank) AS packet
          FROM (SELECT DISTINCT bank FROM mandates
                 WHERE region_code = :region_code AND fund = ANY (:funds::text[]) AND state = 'active'
                   AND method = 'agreement') AS banks) AS n;

-- name: lock_batch
-- One batch, held until the transaction ends.
SELECT region_code, id, scheme, fund, day, format, state, version, built_by, built_at, signed_by,
       order_seed, attempt_seed, after, people, lines, amount_fen, held_to, held, held_fen,
       marked_to, sent, sent_fen
  FROM batches
 WHERE region_code = :region_code AND id = :batch_id
   FOR UPDATE;

-- name: by_id
-- One batch, to look at.
SELECT region_code, id, scheme, fund, day, format, state, version, built_by, built_at, signed_by,
       order_seed, attempt_seed, after, people, lines, amount_fen, held_to, held, held_fen,
       marked_to, sent, sent_fen
  FROM batches
 WHERE region_code = :region_code AND id = :batch_id;

-- name: of_day
-- The batch of a scheme and day, unless it was cancelled.
SELECT id FROM batches
 WHERE region_code = :region_code AND scheme = :scheme AND day = :day AND state <> 'cancelled';

-- name: of_region
-- The batches of a region, the newest day first.
SELECT region_code, id, scheme, fund, day, format, state, version, built_by, built_at, signed_by,
       order_seed, attempt_seed, after, people, lines, amount_fen, held_to, held, held_fen,
       marked_to, sent, sent_fen
  FROM batches
 WHERE region_code = :region_code
 ORDER BY day DESC, built_at DESC
 LIMIT :most;

-- name: running
-- Batches that can go on, or whose banks have to say something.
SELECT id FROM batches
 WHERE region_code = :region_code
   AND state IN ('building', 'signed', 'sent', 'acked', 'returned')
 ORDER BY id;

-- name: step_batch
-- Move a batch from the version we saw to the next, and keep what happened.
WITH moved AS (
    UPDATE batches SET state = :state, version = version + 1
     WHERE region_code = :region_code AND id = :batch_id AND version = :seen
 RETURNING id, version, state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, version, :event, state, :at::timestamptz FROM moved;

-- name: keep_signer
-- Who signed.
UPDATE batches SET signed_by = :signed_by WHERE region_code = :region_code AND id = :batch_id;

-- name: grown
-- How far a batch has been built.
UPDATE batches
   SET after = :after, people = people + :people, lines = lines + :lines,
       amount_fen = amount_fen + :amount_fen
 WHERE region_code = :region_code AND id = :batch_id;

-- name: held_further
-- Up to which line bills are held.
UPDATE batches SET held_to = :upto, held = held + :held, held_fen = held_fen + :held_fen
 WHERE region_code = :region_code AND id = :batch_id;

-- name: marked_further
-- Up to which line everything is as good as sent.
UPDATE batches SET marked_to = :upto, sent = sent + :sent, sent_fen = sent_fen + :sent_fen
 WHERE region_code = :region_code AND id = :batch_id;

-- name: total_packets
-- What each packet comes to, now that its lines are final.
UPDATE batch_packets p
   SET lines = n.lines, amount_fen = n.fen
  FROM (SELECT packet, count(*) AS lines, sum(amount_fen) AS fen
          FROM batch_lines
         WHERE region_code = :region_code AND batch_id = :batch_id AND state = 'sent'
         GROUP BY packet) AS n
 WHERE p.region_code = :region_code AND p.batch_id = :batch_id AND p.packet = n.packet;

-- name: packets
-- The packets of a batch that have lines, or all of them before it is sent.
SELECT packet, bank, number, lines, amount_fen, standing, says, parts,
       taken_by, taken_at
  FROM batch_packets
 WHERE region_code = :region_code AND batch_id = :batch_id
 ORDER BY packet;

-- name: by_number
-- Whose packet a number is.
SELECT batch_id, packet, bank, number, lines, amount_fen, standing, says, parts,
       taken_by, taken_at
  FROM batch_packets
 WHERE region_code = :region_code AND number = :number;

-- name: packet_taken
-- Who took the file of a packet to carry it, and when.
UPDATE batch_packets SET taken_by = :taken_by, taken_at = :at
 WHERE region_code = :region_code AND batch_id = :batch_id AND packet = :packet;

-- name: packet_told
-- How a bank says that a packet stands.
UPDATE batch_packets SET standing = :standing, says = :says
 WHERE region_code = :region_code AND batch_id = :batch_id AND packet = :packet;

-- name: count_rows_again
-- How many rows there are is counted again before many are asked for. A count that was made while
-- a table was being filled says that it is empty; then any index is as good as another, and every
-- line reads all of it.
ANALYZE bills, mandates, enrolments, orders, attempts, batch_lines, batch_results, batch_misses;
