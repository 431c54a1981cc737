-- Bills. Whoever changes bills locks them first, in the order of their ids.

-- name: lock_bills
-- Bills by id, held until the transaction ends.
SELECT region_code, id, person_id, enrolment_id, scheme, period, kind, label, amount_fen,
       shares::text AS shares, payable_until, state, version, held_by
  FROM bills
 WHERE region_code = :region_code AND id = ANY (:bill_ids::text[])
 ORDER BY id
   FOR NO KEY UPDATE;

-- name: bills_of_orders
-- The bills of some orders with the order each is in, to look at.
SELECT l.order_id, b.region_code, b.id, b.person_id, b.enrolment_id, b.scheme, b.period, b.kind,
       b.label, b.amount_fen, b.shares::text AS shares, b.payable_until, b.state, b.version,
       b.held_by
  FROM order_lines l
  JOIN bills b ON b.region_code = l.region_code AND b.id = l.bill_id
 WHERE l.region_code = :region_code AND l.order_id = ANY (:order_ids::text[])
 ORDER BY b.id;

-- name: lock_bills_of_orders
-- The bills of some orders with the order each is in, held until the transaction ends.
SELECT l.order_id, b.region_code, b.id, b.person_id, b.enrolment_id, b.scheme, b.period, b.kind,
       b.label, b.amount_fen, b.shares::text AS shares, b.payable_until, b.state, b.version,
       b.held_by
  FROM order_lines l
  JOIN bills b ON b.region_code = l.region_code AND b.id = l.bill_id
 WHERE l.region_code = :region_code AND l.order_id = ANY (:order_ids::text[])
 ORDER BY b.id
   FOR NO KEY UPDATE OF b;

-- name: step_bills
-- Move bills from the version we saw to the next, and keep what happened.
WITH moved AS (
    UPDATE bills b
       SET state     = n.state,
           version   = b.version + 1,
           held_by   = n.held_by,
           withdrawn = CASE WHEN n.state IN ('void', 'lapsed') THEN b.id ELSE b.withdrawn END
      FROM unnest(:ids::text[], :versions::smallint[], :events::text[], :states::text[],
                  :holders::text[]) AS n (id, version, event, state, held_by)
     WHERE b.region_code = :region_code AND b.id = n.id AND b.version = n.version
 RETURNING b.id, b.version, n.event, b.state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, version, event, state, :at::timestamptz FROM moved;

-- name: insert_bills
-- New bills, payable from the start, with the event that says so. A bill that already counts
-- for the same person, scheme, period and document is left as it is.
WITH issued AS (
    INSERT INTO bills (region_code, id, person_id, enrolment_id, scheme, period, kind, document,
                       label, amount_fen, shares, policy_version, source, arithmetic,
                       election_id, payable_until, state, version)
    SELECT :region_code, n.id, n.person_id, n.enrolment_id, n.scheme, n.period, n.kind,
           n.document, n.label, n.amount_fen, n.shares, n.policy_version, n.source,
           n.arithmetic, n.election_id, n.payable_until, 'payable', 1
      FROM jsonb_to_recordset(:bills::jsonb) AS n (
               id text, person_id text, enrolment_id text, scheme text, period text, kind text,
               document text, label text, amount_fen bigint, shares jsonb, policy_version text,
               source text, arithmetic text[], election_id text, payable_until date)
 ON CONFLICT DO NOTHING
 RETURNING id, version, state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, version, 'issued', state, :at::timestamptz FROM issued;

-- name: of_persons
-- Every bill of some persons that counts, with the order that holds it, newest period first.
-- A top-up is not among them: nobody owes it.
SELECT b.region_code, b.id, b.person_id, b.enrolment_id, b.scheme, b.period, b.kind, b.label,
       b.amount_fen, b.shares::text AS shares, b.payable_until, b.state, b.version, b.held_by,
       o.payer_id AS held_for, o.state AS order_state, o.entry_channel AS held_through
  FROM bills b
  LEFT JOIN orders o ON o.region_code = b.region_code AND o.id = b.held_by
 WHERE b.region_code = :region_code AND b.person_id = ANY (:person_ids::text[])
   AND b.withdrawn = '' AND b.kind <> 'top_up'
 ORDER BY b.period DESC, b.scheme, b.id;

-- name: by_ids
-- Bills by id, to look at.
SELECT region_code, id, person_id, enrolment_id, scheme, period, kind, label, amount_fen,
       shares::text AS shares, payable_until, state, version, held_by
  FROM bills
 WHERE region_code = :region_code AND id = ANY (:bill_ids::text[])
 ORDER BY id;

-- name: explanations
-- Why each of these bills is what it is.
SELECT id, policy_version, source, arithmetic
  FROM bills
 WHERE region_code = :region_code AND id = ANY (:bill_ids::text[]);

-- name: lock_counting
-- The bills that count for one enrolment and period, held until the transaction ends.
SELECT region_code, id, person_id, enrolment_id, scheme, period, kind, label, amount_fen,
       shares::text AS shares, payable_until, state, version, held_by
  FROM bills
 WHERE region_code = :region_code AND enrolment_id = :enrolment_id
   AND period = ANY (:periods::text[]) AND kind = :kind AND withdrawn = ''
 ORDER BY id
   FOR NO KEY UPDATE;

-- name: special_waiting
-- For these enrolments: what the agency decided and nobody has paid yet.
SELECT enrolment_id, id
  FROM bills
 WHERE region_code = :region_code AND enrolment_id = ANY (:enrolment_ids::text[])
   AND kind IN ('back_pay', 'lump_sum', 'paid_for') AND withdrawn = ''
   AND state IN ('payable', 'reserved');
