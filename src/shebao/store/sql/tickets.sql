-- Tickets: what a mini program brings to learn how its cashier is opened.

-- name: put_ticket
-- A ticket for an attempt; an earlier one is worth nothing from now on.
INSERT INTO cashier_tickets (region_code, attempt_id, hash, expires_at)
VALUES (:region_code, :attempt_id, :hash, :expires_at)
    ON CONFLICT (region_code, attempt_id) DO UPDATE
   SET hash = EXCLUDED.hash, expires_at = EXCLUDED.expires_at;

-- name: take_ticket
-- Take a ticket away; whoever comes later finds none.
DELETE FROM cashier_tickets
 WHERE region_code = :region_code AND hash = :hash
RETURNING attempt_id, expires_at;
