-- Work: what waits for the worker.

-- name: regions_with_work
-- The regions where anything waits: a notice, an order, an attempt, money set aside, a refund.
SELECT region_code FROM notices WHERE judged_at IS NULL
UNION
SELECT region_code FROM orders
 WHERE state IN ('open', 'paying', 'expiring') AND expires_at < timestamptz '9000-01-01'
UNION
SELECT region_code FROM attempts
 WHERE left_over AND state IN ('sent', 'pending', 'unknown', 'closing')
UNION
SELECT region_code FROM payments WHERE state IN ('unapplied', 'refunding')
UNION
SELECT region_code FROM refunds
 WHERE state IN ('requested', 'approved', 'sent', 'unknown', 'failed')
UNION
SELECT region_code FROM mandates WHERE state IN ('draft', 'pending_bank', 'cancelling')
UNION
SELECT region_code FROM mandate_notices WHERE judged_at IS NULL
UNION
SELECT region_code FROM reversals WHERE state = 'told'
UNION
SELECT region_code FROM reversals WHERE undone = 'bills' AND payer_told_at IS NULL
UNION
SELECT region_code FROM roster_lines WHERE state = 'applying'
UNION
SELECT region_code FROM batches WHERE state IN ('sent', 'acked', 'returned')
UNION
SELECT DISTINCT region_code FROM batch_errands;
