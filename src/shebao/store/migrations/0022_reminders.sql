-- 0022  Reminders: who wants to be told of what by text, and what they were told.
--
-- Why      The key of a reminder is the memory: one text a matter, however often it is looked for.
-- Locks    New tables only.
-- Rollout  Written by operations/reminding/ from this release on.
--
-- Whom to look at next is found by an index, so a round costs what it looks at and no more.

CREATE TABLE reminder_wishes (
    region_code   text        NOT NULL,
    person_id     text        NOT NULL,
    matters       text[]      NOT NULL CHECK (cardinality(matters) > 0),
    entry_channel text        NOT NULL,                      -- where they asked, and are sent to
    asked_at      timestamptz NOT NULL,
    looked_on     date        NOT NULL DEFAULT '-infinity',  -- the day whose dates were told
    receipts_from timestamptz NOT NULL,                      -- later receipts were not looked for
    PRIMARY KEY (region_code, person_id),
    FOREIGN KEY (region_code, person_id) REFERENCES persons
);
CREATE INDEX reminder_wishes_by_day ON reminder_wishes (region_code, looked_on);
CREATE INDEX reminder_wishes_by_receipts ON reminder_wishes (region_code, receipts_from);

CREATE TABLE reminders (
    region_code text        NOT NULL,
    person_id   text        NOT NULL,
    matter      text        NOT NULL,
    subject     text        NOT NULL,
    words       jsonb       NOT NULL,
    made_at     timestamptz NOT NULL,
    try_at      timestamptz NOT NULL,
    drop_after  timestamptz NOT NULL,
    told_at     timestamptz,
    phone_hash  bytea,                                       -- to whom it went: they may stop it
    PRIMARY KEY (region_code, person_id, matter, subject),
    FOREIGN KEY (region_code, person_id) REFERENCES persons
);
CREATE INDEX reminders_waiting ON reminders (region_code, try_at) WHERE told_at IS NULL;
CREATE INDEX reminders_of_phone ON reminders (region_code, phone_hash)
 WHERE phone_hash IS NOT NULL;
