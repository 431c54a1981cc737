-- Scans: codes that desktops show to telephones.

-- name: insert_scan
-- A code is shown.
WITH shown AS (
    INSERT INTO scans (region_code, id, for_person, entry_channel, device, shown_at, expires_at,
                       state, version)
    VALUES (:region_code, :scan_id, :for_person, :entry_channel, :device, :at, :expires_at,
            'shown', 1)
 RETURNING id, version, state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, version, 'shown', state, :at::timestamptz FROM shown;

-- name: scan_by_id
-- One code, to look at.
SELECT region_code, id, for_person, person_id, entry_channel, device, shown_at, expires_at, state,
       version
  FROM scans
 WHERE region_code = :region_code AND id = :scan_id;

-- name: lock_scan
-- One code, held until the transaction ends.
SELECT region_code, id, for_person, person_id, entry_channel, device, shown_at, expires_at, state,
       version
  FROM scans
 WHERE region_code = :region_code AND id = :scan_id
   FOR NO KEY UPDATE;

-- name: step_scan
-- Move a code from the version we saw to the next, and keep what happened.
WITH moved AS (
    UPDATE scans
       SET state = :state, version = version + 1, person_id = coalesce(:person_id, person_id)
     WHERE region_code = :region_code AND id = :scan_id AND version = :seen
 RETURNING id, version, state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, version, :event, state, :at::timestamptz FROM moved;
