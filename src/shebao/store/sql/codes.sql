-- Codes: the short number of an order that is read out to the hotline.

-- name: of_order
-- The code of an order, if it has one.
SELECT code FROM spoken_codes WHERE region_code = :region_code AND order_id = :order_id;

-- name: give
-- Give an order a code. A code or an order that has one already keeps it.
INSERT INTO spoken_codes (region_code, code, order_id)
VALUES (:region_code, :code, :order_id)
    ON CONFLICT DO NOTHING;

-- name: order_of
-- The order of a code.
SELECT order_id FROM spoken_codes WHERE region_code = :region_code AND code = :code;

-- name: order_of_receipt
-- The order of a receipt.
SELECT order_id FROM receipts WHERE region_code = :region_code AND number = :number;
