-- Work: what waits for the worker.

-- name: regions_with_work
-- The regions where anything waits: a notice, an order, an attempt, money set aside, a refund.
SELECT region_code FROM notices WHERE judged_at IS NULL
UNION
SELECT region_code FROM orders WHERE state IN ('open', 'paying', 'expiring')
UNION
SELECT region_code FROM attempts
 WHERE left_over AND state IN ('sent', 'pending', 'unknown', 'closing')
UNION
SELECT region_code FROM payments WHERE state IN ('unapplied', 'refunding')
UNION
SELECT region_code FROM refunds
 WHERE state IN ('requested', 'approved', 'sent', 'unknown', 'failed');
