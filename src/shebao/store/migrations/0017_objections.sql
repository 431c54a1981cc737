-- 0017  Objections: what payers say is wrong with a payment, their evidence, and the answer.
--
-- Why      A city lets people object for some days, and they shall not have to travel for it.
-- Locks    New tables only.
-- Rollout  Written by operations/desk/objections.py from this release on.
--
-- Evidence is sealed like personal numbers. One objection a receipt may wait at a time.

CREATE TABLE objections (
    region_code    text        NOT NULL,
    id             text        NOT NULL,
    receipt_number text        NOT NULL,
    person_id      text        NOT NULL,
    raised_by      text        NOT NULL,
    matter         text        NOT NULL,
    says           text        NOT NULL,
    raised_at      timestamptz NOT NULL,
    state          text        NOT NULL,
    version        smallint    NOT NULL,
    answer         text        NOT NULL DEFAULT '',
    answered_by    text,
    answered_at    timestamptz,
    PRIMARY KEY (region_code, id)
);
CREATE UNIQUE INDEX objections_open ON objections (region_code, receipt_number)
 WHERE state = 'open';
CREATE INDEX objections_of_person ON objections (region_code, raised_by);

CREATE TABLE objection_papers (
    region_code  text     NOT NULL,
    objection_id text     NOT NULL,
    number       smallint NOT NULL,
    name         text     NOT NULL,
    media_type   text     NOT NULL,
    size         integer  NOT NULL CHECK (size > 0),
    sealed       bytea    NOT NULL,
    PRIMARY KEY (region_code, objection_id, number),
    FOREIGN KEY (region_code, objection_id) REFERENCES objections
);
