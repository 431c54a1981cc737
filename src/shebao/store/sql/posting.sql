-- Posting: what a bank said of lines that were sent. The batch is locked.
--
-- A chunk is small beside the tables, so its rows are found by index (`find_by_index`), whatever
-- the statistics of the moment say; and orders by their ids, not among those that run: a state is
-- compared as `state || ''`, which no partial index answers.

-- name: find_by_index
-- For the rest of this transaction, rows are found by index.
SELECT set_config('enable_seqscan', 'off', true);

-- name: chunk
-- The next lines of an answer: the last serial, how many, and how many the bank collected.
SELECT coalesce(max(serial), 0) AS upto, count(*) AS lines,
       count(*) FILTER (WHERE outcome = 'paid') AS paid
  FROM (SELECT serial, outcome FROM batch_results
         WHERE region_code = :region_code AND batch_id = :batch_id AND packet = :packet
           AND part = :part AND serial > :after
         ORDER BY serial
         LIMIT :most) AS next;

-- name: kinds
-- Where the money of lines goes that are to be posted: each kind of line once, a list a bill.
SELECT DISTINCT l.amount_fen,
       (SELECT jsonb_agg(b.shares ORDER BY b.id) FROM bills b
         WHERE b.region_code = :region_code AND b.id = ANY (l.bill_ids)) AS shares
  FROM batch_results r,
       LATERAL (SELECT * FROM batch_lines
                 WHERE region_code = :region_code AND batch_id = :batch_id AND serial = r.serial
                 LIMIT 1) AS l
 WHERE r.region_code = :region_code AND r.batch_id = :batch_id AND r.packet = :packet
   AND r.part = :part AND r.serial > :after AND r.serial <= :upto
   AND r.outcome = 'paid' AND r.amount_fen = l.amount_fen AND l.state = 'sent';

-- name: post_alike
-- Lines of these kinds that were collected to the fen: money, entries, steps and receipts of all.
-- Every step is taken from where the verdict says it is; whoever asked compares the counts. Money
-- that is known already breaks a key: looking first would cost every line what none needs.
WITH kind AS MATERIALIZED (
    SELECT n.* FROM jsonb_to_recordset(:kinds::jsonb)
        AS n (amount_fen bigint, shares jsonb, accounts text[], amounts bigint[])
), line AS MATERIALIZED (
    SELECT d.*, k.accounts, k.amounts
      FROM (SELECT r.serial, r.amount_fen, l.person_id, l.bill_ids,
                   coalesce(r.happened_at, :at::timestamptz) AS happened_at,
                   line_id(:attempt_seed, r.serial) AS attempt_id,
                   line_id(:order_seed, r.serial) AS order_id,
                   coalesce(nullif(r.reference, ''), line_id(:attempt_seed, r.serial)) AS reference,
                   (SELECT jsonb_agg(b.shares ORDER BY b.id) FROM bills b
                     WHERE b.region_code = :region_code AND b.id = ANY (l.bill_ids)) AS shares
              FROM batch_results r,
                   LATERAL (SELECT * FROM batch_lines
                             WHERE region_code = :region_code AND batch_id = :batch_id
                               AND serial = r.serial
                             LIMIT 1) AS l
             WHERE r.region_code = :region_code AND r.batch_id = :batch_id AND r.packet = :packet
               AND r.part = :part AND r.serial > :after AND r.serial <= :upto
               AND r.outcome = 'paid' AND r.amount_fen = l.amount_fen AND l.state = 'sent'
             ORDER BY r.serial) AS d
      JOIN kind k ON k.amount_fen = d.amount_fen AND k.shares = d.shares
), tried AS (
    UPDATE attempts SET state = :attempt_state, version = version + 1
     WHERE region_code = :region_code AND id = ANY (ARRAY(SELECT attempt_id FROM line))
       AND state = 'sent'
 RETURNING id, version, state
), paid AS (
    UPDATE orders SET state = :order_state, version = version + 1
     WHERE region_code = :region_code AND id = ANY (ARRAY(SELECT order_id FROM line))
       AND state || '' = 'paying'
 RETURNING id, version, state
), settled AS (
    UPDATE bills b SET state = :bill_state, version = b.version + 1
      FROM (SELECT order_id, unnest(bill_ids) AS bill_id FROM line) AS n
     WHERE b.region_code = :region_code AND b.id = n.bill_id AND b.state = 'reserved'
       AND b.held_by = n.order_id
 RETURNING b.id, b.version, b.state, b.amount_fen, b.held_by
), ended AS (
    UPDATE batch_lines SET state = 'succeeded', version = version + 1
     WHERE region_code = :region_code AND batch_id = :batch_id
       AND serial = ANY (ARRAY(SELECT serial FROM line))
 RETURNING serial, version, state
), money AS (
    INSERT INTO payments (region_code, method, reference, attempt_id, order_id, amount_fen, state,
                          version, happened_at, judged_at)
    SELECT :region_code, :method, reference, attempt_id, order_id, amount_fen, 'applied', 1,
           happened_at, :at::timestamptz
      FROM line
 RETURNING reference, version, state
), entered AS (
    INSERT INTO entries (region_code, reference, at, lines)
    SELECT :region_code, 'payment:' || :method || ':' || reference, :at::timestamptz,
           cardinality(accounts)
      FROM line
), written AS (
    INSERT INTO lines (region_code, reference, line, account, amount_fen)
    SELECT :region_code, 'payment:' || :method || ':' || line.reference, n.number, n.account,
           n.amount_fen
      FROM line, unnest(line.accounts, line.amounts)
                 WITH ORDINALITY AS n (account, amount_fen, number)
), issued AS (
    INSERT INTO receipts (region_code, number, bill_id, order_id, amount_fen, issued_at, state)
    SELECT :region_code,
           :region_code || :day || lpad(nextval('receipt_serials')::text, 8, '0'),
           id, held_by, amount_fen, :at::timestamptz, 'issued'
      FROM settled
 RETURNING number, state
), forgiven AS (
    DELETE FROM batch_misses
     WHERE region_code = :region_code AND person_id = ANY (ARRAY(SELECT person_id FROM line))
       AND scheme = :scheme
), said AS (
    INSERT INTO events (region_code, subject_id, version, event, state, at)
    SELECT :region_code, s.*, :at::timestamptz
      FROM (SELECT :batch_id || ':' || serial, version, 'succeeded', state FROM ended
             UNION ALL
            SELECT id, version, :attempt_event, state FROM tried
             UNION ALL
            SELECT id, version, :order_event, state FROM paid
             UNION ALL
            SELECT id, version, :bill_event, state FROM settled
             UNION ALL
            SELECT :method || ':' || reference, version, 'applied', state FROM money
             UNION ALL
            SELECT number, 1::smallint, 'issued', state FROM issued) AS s
)
SELECT count(*) AS lines, coalesce(sum(cardinality(bill_ids)), 0)::bigint AS bills,
       (SELECT count(*) FROM tried) AS attempts, (SELECT count(*) FROM paid) AS orders,
       (SELECT count(*) FROM settled) AS settled, (SELECT count(*) FROM money) AS payments,
       (SELECT count(*) FROM ended) AS ended
  FROM line;

-- name: unlike
-- Lines of the chunk whose money is of no such kind: each is judged by itself.
SELECT r.serial, r.amount_fen, r.outcome, r.reason, r.reference, r.happened_at, r.says
  FROM batch_results r,
       LATERAL (SELECT state FROM batch_lines
                 WHERE region_code = :region_code AND batch_id = :batch_id AND serial = r.serial
                 LIMIT 1) AS l
 WHERE r.region_code = :region_code AND r.batch_id = :batch_id AND r.packet = :packet
   AND r.part = :part AND r.serial > :after AND r.serial <= :upto
   AND r.outcome = 'paid' AND l.state IN ('sent', 'unknown')
 ORDER BY r.serial;

-- name: succeed
-- Lines whose money is in the books.
WITH line AS (
    UPDATE batch_lines
       SET state = 'succeeded', version = version + 1
     WHERE region_code = :region_code AND batch_id = :batch_id
       AND serial = ANY (:serials::integer[]) AND state IN ('sent', 'unknown')
 RETURNING serial, version, state, person_id
), forgiven AS (
    DELETE FROM batch_misses
     WHERE region_code = :region_code AND person_id = ANY (ARRAY(SELECT person_id FROM line))
       AND scheme = :scheme
), answered AS (
    DELETE FROM batch_errands
     WHERE region_code = :region_code AND errand = 'ask' AND batch_id = :batch_id
       AND serial = ANY (:serials::integer[])
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, :batch_id || ':' || serial, version, 'succeeded', state, :at::timestamptz
  FROM line;

-- name: fail
-- Lines of which nothing was collected: of a chunk of an answer, and those that are named. Their
-- bills can be paid again.
WITH line AS MATERIALIZED (
    UPDATE batch_lines l
       SET state = 'failed', version = l.version + 1, reason = n.reason, says = n.says
      FROM (SELECT serial, CASE reason WHEN '' THEN 'other' ELSE reason END, says
              FROM batch_results
             WHERE region_code = :region_code AND batch_id = :batch_id AND packet = :packet
               AND part = :part AND serial > :after AND serial <= :upto AND outcome = 'failed'
             UNION ALL
            SELECT * FROM unnest(:serials::integer[], :reasons::text[], :words::text[]))
           AS n (serial, reason, says)
     WHERE l.region_code = :region_code AND l.batch_id = :batch_id AND l.serial = n.serial
       AND l.state IN ('sent', 'unknown')
 RETURNING l.serial, l.version, l.state, l.person_id, l.bill_ids, l.says
), tried AS (
    UPDATE attempts a SET state = 'failed', version = a.version + 1, says = line.says
      FROM line
     WHERE a.region_code = :region_code AND a.id = line_id(:attempt_seed, line.serial)
       AND a.state IN ('sent', 'unknown')
 RETURNING a.id, a.version, a.state
), ended AS (
    UPDATE orders o SET state = 'expired', version = o.version + 1
      FROM line
     WHERE o.region_code = :region_code AND o.id = line_id(:order_seed, line.serial)
       AND o.state || '' = 'paying'
 RETURNING o.id, o.version, o.state
), freed AS (
    UPDATE bills b SET state = 'payable', version = b.version + 1, held_by = NULL
      FROM (SELECT serial, unnest(bill_ids) AS bill_id FROM line) AS n
     WHERE b.region_code = :region_code AND b.id = n.bill_id AND b.state = 'reserved'
       AND b.held_by = line_id(:order_seed, n.serial)
 RETURNING b.id, b.version, b.state
), errands AS (
    INSERT INTO batch_errands (region_code, batch_id, serial, errand)
    SELECT :region_code, :batch_id, serial, 'tell' FROM line
), answered AS (
    DELETE FROM batch_errands e
     USING line
     WHERE e.region_code = :region_code AND e.errand = 'ask' AND e.batch_id = :batch_id
       AND e.serial = line.serial
), missed AS (
    INSERT INTO batch_misses AS x (region_code, person_id, scheme, months, last_on, next_on,
                                   period, stopped)
    SELECT :region_code, person_id, :scheme, 1, :day::date,
           CASE WHEN :stop_after::integer = 1 THEN NULL ELSE :next_on::date END,
           (SELECT max(b.period) FROM bills b
             WHERE b.region_code = :region_code AND b.id = ANY (line.bill_ids)),
           coalesce(:stop_after::integer = 1, false)
      FROM line
        ON CONFLICT (region_code, person_id, scheme) DO UPDATE
       SET (months, last_on, next_on, period, stopped) = (
           SELECT n.months, :day::date,
                  CASE WHEN n.months >= :stop_after::integer THEN NULL ELSE :next_on::date END,
                  greatest(x.period, excluded.period),
                  coalesce(n.months >= :stop_after::integer, false)
             FROM (SELECT x.months + (date_trunc('month', x.last_on)
                                      < date_trunc('month', :day::timestamp))::integer AS months)
                  AS n)
), said AS (
    INSERT INTO events (region_code, subject_id, version, event, state, at)
    SELECT :region_code, s.*, :at::timestamptz
      FROM (SELECT :batch_id || ':' || serial, version, 'failed', state FROM line
             UNION ALL
            SELECT id, version, 'refused', state FROM tried
             UNION ALL
            SELECT id, version, 'closed', state FROM ended
             UNION ALL
            SELECT id, version, 'released', state FROM freed) AS s
)
SELECT (SELECT count(*) FROM line) AS failed;

-- name: doubt
-- Lines of which the bank does not know what became, of a chunk and named: they are asked about.
WITH line AS MATERIALIZED (
    UPDATE batch_lines l
       SET state = 'unknown', version = l.version + 1
      FROM (SELECT serial FROM batch_results
             WHERE region_code = :region_code AND batch_id = :batch_id AND packet = :packet
               AND part = :part AND serial > :after AND serial <= :upto AND outcome = 'waiting'
             UNION ALL
            SELECT unnest(:serials::integer[])) AS n (serial)
     WHERE l.region_code = :region_code AND l.batch_id = :batch_id AND l.serial = n.serial
       AND l.state = 'sent'
 RETURNING l.serial, l.version, l.state
), tried AS (
    UPDATE attempts a SET state = 'unknown', version = a.version + 1
      FROM line
     WHERE a.region_code = :region_code AND a.id = line_id(:attempt_seed, line.serial)
       AND a.state = 'sent'
 RETURNING a.id, a.version, a.state
), errands AS (
    INSERT INTO batch_errands (region_code, batch_id, serial, errand)
    SELECT :region_code, :batch_id, serial, 'ask' FROM line
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, :batch_id || ':' || serial, version, 'unanswered', state, :at::timestamptz
  FROM line
 UNION ALL
SELECT :region_code, id, version, 'unanswered', state, :at::timestamptz FROM tried;

-- name: reverse
-- The line whose money a bank took back.
WITH line AS (
    UPDATE batch_lines l
       SET state = 'reversed', version = l.version + 1
      FROM attempts a, orders o, batches t
     WHERE a.region_code = :region_code AND a.id = :attempt_id
       AND o.region_code = a.region_code AND o.id = a.order_id
       AND l.region_code = o.region_code AND l.person_id = o.payer_id
       AND t.region_code = l.region_code AND t.id = l.batch_id
       AND line_id(t.attempt_seed, l.serial) = a.id AND l.state = 'succeeded'
 RETURNING l.batch_id, l.serial, l.version, l.state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, batch_id || ':' || serial, version, 'reversed', state, :at::timestamptz
  FROM line;
