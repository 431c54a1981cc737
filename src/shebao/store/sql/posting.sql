-- Posting: what a bank said of lines that were sent. The batch is locked.

-- name: succeed
-- Lines whose money is in the books.
WITH line AS (
    UPDATE batch_lines
       SET state = 'succeeded', version = version + 1
     WHERE region_code = :region_code AND batch_id = :batch_id
       AND serial = ANY (:serials::integer[]) AND state IN ('sent', 'unknown')
 RETURNING serial, version, state, person_id
), forgiven AS (
    DELETE FROM batch_misses x
     USING line
     WHERE x.region_code = :region_code AND x.person_id = line.person_id AND x.scheme = :scheme
), answered AS (
    DELETE FROM batch_errands
     WHERE region_code = :region_code AND errand = 'ask' AND batch_id = :batch_id
       AND serial = ANY (:serials::integer[])
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, :batch_id || ':' || serial, version, 'succeeded', state, :at::timestamptz
  FROM line;

-- name: fail
-- Lines of which nothing was collected: their bills can be paid again.
WITH line AS MATERIALIZED (
    UPDATE batch_lines l
       SET state = 'failed', version = l.version + 1, reason = n.reason, says = n.says
      FROM unnest(:serials::integer[], :reasons::text[], :says::text[]) AS n (serial, reason, says)
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
       AND o.state = 'paying'
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
    DELETE FROM batch_errands
     WHERE region_code = :region_code AND errand = 'ask' AND batch_id = :batch_id
       AND serial = ANY (:serials::integer[])
), missed AS (
    INSERT INTO batch_misses (region_code, person_id, scheme, months, last_on, next_on)
    SELECT :region_code, person_id, :scheme, 1, :day::date,
           CASE WHEN :stop_after::integer = 1 THEN NULL ELSE :next_on::date END
      FROM line
        ON CONFLICT (region_code, person_id, scheme) DO UPDATE
       SET months = batch_misses.months
                  + (date_trunc('month', batch_misses.last_on)
                     < date_trunc('month', :day::timestamp))::integer,
           last_on = :day::date,
           next_on = CASE WHEN batch_misses.months
                               + (date_trunc('month', batch_misses.last_on)
                                  < date_trunc('month', :day::timestamp))::integer
                               >= :stop_after::integer
                          THEN NULL ELSE :next_on::date END
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
-- Lines of which the bank does not know what became of them: they are asked about.
WITH line AS MATERIALIZED (
    UPDATE batch_lines
       SET state = 'unknown', version = version + 1
     WHERE region_code = :region_code AND batch_id = :batch_id
       AND serial = ANY (:serials::integer[]) AND state = 'sent'
 RETURNING serial, version, state
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
