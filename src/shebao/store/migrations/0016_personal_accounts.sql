-- 0016  Personal accounts, and how far somebody has paid.
--
-- Why      People top up the medical account behind a social-security card, and are told before
--          a break in payment costs them a wait.
-- Locks    A new table; enrolments for a moment, to add a column that is empty.
-- Rollout  Written by operations/enrol.py from this release on; the release before does not look.
--
-- The agency tells both: the number of the card, and the last month that was paid before us.

CREATE TABLE medical_accounts (
    region_code  text        NOT NULL,
    person_id    text        NOT NULL,
    enrolment_id text        NOT NULL,
    card_sealed  bytea       NOT NULL,
    card_hash    bytea       NOT NULL,
    card_masked  text        NOT NULL,
    told_at      timestamptz NOT NULL,
    PRIMARY KEY (region_code, person_id),
    UNIQUE (region_code, card_hash),
    FOREIGN KEY (region_code, enrolment_id) REFERENCES enrolments
);

ALTER TABLE enrolments ADD COLUMN paid_until text;   -- 缴至年月, such as 2022-10
