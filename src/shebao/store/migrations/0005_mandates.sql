-- 0005  Mandates: leave to collect from an account, what banks say of it, and what they took back.
--
-- Why      Paying by agreement, at once and in bulk, and money that a bank reverses.
-- Locks    New tables; one column is added to attempts, empty for all there are.
-- Rollout  Written by operations/deduction/ and operations/pay.py from this release on.
--
-- An account's number is sealed, shown hidden, and recognised by its keyed hash, like a person's.

CREATE TABLE mandates (
    region_code    text        NOT NULL,
    id             text        NOT NULL,
    person_id      text        NOT NULL,
    fund           text        NOT NULL,
    method         text        NOT NULL,              -- at whom it is signed
    state          text        NOT NULL,
    version        smallint    NOT NULL,
    created_at     timestamptz NOT NULL,
    expires_at     timestamptz NOT NULL,              -- until when it may be signed
    sign_url       text        NOT NULL DEFAULT '',
    agreement      text        NOT NULL DEFAULT '',   -- 协议号, the bank's own
    account_kind   text,
    account_sealed bytea,
    account_hash   bytea,
    account_masked text,
    bank           text,                              -- 开户行
    signed_at      timestamptz,
    says           text        NOT NULL DEFAULT '',   -- what the bank said when it refused
    asked_at       timestamptz,                       -- when the bank was last asked about it
    PRIMARY KEY (region_code, id),
    FOREIGN KEY (region_code, person_id) REFERENCES persons,
    CHECK (state NOT IN ('active', 'suspended') OR (agreement <> '' AND account_sealed IS NOT NULL))
);
-- One a person and fund. Fund first: a batch reads the mandates of one fund in the order of this.
CREATE UNIQUE INDEX mandates_in_force ON mandates (region_code, fund, person_id)
 WHERE state IN ('active', 'suspended');
CREATE UNIQUE INDEX mandates_being_signed ON mandates (region_code, fund, person_id)
 WHERE state IN ('draft', 'pending_bank');
CREATE INDEX mandates_of_person ON mandates (region_code, person_id);
CREATE INDEX mandates_waiting ON mandates (region_code, created_at)
 WHERE state IN ('draft', 'pending_bank', 'cancelling');

-- What a bank told us of an agreement, verbatim. The account in it is encrypted for us alone.
CREATE TABLE mandate_notices (
    region_code text        NOT NULL,
    method      text        NOT NULL,
    id          text        NOT NULL,                 -- the bank's number of the telling
    received_at timestamptz NOT NULL,
    headers     text        NOT NULL,
    body        bytea       NOT NULL,
    mandate_id  text        NOT NULL,
    judged_at   timestamptz,
    verdict     text,
    PRIMARY KEY (region_code, method, id)
);
CREATE INDEX mandate_notices_waiting ON mandate_notices (region_code, received_at)
 WHERE judged_at IS NULL;

-- Money a bank took back, under its own number of that, with the notice as it came.
CREATE TABLE reversals (
    region_code text        NOT NULL,
    method      text        NOT NULL,
    number      text        NOT NULL,
    received_at timestamptz NOT NULL,
    headers     text        NOT NULL,
    body        bytea       NOT NULL,
    attempt_id  text        NOT NULL,
    reference   text        NOT NULL,                 -- the bank's number of the money
    amount_fen  bigint      NOT NULL CHECK (amount_fen > 0),
    happened_at timestamptz NOT NULL,
    says        text        NOT NULL,
    state       text        NOT NULL,
    version     smallint    NOT NULL,
    undone      text        NOT NULL DEFAULT '',      -- what it turned out to undo
    looked_at   timestamptz,
    payer_told_at timestamptz,
    PRIMARY KEY (region_code, method, number)
);
CREATE INDEX reversals_waiting ON reversals (region_code, received_at) WHERE state = 'told';
CREATE INDEX reversals_untold ON reversals (region_code, received_at)
 WHERE undone = 'bills' AND payer_told_at IS NULL;
CREATE INDEX reversals_of_money ON reversals (region_code, method, reference);

-- Under which mandate an attempt collects, when it does so by agreement.
ALTER TABLE attempts ADD COLUMN mandate_id text;
