-- 0008  Books: what others say they moved for us, where that differs, and days that are closed.
--
-- Why      What we hold must equal what the statements say, or the difference must be listed.
-- Locks    New tables; two indexes on tables that are written to (SHARE, as long as they build).
-- Rollout  Written by operations/books from this release on.
--
-- A statement is of one *source*: a payment method, the bank or the treasury. A file that speaks
-- of several regions is shared out when it is read, so that every line knows its region.
-- Lines are never marked as matched: what is not in `differences` agrees.

CREATE TABLE statement_files (
    region_code  text        NOT NULL,
    source       text        NOT NULL,
    day          date        NOT NULL,
    number       smallint    NOT NULL,              -- of the files of that source and day
    name         text        NOT NULL,              -- where it lies, from the statements folder
    sha256       bytea       NOT NULL,
    bytes        bigint      NOT NULL,
    lines        integer     NOT NULL,              -- of this region
    payments_fen bigint      NOT NULL,
    refunds_fen  bigint      NOT NULL,
    fees_fen     bigint      NOT NULL,
    imported_at  timestamptz NOT NULL,
    matched_at   timestamptz,
    PRIMARY KEY (region_code, source, day, number),
    UNIQUE (region_code, name)
);

CREATE TABLE statement_lines (
    region_code text        NOT NULL,
    source      text        NOT NULL,
    day         date        NOT NULL,
    number      smallint    NOT NULL,
    line        integer     NOT NULL,
    kind        text        NOT NULL,
    our_id      text        NOT NULL,
    reference   text        NOT NULL,
    amount_fen  bigint      NOT NULL,
    fee_fen     bigint      NOT NULL,
    happened_at timestamptz NOT NULL,
    PRIMARY KEY (region_code, source, day, number, line)
);

-- When we last asked for a file that is not there yet. The region is 'all' where one file
-- speaks of all of them.
CREATE TABLE statement_requests (
    region_code text        NOT NULL,
    source      text        NOT NULL,
    day         date        NOT NULL,
    asked_at    timestamptz NOT NULL,
    says        text        NOT NULL DEFAULT '',
    PRIMARY KEY (region_code, source, day)
);

CREATE TABLE differences (
    region_code text        NOT NULL,
    id          text        NOT NULL,
    source      text        NOT NULL,
    day         date        NOT NULL,               -- of the statement, or of our money
    subject     text        NOT NULL CHECK (subject IN ('payment', 'refund', 'settlement', 'remittance')),
    number      text        NOT NULL,
    kind        text        NOT NULL,
    our_id      text        NOT NULL,
    line        integer,                            -- the first in the file that speaks of it
    theirs_fen  bigint      NOT NULL,               -- what a refund moves is negative
    ours_fen    bigint      NOT NULL,
    happened_at timestamptz NOT NULL,
    stands      boolean     NOT NULL,               -- the two sides still say different things
    state       text        NOT NULL,
    version     smallint    NOT NULL,
    found_at    timestamptz NOT NULL,
    seen_at     timestamptz NOT NULL,               -- by the last match
    PRIMARY KEY (region_code, id),
    UNIQUE (region_code, source, subject, number, day)
) WITH (fillfactor = 80);
CREATE INDEX differences_of_day ON differences (region_code, day);

CREATE TABLE repairs (
    region_code   text        NOT NULL,
    id            text        NOT NULL,
    difference_id text,
    refund_id     text,
    remedy        text        NOT NULL,
    says          text        NOT NULL,             -- why, in the words of who proposed it
    reference     text        NOT NULL DEFAULT '',  -- of money sent by hand
    proposed_by   text        NOT NULL,
    proposed_at   timestamptz NOT NULL,
    decided_by    text,
    decided_at    timestamptz,
    undone_by     text,
    undone_at     timestamptz,
    state         text        NOT NULL,
    version       smallint    NOT NULL,
    PRIMARY KEY (region_code, id),
    CHECK ((difference_id IS NULL) <> (refund_id IS NULL)),
    CHECK (decided_by <> proposed_by OR state = 'declined'),
    CHECK (undone_by <> proposed_by)
);
CREATE UNIQUE INDEX repairs_of_difference ON repairs (region_code, difference_id)
 WHERE state IN ('proposed', 'done');
CREATE UNIQUE INDEX repairs_of_refund ON repairs (region_code, refund_id)
 WHERE state IN ('proposed', 'done');

-- What a source owes us for one day of its statement, until it is in the treasury.
CREATE TABLE settlements (
    region_code    text     NOT NULL,
    source         text     NOT NULL,
    day            date     NOT NULL,
    payments_fen   bigint   NOT NULL,
    refunds_fen    bigint   NOT NULL,
    fees_fen       bigint   NOT NULL,
    state          text     NOT NULL,
    version        smallint NOT NULL,
    bank_reference text,
    PRIMARY KEY (region_code, source, day)
);

CREATE TABLE remittances (
    region_code        text   NOT NULL,
    source             text   NOT NULL,
    day                date   NOT NULL,
    fund               text   NOT NULL,
    amount_fen         bigint NOT NULL CHECK (amount_fen > 0),
    treasury_reference text,                        -- there once the treasury has it
    PRIMARY KEY (region_code, source, day, fund),
    FOREIGN KEY (region_code, source, day) REFERENCES settlements
);

CREATE TABLE day_closes (
    region_code   text        NOT NULL,
    day           date        NOT NULL,
    entries       integer     NOT NULL,
    lines         integer     NOT NULL,
    moved_fen     bigint      NOT NULL,
    entries_hash  bytea       NOT NULL,
    previous_hash bytea       NOT NULL,
    hash          bytea       NOT NULL,
    balances      jsonb       NOT NULL,             -- every account at the end of the day
    facts         text        NOT NULL,             -- statements, differences, what was missing
    closed_at     timestamptz NOT NULL,
    PRIMARY KEY (region_code, day)
);

CREATE TRIGGER day_closes_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON day_closes
    FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only();

-- Rows lie in the order they came, so a few pages say which blocks hold a day.
CREATE INDEX payments_by_day ON payments USING brin (region_code, happened_at) WITH (pages_per_range = 32);
CREATE INDEX entries_by_day ON entries USING brin (region_code, at) WITH (pages_per_range = 32);
