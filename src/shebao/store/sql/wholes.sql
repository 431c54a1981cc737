-- Wholes: orders of several cities that are paid in one payment. Each row lies in one city.

-- name: insert_whole
-- A whole and, in the city of each, which orders are its own. One that is here already stays.
WITH whole AS (
    INSERT INTO wholes (region_code, id, payer_id, regions, opened_at)
    VALUES (:region_code, :whole_id, :payer_id, :regions, :at)
        ON CONFLICT DO NOTHING
 RETURNING id
)
INSERT INTO whole_orders (region_code, order_id, whole_id, home, payer_id, entry_channel)
SELECT n.region_code, n.order_id, whole.id, :region_code, n.payer_id, n.entry_channel
  FROM whole, unnest(:region_codes::text[], :order_ids::text[], :payer_ids::text[],
                     :entry_channels::text[])
       AS n (region_code, order_id, payer_id, entry_channel);

-- name: whole_by_id
-- A whole that lies in one of some cities, with its orders.
SELECT w.region_code AS home, w.id, w.payer_id AS owner_id, w.opened_at, o.region_code, o.order_id,
       o.payer_id, o.entry_channel
  FROM wholes w
  JOIN whole_orders o ON o.region_code = ANY (w.regions) AND o.whole_id = w.id
 WHERE w.region_code = ANY (:region_codes::text[]) AND w.id = :whole_id
 ORDER BY o.region_code;

-- name: wholes_of_orders
-- To which wholes some orders of a city belong, and where those lie.
SELECT order_id, whole_id, home
  FROM whole_orders
 WHERE region_code = :region_code AND order_id = ANY (:order_ids::text[]);

-- name: begin_try
-- A new try, and in the city of each part, which attempt is its part.
WITH begun AS (
    INSERT INTO whole_tries (region_code, id, whole_id, created_at)
    VALUES (:region_code, :try_id, :whole_id, :at)
 RETURNING id
)
INSERT INTO whole_parts (region_code, attempt_id, try_id, home, regions)
SELECT n.region_code, n.attempt_id, begun.id, :region_code, :regions
  FROM begun, unnest(:region_codes::text[], :attempt_ids::text[]) AS n (region_code, attempt_id);

-- name: keep_try_cashier
-- Where the payer of a try goes on.
UPDATE whole_tries SET cashier = :cashier::jsonb WHERE region_code = :region_code AND id = :try_id;

-- name: try_of_attempt
-- The try an attempt is a part of, with all its parts.
SELECT t.region_code AS home, t.id, t.whole_id, t.cashier, p.region_code, p.attempt_id
  FROM whole_parts one
  JOIN whole_tries t ON t.region_code = one.home AND t.id = one.try_id
  JOIN whole_parts p ON p.region_code = ANY (one.regions) AND p.try_id = one.try_id
 WHERE one.region_code = :region_code AND one.attempt_id = :attempt_id
 ORDER BY p.region_code;

-- name: regions_of_parts
-- In which city each of some parts is.
SELECT region_code, attempt_id
  FROM whole_parts
 WHERE region_code = ANY (:region_codes::text[]) AND attempt_id = ANY (:attempt_ids::text[]);
