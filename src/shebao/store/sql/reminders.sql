-- Reminders: who wants to be told of what, and what they were told.

-- name: keep_wish
-- What somebody wants to be told of from now on. Earlier receipts are no news.
INSERT INTO reminder_wishes (region_code, person_id, matters, entry_channel, asked_at, receipts_from)
VALUES (:region_code, :person_id, :matters::text[], :entry_channel, :at, :at)
    ON CONFLICT (region_code, person_id) DO UPDATE
   SET matters = excluded.matters, entry_channel = excluded.entry_channel,
       asked_at = excluded.asked_at, receipts_from = excluded.receipts_from,
       looked_on = '-infinity';

-- name: drop_wish
-- Somebody wants to be told of nothing any more.
DELETE FROM reminder_wishes WHERE region_code = :region_code AND person_id = :person_id;

-- name: drop_unwanted
-- What waits to be told to somebody and is not wanted any more.
DELETE FROM reminders
 WHERE region_code = :region_code AND person_id = :person_id AND told_at IS NULL
   AND NOT matter = ANY (:matters::text[]);

-- name: stop_of_phone
-- Whoever was told something at this telephone is told nothing any more.
WITH told AS (
    SELECT DISTINCT person_id FROM reminders
     WHERE region_code = :region_code AND phone_hash = :phone_hash
), waiting AS (
    DELETE FROM reminders r USING told t
     WHERE r.region_code = :region_code AND r.person_id = t.person_id AND r.told_at IS NULL
)
DELETE FROM reminder_wishes w USING told t
 WHERE w.region_code = :region_code AND w.person_id = t.person_id;

-- name: wish_of
-- What somebody wants to be told of.
SELECT matters FROM reminder_wishes WHERE region_code = :region_code AND person_id = :person_id;

-- name: lock_for_day
-- Some people whose dates were not looked at today, held until the transaction ends.
SELECT person_id, matters, entry_channel FROM reminder_wishes
 WHERE region_code = :region_code AND looked_on < :today
 ORDER BY looked_on, person_id
 LIMIT :most
   FOR NO KEY UPDATE SKIP LOCKED;

-- name: looked_at_day
-- The dates of some people were looked at.
UPDATE reminder_wishes SET looked_on = :today
 WHERE region_code = :region_code AND person_id = ANY (:person_ids::text[]);

-- name: lock_for_receipts
-- Some people whose receipts were not looked at for a while, held until the transaction ends.
SELECT person_id, matters, entry_channel FROM reminder_wishes
 WHERE region_code = :region_code AND receipts_from < :looked_before AND 'receipt' = ANY (matters)
 ORDER BY receipts_from, person_id
 LIMIT :most
   FOR NO KEY UPDATE SKIP LOCKED;

-- name: new_receipts
-- What was paid for some people since each was looked at, by order. A moment is looked at twice,
-- for a receipt may be written down a little after the time it bears.
SELECT w.person_id, r.order_id, count(*) AS receipts, sum(r.amount_fen)::bigint AS amount_fen
  FROM reminder_wishes w
  JOIN bills b ON b.region_code = w.region_code AND b.person_id = w.person_id
  JOIN receipts r ON r.region_code = b.region_code AND r.bill_id = b.id AND r.state = 'issued'
 WHERE w.region_code = :region_code AND w.person_id = ANY (:person_ids::text[])
   AND r.issued_at >= greatest(w.receipts_from - interval '10 minutes', w.asked_at)
 GROUP BY w.person_id, r.order_id;

-- name: looked_at_receipts
-- The receipts of some people were looked at.
UPDATE reminder_wishes SET receipts_from = :at
 WHERE region_code = :region_code AND person_id = ANY (:person_ids::text[]);

-- name: unpaid_orders
-- Orders about to end that somebody has not begun to pay and wants to be told of.
SELECT o.id, o.payer_id, o.amount_fen, o.expires_at, w.entry_channel
  FROM orders o
  JOIN reminder_wishes w ON w.region_code = o.region_code AND w.person_id = o.payer_id
   AND 'unpaid' = ANY (w.matters)
 WHERE o.region_code = :region_code AND o.state = 'open'
   AND o.expires_at > :after AND o.expires_at <= :before
   AND NOT EXISTS (SELECT FROM reminders r
                    WHERE r.region_code = o.region_code AND r.person_id = o.payer_id
                      AND r.matter = 'unpaid' AND r.subject = o.id)
 ORDER BY o.expires_at
 LIMIT :most;

-- name: keep_reminders
-- Things to tell; those that were told, or wait already, stay as they are.
INSERT INTO reminders (region_code, person_id, matter, subject, words, made_at, try_at, drop_after)
SELECT :region_code, n.person_id, n.matter, n.subject, n.words::jsonb, :at, :at, n.drop_after
  FROM unnest(:person_ids::text[], :matters::text[], :subjects::text[], :words::text[],
              :drop_afters::timestamptz[]) AS n (person_id, matter, subject, words, drop_after)
    ON CONFLICT DO NOTHING;

-- name: waiting
-- What waits to be told, and the telephone it goes to.
SELECT r.person_id, r.matter, r.subject, r.words, r.drop_after, p.phone_sealed
  FROM reminders r
  JOIN persons p ON p.region_code = r.region_code AND p.id = r.person_id
 WHERE r.region_code = :region_code AND r.told_at IS NULL AND r.try_at <= :at
 ORDER BY r.try_at
 LIMIT :most;

-- name: told
-- Something was told, and to which telephone.
UPDATE reminders SET told_at = :at, phone_hash = :phone_hash
 WHERE region_code = :region_code AND person_id = :person_id AND matter = :matter
   AND subject = :subject;

-- name: try_later
-- Something could not be told now.
UPDATE reminders SET try_at = :at
 WHERE region_code = :region_code AND person_id = :person_id AND matter = :matter
   AND subject = :subject AND told_at IS NULL;

-- name: drop_stale
-- What nobody was told in time, and would tell nothing new now.
DELETE FROM reminders WHERE region_code = :region_code AND told_at IS NULL AND drop_after <= :at;
