-- 0013  Files of batches that are carried by hand, and batches the worker takes on.
--
-- Why      A file has account numbers in it: who took it, and when, is written down. And the worker
--          builds, holds and sends batches too, so it finds all that run.
-- Locks    batch_packets and batches, for a moment; the index is of a few rows.
-- Rollout  Written by web/console/batches.py from this release on.

ALTER TABLE batch_packets
    ADD COLUMN taken_by text        NOT NULL DEFAULT '',
    ADD COLUMN taken_at timestamptz;

DROP INDEX batches_running;
CREATE INDEX batches_running ON batches (region_code)
 WHERE state IN ('building', 'signed', 'sent', 'acked', 'returned');
