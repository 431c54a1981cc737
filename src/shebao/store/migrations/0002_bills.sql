-- 0002  Bills and elections: what is owed, and what was chosen.
--
-- Why      A bill is the unit that is paid once and only once.
-- Locks    New tables only.
-- Rollout  Written by operations/elect.py and operations/issue_bills.py from this release on.
--
-- `withdrawn` is empty while a bill counts and its own id once it was voided or lapsed, so the
-- unique index allows one counting bill a person, scheme and period. It is apart from `state`
-- because a state that no index mentions changes without touching an index (HOT).

CREATE TABLE elections (
    region_code   text        NOT NULL,
    id            text        NOT NULL,
    enrolment_id  text        NOT NULL,
    period        text        NOT NULL,
    chosen_fen    bigint      NOT NULL CHECK (chosen_fen > 0),
    made_by       text        NOT NULL,
    entry_channel text        NOT NULL,
    made_at       timestamptz NOT NULL,
    state         text        NOT NULL,
    version       smallint    NOT NULL DEFAULT 0,
    PRIMARY KEY (region_code, id),
    FOREIGN KEY (region_code, enrolment_id) REFERENCES enrolments
);
CREATE INDEX elections_of_enrolment ON elections (region_code, enrolment_id);
CREATE UNIQUE INDEX elections_in_force ON elections (region_code, enrolment_id, period)
 WHERE state = 'set';

CREATE TABLE bills (
    region_code    text     NOT NULL,
    id             text     NOT NULL,
    person_id      text     NOT NULL,
    enrolment_id   text     NOT NULL,
    scheme         text     NOT NULL,
    period         text     NOT NULL,
    kind           text     NOT NULL,
    document       text     NOT NULL DEFAULT '',   -- the agency's number of a special bill
    label          text     NOT NULL,              -- what was chosen or decided, in words
    amount_fen     bigint   NOT NULL CHECK (amount_fen > 0),
    shares         jsonb    NOT NULL,              -- [[fund, payer, fen], …]
    policy_version text     NOT NULL,
    source         text     NOT NULL,
    arithmetic     text[]   NOT NULL,
    election_id    text,
    payable_until  date,
    state          text     NOT NULL,
    version        smallint NOT NULL,
    held_by        text,                           -- the order that reserves or has paid it
    withdrawn      text     NOT NULL DEFAULT '',
    PRIMARY KEY (region_code, id),
    FOREIGN KEY (region_code, enrolment_id) REFERENCES enrolments
) WITH (fillfactor = 80);
CREATE INDEX bills_of_person ON bills (region_code, person_id);
CREATE UNIQUE INDEX bills_that_count
    ON bills (region_code, enrolment_id, period, kind, document, withdrawn);
