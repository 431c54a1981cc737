-- 0015  Roster payments: the orders by which a collector pays for its roster, and family links.
--
-- Why      A collector pays once for many, or every family pays by itself and the collector sees.
-- Locks    New tables; a column with a constant default on pleas (no rewrite).
-- Rollout  Written by operations/roster/ from this release on; programs of the release before
--          neither know nor hinder the new column.

CREATE TABLE roster_orders (
    region_code text NOT NULL,
    order_id    text NOT NULL,
    roster_id   text NOT NULL,
    PRIMARY KEY (region_code, order_id),
    FOREIGN KEY (region_code, roster_id) REFERENCES rosters
);
CREATE INDEX roster_orders_of_roster ON roster_orders (region_code, roster_id);

-- A link may be made by a collector for a family; then whom it is about may open it, too.
ALTER TABLE pleas ADD COLUMN asked_by text NOT NULL DEFAULT '';

-- How every line stands, told by its bills: a bill that was voided does not count any more.
CREATE VIEW roster_standings AS
SELECT l.region_code, l.roster_id, l.line, l."group", l.person_id, l.state, l.version, l.says,
       coalesce(sum(b.amount_fen), 0)::bigint AS amount_fen,
       CASE WHEN l.state NOT IN ('listed', 'left') THEN l.state
            WHEN count(b.id) = 0 AND l.state = 'listed' THEN 'unbilled'
            WHEN bool_and(b.state IN ('paid', 'settled', 'remitted')) THEN 'paid'
            WHEN bool_or(b.state = 'reversing') THEN 'going_back'
            WHEN bool_or(b.state = 'reversed') THEN 'gone_back'
            WHEN l.state = 'left' THEN 'left'
            WHEN bool_or(b.state = 'reserved' AND o.order_id IS NOT NULL) THEN 'in_payment'
            WHEN bool_or(b.state = 'reserved') THEN 'paying'
            ELSE 'unpaid' END AS standing
  FROM roster_lines l
  LEFT JOIN roster_bills rb ON rb.region_code = l.region_code AND rb.roster_id = l.roster_id
       AND rb.line = l.line
  LEFT JOIN bills b ON b.region_code = rb.region_code AND b.id = rb.bill_id AND b.withdrawn = ''
  LEFT JOIN roster_orders o ON o.region_code = b.region_code AND o.order_id = b.held_by
 GROUP BY l.region_code, l.roster_id, l.line;

-- Who pays: a person, or an office for many.
CREATE VIEW payers AS
SELECT region_code, id, name, id_type, number_sealed, phone_masked, false AS is_office
  FROM persons
 UNION ALL
SELECT region_code, id, name, '', NULL, NULL, true
  FROM collectors;
