-- 0014  Rosters: collectors, the people they list, and which bills each line stands for.
--
-- Why      Schools, villages, communities and agents collect for many people at once.
-- Locks    New tables only.
-- Rollout  Written by operations/roster/ from this release on.
--
-- Whether a line is paid is asked of its bills and written nowhere else. The file a roster came
-- from is kept sealed for a month, so that it can be given back with the reasons in it.

CREATE TABLE collectors (
    region_code text     NOT NULL,
    id          text     NOT NULL,
    office      text     NOT NULL,                  -- the word its clerks carry
    name        text     NOT NULL,
    kind        text     NOT NULL,
    scopes      jsonb    NOT NULL,                  -- [[scheme, category or null, district or null], …]
    state       text     NOT NULL,
    version     smallint NOT NULL,
    PRIMARY KEY (region_code, id),
    UNIQUE (region_code, office)
);

CREATE TABLE rosters (
    region_code  text        NOT NULL,
    id           text        NOT NULL,
    collector_id text        NOT NULL,
    clerk_id     text        NOT NULL,
    scheme       text        NOT NULL,
    periods      text[]      NOT NULL CHECK (cardinality(periods) > 0),
    title        text        NOT NULL,
    file_name    text        NOT NULL,
    file_sealed  bytea,                             -- as it came; forgotten after a month
    lines        integer     NOT NULL CHECK (lines > 0),
    made_at      timestamptz NOT NULL,
    state        text        NOT NULL,
    version      smallint    NOT NULL,
    PRIMARY KEY (region_code, id),
    FOREIGN KEY (region_code, collector_id) REFERENCES collectors
);
CREATE INDEX rosters_of_collector ON rosters (region_code, collector_id, made_at);
CREATE INDEX rosters_with_files ON rosters (region_code, made_at) WHERE file_sealed IS NOT NULL;

CREATE TABLE roster_lines (
    region_code  text     NOT NULL,
    roster_id    text     NOT NULL,
    line         integer  NOT NULL,                 -- as the file numbers it
    number_hash  bytea    NOT NULL,                 -- empty where the number could not be read
    "group"      text     NOT NULL,
    person_id    text,
    enrolment_id text,
    category     text,                              -- as which they apply
    district     text,
    reason       text     NOT NULL DEFAULT '',
    says         text     NOT NULL DEFAULT '',      -- what the collector was told
    state        text     NOT NULL,
    version      smallint NOT NULL,
    PRIMARY KEY (region_code, roster_id, line),
    FOREIGN KEY (region_code, roster_id) REFERENCES rosters ON DELETE CASCADE
) WITH (fillfactor = 90);
CREATE INDEX roster_lines_by_number ON roster_lines (region_code, number_hash)
 WHERE state IN ('listed', 'applying');
CREATE INDEX roster_lines_applying ON roster_lines (region_code, enrolment_id)
 WHERE state = 'applying';

-- The bills a line stands for: one, or of a prepaid cohort one a year.
CREATE TABLE roster_bills (
    region_code text    NOT NULL,
    roster_id   text    NOT NULL,
    line        integer NOT NULL,
    bill_id     text    NOT NULL,
    PRIMARY KEY (region_code, roster_id, line, bill_id)
);
CREATE INDEX roster_bills_by_bill ON roster_bills (region_code, bill_id);

-- What a file says, for the one query that asks the books about all of it. Emptied by it.
CREATE UNLOGGED TABLE roster_staging (
    region_code text    NOT NULL,
    roster_id   text    NOT NULL,
    line        integer NOT NULL,
    number_hash bytea   NOT NULL,
    PRIMARY KEY (region_code, roster_id, line)
);
