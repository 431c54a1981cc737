-- Cases: an attempt with its order and its bills, to look at.

-- name: of_attempts
-- All we know of some attempts, a row a bill. Nothing is held: whoever goes on from here writes
-- by the versions seen, and begins again when somebody was faster.
SELECT a.id AS attempt_id, a.method, a.state AS attempt_state, a.version AS attempt_version,
       a.amount_fen AS attempt_fen, a.created_at, a.says,
       o.id AS order_id, o.payer_id, o.entry_channel, o.state AS order_state,
       o.version AS order_version, o.amount_fen AS order_fen, o.expires_at,
       o.attempt_id AS order_attempt_id, o.opened_at,
       b.id, b.person_id, b.enrolment_id, b.scheme, b.period, b.kind, b.label, b.amount_fen,
       b.shares::text AS shares, b.payable_until, b.state, b.version, b.held_by
  FROM attempts a
  JOIN orders o      ON o.region_code = a.region_code AND o.id = a.order_id
  JOIN order_lines l ON l.region_code = o.region_code AND l.order_id = o.id
  JOIN bills b       ON b.region_code = l.region_code AND b.id = l.bill_id
 WHERE a.region_code = :region_code AND a.id = ANY (:attempt_ids::text[])
 ORDER BY a.id, b.id;
