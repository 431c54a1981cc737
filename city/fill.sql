-- A city of city.people residents: two enrolments and four bills each. Of the first city.orders
-- of them the first two bills are held by an order that is being paid in a channel's cashier; all
-- other bills can be paid. Ids are the kind of thing and a number, as wide as real ones and in the
-- same order. People do not pay in the order of their registration: order n is that of person
-- n * 48271 % people + 1.

SET session_replication_role = replica;  -- The rows are right; do not look up every reference.
SET synchronous_commit = off;             -- Only while we fill.

INSERT INTO persons
SELECT '320400', 'per' || lpad(n::text, 26, '0'), '201', sha256(n::text::bytea),
       sha256(('n' || n)::bytea), '3204**********' || lpad((n % 10000)::text, 4, '0'), '王小芳',
       date '1980-01-01', 'F', sha256(('p' || n)::bytea), '138****' || lpad((n % 10000)::text, 4, '0'),
       now()
  FROM generate_series(1, current_setting('city.people')::int) AS n;

INSERT INTO sessions
SELECT '320400', sha256(n::text::bytea), 'per' || lpad(n::text, 26, '0'), 'wechat_mini', now(),
       now() + interval '1 day'
  FROM generate_series(1, current_setting('city.people')::int) AS n;

INSERT INTO enrolments
SELECT '320400', 'enr' || lpad((2 * n + k)::text, 26, '0'), 'per' || lpad(n::text, 26, '0'),
       CASE k WHEN 0 THEN 'resident_medical' ELSE 'resident_pension' END, '320402',
       CASE k WHEN 0 THEN 'non_working' END, NULL, 0, NULL, 'active', 1
  FROM generate_series(1, current_setting('city.people')::int) AS n, generate_series(0, 1) AS k;

INSERT INTO bills (region_code, id, person_id, enrolment_id, scheme, period, kind, label, amount_fen,
                   shares, policy_version, source, arithmetic, state, version, held_by)
SELECT '320400', 'bil' || lpad((4 * n + k)::text, 26, '0'), 'per' || lpad(n::text, 26, '0'),
       'enr' || lpad((2 * n + k % 2)::text, 26, '0'),
       CASE k % 2 WHEN 0 THEN 'resident_medical' ELSE 'resident_pension' END,
       (ARRAY['2024', '2023', '2023', '2022'])[k + 1], 'yearly',
       CASE k % 2 WHEN 0 THEN '非从业居民' ELSE '1800 元档' END,
       CASE k % 2 WHEN 0 THEN 93000 ELSE 180000 END,
       CASE k % 2 WHEN 0
            THEN '[["medical","personal",90000],["long_term_care","personal",3000]]'::jsonb
            ELSE '[["pension","personal",180000],["pension","subsidy",12000]]'::jsonb END,
       '320400/2022-01-01', '《常州市城乡居民基本养老保险缴费档次和补贴》', ARRAY['个人 1800，补贴 120'],
       CASE WHEN held THEN 'reserved' ELSE 'payable' END, CASE WHEN held THEN 2 ELSE 1 END,
       CASE WHEN held THEN 'ord' || lpad(o::text, 26, '0') END
  FROM (SELECT o, o * 48271::bigint % current_setting('city.people')::int + 1 AS n
          FROM generate_series(1, current_setting('city.people')::int) AS o) AS somebody,
       generate_series(0, 3) AS k,
       LATERAL (SELECT k < 2 AND o <= current_setting('city.orders')::int AS held) AS running
 ORDER BY n, k;

INSERT INTO orders
SELECT '320400', 'ord' || lpad(n::text, 26, '0'),
       'per' || lpad((n * 48271::bigint % current_setting('city.people')::int + 1)::text, 26, '0'), 'wechat_mini',
       'paying', 2, 273000, 'att' || lpad(n::text, 26, '0'), now(), now() + interval '1 day'
  FROM generate_series(1, current_setting('city.orders')::int) AS n;

INSERT INTO order_lines
SELECT '320400', 'ord' || lpad(n::text, 26, '0'),
       'bil' || lpad((4 * (n * 48271::bigint % current_setting('city.people')::int + 1) + k)::text, 26, '0'),
       CASE k WHEN 0 THEN 93000 ELSE 180000 END
  FROM generate_series(1, current_setting('city.orders')::int) AS n, generate_series(0, 1) AS k;

INSERT INTO attempts (region_code, id, order_id, method, state, version, amount_fen, cashier, says,
                      created_at)
SELECT '320400', 'att' || lpad(n::text, 26, '0'), 'ord' || lpad(n::text, 26, '0'), 'wechat',
       'pending', 3, 273000,
       '{"url": "https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx2016", "code": null, "parameters": {}}'::jsonb,
       '', now()
  FROM generate_series(1, current_setting('city.orders')::int) AS n;

INSERT INTO events
SELECT '320400', s.kind || lpad((s.factor * n + s.k)::text, 26, '0'), 1, s.event, s.state, now()
  FROM generate_series(1, current_setting('city.people')::int) AS n,
       (VALUES ('enr', 2, 0, 'admitted', 'active'),
               ('enr', 2, 1, 'admitted', 'active'),
               ('bil', 4, 0, 'issued', 'payable'),
               ('bil', 4, 1, 'issued', 'payable'),
               ('bil', 4, 2, 'issued', 'payable'),
               ('bil', 4, 3, 'issued', 'payable')
       ) AS s (kind, factor, k, event, state);

INSERT INTO events
SELECT '320400',
       s.kind || lpad((s.factor * CASE s.kind WHEN 'bil' THEN p ELSE o END + s.k)::text, 26, '0'),
       s.version, s.event, s.state, now()
  FROM (SELECT o, o * 48271::bigint % current_setting('city.people')::int + 1 AS p
          FROM generate_series(1, current_setting('city.orders')::int) AS o) AS running,
       (VALUES ('att', 1, 0, 1::smallint, 'created', 'created'),
               ('att', 1, 0, 2, 'sent', 'sent'),
               ('att', 1, 0, 3, 'accepted', 'pending'),
               ('bil', 4, 0, 2, 'reserved', 'reserved'),
               ('bil', 4, 1, 2, 'reserved', 'reserved'),
               ('ord', 1, 0, 1, 'opened', 'open'),
               ('ord', 1, 0, 2, 'submitted', 'paying')
       ) AS s (kind, factor, k, version, event, state);

SET session_replication_role = origin;
SET synchronous_commit = on;
