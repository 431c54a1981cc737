-- Tills: cash that should have gone on by now, wherever it is.

-- name: waiting_cash
-- Cash by where it is and since when it is due: with a clerk, before the cashier, counted and
-- not deposited, or deposited and not confirmed by the bank.
SELECT office, clerk_id, CASE state WHEN 'issued' THEN 'till' ELSE 'counting' END AS stage,
       count(*)::int AS things, sum(amount_fen)::bigint AS amount_fen, min(due_on) AS due_on
  FROM slips
 WHERE region_code = :region_code AND state IN ('issued', 'submitted')
 GROUP BY 1, 2, 3
UNION ALL
SELECT office, coalesce(cashier_id, ''), 'safe', count(*)::int, sum(amount_fen)::bigint,
       min(due_on)
  FROM hand_ins
 WHERE region_code = :region_code AND state = 'received' AND deposit_id IS NULL
 GROUP BY 1, 2
UNION ALL
SELECT d.office, d.cashier_id, 'bank', count(DISTINCT d.id)::int, sum(h.amount_fen)::bigint,
       min(h.due_on)
  FROM deposits d
  JOIN hand_ins h ON h.region_code = d.region_code AND h.deposit_id = d.id
 WHERE d.region_code = :region_code AND d.state <> 'confirmed'
 GROUP BY 1, 2
 ORDER BY 6, 1, 2;

-- name: cash_of
-- What the slips of a till come to that are still with the clerk, less the cash paid out of it.
SELECT (SELECT coalesce(sum(amount_fen), 0)
          FROM slips
         WHERE region_code = :region_code AND office = :office AND clerk_id = :clerk_id
           AND state = 'issued')::bigint
     - (SELECT coalesce(sum(amount_fen), 0)
          FROM cash_payouts
         WHERE region_code = :region_code AND office = :office AND clerk_id = :clerk_id
           AND hand_in_id IS NULL)::bigint AS amount_fen;
