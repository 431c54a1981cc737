-- People of Changzhou who belong to the medical scheme and have no bill yet: any age, category,
-- district and identity, as :people says. What somebody is follows from their number alone.

SET session_replication_role = replica;  -- The rows are right; do not look up every reference.
SET synchronous_commit = off;            -- Only while we fill.

INSERT INTO persons (region_code, id, id_type, number_sealed, number_hash, number_masked, name,
                     born, sex)
SELECT '320400', 'per' || lpad(n::text, 26, '0'), '201', sha256(n::text::bytea),
       sha256(('n' || n)::bytea), '3204**********' || lpad((n % 10000)::text, 4, '0'), '王小芳',
       date '1935-01-01' + (n * 7919 % 32000)::int, (ARRAY['M', 'F'])[n % 2 + 1]
  FROM generate_series(1::bigint, current_setting('bench.people')::bigint) AS n;

INSERT INTO enrolments (region_code, id, person_id, scheme, district, category, identity, state,
                        version)
SELECT '320400', 'enr' || lpad(n::text, 26, '0'), 'per' || lpad(n::text, 26, '0'),
       'resident_medical', (ARRAY['320402', '320404', '320411', '320412', '320413', '320481'])
           [n % 6 + 1],
       CASE WHEN n * 7919 % 32000 < 10000 THEN 'elderly'
            WHEN n * 7919 % 32000 < 26000 THEN 'non_working'
            WHEN n * 7919 % 32000 < 28000 THEN 'college' ELSE 'minor' END,
       CASE WHEN n % 50 = 0 THEN 'destitute' END, 'active', 1
  FROM generate_series(1::bigint, current_setting('bench.people')::bigint) AS n;
