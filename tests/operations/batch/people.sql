-- People of a city with a mandate and a bill each, from number :first on: rows alone, no story.

SET LOCAL session_replication_role = replica;  -- The rows are right: nothing is looked up.

INSERT INTO persons (region_code, id, id_type, number_sealed, number_hash, number_masked, name,
                     born, sex)
SELECT '320400', 'per' || lpad(n::text, 26, '0'), '201', decode(current_setting('town.sealed'), 'hex'),
       sha256(('batch' || n)::bytea), '3204**********' || lpad((n % 10000)::text, 4, '0'),
       CASE n % 7 WHEN 0 THEN '王　芳' ELSE '王小芳' END, date '1980-01-01', 'F'
  FROM generate_series(current_setting('town.first')::int, current_setting('town.last')::int) AS n;

INSERT INTO enrolments (region_code, id, person_id, scheme, district, category, state, version)
SELECT '320400', 'enr' || lpad(n::text, 26, '0'), 'per' || lpad(n::text, 26, '0'),
       'resident_medical', '320402', 'non_working', 'active', 1
  FROM generate_series(current_setting('town.first')::int, current_setting('town.last')::int) AS n;

INSERT INTO bills (region_code, id, person_id, enrolment_id, scheme, period, kind, label,
                   amount_fen, shares, policy_version, source, arithmetic, payable_until, state,
                   version)
SELECT '320400', 'bil' || lpad(n::text, 26, '0'), 'per' || lpad(n::text, 26, '0'),
       'enr' || lpad(n::text, 26, '0'), 'resident_medical', '2024', 'yearly', '非从业居民', 93000,
       '[["medical","personal",90000],["long_term_care","personal",3000]]'::jsonb,
       '320400/resident_medical@2024-01-01', '《居民医保》', ARRAY['个人 930 元'],
       date '2023-12-31', 'payable', 1
  FROM generate_series(current_setting('town.first')::int, current_setting('town.last')::int) AS n;

INSERT INTO events
SELECT '320400', kind || lpad(n::text, 26, '0'), 1, event, state, now()
  FROM generate_series(current_setting('town.first')::int, current_setting('town.last')::int) AS n,
       (VALUES ('bil', 'issued', 'payable'), ('enr', 'registered', 'active'),
               ('man', 'confirmed', 'active')) AS k (kind, event, state);
