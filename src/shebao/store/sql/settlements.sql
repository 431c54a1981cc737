-- Settlements: what channels owe us for a day, until the bank and then the treasury has it.

-- name: owe
-- What a source's files of a day come to. Once it is settled, it is what it was.
WITH owed AS (
    INSERT INTO settlements AS s (region_code, source, day, payments_fen, refunds_fen, fees_fen,
                                  state, version)
    SELECT f.region_code, f.source, f.day, sum(f.payments_fen), sum(f.refunds_fen),
           sum(f.fees_fen), 'due', 1
      FROM statement_files f
     WHERE f.region_code = :region_code AND f.source = :source AND f.day = :day::date
     GROUP BY f.region_code, f.source, f.day
    HAVING sum(f.lines) > 0
        ON CONFLICT (region_code, source, day) DO UPDATE
       SET payments_fen = excluded.payments_fen, refunds_fen = excluded.refunds_fen,
           fees_fen = excluded.fees_fen
     WHERE s.state = 'due'
 RETURNING region_code, source, day
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT region_code, 'settlement:' || source || ':' || day, 1, 'found_due', 'due', :at::timestamptz
  FROM owed
    ON CONFLICT DO NOTHING;

-- name: lock_settlements
-- The settlements of a region that are not all in the treasury, and those of some last days.
SELECT region_code, source, day, payments_fen, refunds_fen, fees_fen, state, version
  FROM settlements
 WHERE region_code = :region_code AND (state <> 'remitted' OR day >= :since)
 ORDER BY source, day
   FOR NO KEY UPDATE;

-- name: step
-- Take a settlement from the version we saw to the next, and keep what happened.
WITH moved AS (
    UPDATE settlements
       SET state = :state, version = version + 1,
           bank_reference = coalesce(bank_reference, :reference)
     WHERE region_code = :region_code AND source = :source AND day = :day::date AND version = :seen
 RETURNING source, day, version, state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, 'settlement:' || source || ':' || day, version, :event, state, :at::timestamptz
  FROM moved;

-- name: step_bills
-- The bills that the money of a day's statement has paid go on together.
WITH paid AS (
    SELECT DISTINCT o.bill_id
      FROM statement_lines l
      JOIN payments p ON p.region_code = l.region_code AND p.method = l.source
           AND p.reference = l.reference AND p.state = 'applied'
      JOIN order_lines o ON o.region_code = p.region_code AND o.order_id = p.order_id
     WHERE l.region_code = :region_code AND l.source = :source AND l.day = :day
       AND l.kind = 'payment'
), held AS MATERIALIZED (
    SELECT b.id, b.version
      FROM bills b
      JOIN paid ON paid.bill_id = b.id
     WHERE b.region_code = :region_code AND b.state = :seen
     ORDER BY b.id
       FOR NO KEY UPDATE OF b
), moved AS (
    UPDATE bills b
       SET state = :state, version = b.version + 1
      FROM held h
     WHERE b.region_code = :region_code AND b.id = h.id AND b.version = h.version
 RETURNING b.id, b.version
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, version, :event, :state, :at::timestamptz FROM moved;

-- name: share_among_funds
-- What of a day's money belongs to which fund: the persons' own shares of the bills it has paid.
INSERT INTO remittances (region_code, source, day, fund, amount_fen)
SELECT :region_code, :source, :day::date, share ->> 0, sum((share ->> 2)::bigint)
  FROM statement_lines l
  JOIN payments p ON p.region_code = l.region_code AND p.method = l.source
       AND p.reference = l.reference AND p.state = 'applied'
  JOIN order_lines o ON o.region_code = p.region_code AND o.order_id = p.order_id
  JOIN bills b ON b.region_code = o.region_code AND b.id = o.bill_id
       AND b.state IN ('paid', 'settled'),
       jsonb_array_elements(b.shares) AS share
 WHERE l.region_code = :region_code AND l.source = :source AND l.day = :day::date
   AND l.kind = 'payment' AND share ->> 1 = 'personal'
 GROUP BY share ->> 0
HAVING sum((share ->> 2)::bigint) > 0
    ON CONFLICT DO NOTHING;

-- name: remittances
-- What was to go to the treasury, fund by fund, of settlements that are not all there and of
-- some last days.
SELECT r.region_code, r.source, r.day, r.fund, r.amount_fen, r.treasury_reference
  FROM remittances r
  JOIN settlements s USING (region_code, source, day)
 WHERE r.region_code = :region_code AND (s.state <> 'remitted' OR r.day >= :since)
 ORDER BY r.source, r.day, r.fund;

-- name: confirm_remittance
-- The treasury has it, under this number.
UPDATE remittances SET treasury_reference = :reference
 WHERE region_code = :region_code AND source = :source AND day = :day AND fund = :fund
   AND treasury_reference IS NULL;

-- name: settled_by
-- Whether a line of the bank has settled something.
SELECT EXISTS (SELECT FROM settlements
                WHERE region_code = :region_code AND bank_reference = :reference) AS done;

-- name: of_days
-- What was owed for some days.
SELECT region_code, source, day, payments_fen, refunds_fen, fees_fen, state, version
  FROM settlements
 WHERE region_code = :region_code AND day BETWEEN :first_day AND :last_day
 ORDER BY day, source;
