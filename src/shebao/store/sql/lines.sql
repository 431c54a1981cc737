-- Lines of batches. The batch is locked, but for one line that its own payer releases.

-- name: build_chunk
-- The next people with a mandate, and a line for each who owes anything that can be collected.
-- Who asked to be left out once is left out, and who could not be collected from has to wait.
-- Whoever also pays the scheme of the account rule is collected from the account of that. What
-- there is of one person is asked for person by person: no plan sets all against all.
WITH chunk AS MATERIALIZED (
    SELECT m.person_id,
           coalesce(CASE WHEN :also_pays <> '' THEN (
               SELECT a.id FROM mandates a
                WHERE a.region_code = :region_code AND a.fund = :account_fund
                  AND a.person_id = m.person_id AND a.state = 'active' AND a.method = 'agreement'
                  AND EXISTS (SELECT 1 FROM enrolments e
                               WHERE e.region_code = :region_code AND e.person_id = m.person_id
                                 AND e.scheme = :also_pays AND e.state = 'active')) END,
               m.id) AS mandate_id
      FROM mandates m
     WHERE m.region_code = :region_code AND m.fund = :fund AND m.state = 'active'
       AND m.method = 'agreement' AND m.person_id > :after
     ORDER BY m.person_id
     LIMIT :most
), spared AS (
    UPDATE batch_skips SET used_by = :batch_id
     WHERE region_code = :region_code AND person_id = ANY (ARRAY(SELECT person_id FROM chunk))
       AND scheme = :scheme AND used_by IN ('', :batch_id)
 RETURNING person_id
), owed AS MATERIALIZED (
    SELECT c.person_id, c.mandate_id, d.bill_ids, d.amount_fen,
           (SELECT m.bank FROM mandates m
             WHERE m.region_code = :region_code AND m.id = c.mandate_id) AS bank
      FROM chunk c,
           LATERAL (
               SELECT array_agg(b.id ORDER BY b.period, b.id) AS bill_ids,
                      sum(b.amount_fen)::bigint AS amount_fen
                 FROM bills b
                WHERE b.region_code = :region_code AND b.person_id = c.person_id
                  AND b.scheme = :scheme AND b.kind IN ('yearly', 'monthly')
                  AND b.state = 'payable' AND b.withdrawn = ''
                  AND (b.payable_until IS NULL OR b.payable_until >= :day::date)
                  AND (:period::text IS NULL OR b.period = :period::text
                       OR (:merges::boolean AND b.period < :period::text))
                  AND NOT coalesce((SELECT CASE WHEN x.next_on IS NULL
                                                THEN x.stopped OR b.period <= x.period
                                                ELSE x.next_on > :day::date END
                                      FROM batch_misses x
                                     WHERE x.region_code = :region_code
                                       AND x.person_id = c.person_id
                                       AND x.scheme = :scheme), false)
                  AND (NOT :special_first::boolean
                       OR (SELECT count(*) FROM bills s
                            WHERE s.region_code = :region_code AND s.person_id = c.person_id
                              AND s.enrolment_id = b.enrolment_id AND s.withdrawn = ''
                              AND s.kind IN ('back_pay', 'lump_sum', 'paid_for')
                              AND s.state IN ('payable', 'reserved')) = 0)) AS d
     WHERE d.amount_fen > 0
       AND (SELECT 1 FROM batch_skips s
             WHERE s.region_code = :region_code AND s.person_id = c.person_id
               AND s.scheme = :scheme AND s.used_by IN ('', :batch_id)) IS NULL
), added AS (
    INSERT INTO batch_lines (region_code, batch_id, serial, packet, person_id, mandate_id,
                             amount_fen, bill_ids, state, version)
    SELECT :region_code, :batch_id,
           :lines::integer + row_number() OVER (ORDER BY o.person_id), p.packet, o.person_id,
           o.mandate_id, o.amount_fen, o.bill_ids, 'queued', 1
      FROM owed o
      JOIN batch_packets p ON p.region_code = :region_code AND p.batch_id = :batch_id
           AND p.bank = o.bank
 RETURNING serial, amount_fen
), said AS (
    INSERT INTO events (region_code, subject_id, version, event, state, at)
    SELECT :region_code, :batch_id || ':' || serial, 1, 'queued', 'queued', :at::timestamptz
      FROM added
)
SELECT (SELECT count(*) FROM chunk) AS people, (SELECT max(person_id) FROM chunk) AS after,
       (SELECT count(*) FROM added) AS lines,
       (SELECT coalesce(sum(amount_fen), 0)::bigint FROM added) AS amount_fen;

-- name: lock_bills
-- The bills of some lines, held until the transaction ends.
SELECT count(*) AS bills
  FROM (SELECT b.id
          FROM batch_lines l, unnest(l.bill_ids) AS n (bill_id), bills b
         WHERE l.region_code = :region_code AND l.batch_id = :batch_id
           AND l.serial > :after AND l.serial <= :upto AND l.state = 'queued'
           AND b.region_code = :region_code AND b.id = n.bill_id
         ORDER BY b.id
           FOR NO KEY UPDATE OF b) AS held;

-- name: hold_chunk
-- Lines take hold of their bills, each by an order and an attempt of its own, and what nobody has
-- declared before is declared; what was paid or taken meanwhile, or has no mandate any more, is
-- released. Their bills are locked.
WITH looked AS MATERIALIZED (
    SELECT l.serial, l.person_id, l.mandate_id, l.amount_fen, n.bill_id, b.amount_fen AS bill_fen,
           coalesce(b.state = 'payable' AND b.withdrawn = '', false) AS free,
           coalesce(m.state = 'active', false) AS agreed
      FROM batch_lines l
     CROSS JOIN unnest(l.bill_ids) AS n (bill_id)
      LEFT JOIN bills b ON b.region_code = :region_code AND b.id = n.bill_id
      LEFT JOIN mandates m ON m.region_code = :region_code AND m.id = l.mandate_id
     WHERE l.region_code = :region_code AND l.batch_id = :batch_id
       AND l.serial > :after AND l.serial <= :upto AND l.state = 'queued'
), judged AS MATERIALIZED (
    SELECT serial, person_id, mandate_id, amount_fen, array_agg(bill_id) AS bill_ids,
           bool_and(agreed) AS agreed,
           bool_and(free AND agreed) AND sum(bill_fen) = amount_fen AS whole,
           line_id(:order_seed, serial) AS order_id, line_id(:attempt_seed, serial) AS attempt_id
      FROM looked
     GROUP BY serial, person_id, mandate_id, amount_fen
), reserved AS (
    UPDATE bills b
       SET state = 'reserved', version = b.version + 1, held_by = n.order_id
      FROM (SELECT order_id, unnest(bill_ids) AS bill_id FROM judged WHERE whole) AS n
     WHERE b.region_code = :region_code AND b.id = n.bill_id AND b.state = 'payable'
 RETURNING b.id, b.version, b.state, b.amount_fen, b.held_by, b.person_id, b.enrolment_id, b.scheme,
           b.period, b.kind
), opened AS (
    INSERT INTO orders (region_code, id, payer_id, entry_channel, state, version, amount_fen,
                        attempt_id, opened_at, expires_at)
    SELECT :region_code, order_id, person_id, 'batch', 'open', 1, amount_fen, attempt_id,
           :at::timestamptz, :expires_at::timestamptz
      FROM judged
     WHERE whole
), inside AS (
    INSERT INTO order_lines (region_code, order_id, bill_id, amount_fen)
    SELECT :region_code, held_by, id, amount_fen FROM reserved
), declared AS (
    INSERT INTO declarations (region_code, id, person_id, enrolment_id, scheme, period, kind,
                              amount_fen, declared_by, entry_channel, declared_at, bill_id, state,
                              version)
    SELECT :region_code, left(:declared_seed, -8) || lpad((row_number() OVER ())::text, 8, '0'),
           person_id, enrolment_id, scheme, period, kind, amount_fen, person_id, 'batch',
           :at::timestamptz, id, 'accepted', 1
      FROM reserved
        ON CONFLICT DO NOTHING
 RETURNING id, version, state
), tried AS (
    INSERT INTO attempts (region_code, id, order_id, method, state, version, amount_fen,
                          mandate_id, created_at)
    SELECT :region_code, attempt_id, order_id, 'agreement', 'created', 1, amount_fen, mandate_id,
           :at::timestamptz
      FROM judged
     WHERE whole
), let_go AS (
    UPDATE batch_lines l
       SET state = 'released', version = l.version + 1,
           reason = CASE WHEN j.agreed THEN 'taken_meanwhile' ELSE 'mandate_ended' END
      FROM judged j
     WHERE l.region_code = :region_code AND l.batch_id = :batch_id AND l.serial = j.serial
       AND NOT j.whole
 RETURNING l.serial, l.version, l.state
), said AS (
    INSERT INTO events (region_code, subject_id, version, event, state, at)
    SELECT :region_code, s.* , :at::timestamptz
      FROM (SELECT id, version, 'reserved', state FROM reserved
             UNION ALL
            SELECT order_id, 1::smallint, 'opened', 'open' FROM judged WHERE whole
             UNION ALL
            SELECT attempt_id, 1::smallint, 'created', 'created' FROM judged WHERE whole
             UNION ALL
            SELECT id, version, 'accepted', state FROM declared
             UNION ALL
            SELECT :batch_id || ':' || serial, version, 'released', state FROM let_go) AS s
)
SELECT count(*) AS held, coalesce(sum(amount_fen), 0)::bigint AS held_fen
  FROM judged
 WHERE whole;

-- name: without_mandate
-- Lines that still wait though their mandate does not hold any more.
SELECT l.serial
  FROM batch_lines l
  JOIN mandates m ON m.region_code = l.region_code AND m.id = l.mandate_id
 WHERE l.region_code = :region_code AND l.batch_id = :batch_id
   AND l.serial > :after AND l.serial <= :upto AND l.state = 'queued' AND m.state <> 'active';

-- name: release_lines
-- Lines that were not sent let their bills go again, if they hold any. The line goes first, so
-- that whoever sends it and whoever releases it meet there.
WITH line AS MATERIALIZED (
    UPDATE batch_lines
       SET state = 'released', version = version + 1, reason = :reason::text
     WHERE region_code = :region_code AND batch_id = :batch_id
       AND serial = ANY (:serials::integer[]) AND state = 'queued'
 RETURNING serial, version, state, amount_fen, bill_ids
), cancelled AS (
    UPDATE orders o SET state = 'cancelled', version = o.version + 1
      FROM line
     WHERE o.region_code = :region_code AND o.id = line_id(:order_seed, line.serial)
       AND o.state || '' = 'open'
 RETURNING o.id, o.version, o.state, o.amount_fen
), closed AS (
    UPDATE attempts a SET state = 'closed', version = a.version + 1
      FROM line
     WHERE a.region_code = :region_code AND a.id = line_id(:attempt_seed, line.serial)
       AND a.state = 'created'
 RETURNING a.id, a.version, a.state
), freed AS (
    UPDATE bills b SET state = 'payable', version = b.version + 1, held_by = NULL
      FROM (SELECT serial, unnest(bill_ids) AS bill_id FROM line) AS n
     WHERE b.region_code = :region_code AND b.id = n.bill_id AND b.state = 'reserved'
       AND b.held_by = line_id(:order_seed, n.serial)
 RETURNING b.id, b.version, b.state
), errands AS (
    INSERT INTO batch_errands (region_code, batch_id, serial, errand)
    SELECT :region_code, :batch_id, serial, 'tell' FROM line WHERE :reason = 'unwritable'
), said AS (
    INSERT INTO events (region_code, subject_id, version, event, state, at)
    SELECT :region_code, s.*, :at::timestamptz
      FROM (SELECT :batch_id || ':' || serial, version, 'released', state FROM line
             UNION ALL
            SELECT id, version, 'withdrawn', state FROM cancelled
             UNION ALL
            SELECT id, version, 'closed', state FROM closed
             UNION ALL
            SELECT id, version, 'released', state FROM freed) AS s
)
SELECT (SELECT count(*) FROM line) AS released;

-- name: send_chunk
-- Lines are as good as sent: from here on only the bank says how they end.
WITH line AS MATERIALIZED (
    UPDATE batch_lines
       SET state = 'sent', version = version + 1
     WHERE region_code = :region_code AND batch_id = :batch_id
       AND serial > :after AND serial <= :upto AND state = 'queued'
 RETURNING serial, version, state, amount_fen
), paying AS (
    UPDATE orders o SET state = 'paying', version = o.version + 1
      FROM line
     WHERE o.region_code = :region_code AND o.id = line_id(:order_seed, line.serial)
 RETURNING o.id, o.version, o.state
), gone AS (
    UPDATE attempts a SET state = 'sent', version = a.version + 1
      FROM line
     WHERE a.region_code = :region_code AND a.id = line_id(:attempt_seed, line.serial)
 RETURNING a.id, a.version, a.state
), said AS (
    INSERT INTO events (region_code, subject_id, version, event, state, at)
    SELECT :region_code, s.*, :at::timestamptz
      FROM (SELECT :batch_id || ':' || serial, version, 'sent', state FROM line
             UNION ALL
            SELECT id, version, 'submitted', state FROM paying
             UNION ALL
            SELECT id, version, 'sent', state FROM gone) AS s
)
SELECT count(*) AS sent, coalesce(sum(amount_fen), 0)::bigint AS sent_fen FROM line;

-- name: demands
-- The lines of a packet as its bank is asked for them: accounts and numbers are sealed. First the
-- few lines, then what belongs to each: asked for at once, every line there is would be prepared.
SELECT l.serial, l.amount_fen, m.agreement, m.account_sealed, p.name, p.number_sealed
  FROM (SELECT serial, amount_fen, mandate_id, person_id
          FROM batch_lines
         WHERE region_code = :region_code AND batch_id = :batch_id AND packet = :packet
           AND serial > :after AND state NOT IN ('queued', 'released')
         ORDER BY serial
         LIMIT :most) AS l,
       LATERAL (SELECT agreement, account_sealed FROM mandates
                 WHERE region_code = :region_code AND id = l.mandate_id LIMIT 1) AS m,
       LATERAL (SELECT name, number_sealed FROM persons
                 WHERE region_code = :region_code AND id = l.person_id LIMIT 1) AS p
 ORDER BY l.serial;

-- name: names
-- The names on lines that wait, to see whether their bank can read them.
SELECT l.serial, p.name
  FROM batch_lines l
  JOIN persons p ON p.region_code = l.region_code AND p.id = l.person_id
 WHERE l.region_code = :region_code AND l.batch_id = :batch_id
   AND l.serial > :after AND l.serial <= :upto AND l.state = 'queued';
