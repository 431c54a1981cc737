-- Card slips: what POS terminals printed, as clerks typed it in.

-- name: insert_card_slip
-- A slip of a terminal. One that is here already changes nothing.
INSERT INTO card_slips (region_code, terminal, reference, trace, order_id, attempt_id, office,
                        clerk_id, amount_fen, taken_at)
VALUES (:region_code, :terminal, :reference, :trace, :order_id, :attempt_id, :office, :clerk_id,
        :amount_fen, :at)
    ON CONFLICT DO NOTHING;

-- name: by_reference
-- The order a slip of a terminal was taken for.
SELECT order_id, attempt_id, amount_fen
  FROM card_slips
 WHERE region_code = :region_code AND terminal = :terminal AND reference = :reference;

-- name: of_clerk_since
-- What a clerk has charged since a moment, the newest first.
SELECT terminal, reference, trace, order_id, amount_fen, taken_at
  FROM card_slips
 WHERE region_code = :region_code AND office = :office AND clerk_id = :clerk_id
   AND taken_at >= :since
 ORDER BY taken_at DESC
 LIMIT 500;
