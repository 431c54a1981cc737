-- 0021  Refunds: when a channel is asked again what became of one.
--
-- Why      A bank may take days to move money. Until then it was asked every few seconds.
-- Locks    A short lock on refunds: a column without a default.
-- Rollout  Programs of the release before go on asking more often than they must.

ALTER TABLE refunds ADD COLUMN look_again_at timestamptz;
