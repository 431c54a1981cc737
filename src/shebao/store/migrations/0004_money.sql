-- 0004  Money: what channels told us, what they hold, and the journal of all of it.
--
-- Why      The records we would keep if we could keep only three.
-- Locks    New tables only.
-- Rollout  Written by operations/collect.py and operations/refund.py from this release on.
--
-- Two promises are kept here and not in Python, because they must outlive every program that
-- will ever connect: an entry sums to zero, and nothing written is changed or removed. Both
-- triggers run once a statement, so a batch of a thousand entries pays for one check.

-- Every notice, verbatim, before anybody thinks about it.
CREATE TABLE notices (
    region_code text        NOT NULL,
    method      text        NOT NULL,
    id          text        NOT NULL,              -- the channel's number of the telling
    received_at timestamptz NOT NULL,
    headers     text        NOT NULL,              -- as they came, a line each
    body        bytea       NOT NULL,
    subject     text        NOT NULL CHECK (subject IN ('payment', 'refund')),
    subject_id  text        NOT NULL,              -- our attempt or refund
    outcome     text        NOT NULL,
    amount_fen  bigint,
    reference   text,                              -- the channel's number of the money
    happened_at timestamptz,
    judged_at   timestamptz,
    verdict     text,
    PRIMARY KEY (region_code, method, id)
) WITH (fillfactor = 80, toast_tuple_target = 8128);  -- Ciphertext: not worth trying to shrink.
CREATE INDEX notices_waiting ON notices (region_code, received_at) WHERE judged_at IS NULL;

CREATE TABLE payments (
    region_code text        NOT NULL,
    method      text        NOT NULL,
    reference   text        NOT NULL,
    attempt_id  text        NOT NULL,
    order_id    text,
    amount_fen  bigint      NOT NULL CHECK (amount_fen > 0),
    state       text        NOT NULL,
    version     smallint    NOT NULL,
    misfit      text        NOT NULL DEFAULT '',
    happened_at timestamptz NOT NULL,
    judged_at   timestamptz NOT NULL,
    PRIMARY KEY (region_code, method, reference)
);
CREATE INDEX payments_set_aside ON payments (region_code, judged_at)
 WHERE state IN ('unapplied', 'refunding');
CREATE UNIQUE INDEX payments_applied_once ON payments (region_code, order_id)
 WHERE state = 'applied';

CREATE TABLE refunds (
    region_code text        NOT NULL,
    id          text        NOT NULL,
    method      text        NOT NULL,
    reference   text        NOT NULL,
    attempt_id  text        NOT NULL,
    amount_fen  bigint      NOT NULL CHECK (amount_fen > 0),
    paid_fen    bigint      NOT NULL CHECK (paid_fen >= amount_fen),
    reason      text        NOT NULL,
    state       text        NOT NULL,
    version     smallint    NOT NULL,
    created_at  timestamptz NOT NULL,
    asked_at    timestamptz,
    PRIMARY KEY (region_code, id)
);
CREATE INDEX refunds_of_payment ON refunds (region_code, method, reference);
CREATE INDEX refunds_running ON refunds (region_code, created_at)
 WHERE state IN ('requested', 'approved', 'sent', 'unknown', 'failed');

CREATE TABLE entries (
    region_code text        NOT NULL,
    reference   text        NOT NULL,
    at          timestamptz NOT NULL,
    lines       smallint    NOT NULL CHECK (lines > 1),
    PRIMARY KEY (region_code, reference)
);

CREATE TABLE lines (
    region_code text     NOT NULL,
    reference   text     NOT NULL,
    line        smallint NOT NULL,
    account     text     NOT NULL,
    amount_fen  bigint   NOT NULL CHECK (amount_fen <> 0),
    PRIMARY KEY (region_code, reference, line)
);

CREATE FUNCTION entries_must_balance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE wrong text;
BEGIN
    SELECT n.reference INTO wrong
      FROM (SELECT region_code, reference, sum(amount_fen) AS fen, count(*) AS lines,
                   min(line) AS first
              FROM written
             GROUP BY region_code, reference) AS n
      LEFT JOIN entries e USING (region_code, reference)
     WHERE n.fen <> 0 OR n.lines IS DISTINCT FROM e.lines OR n.first <> 1
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'entry % does not balance', wrong;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER entries_balance AFTER INSERT ON lines
    REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION entries_must_balance();

CREATE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the journal is only ever added to';
END $$;

CREATE TRIGGER entries_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON entries
    FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only();
CREATE TRIGGER lines_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON lines
    FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only();

-- Receipts: a bill has at most one that counts.
CREATE SEQUENCE receipt_serials CACHE 64;
CREATE TABLE receipts (
    region_code   text        NOT NULL,
    number        text        NOT NULL,
    bill_id       text        NOT NULL,
    order_id      text        NOT NULL,
    amount_fen    bigint      NOT NULL CHECK (amount_fen > 0),
    issued_at     timestamptz NOT NULL,
    state         text        NOT NULL,
    ticket_number text,
    PRIMARY KEY (region_code, number)
);
CREATE UNIQUE INDEX receipts_that_count ON receipts (region_code, bill_id)
 WHERE state = 'issued';
