-- Receipts: one a paid bill.

-- name: issue
-- A receipt for each bill, with its event. Its number is the region, the day, and a serial.
WITH issued AS (
    INSERT INTO receipts (region_code, number, bill_id, order_id, amount_fen, issued_at, state)
    SELECT :region_code,
           :region_code || :day || lpad(nextval('receipt_serials')::text, 8, '0'),
           n.bill_id, n.order_id, n.amount_fen, :at::timestamptz, 'issued'
      FROM unnest(:bill_ids::text[], :order_ids::text[], :amounts::bigint[])
           AS n (bill_id, order_id, amount_fen)
 RETURNING number, state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, number, 1, 'issued', state, :at::timestamptz FROM issued;

-- name: by_number
-- One receipt with all it says.
SELECT r.region_code, r.number, r.bill_id, r.order_id, r.amount_fen, r.issued_at, r.state,
       r.ticket_number, r.void_reason, r.voided_at, b.state AS bill_state, b.scheme, b.period,
       b.kind, b.label, b.policy_version, b.source, b.arithmetic, b.shares, b.person_id, o.payer_id, o.entry_channel,
       i.name AS insured_name, i.number_sealed AS insured_sealed, i.id_type AS insured_id_type,
       p.name AS payer_name, p.number_sealed AS payer_sealed, p.id_type AS payer_id_type,
       m.method, m.reference, m.happened_at
  FROM receipts r
  JOIN bills b    ON b.region_code = r.region_code AND b.id = r.bill_id
  JOIN orders o   ON o.region_code = r.region_code AND o.id = r.order_id
  JOIN persons i  ON i.region_code = r.region_code AND i.id = b.person_id
  JOIN payers p   ON p.region_code = r.region_code AND p.id = o.payer_id
  JOIN payments m ON m.region_code = r.region_code AND m.order_id = r.order_id
       AND m.state = 'applied'
 WHERE r.region_code = :region_code AND r.number = :number;

-- name: of_person
-- What a person has had paid for them, by whomever, newest first.
SELECT r.number, r.amount_fen, r.issued_at, r.state, b.scheme, b.period, b.kind, b.label,
       b.state AS bill_state, m.method, i.name, o.payer_id, r.order_id,
       (SELECT count(*) FROM order_lines l
         WHERE l.region_code = r.region_code AND l.order_id = r.order_id) AS parts
  FROM bills b
  JOIN receipts r ON r.region_code = b.region_code AND r.bill_id = b.id
  JOIN persons i  ON i.region_code = b.region_code AND i.id = b.person_id
  JOIN orders o   ON o.region_code = r.region_code AND o.id = r.order_id
  JOIN payments m ON m.region_code = r.region_code AND m.order_id = r.order_id
       AND m.state = 'applied'
 WHERE b.region_code = :region_code AND b.person_id = :person_id
 ORDER BY r.issued_at DESC;

-- name: by_payer_for_others
-- What a payer has paid for other people, newest first.
SELECT r.number, r.amount_fen, r.issued_at, r.state, b.scheme, b.period, b.kind, b.label,
       b.state AS bill_state, m.method, i.name, o.payer_id, r.order_id,
       (SELECT count(*) FROM order_lines l
         WHERE l.region_code = r.region_code AND l.order_id = r.order_id) AS parts
  FROM orders o
  JOIN receipts r ON r.region_code = o.region_code AND r.order_id = o.id
  JOIN bills b    ON b.region_code = r.region_code AND b.id = r.bill_id
  JOIN persons i  ON i.region_code = b.region_code AND i.id = b.person_id
  JOIN payments m ON m.region_code = r.region_code AND m.order_id = r.order_id
       AND m.state = 'applied'
 WHERE o.region_code = :region_code AND o.payer_id = :payer_id AND o.state = 'paid'
   AND b.person_id <> o.payer_id
 ORDER BY r.issued_at DESC;

-- name: void
-- These receipts prove nothing any more: why, and the events that say so.
WITH voided AS (
    UPDATE receipts SET state = 'voided', void_reason = :reason, voided_at = :at
     WHERE region_code = :region_code AND number = ANY (:numbers::text[]) AND state = 'issued'
 RETURNING number, issued_at
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, v.number, step.version, step.state, step.state, step.at
  FROM voided v, LATERAL (VALUES (1::smallint, 'issued', v.issued_at),
                                 (2::smallint, 'voided', :at::timestamptz))
                 AS step (version, state, at)
    ON CONFLICT DO NOTHING;

-- name: state_of
-- Where a receipt stands.
SELECT state FROM receipts WHERE region_code = :region_code AND number = :number;
