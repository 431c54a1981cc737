-- 0011  Batches: what banks collect from many accounts in one run, and what they say of each.
--
-- Why      A million bills are collected in a night, and the run may be cut off anywhere.
-- Locks    New tables and a function only.
-- Rollout  Written by operations/batch/ from this release on.
--
-- How far a batch has come is written in the transaction that goes that far. The orders and
-- attempts of its lines have the batch's seed and the serial for an id, so no line keeps them.

CREATE TABLE batches (
    region_code  text        NOT NULL,
    id           text        NOT NULL,
    scheme       text        NOT NULL,
    fund         text        NOT NULL,
    day          date        NOT NULL,             -- on which the banks collect
    format       text        NOT NULL,
    state        text        NOT NULL,
    version      smallint    NOT NULL,
    built_by     text        NOT NULL,
    built_at     timestamptz NOT NULL,
    signed_by    text        NOT NULL DEFAULT '',
    order_seed   text        NOT NULL,
    attempt_seed text        NOT NULL,
    after        text        NOT NULL DEFAULT '',  -- the last person looked at
    people       bigint      NOT NULL DEFAULT 0,
    lines        integer     NOT NULL DEFAULT 0,
    amount_fen   bigint      NOT NULL DEFAULT 0,
    held_to      integer     NOT NULL DEFAULT 0,
    held         integer     NOT NULL DEFAULT 0,
    held_fen     bigint      NOT NULL DEFAULT 0,
    marked_to    integer     NOT NULL DEFAULT 0,
    sent         integer     NOT NULL DEFAULT 0,
    sent_fen     bigint      NOT NULL DEFAULT 0,
    PRIMARY KEY (region_code, id)
);
CREATE UNIQUE INDEX batches_of_day ON batches (region_code, scheme, day)
 WHERE state <> 'cancelled';
CREATE INDEX batches_running ON batches (region_code)
 WHERE state IN ('sent', 'acked', 'returned');

CREATE TABLE batch_packets (
    region_code text     NOT NULL,
    batch_id    text     NOT NULL,
    packet      smallint NOT NULL,
    bank        text     NOT NULL,
    number      text     NOT NULL,                 -- 包号: the same when it is sent again
    lines       integer  NOT NULL DEFAULT 0,
    amount_fen  bigint   NOT NULL DEFAULT 0,
    standing    text     NOT NULL DEFAULT '',
    says        text     NOT NULL DEFAULT '',
    parts       smallint NOT NULL DEFAULT 0,       -- of its answer; 0 before any has come
    asked_at    timestamptz,
    PRIMARY KEY (region_code, batch_id, packet)
);
CREATE UNIQUE INDEX batch_packets_number ON batch_packets (region_code, number);

CREATE TABLE batch_lines (
    region_code text     NOT NULL,
    batch_id    text     NOT NULL,
    serial      integer  NOT NULL,
    packet      smallint NOT NULL,
    person_id   text     NOT NULL,
    mandate_id  text     NOT NULL,
    amount_fen  bigint   NOT NULL CHECK (amount_fen > 0),
    bill_ids    text[]   NOT NULL,
    state       text     NOT NULL,
    version     smallint NOT NULL,
    reason      text     NOT NULL DEFAULT '',
    says        text     NOT NULL DEFAULT '',
    PRIMARY KEY (region_code, batch_id, serial)
) WITH (fillfactor = 70);
CREATE INDEX batch_lines_of_person ON batch_lines (region_code, person_id);

-- What is left to do about a few of the lines: the payer is told, the bank is asked. Apart from
-- the lines, so that these change their state without touching an index (HOT).
CREATE TABLE batch_errands (
    region_code text        NOT NULL,
    batch_id    text        NOT NULL,
    serial      integer     NOT NULL,
    errand      text        NOT NULL CHECK (errand IN ('tell', 'ask')),
    looked_at   timestamptz,
    PRIMARY KEY (region_code, errand, batch_id, serial)
);

-- What a result file says, kept until its lines are posted.
CREATE TABLE batch_results (
    region_code text        NOT NULL,
    batch_id    text        NOT NULL,
    packet      smallint    NOT NULL,
    part        smallint    NOT NULL,
    serial      integer     NOT NULL,
    amount_fen  bigint      NOT NULL,
    outcome     text        NOT NULL,
    reason      text        NOT NULL,
    reference   text        NOT NULL,
    happened_at timestamptz,
    says        text        NOT NULL,
    PRIMARY KEY (region_code, batch_id, packet, part, serial)
);
CREATE TABLE batch_answers (
    region_code text        NOT NULL,
    batch_id    text        NOT NULL,
    packet      smallint    NOT NULL,
    part        smallint    NOT NULL,
    digest      bytea       NOT NULL,
    lines       integer     NOT NULL,
    came_at     timestamptz NOT NULL,
    posted_to   integer     NOT NULL DEFAULT 0,    -- the last serial posted
    posted      integer     NOT NULL DEFAULT 0,
    PRIMARY KEY (region_code, batch_id, packet, part)
);

-- What a payer wants of batches: not to be in the next one.
CREATE TABLE batch_skips (
    region_code text        NOT NULL,
    person_id   text        NOT NULL,
    scheme      text        NOT NULL,
    asked_at    timestamptz NOT NULL,
    used_by     text        NOT NULL DEFAULT '',   -- the batch that left them out
    PRIMARY KEY (region_code, person_id, scheme)
);

-- Who could not be collected from: since how many months, and when it is tried again.
CREATE TABLE batch_misses (
    region_code text     NOT NULL,
    person_id   text     NOT NULL,
    scheme      text     NOT NULL,
    months      smallint NOT NULL,
    last_on     date     NOT NULL,
    next_on     date,                              -- none: not until somebody lets it begin again
    PRIMARY KEY (region_code, person_id, scheme)
);

-- The id of what belongs to a line: core/deduction/batch.py makes the same.
CREATE FUNCTION line_id(seed text, serial integer) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT left(seed, 21) || lpad(serial::text, 8, '0')
$$;
