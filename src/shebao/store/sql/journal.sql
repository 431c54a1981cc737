-- The journal. Only added to; each statement's entries sum to zero, or nothing is written.

-- name: post
-- Write entries with their lines. A reference that was used is left as it is, lines and all.
WITH posted AS (
    INSERT INTO entries (region_code, reference, at, lines)
    SELECT :region_code, n.reference, :at::timestamptz, n.lines
      FROM unnest(:references::text[], :counts::smallint[]) AS n (reference, lines)
        ON CONFLICT DO NOTHING
 RETURNING reference
)
INSERT INTO lines (region_code, reference, line, account, amount_fen)
SELECT :region_code, l.reference, l.line, l.account, l.amount_fen
  FROM unnest(:line_references::text[], :line_numbers::smallint[], :accounts::text[],
              :amounts::bigint[]) AS l (reference, line, account, amount_fen)
  JOIN posted USING (reference);

-- name: balance
-- What an account holds.
SELECT coalesce(sum(amount_fen), 0)::bigint AS amount_fen
  FROM lines
 WHERE region_code = :region_code AND account = :account;

-- name: trial_balance
-- What every account holds, everywhere.
SELECT region_code, account, sum(amount_fen)::bigint AS amount_fen
  FROM lines
 GROUP BY region_code, account
 ORDER BY region_code, account;
