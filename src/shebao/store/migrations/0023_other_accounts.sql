-- 0023  Other accounts: where a refund goes that its channel cannot bring home.
--
-- Why      A closed card is answered by another one; counter money goes back by transfer. The
--          account is sealed, and what the bank says of a transfer is kept beside who sent it.
-- Locks    Short locks on refunds and repairs: columns without a default, a small index anew.
-- Rollout  Programs of the release before do not look at them.

CREATE TABLE other_accounts (
    region_code   text  NOT NULL,
    repair_id     text  NOT NULL,             -- the proposal it belongs to
    refund_id     text  NOT NULL,
    carrier       text  NOT NULL CHECK (carrier IN ('channel', 'transfer')),
    bank          text  NOT NULL CHECK (bank <> ''),
    number_sealed bytea NOT NULL,
    number_hash   bytea NOT NULL,
    number_masked text  NOT NULL,
    holder_sealed bytea NOT NULL,
    holder_masked text  NOT NULL,
    PRIMARY KEY (region_code, repair_id)
);
CREATE INDEX other_accounts_of_refund ON other_accounts (region_code, refund_id);

ALTER TABLE refunds ADD COLUMN redirected_by text;  -- the repair that named another card
ALTER TABLE repairs ADD COLUMN told_on date;        -- the day of the bank's file with the transfer

-- A card that did not take it either leaves the refund open for another proposal.
DROP INDEX repairs_of_refund;
CREATE UNIQUE INDEX repairs_of_refund ON repairs (region_code, refund_id)
 WHERE state = 'proposed' OR state = 'done' AND remedy <> 'another_card';
CREATE INDEX repairs_by_serial ON repairs (region_code, reference)
 WHERE reference <> '' AND told_on IS NULL;
