-- 0007  Desk: cash as numbered slips, card slips, payment notices, hand-ins, deposits, payouts.
--
-- Why      Money taken over a counter, and where it is until it is at the bank.
-- Locks    New tables only.
-- Rollout  Written by operations/desk from this release on.
--
-- A slip's serial is the next of its clerk's book, counted in the transaction that writes the
-- slip: one that is rolled back takes its number with it, so no number is ever left out.

CREATE TABLE slip_books (
    region_code text     NOT NULL,
    office      text     NOT NULL,
    clerk_id    text     NOT NULL,
    book        smallint NOT NULL CHECK (book > 0),
    last_serial integer  NOT NULL DEFAULT 0,
    PRIMARY KEY (region_code, office, clerk_id),
    UNIQUE (region_code, office, book)
) WITH (fillfactor = 50);

CREATE TABLE slips (
    region_code  text        NOT NULL,
    id           text        NOT NULL,
    number       text        NOT NULL,             -- as printed: office-book-serial
    office       text        NOT NULL,
    clerk_id     text        NOT NULL,
    serial       integer     NOT NULL CHECK (serial > 0),
    order_id     text        NOT NULL,
    attempt_id   text        NOT NULL,
    reference    text        NOT NULL,             -- of the money: the number of its first slip
    amount_fen   bigint      NOT NULL CHECK (amount_fen > 0),
    received_fen bigint      NOT NULL CHECK (received_fen >= amount_fen),
    taken_at     timestamptz NOT NULL,
    due_on       date        NOT NULL,             -- to be handed in by then
    state        text        NOT NULL,
    version      smallint    NOT NULL,
    replaces     text,                             -- the spoiled slip it stands for
    reason       text        NOT NULL DEFAULT '',  -- why it was voided
    hand_in_id   text,
    PRIMARY KEY (region_code, id),
    UNIQUE (region_code, number),
    UNIQUE (region_code, office, clerk_id, serial)
) WITH (fillfactor = 80);
CREATE INDEX slips_in_tills ON slips (region_code, office, clerk_id)
 WHERE state IN ('issued', 'submitted');
CREATE INDEX slips_of_hand_in ON slips (region_code, hand_in_id) WHERE hand_in_id IS NOT NULL;
CREATE INDEX slips_of_order ON slips (region_code, order_id);

CREATE TABLE hand_ins (
    region_code  text        NOT NULL,
    id           text        NOT NULL,
    office       text        NOT NULL,
    clerk_id     text        NOT NULL,
    slips        integer     NOT NULL CHECK (slips > 0),
    amount_fen   bigint      NOT NULL CHECK (amount_fen > 0),
    due_on       date        NOT NULL,             -- of its oldest slip
    submitted_at timestamptz NOT NULL,
    state        text        NOT NULL,
    version      smallint    NOT NULL,
    cashier_id   text        CHECK (cashier_id <> clerk_id),
    reason       text        NOT NULL DEFAULT '',
    deposit_id   text,
    PRIMARY KEY (region_code, id)
) WITH (fillfactor = 80);
CREATE INDEX hand_ins_of_office ON hand_ins (region_code, office, submitted_at);

CREATE TABLE deposits (
    region_code text        NOT NULL,
    id          text        NOT NULL,
    office      text        NOT NULL,
    cashier_id  text        NOT NULL,
    bank_serial text        NOT NULL,
    amount_fen  bigint      NOT NULL CHECK (amount_fen > 0),
    made_at     timestamptz NOT NULL,
    told_fen    bigint,                            -- what the bank's file says
    state       text        NOT NULL,
    version     smallint    NOT NULL,
    PRIMARY KEY (region_code, id),
    UNIQUE (region_code, bank_serial)
) WITH (fillfactor = 80);

-- What the bank's files say of cash it received, whether we know the serial or not.
CREATE TABLE deposit_lines (
    region_code text        NOT NULL,
    serial      text        NOT NULL,
    amount_fen  bigint      NOT NULL CHECK (amount_fen > 0),
    happened_at timestamptz NOT NULL,
    told_at     timestamptz NOT NULL,
    PRIMARY KEY (region_code, serial)
);

CREATE TABLE card_slips (
    region_code text        NOT NULL,
    terminal    text        NOT NULL,
    reference   text        NOT NULL,
    trace       text        NOT NULL,
    order_id    text        NOT NULL,
    attempt_id  text        NOT NULL,
    office      text        NOT NULL,
    clerk_id    text        NOT NULL,
    amount_fen  bigint      NOT NULL CHECK (amount_fen > 0),
    taken_at    timestamptz NOT NULL,
    PRIMARY KEY (region_code, terminal, reference)
);
CREATE INDEX card_slips_of_clerk ON card_slips (region_code, office, clerk_id, taken_at);

CREATE TABLE payment_notices (
    region_code text        NOT NULL,
    number      text        NOT NULL,
    order_id    text        NOT NULL,
    attempt_id  text        NOT NULL,
    office      text        NOT NULL,
    clerk_id    text        NOT NULL,
    amount_fen  bigint      NOT NULL CHECK (amount_fen > 0),
    printed_at  timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL,
    PRIMARY KEY (region_code, number)
);
CREATE INDEX payment_notices_of_order ON payment_notices (region_code, order_id);

-- Money that did not fit and was given back in cash, against a signature.
CREATE TABLE cash_payouts (
    region_code text        NOT NULL,
    refund_id   text        NOT NULL,
    office      text        NOT NULL,
    clerk_id    text        NOT NULL,
    amount_fen  bigint      NOT NULL CHECK (amount_fen > 0),
    signed_by   text        NOT NULL CHECK (signed_by <> ''),
    paid_at     timestamptz NOT NULL,
    hand_in_id  text,                              -- cash paid out lessens what is handed in
    PRIMARY KEY (region_code, refund_id)
) WITH (fillfactor = 80);
CREATE INDEX cash_payouts_in_tills ON cash_payouts (region_code, office, clerk_id)
 WHERE hand_in_id IS NULL;
CREATE INDEX cash_payouts_of_hand_in ON cash_payouts (region_code, hand_in_id)
 WHERE hand_in_id IS NOT NULL;
