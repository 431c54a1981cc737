-- Sessions, and the sign-ins that lead to them.

-- name: begin_sign_in
-- A code was sent; this is what signing in with it will mean.
INSERT INTO sign_ins (region_code, id, person_id, entry_channel, code_hash, tries_left, expires_at,
                      purpose, asked_by, phone_sealed, phone_masked)
VALUES (:region_code, :sign_in_id, :person_id, :entry_channel, :code_hash, :tries, :expires_at,
        :purpose, :asked_by, :phone_sealed, :phone_masked);

-- name: lock_sign_in
-- A sign-in that waits for its code, held until the transaction ends.
SELECT id, person_id, entry_channel, code_hash, tries_left, expires_at, used_at, purpose, asked_by,
       phone_sealed, phone_masked
  FROM sign_ins
 WHERE region_code = :region_code AND id = :sign_in_id
   FOR NO KEY UPDATE;

-- name: whose_code
-- Whom a code is about.
SELECT person_id FROM sign_ins WHERE region_code = :region_code AND id = :sign_in_id;

-- name: use_sign_in
-- The right code came.
UPDATE sign_ins SET used_at = :at WHERE region_code = :region_code AND id = :sign_in_id;

-- name: miss_sign_in
-- A wrong code came.
UPDATE sign_ins SET tries_left = tries_left - 1
 WHERE region_code = :region_code AND id = :sign_in_id;

-- name: begin_session
-- Somebody has signed in.
INSERT INTO sessions (region_code, token_hash, person_id, entry_channel, began_at, expires_at, way,
                      device, app, app_user, must_agree)
VALUES (:region_code, :token_hash, :person_id, :entry_channel, :at, :expires_at, :way,
        :device, :app, :app_user, :must_agree);

-- name: find_session
-- Whose sessions these are. A session that has expired is nobody's.
SELECT s.region_code, s.token_hash, s.person_id, s.entry_channel, s.expires_at, s.app, s.app_user,
       s.must_agree, p.name, p.number_masked, p.phone_masked
  FROM sessions s
  JOIN persons p ON p.region_code = s.region_code AND p.id = s.person_id
 WHERE s.region_code = ANY (:region_codes::text[]) AND s.token_hash = ANY (:token_hashes::bytea[])
   AND s.expires_at > :now;

-- name: end_session
-- Somebody has signed out.
DELETE FROM sessions
 WHERE region_code = ANY (:region_codes::text[]) AND token_hash = :token_hash;

-- name: sessions_of
-- Where somebody is signed in, the newest first.
SELECT token_hash, entry_channel, began_at, expires_at, way, device
  FROM sessions
 WHERE region_code = :region_code AND person_id = :person_id AND expires_at > :now
 ORDER BY began_at DESC;

-- name: end_one_of
-- Somebody is signed out of one place, in every city it has gone on to.
DELETE FROM sessions
 WHERE region_code = ANY (:region_codes::text[])
   AND token_hash IN (
           SELECT token_hash
             FROM sessions
            WHERE region_code = :region_code AND person_id = :person_id
              AND token_hash = :token_hash);

-- name: end_others_of
-- Somebody is signed out of every place but one, and where those have gone on to.
DELETE FROM sessions
 WHERE region_code = ANY (:region_codes::text[])
   AND token_hash IN (
           SELECT token_hash
             FROM sessions
            WHERE region_code = :region_code AND person_id = :person_id
              AND token_hash IS DISTINCT FROM :but::bytea);

-- name: mark_agreed
-- Whether somebody has to agree before anything else, wherever they are signed in.
UPDATE sessions SET must_agree = :must_agree
 WHERE region_code = :region_code AND person_id = :person_id;
