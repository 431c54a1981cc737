-- What the outside world holds. Times are milliseconds since 1970, amounts whole fen.
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;

CREATE TABLE IF NOT EXISTS attempts (
    out_trade_no   TEXT PRIMARY KEY,
    mchid          TEXT NOT NULL,
    appid          TEXT NOT NULL,
    scene          TEXT NOT NULL,
    description    TEXT NOT NULL,
    total_fen      INTEGER NOT NULL CHECK (total_fen > 0),
    notify_url     TEXT NOT NULL,
    openid         TEXT NOT NULL,
    attach         TEXT,
    asked          TEXT NOT NULL,
    signer         TEXT NOT NULL,
    prepay_id      TEXT NOT NULL UNIQUE,
    token          TEXT NOT NULL UNIQUE,
    prepaid_at     INTEGER NOT NULL,
    opened_at      INTEGER NOT NULL,
    expires_at     INTEGER NOT NULL,
    state          TEXT NOT NULL,
    transaction_id TEXT UNIQUE,
    paid_at        INTEGER,
    pays_at        INTEGER,
    plan           TEXT NOT NULL,
    CHECK ((transaction_id IS NULL) = (paid_at IS NULL))
) STRICT;
CREATE INDEX IF NOT EXISTS attempts_opened ON attempts (opened_at);
CREATE INDEX IF NOT EXISTS attempts_late ON attempts (pays_at) WHERE pays_at IS NOT NULL;

CREATE TABLE IF NOT EXISTS refunds (
    out_refund_no  TEXT PRIMARY KEY,
    refund_id      TEXT NOT NULL UNIQUE,
    out_trade_no   TEXT NOT NULL REFERENCES attempts,
    refund_fen     INTEGER NOT NULL CHECK (refund_fen > 0),
    notify_url     TEXT,
    reason         TEXT,
    asked          TEXT NOT NULL,
    signer         TEXT NOT NULL,
    state          TEXT NOT NULL,
    ends_as        TEXT NOT NULL,
    created_at     INTEGER NOT NULL,
    ends_at        INTEGER NOT NULL,
    succeeded_at   INTEGER
) STRICT;
CREATE INDEX IF NOT EXISTS refunds_attempt ON refunds (out_trade_no);
CREATE INDEX IF NOT EXISTS refunds_open ON refunds (ends_at) WHERE state = 'PROCESSING';

CREATE TABLE IF NOT EXISTS letters (
    id             TEXT PRIMARY KEY,
    channel        TEXT NOT NULL,
    subject        TEXT NOT NULL,
    event          TEXT NOT NULL,
    url            TEXT NOT NULL,
    body           TEXT NOT NULL,
    signer         TEXT NOT NULL,
    plan           TEXT NOT NULL,
    state          TEXT NOT NULL,
    tries          INTEGER NOT NULL,
    next_at        INTEGER NOT NULL,
    heard          TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS letters_subject ON letters (subject);
CREATE INDEX IF NOT EXISTS letters_waiting ON letters (channel, next_at) WHERE state = 'waiting';

CREATE TABLE IF NOT EXISTS deliveries (
    notice_id      TEXT NOT NULL,
    at             INTEGER NOT NULL,
    kind           TEXT NOT NULL,
    answer         INTEGER
) STRICT;
CREATE INDEX IF NOT EXISTS deliveries_notice ON deliveries (notice_id);

CREATE TABLE IF NOT EXISTS people (
    id_number      TEXT PRIMARY KEY,
    name           TEXT NOT NULL,
    id_type        TEXT,
    status         TEXT NOT NULL CHECK (status IN ('ok', 'blocked'))
) STRICT;

CREATE TABLE IF NOT EXISTS messages (
    message_id     TEXT PRIMARY KEY,
    phone          TEXT NOT NULL,
    template       TEXT NOT NULL,
    parameters     TEXT NOT NULL,
    sent_at        INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS messages_phone ON messages (phone, template, sent_at);
CREATE INDEX IF NOT EXISTS messages_sent ON messages (sent_at);

CREATE TABLE IF NOT EXISTS message_references (
    reference      TEXT PRIMARY KEY,
    message_id     TEXT NOT NULL UNIQUE,
    reply_url      TEXT NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS alipay_trades (
    out_trade_no   TEXT PRIMARY KEY,
    trade_no       TEXT NOT NULL UNIQUE,
    way            TEXT NOT NULL,
    subject        TEXT NOT NULL,
    total_fen      INTEGER NOT NULL CHECK (total_fen > 0),
    notify_url     TEXT,
    return_url     TEXT,
    quit_url       TEXT,
    passback       TEXT,
    buyer          TEXT NOT NULL,
    asked          TEXT NOT NULL,
    token          TEXT NOT NULL UNIQUE,
    opened_at      INTEGER NOT NULL,
    expires_at     INTEGER NOT NULL,
    met_at         INTEGER,
    state          TEXT NOT NULL,
    paid_at        INTEGER,
    closed_at      INTEGER,
    pays_at        INTEGER,
    plan           TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS alipay_trades_opened ON alipay_trades (opened_at);
CREATE INDEX IF NOT EXISTS alipay_trades_late ON alipay_trades (pays_at) WHERE pays_at > 0;

CREATE TABLE IF NOT EXISTS alipay_refunds (
    out_trade_no   TEXT NOT NULL REFERENCES alipay_trades,
    out_request_no TEXT NOT NULL,
    refund_fen     INTEGER NOT NULL CHECK (refund_fen > 0),
    reason         TEXT,
    state          TEXT NOT NULL,
    asked_at       INTEGER NOT NULL,
    succeeded_at   INTEGER,
    PRIMARY KEY (out_trade_no, out_request_no),
    CHECK ((state = 'SUCCESS') = (succeeded_at IS NOT NULL))
) STRICT;

CREATE TABLE IF NOT EXISTS unionpay_trades (
    mer_id         TEXT NOT NULL,
    order_id       TEXT NOT NULL,
    txn_time       TEXT NOT NULL,
    device         TEXT NOT NULL,
    description    TEXT NOT NULL,
    total_fen      INTEGER NOT NULL CHECK (total_fen > 0),
    back_url       TEXT NOT NULL,
    front_url      TEXT,
    reserved       TEXT,
    asked          TEXT NOT NULL,
    token          TEXT NOT NULL UNIQUE,
    opened_at      INTEGER NOT NULL,
    expires_at     INTEGER NOT NULL,
    code           TEXT NOT NULL,
    query_id       TEXT UNIQUE,
    trace_no       TEXT,
    paid_at        INTEGER,
    settle_day     TEXT,
    pays_at        INTEGER,
    plan           TEXT NOT NULL,
    PRIMARY KEY (mer_id, order_id, txn_time),
    CHECK ((query_id IS NULL) = (paid_at IS NULL))
) STRICT;
CREATE INDEX IF NOT EXISTS unionpay_trades_order ON unionpay_trades (order_id);
CREATE INDEX IF NOT EXISTS unionpay_trades_opened ON unionpay_trades (opened_at);
CREATE INDEX IF NOT EXISTS unionpay_trades_settled ON unionpay_trades (settle_day);

CREATE TABLE IF NOT EXISTS unionpay_returns (
    mer_id         TEXT NOT NULL,
    order_id       TEXT NOT NULL,
    txn_time       TEXT NOT NULL,
    kind           TEXT NOT NULL,
    query_id       TEXT NOT NULL UNIQUE,
    orig_query_id  TEXT NOT NULL,
    refund_fen     INTEGER NOT NULL CHECK (refund_fen > 0),
    back_url       TEXT NOT NULL,
    asked          TEXT NOT NULL,
    trace_no       TEXT NOT NULL,
    code           TEXT NOT NULL,
    ends_as        TEXT NOT NULL,
    created_at     INTEGER NOT NULL,
    ends_at        INTEGER NOT NULL,
    succeeded_at   INTEGER,
    settle_day     TEXT,
    PRIMARY KEY (mer_id, order_id, txn_time),
    CHECK ((code = '00') = (succeeded_at IS NOT NULL))
) STRICT;
CREATE INDEX IF NOT EXISTS unionpay_returns_original ON unionpay_returns (orig_query_id);
CREATE INDEX IF NOT EXISTS unionpay_returns_open ON unionpay_returns (ends_at) WHERE code = '05';
CREATE INDEX IF NOT EXISTS unionpay_returns_settled ON unionpay_returns (settle_day);

CREATE TABLE IF NOT EXISTS files (
    channel        TEXT NOT NULL,
    kind           TEXT NOT NULL,
    day            TEXT NOT NULL,
    content        BLOB,
    digest         TEXT NOT NULL,
    is_late        INTEGER NOT NULL,
    planted        TEXT NOT NULL,
    PRIMARY KEY (channel, kind, day)
) STRICT;

CREATE TABLE IF NOT EXISTS downloads (
    token          TEXT PRIMARY KEY,
    channel        TEXT NOT NULL,
    kind           TEXT NOT NULL,
    day            TEXT NOT NULL,
    ends_at        INTEGER NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS wechat_parts (
    part           TEXT PRIMARY KEY,
    whole          TEXT NOT NULL,
    place          INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS wechat_parts_whole ON wechat_parts (whole, place);

CREATE TABLE IF NOT EXISTS wechat_redirected (
    out_refund_no  TEXT PRIMARY KEY,
    channel        TEXT NOT NULL,
    account        TEXT NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS counter_slips (
    number         TEXT PRIMARY KEY,
    attempt_id     TEXT NOT NULL UNIQUE,
    fen            INTEGER NOT NULL CHECK (fen > 0),
    title          TEXT NOT NULL,
    notify_url     TEXT NOT NULL,
    expires_at     INTEGER NOT NULL,
    state          TEXT NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS counter_movements (
    kind           TEXT NOT NULL,
    serial         TEXT NOT NULL,
    our_id         TEXT NOT NULL,
    fen            INTEGER NOT NULL CHECK (fen > 0),
    at             INTEGER NOT NULL,
    PRIMARY KEY (kind, serial)
) STRICT;
CREATE INDEX IF NOT EXISTS counter_movements_of_day ON counter_movements (kind, at);
