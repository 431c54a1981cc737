-- 0012  What could not be collected: for which period it was, and whether collecting stops for good.
--
-- Why      Where nothing is tried again, next year is collected all the same; where it stops after
--          so many months, it begins again only when somebody says so.
-- Locks    batch_misses, for a moment: two columns with constant defaults.
-- Rollout  Written by operations/batch/post.py from this release on. The release before it does not
--          name the columns, and gets their defaults: what it stops is stopped for good, as before.

ALTER TABLE batch_misses
    ADD COLUMN period  text    NOT NULL DEFAULT '',
    ADD COLUMN stopped boolean NOT NULL DEFAULT true;
