-- 0009  Entrances: the ways people sign in, what they agreed to, and paying for one another.
--
-- Why      A text message is not the only way in, and whoever is paid for has a say.
-- Locks    New tables; columns with constant defaults on sign_ins, sessions and payees (no rewrite).
-- Rollout  Written by operations/entrance/ and operations/family/ from this release on; programs of
--          the release before neither know nor hinder the new columns.

-- What a code that was sent is for; a code for one thing is worth nothing for another.
ALTER TABLE sign_ins ADD COLUMN purpose text NOT NULL DEFAULT 'sign_in';
ALTER TABLE sign_ins ADD COLUMN asked_by text;              -- the payer who named somebody
ALTER TABLE sign_ins ADD COLUMN phone_sealed bytea;         -- theirs from when the code has come
ALTER TABLE sign_ins ADD COLUMN phone_masked text;

ALTER TABLE sessions ADD COLUMN way text NOT NULL DEFAULT 'sms';
ALTER TABLE sessions ADD COLUMN device text NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN app text NOT NULL DEFAULT '';  -- wechat, alipay or baidu knows them
ALTER TABLE sessions ADD COLUMN app_user bytea;             -- … as this one of app_users
ALTER TABLE sessions ADD COLUMN must_agree boolean NOT NULL DEFAULT false;
CREATE INDEX sessions_of_person ON sessions (region_code, person_id);

CREATE TABLE credentials (
    region_code   text        NOT NULL,
    person_id     text        NOT NULL,
    user_name     text        NOT NULL,
    password      text        NOT NULL,             -- as argon2 writes it
    phone_hash    bytea,                            -- one may sign in by telephone number, too
    misses        smallint    NOT NULL DEFAULT 0,
    resting_until timestamptz,                      -- after too many misses nobody is let in
    state         text        NOT NULL,
    version       smallint    NOT NULL,
    PRIMARY KEY (region_code, person_id),
    UNIQUE (region_code, user_name),
    FOREIGN KEY (region_code, person_id) REFERENCES persons
);
CREATE INDEX credentials_by_phone ON credentials (region_code, phone_hash);

CREATE TABLE passkeys (
    region_code   text        NOT NULL,
    id            bytea       NOT NULL,             -- the credential's own id
    person_id     text        NOT NULL,
    name          text        NOT NULL,
    public_key    bytea       NOT NULL,
    sign_count    bigint      NOT NULL,
    added_at      timestamptz NOT NULL,
    used_at       timestamptz,
    PRIMARY KEY (region_code, id),
    FOREIGN KEY (region_code, person_id) REFERENCES persons
);
CREATE INDEX passkeys_of_person ON passkeys (region_code, person_id);

-- A code a desktop shows. `for_person` knew the password already; nobody, if it stands alone.
CREATE TABLE scans (
    region_code   text        NOT NULL,
    id            text        NOT NULL,
    for_person    text,
    person_id     text,                             -- whose telephone has scanned it
    entry_channel text        NOT NULL,
    device        text        NOT NULL,
    shown_at      timestamptz NOT NULL,
    expires_at    timestamptz NOT NULL,
    state         text        NOT NULL,
    version       smallint    NOT NULL,
    PRIMARY KEY (region_code, id)
);

-- Faces are looked at elsewhere. Nothing of a face is kept here: only what was said of it.
CREATE TABLE face_checks (
    region_code   text        NOT NULL,
    id            text        NOT NULL,
    person_id     text        NOT NULL,
    entry_channel text        NOT NULL,
    reference     text        NOT NULL DEFAULT '',
    reason        text        NOT NULL DEFAULT '',
    asked_at      timestamptz NOT NULL,
    expires_at    timestamptz NOT NULL,
    state         text        NOT NULL,
    version       smallint    NOT NULL,
    PRIMARY KEY (region_code, id),
    FOREIGN KEY (region_code, person_id) REFERENCES persons
);
CREATE INDEX face_checks_of_person ON face_checks (region_code, person_id, asked_at);

-- Whom WeChat, Alipay, Baidu or a government portal knows under an id of its own.
CREATE TABLE app_users (
    region_code   text        NOT NULL,
    app           text        NOT NULL,
    id_hash       bytea       NOT NULL,
    id_sealed     bytea       NOT NULL,
    person_id     text        NOT NULL,
    since         timestamptz NOT NULL,
    PRIMARY KEY (region_code, app, id_hash),
    FOREIGN KEY (region_code, person_id) REFERENCES persons
);
CREATE INDEX app_users_of_person ON app_users (region_code, person_id);

CREATE TABLE consents (
    region_code   text        NOT NULL,
    id            text        NOT NULL,
    person_id     text        NOT NULL,
    kind          text        NOT NULL,
    edition       text        NOT NULL,             -- the version of the text
    entry_channel text        NOT NULL,
    given_at      timestamptz NOT NULL,
    withdrawn_at  timestamptz,
    state         text        NOT NULL,
    version       smallint    NOT NULL,
    PRIMARY KEY (region_code, id),
    UNIQUE (region_code, person_id, kind, edition),
    FOREIGN KEY (region_code, person_id) REFERENCES persons
);

CREATE TABLE guardians (
    region_code   text        NOT NULL,
    child_id      text        NOT NULL,
    parent_id     text        NOT NULL,
    edition       text        NOT NULL,             -- what the parent agreed to for the child
    since         timestamptz NOT NULL,
    PRIMARY KEY (region_code, child_id, parent_id),
    FOREIGN KEY (region_code, child_id) REFERENCES persons,
    FOREIGN KEY (region_code, parent_id) REFERENCES persons
);

ALTER TABLE payees ADD COLUMN state text NOT NULL DEFAULT 'allowed';
ALTER TABLE payees ADD COLUMN version smallint NOT NULL DEFAULT 1;
CREATE INDEX payees_of_person ON payees (region_code, person_id);
-- Those who were named before naming left an event.
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT region_code, payer_id || ':' || person_id, 1, 'named', 'allowed', added_at FROM payees
    ON CONFLICT DO NOTHING;

-- A link by which somebody asks a relative to pay: found by the hash of what only the link says.
CREATE TABLE pleas (
    region_code   text        NOT NULL,
    id            text        NOT NULL,
    token_hash    bytea       NOT NULL,
    person_id     text        NOT NULL,
    payer_id      text,                             -- who has taken it
    bill_ids      text[]      NOT NULL,
    made_at       timestamptz NOT NULL,
    expires_at    timestamptz NOT NULL,
    state         text        NOT NULL,
    version       smallint    NOT NULL,
    PRIMARY KEY (region_code, id),
    UNIQUE (region_code, token_hash),
    FOREIGN KEY (region_code, person_id) REFERENCES persons
);
CREATE INDEX pleas_of_person ON pleas (region_code, person_id, made_at);
CREATE INDEX pleas_taken_by ON pleas (region_code, payer_id) WHERE state = 'taken';
