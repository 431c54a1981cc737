-- 0018  Declarations: what was submitted to pay, of every channel, and what became of it.
--
-- Why      Whoever submitted something asks what became of it, and may take it back.
-- Locks    New tables only.
-- Rollout  Written by operations/elect.py, open_order.py, batch/sign.py and declaring/ from this
--          release on; what was submitted before has no declaration, and its bill says enough.
--
-- A bill has at most one declaration that stands, and a period of an enrolment at most one that
-- waits for its bill: the partial indexes are the memory. A state that no index mentions would
-- change more cheaply, but declarations change their state seldom.

CREATE TABLE declarations (
    region_code   text        NOT NULL,
    id            text        NOT NULL,
    person_id     text        NOT NULL,
    enrolment_id  text        NOT NULL,
    scheme        text        NOT NULL,
    period        text        NOT NULL,
    kind          text        NOT NULL,
    amount_fen    bigint      NOT NULL CHECK (amount_fen > 0),
    declared_by   text        NOT NULL,
    entry_channel text        NOT NULL,
    declared_at   timestamptz NOT NULL,
    bill_id       text,                            -- none, as long as it cannot be billed
    says          text        NOT NULL DEFAULT '', -- why it was rejected
    state         text        NOT NULL,
    version       smallint    NOT NULL,
    PRIMARY KEY (region_code, id),
    CHECK ((state = 'accepted') <= (bill_id IS NOT NULL))
);
CREATE INDEX declarations_of_person ON declarations (region_code, person_id, declared_at);
CREATE UNIQUE INDEX declarations_that_stand ON declarations (region_code, bill_id)
 WHERE state = 'accepted';
CREATE UNIQUE INDEX declarations_that_wait ON declarations (region_code, enrolment_id, period)
 WHERE state = 'processing';
