-- 0024  Wholes: orders of several cities that are paid in one payment, and each try at that.
--
-- Why      A family belongs to several cities, and wants to pay once.
-- Locks    New tables only.
-- Rollout  Written by operations/whole/ from this release on.
--
-- A whole lies in the city its payer was signed in at; that an order or an attempt belongs to one
-- is written beside it, in its own city.

CREATE TABLE wholes (
    region_code text        NOT NULL,
    id          text        NOT NULL,
    payer_id    text        NOT NULL,
    regions     text[]      NOT NULL,          -- where its orders are
    opened_at   timestamptz NOT NULL,
    PRIMARY KEY (region_code, id)
);

CREATE TABLE whole_orders (
    region_code   text NOT NULL,
    order_id      text NOT NULL,
    whole_id      text NOT NULL,
    home          text NOT NULL,               -- the region of the whole
    payer_id      text NOT NULL,               -- who the payer is here
    entry_channel text NOT NULL,               -- how it is paid when it is paid apart
    PRIMARY KEY (region_code, order_id)
);
CREATE INDEX whole_orders_of ON whole_orders (region_code, whole_id);

CREATE TABLE whole_tries (
    region_code text        NOT NULL,
    id          text        NOT NULL,          -- the number the channel knows it by
    whole_id    text        NOT NULL,
    cashier     jsonb,
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (region_code, id)
);

CREATE TABLE whole_parts (
    region_code text   NOT NULL,
    attempt_id  text   NOT NULL,
    try_id      text   NOT NULL,
    home        text   NOT NULL,
    regions     text[] NOT NULL,               -- where the parts of the same try are
    PRIMARY KEY (region_code, attempt_id)
);
CREATE INDEX whole_parts_of ON whole_parts (region_code, try_id);

-- What somebody has put aside to pay together with what other cities want: a bill of this city.
CREATE TABLE basket_lines (
    region_code text        NOT NULL,
    payer_id    text        NOT NULL,
    bill_id     text        NOT NULL,
    added_at    timestamptz NOT NULL,
    PRIMARY KEY (region_code, payer_id, bill_id)
);
