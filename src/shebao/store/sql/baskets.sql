-- Baskets: what somebody has put aside to pay together with what other cities want.

-- name: put_in
-- Bills of a city go into somebody's basket.
INSERT INTO basket_lines (region_code, payer_id, bill_id, added_at)
SELECT :region_code, :payer_id, n.bill_id, :at
  FROM unnest(:bill_ids::text[]) AS n (bill_id)
    ON CONFLICT DO NOTHING;

-- name: take_out
-- Bills of a city leave somebody's basket.
DELETE FROM basket_lines
 WHERE region_code = :region_code AND payer_id = :payer_id AND bill_id = ANY (:bill_ids::text[]);

-- name: lines_of
-- What is in somebody's basket in a city, oldest first.
SELECT bill_id
  FROM basket_lines
 WHERE region_code = :region_code AND payer_id = :payer_id
 ORDER BY added_at, bill_id;
