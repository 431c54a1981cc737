-- What the outside world holds of agreements: accounts, signatures, and money under them.

CREATE TABLE IF NOT EXISTS bank_accounts (
    number         TEXT PRIMARY KEY,
    kind           TEXT NOT NULL CHECK (kind IN ('bank_card', 'social_card')),
    holder         TEXT NOT NULL,
    id_number      TEXT NOT NULL,
    phone          TEXT NOT NULL,
    balance_fen    INTEGER NOT NULL CHECK (balance_fen >= 0),
    state          TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS bank_accounts_person ON bank_accounts (id_number);

CREATE TABLE IF NOT EXISTS bank_agreements (
    sign_no        TEXT PRIMARY KEY,
    protocol_no    TEXT UNIQUE,
    token          TEXT NOT NULL UNIQUE,
    fund           TEXT NOT NULL,
    name           TEXT NOT NULL,
    id_type        TEXT NOT NULL,
    id_number      TEXT NOT NULL,
    kinds          TEXT NOT NULL,
    beside         TEXT NOT NULL,
    notify_url     TEXT NOT NULL,
    return_url     TEXT NOT NULL,
    opened_at      INTEGER NOT NULL,
    expires_at     INTEGER NOT NULL,
    state          TEXT NOT NULL,
    account_number TEXT,
    code           TEXT,
    code_for       TEXT,
    changed_at     INTEGER,
    why            TEXT NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS bank_payments (
    pay_no         TEXT PRIMARY KEY,
    bank_serial    TEXT NOT NULL UNIQUE,
    protocol_no    TEXT NOT NULL,
    account_number TEXT,
    amount_fen     INTEGER NOT NULL CHECK (amount_fen >= 0),
    notify_url     TEXT NOT NULL,
    state          TEXT NOT NULL,
    reject_code    TEXT NOT NULL,
    asked_at       INTEGER NOT NULL,
    paid_at        INTEGER,
    ends_at        INTEGER,
    plan           TEXT NOT NULL,
    reversal_no    TEXT UNIQUE,
    reversed_at    INTEGER,
    CHECK ((state = 'paid') = (paid_at IS NOT NULL))
) STRICT;

CREATE TABLE IF NOT EXISTS bank_refunds (
    refund_no      TEXT PRIMARY KEY,
    pay_no         TEXT NOT NULL REFERENCES bank_payments,
    bank_serial    TEXT NOT NULL UNIQUE,
    amount_fen     INTEGER NOT NULL CHECK (amount_fen > 0),
    notify_url     TEXT NOT NULL,
    state          TEXT NOT NULL,
    asked_at       INTEGER NOT NULL,
    succeeded_at   INTEGER
) STRICT;

CREATE TABLE IF NOT EXISTS wechat_contracts (
    contract_code  TEXT PRIMARY KEY,
    contract_id    TEXT NOT NULL UNIQUE,
    plan_id        TEXT NOT NULL,
    openid         TEXT NOT NULL,
    request_serial TEXT NOT NULL,
    notify_url     TEXT NOT NULL,
    signed_at      INTEGER NOT NULL,
    ended_at       INTEGER,
    ended_by       TEXT NOT NULL
) STRICT;
