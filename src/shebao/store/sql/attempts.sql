-- Attempts. An attempt is changed only while its order is locked.

-- name: insert_attempt
-- A new attempt, on its way to the channel, with both its events.
WITH begun AS (
    INSERT INTO attempts (region_code, id, order_id, method, state, version, amount_fen, mandate_id,
                          created_at)
    VALUES (:region_code, :attempt_id, :order_id, :method, 'sent', 2, :amount_fen, :mandate_id,
            :at::timestamptz)
 RETURNING id
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, step.version, step.event, step.state, :at::timestamptz
  FROM begun, (VALUES (1::smallint, 'created', 'created'), (2::smallint, 'sent', 'sent'))
       AS step (version, event, state);

-- name: step_attempts
-- Move attempts from the version we saw to the next, and keep what happened.
WITH moved AS (
    UPDATE attempts a
       SET state = n.state, version = a.version + 1
      FROM unnest(:ids::text[], :versions::smallint[], :events::text[], :states::text[])
           AS n (id, version, event, state)
     WHERE a.region_code = :region_code AND a.id = n.id AND a.version = n.version
 RETURNING a.id, a.version, n.event, a.state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, version, event, state, :at::timestamptz FROM moved;

-- name: settle_attempt
-- What the channel answered when it was asked to collect: the attempt's order is held, and the
-- attempt is moved from the version that was sent, unless something was faster.
WITH held AS MATERIALIZED (
    SELECT id
      FROM orders
     WHERE region_code = :region_code AND id = :order_id
       FOR NO KEY UPDATE
), settled AS (
    UPDATE attempts a
       SET state = :state, version = a.version + 1, says = :says,
           cashier = coalesce(:cashier::jsonb, a.cashier)
      FROM held
     WHERE a.region_code = :region_code AND a.id = :attempt_id AND a.order_id = held.id
       AND a.version = :version
 RETURNING a.id, a.version, a.state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, version, :event, state, :at::timestamptz FROM settled;

-- name: keep_cashier
-- Where the payer goes on, as the channel gave it.
UPDATE attempts SET cashier = :cashier::jsonb
 WHERE region_code = :region_code AND id = :attempt_id;

-- name: keep_words
-- What the channel said when it refused.
UPDATE attempts SET says = :says WHERE region_code = :region_code AND id = :attempt_id;

-- name: asked
-- The channel was asked about these attempts just now.
UPDATE attempts SET asked_at = :at
 WHERE region_code = :region_code AND id = ANY (:attempt_ids::text[]);

-- name: by_id
-- One attempt, to look at.
SELECT region_code, id, order_id, method, state, version, amount_fen, cashier, says, created_at
  FROM attempts
 WHERE region_code = :region_code AND id = :attempt_id;

-- name: of_orders
-- The attempts of some orders. The orders are locked.
SELECT region_code, id, order_id, method, state, version, amount_fen, cashier, says, created_at
  FROM attempts
 WHERE region_code = :region_code AND order_id = ANY (:order_ids::text[])
 ORDER BY order_id, created_at;

-- name: by_ids
-- Some attempts. Their orders are locked. The cashier is left out: the payer has been there.
SELECT region_code, id, order_id, method, state, version, amount_fen, NULL::jsonb AS cashier,
       says, created_at
  FROM attempts
 WHERE region_code = :region_code AND id = ANY (:attempt_ids::text[]);

-- name: to_ask_about
-- Live attempts of running orders that the channel has not been asked about for a while; a sheet
-- of paper that may be paid for days is asked about less often, and a batch by its own answer.
SELECT a.id, a.method
  FROM orders o
  JOIN attempts a ON a.region_code = o.region_code AND a.id = o.attempt_id
 WHERE o.region_code = :region_code AND o.state IN ('paying', 'expiring')
   AND a.state IN ('sent', 'pending', 'unknown', 'closing') AND o.expires_at < timestamptz '9000-01-01'
   AND coalesce(a.asked_at, a.created_at) <= :asked_before::timestamptz
       - CASE a.method WHEN 'counter' THEN interval '10 minutes' ELSE interval '0' END
 ORDER BY coalesce(a.asked_at, a.created_at)
 LIMIT :most;

-- name: leave_over
-- Attempts that are still live though other money has paid their order.
UPDATE attempts SET left_over = true
 WHERE region_code = :region_code AND id = ANY (:attempt_ids::text[])
   AND state IN ('sent', 'pending', 'unknown', 'closing');

-- name: left_over
-- Those of them that still have to be closed and have not been asked about for a while.
SELECT region_code, id, order_id, method, state, version, amount_fen, cashier, says, created_at
  FROM attempts
 WHERE region_code = :region_code AND left_over
   AND state IN ('sent', 'pending', 'unknown', 'closing')
   AND coalesce(asked_at, created_at) <= :asked_before
 ORDER BY created_at
 LIMIT :most;
