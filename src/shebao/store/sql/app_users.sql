-- App users: under which id WeChat, Alipay, Baidu or a portal knows somebody.

-- name: keep_user
-- An app's id is somebody's from now on: the last who proved it.
INSERT INTO app_users (region_code, app, id_hash, id_sealed, person_id, since)
VALUES (:region_code, :app, :id_hash, :id_sealed, :person_id, :at)
    ON CONFLICT (region_code, app, id_hash) DO UPDATE
   SET person_id = excluded.person_id, since = excluded.since
 WHERE app_users.person_id <> excluded.person_id;

-- name: person_behind
-- Whom an app's id belongs to.
SELECT person_id FROM app_users
 WHERE region_code = :region_code AND app = :app AND id_hash = :id_hash;

-- name: sealed_id
-- The id itself, sealed.
SELECT id_sealed FROM app_users
 WHERE region_code = :region_code AND app = :app AND id_hash = :id_hash;

-- name: users_of
-- The apps that know somebody.
SELECT app, id_hash, since FROM app_users
 WHERE region_code = :region_code AND person_id = :person_id
 ORDER BY since;

-- name: forget_user
-- An app's id lets nobody in any more.
DELETE FROM app_users
 WHERE region_code = :region_code AND person_id = :person_id AND app = :app;

-- name: lock_users_sealed_before
-- Ids that are sealed with an older key than the newest, held for this transaction.
SELECT app, id_hash, id_sealed
  FROM app_users
 WHERE region_code = :region_code AND get_byte(id_sealed, 0) <> :newest
 ORDER BY app, id_hash
 LIMIT :most
   FOR NO KEY UPDATE SKIP LOCKED;

-- name: keep_users_sealed
-- The same ids, sealed with another key.
UPDATE app_users u
   SET id_sealed = n.id_sealed
  FROM unnest(:apps::text[], :hashes::bytea[], :sealed::bytea[]) AS n (app, id_hash, id_sealed)
 WHERE u.region_code = :region_code AND u.app = n.app AND u.id_hash = n.id_hash;
