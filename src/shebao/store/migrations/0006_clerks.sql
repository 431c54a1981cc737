-- 0006  Clerks and refund requests: who acts for a region, and what people ask to have back.
--
-- Why      Money that was rightly taken goes back only when somebody asks and another agrees.
-- Locks    New tables; columns with constant defaults on receipts and refunds (no rewrite).
-- Rollout  Written by operations/desk/ and operations/refund.py from this release on; programs
--          of the release before neither know nor hinder the new columns.

CREATE TABLE clerks (
    region_code  text        NOT NULL,
    id           text        NOT NULL,
    number       text        NOT NULL,              -- 工号, as the office gives it
    name         text        NOT NULL,
    office       text        NOT NULL,
    duties       text[]      NOT NULL,
    password     text        NOT NULL,              -- as argon2 writes it
    second_step  bytea       NOT NULL,              -- the secret of the codes, sealed
    last_code    bigint      NOT NULL DEFAULT 0,    -- the last code used: none works twice
    misses       smallint    NOT NULL DEFAULT 0,
    resting_until timestamptz,                      -- after too many misses nobody is let in
    state        text        NOT NULL,
    version      smallint    NOT NULL,
    PRIMARY KEY (region_code, id),
    UNIQUE (region_code, number)
);

-- Apart from the sessions of payers: other people, other doors, other rules.
CREATE TABLE clerk_sessions (
    region_code  text        NOT NULL,
    token_hash   bytea       NOT NULL,
    clerk_id     text        NOT NULL,
    began_at     timestamptz NOT NULL,
    seen_at      timestamptz NOT NULL,
    PRIMARY KEY (region_code, token_hash),
    FOREIGN KEY (region_code, clerk_id) REFERENCES clerks
);

CREATE TABLE refund_requests (
    region_code    text        NOT NULL,
    id             text        NOT NULL,
    receipt_number text        NOT NULL,
    bill_id        text        NOT NULL,
    order_id       text        NOT NULL,
    person_id      text        NOT NULL,            -- whom the contribution was for
    payer_id       text        NOT NULL,            -- who paid, and gets it back
    ground         text        NOT NULL,
    evidence       text        NOT NULL,
    amount_fen     bigint      NOT NULL CHECK (amount_fen > 0),
    asked_by       text        NOT NULL,            -- the payer, or a clerk
    asked_at       timestamptz NOT NULL,
    checked_by     text,
    decided_by     text,
    decided_at     timestamptz,
    said           text        NOT NULL DEFAULT '', -- why it was rejected
    refund_id      text,
    state          text        NOT NULL,
    version        smallint    NOT NULL,
    PRIMARY KEY (region_code, id)
);
CREATE UNIQUE INDEX refund_requests_that_count ON refund_requests (region_code, bill_id)
 WHERE state IN ('asked', 'checked', 'approved', 'done');
CREATE INDEX refund_requests_of_payer ON refund_requests (region_code, payer_id);
CREATE INDEX refund_requests_waiting ON refund_requests (region_code, asked_at)
 WHERE state IN ('asked', 'checked');

-- A refund that answers a request comes out of what is due; any other, out of suspense.
ALTER TABLE refunds ADD COLUMN request_id text;
ALTER TABLE refunds ADD COLUMN why text NOT NULL DEFAULT '';  -- why a person must look after it
ALTER TABLE refunds ADD COLUMN owner_id text;                 -- the clerk who looks after it
CREATE INDEX refunds_by_hand ON refunds (region_code) WHERE state = 'manual';

ALTER TABLE receipts ADD COLUMN voided_at timestamptz;
ALTER TABLE receipts ADD COLUMN void_reason text NOT NULL DEFAULT '';
-- Receipts that were issued before they left events.
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT region_code, number, 1, 'issued', 'issued', issued_at FROM receipts
    ON CONFLICT DO NOTHING;

-- The short code of an order, read out to the hotline.
CREATE TABLE spoken_codes (
    region_code text NOT NULL,
    code        text NOT NULL,
    order_id    text NOT NULL,
    PRIMARY KEY (region_code, code),
    UNIQUE (region_code, order_id)
);
