-- 0020  Cashier tickets: how a mini program fetches what opens its own cashier.
--
-- Why      A page inside a mini program cannot open the cashier; the program can. The page hands it a
--          ticket, good once and for a minute, and the program brings it here.
-- Locks    A new table.
-- Rollout  Written by operations/cashier_ticket.py from this release on.

CREATE TABLE cashier_tickets (
    region_code text        NOT NULL,
    attempt_id  text        NOT NULL,               -- one ticket an attempt: a new one replaces it
    hash        bytea       NOT NULL,
    expires_at  timestamptz NOT NULL,
    PRIMARY KEY (region_code, attempt_id),
    UNIQUE (region_code, hash)
);
