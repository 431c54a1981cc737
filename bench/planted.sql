-- Our side of a day: planted.payments sums of money with their attempts, and what is not as it
-- seems among them, by its number.

SET session_replication_role = replica;
SET synchronous_commit = off;

INSERT INTO attempts (region_code, id, order_id, method, state, version, amount_fen, says, created_at)
SELECT '990008', 'att' || lpad(n::text, 26, '0'), 'ord' || lpad(n::text, 26, '0'), 'wechat',
       'succeeded', 4, (n * 37 % 5000 + 100) * 100, '', timestamptz '2026-11-20 00:00+08'
  FROM generate_series(1, current_setting('planted.payments')::bigint) AS n;

INSERT INTO payments (region_code, method, reference, attempt_id, order_id, amount_fen, state,
                      version, misfit, happened_at, judged_at)
SELECT '990008', 'wechat', '4200' || lpad(n::text, 24, '0'), 'att' || lpad(n::text, 26, '0'),
       'ord' || lpad(n::text, 26, '0'), (n * 37 % 5000 + 100) * 100, 'applied', 1, '',
       timestamptz '2026-11-20 00:00+08' + n * 70000 / current_setting('planted.payments')::bigint * interval '1 second',
       timestamptz '2026-11-20 00:00+08' + n * 70000 / current_setting('planted.payments')::bigint * interval '1 second'
  FROM generate_series(1, current_setting('planted.payments')::bigint) AS n;

DELETE FROM payments
 WHERE region_code = '990008' AND method = 'wechat' AND reference IN (
       SELECT '4200' || lpad(n::text, 24, '0')
         FROM unnest(current_setting('planted.long')::bigint[]
                     || current_setting('planted.unknown')::bigint[]) AS n);

DELETE FROM attempts
 WHERE region_code = '990008' AND id IN (
       SELECT 'att' || lpad(n::text, 26, '0')
         FROM unnest(current_setting('planted.unknown')::bigint[]) AS n);

UPDATE payments SET happened_at = timestamptz '2026-11-20 23:30+08'
 WHERE region_code = '990008' AND method = 'wechat' AND reference IN (
       SELECT '4200' || lpad(n::text, 24, '0')
         FROM unnest(current_setting('planted.late_in_the_day')::bigint[]) AS n);

UPDATE payments SET happened_at = timestamptz '2026-11-19 23:30+08'
 WHERE region_code = '990008' AND method = 'wechat' AND reference IN (
       SELECT '4200' || lpad(n::text, 24, '0')
         FROM unnest(current_setting('planted.of_the_day_before')::bigint[]) AS n);

-- Two sums of one attempt, which the statement has in one line.
UPDATE payments p SET attempt_id = 'att' || lpad(pair.first::text, 26, '0')
  FROM (SELECT n, first_value(n) OVER (PARTITION BY (place - 1) / 2 ORDER BY place) AS first
          FROM unnest(current_setting('planted.gathered')::bigint[]) WITH ORDINALITY AS t (n, place)) AS pair
 WHERE p.region_code = '990008' AND p.method = 'wechat'
   AND p.reference = '4200' || lpad(pair.n::text, 24, '0');

-- Refunds that we say went out and the statement does not know.
INSERT INTO refunds (region_code, id, method, reference, attempt_id, amount_fen, paid_fen, reason,
                     state, version, created_at, asked_at)
SELECT '990008', 'rfd' || lpad(n::text, 26, '0'), 'wechat', '4200' || lpad(n::text, 24, '0'),
       'att' || lpad(n::text, 26, '0'), (n * 37 % 5000 + 100) * 100, (n * 37 % 5000 + 100) * 100,
       '', 'succeeded', 4, timestamptz '2026-11-20 12:00+08', timestamptz '2026-11-20 12:00+08'
  FROM unnest(current_setting('planted.refund_not_there')::bigint[]) AS n;

INSERT INTO lines (region_code, reference, line, account, amount_fen)
SELECT '990008', 'refund:rfd' || lpad(n::text, 26, '0'), side.line, side.account,
       side.sign * (n * 37 % 5000 + 100) * 100
  FROM unnest(current_setting('planted.refund_not_there')::bigint[]) AS n,
       (VALUES (1, 'suspense:unapplied', 1), (2, 'clearing:wechat', -1)) AS side (line, account, sign);

SET session_replication_role = origin;
SET synchronous_commit = on;
ANALYZE attempts, payments, refunds, lines;
