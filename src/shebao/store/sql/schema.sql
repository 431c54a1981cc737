-- Schema: what the database itself says it is made of, for docs/generated/schema.sql.

-- name: columns
-- Every column of every table of ours, in its place.
SELECT c.relname AS of, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
       a.attnotnull AS required, pg_get_expr(d.adbin, d.adrelid) AS otherwise,
       array_to_string(c.reloptions, ', ') AS options
  FROM pg_class c
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
 ORDER BY c.relname, a.attnum;

-- name: constraints
-- Keys, references and checks; that a column is required stands beside it.
SELECT c.relname AS of, pg_get_constraintdef(k.oid) AS says
  FROM pg_constraint k
  JOIN pg_class c ON c.oid = k.conrelid
 WHERE c.relnamespace = 'public'::regnamespace AND k.contype IN ('p', 'u', 'f', 'c')
 ORDER BY c.relname, position(k.contype::text IN 'pufc'), says;

-- name: indexes
-- Indexes that no key brings with it.
SELECT c.relname AS of, pg_get_indexdef(i.indexrelid) AS says
  FROM pg_index i
  JOIN pg_class c ON c.oid = i.indrelid
  LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND k.oid IS NULL
 ORDER BY c.relname, says;

-- name: triggers
-- What the database does by itself.
SELECT c.relname AS of, pg_get_triggerdef(t.oid) AS says
  FROM pg_trigger t
  JOIN pg_class c ON c.oid = t.tgrelid
 WHERE c.relnamespace = 'public'::regnamespace AND NOT t.tgisinternal
 ORDER BY c.relname, says;

-- name: functions
-- What the triggers run.
SELECT pg_get_functiondef(p.oid) AS says
  FROM pg_proc p
 WHERE p.pronamespace = 'public'::regnamespace
 ORDER BY p.proname;

-- name: sequences
-- Where numbers come from that nobody chooses.
SELECT c.relname AS name FROM pg_class c
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'S'
 ORDER BY c.relname;
