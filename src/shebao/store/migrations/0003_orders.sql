-- 0003  Orders and attempts: what somebody means to pay, and each try at collecting it.
--
-- Why      One live attempt an order, one live order a bill.
-- Locks    New tables only.
-- Rollout  Written by operations/open_order.py and operations/pay.py from this release on.
--
-- An order's id is minted when the confirm page is shown and comes back in its form, signed:
-- the primary key is what makes a form sent twice one order.

CREATE TABLE orders (
    region_code   text        NOT NULL,
    id            text        NOT NULL,
    payer_id      text        NOT NULL,
    entry_channel text        NOT NULL,
    state         text        NOT NULL,
    version       smallint    NOT NULL,
    amount_fen    bigint      NOT NULL CHECK (amount_fen > 0),
    attempt_id    text,
    opened_at     timestamptz NOT NULL,
    expires_at    timestamptz NOT NULL,
    PRIMARY KEY (region_code, id)
) WITH (fillfactor = 80);
CREATE INDEX orders_of_payer ON orders (region_code, payer_id);
CREATE INDEX orders_running ON orders (region_code, expires_at)
 WHERE state IN ('open', 'paying', 'expiring');

CREATE TABLE order_lines (
    region_code text   NOT NULL,
    order_id    text   NOT NULL,
    bill_id     text   NOT NULL,
    amount_fen  bigint NOT NULL CHECK (amount_fen > 0),
    PRIMARY KEY (region_code, order_id, bill_id)
);
CREATE INDEX order_lines_of_bill ON order_lines (region_code, bill_id);

CREATE TABLE attempts (
    region_code text        NOT NULL,
    id          text        NOT NULL,
    order_id    text        NOT NULL,
    method      text        NOT NULL,
    state       text        NOT NULL,
    version     smallint    NOT NULL,
    amount_fen  bigint      NOT NULL CHECK (amount_fen > 0),
    cashier     jsonb,
    says        text        NOT NULL DEFAULT '',
    created_at  timestamptz NOT NULL,
    asked_at    timestamptz,                       -- when the channel was last asked about it
    left_over   boolean     NOT NULL DEFAULT false, -- other money has paid its order
    PRIMARY KEY (region_code, id)
) WITH (fillfactor = 80);
CREATE INDEX attempts_of_order ON attempts (region_code, order_id);
CREATE INDEX attempts_left_over ON attempts (region_code) WHERE left_over;
