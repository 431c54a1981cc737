-- Rehearsal: people out of nothing, for a run that is only played.

-- name: people
-- People of one kind, each in one scheme.
WITH born AS (
    INSERT INTO persons (region_code, id, id_type, number_sealed, number_hash, number_masked,
                         name, born, sex)
    SELECT :region_code, 'per' || lpad(n::text, 26, '0'), '201', sha256(n::text::bytea),
           sha256(('rehearsal' || n)::bytea),
           :region_code || '********' || lpad((n % 10000)::text, 4, '0'),
           (ARRAY['王小芳', '李明', '陈　静', '阿依古丽'])[n % 4 + 1], date '1980-01-01', 'F'
      FROM generate_series(:first::integer, :last::integer) AS n
 RETURNING id
), enrolled AS (
    INSERT INTO enrolments (region_code, id, person_id, scheme, district, category, state, version)
    SELECT :region_code, 'enr' || substr(id, 4), id, :scheme, :district, :category, 'active', 1
      FROM born
 RETURNING id, version, state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, version, 'admitted', state, :at::timestamptz FROM enrolled;

-- name: confirm
-- That each of them agreed.
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, 'man' || lpad(n::text, 26, '0'), 1, 'confirmed', 'active', :at::timestamptz
  FROM generate_series(:first::integer, :last::integer) AS n;
