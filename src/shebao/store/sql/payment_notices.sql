-- Payment notices: numbers that payers take to a bank's window.

-- name: insert_notice
-- A notice a clerk has printed; the same one printed again changes nothing.
INSERT INTO payment_notices (region_code, number, order_id, attempt_id, office, clerk_id,
                             amount_fen, printed_at, expires_at)
VALUES (:region_code, :number, :order_id, :attempt_id, :office, :clerk_id, :amount_fen, :at,
        :expires_at)
    ON CONFLICT DO NOTHING;

-- name: by_number
-- One notice.
SELECT region_code, number, order_id, attempt_id, office, clerk_id, amount_fen, printed_at,
       expires_at
  FROM payment_notices
 WHERE region_code = :region_code AND number = :number;

-- name: of_order
-- The newest notice of an order.
SELECT region_code, number, order_id, attempt_id, office, clerk_id, amount_fen, printed_at,
       expires_at
  FROM payment_notices
 WHERE region_code = :region_code AND order_id = :order_id
 ORDER BY printed_at DESC
 LIMIT 1;
