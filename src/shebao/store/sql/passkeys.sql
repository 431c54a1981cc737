-- Passkeys: keys that live in people's telephones and computers.

-- name: insert_passkey
-- A new one.
INSERT INTO passkeys (region_code, id, person_id, name, public_key, sign_count, added_at)
VALUES (:region_code, :passkey_id, :person_id, :name, :public_key, :sign_count, :at)
    ON CONFLICT DO NOTHING;

-- name: passkeys_of
-- Somebody's, the oldest first.
SELECT id, name, public_key, sign_count, added_at, used_at
  FROM passkeys
 WHERE region_code = :region_code AND person_id = :person_id
 ORDER BY added_at;

-- name: use_passkey
-- It was used. A counter that does not go up is somebody's copy, unless it never counts.
UPDATE passkeys SET sign_count = :sign_count, used_at = :at
 WHERE region_code = :region_code AND id = :passkey_id
   AND (sign_count < :sign_count OR (sign_count = 0 AND :sign_count = 0));

-- name: remove_passkey
-- It lets nobody in any more.
DELETE FROM passkeys
 WHERE region_code = :region_code AND id = :passkey_id AND person_id = :person_id;
