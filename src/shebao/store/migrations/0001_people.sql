-- 0001  People: who they are, what they belong to, whom they may pay for, who has come in.
--
-- Why      Everything owed is owed by somebody.
-- Locks    New tables only.
-- Rollout  Written by operations/sign_in.py and operations/enrol.py from this release on.
--
-- region_code is the first column of every key, so the same schema shards by region unchanged.
-- Personal numbers are sealed; *_hash is the keyed hash they are found by (store/vault.py).

CREATE TABLE persons (
    region_code   text        NOT NULL,
    id            text        NOT NULL,
    id_type       text        NOT NULL,
    number_sealed bytea       NOT NULL,
    number_hash   bytea       NOT NULL,
    number_masked text        NOT NULL,
    name          text        NOT NULL,
    born          date,
    sex           text        CHECK (sex IN ('M', 'F')),
    phone_sealed  bytea,
    phone_masked  text,
    checked_at    timestamptz,             -- when the real-name check last said yes
    PRIMARY KEY (region_code, id),
    UNIQUE (region_code, number_hash)
);

CREATE TABLE enrolments (
    region_code      text     NOT NULL,
    id               text     NOT NULL,
    person_id        text     NOT NULL,
    scheme           text     NOT NULL,
    district         text,
    category         text,
    identity         text,
    subsidised_years smallint NOT NULL DEFAULT 0 CHECK (subsidised_years >= 0),
    last_choice_fen  bigint   CHECK (last_choice_fen > 0),
    state            text     NOT NULL,
    version          smallint NOT NULL DEFAULT 0,
    PRIMARY KEY (region_code, id),
    UNIQUE (region_code, person_id, scheme),
    FOREIGN KEY (region_code, person_id) REFERENCES persons
);

-- Whom a payer has named, with name and number, to pay for (帮过的家人).
CREATE TABLE payees (
    region_code text        NOT NULL,
    payer_id    text        NOT NULL,
    person_id   text        NOT NULL,
    added_at    timestamptz NOT NULL,
    PRIMARY KEY (region_code, payer_id, person_id),
    FOREIGN KEY (region_code, payer_id) REFERENCES persons,
    FOREIGN KEY (region_code, person_id) REFERENCES persons
);

-- Who looked at whose record, and why. Only added to.
CREATE TABLE looks (
    region_code text        NOT NULL,
    person_id   text        NOT NULL,
    at          timestamptz NOT NULL,
    viewer_id   text        NOT NULL,
    reason      text        NOT NULL,
    PRIMARY KEY (region_code, person_id, at, viewer_id)
);

-- A code sent to a telephone, and what signing in with it will mean.
CREATE TABLE sign_ins (
    region_code  text        NOT NULL,
    id           text        NOT NULL,
    person_id    text        NOT NULL,
    entry_channel text       NOT NULL,
    code_hash    bytea       NOT NULL,
    tries_left   smallint    NOT NULL,
    expires_at   timestamptz NOT NULL,
    used_at      timestamptz,
    PRIMARY KEY (region_code, id),
    FOREIGN KEY (region_code, person_id) REFERENCES persons
);

CREATE TABLE sessions (
    region_code   text        NOT NULL,
    token_hash    bytea       NOT NULL,
    person_id     text        NOT NULL,
    entry_channel text        NOT NULL,
    began_at      timestamptz NOT NULL,
    expires_at    timestamptz NOT NULL,
    PRIMARY KEY (region_code, token_hash),
    FOREIGN KEY (region_code, person_id) REFERENCES persons
);

-- Every step of every thing: promise 8. The version is the thing's own, so a step cannot be
-- written twice, and a state without its event shows as a gap.
CREATE TABLE events (
    region_code text        NOT NULL,
    subject_id  text        NOT NULL,
    version     smallint    NOT NULL,
    event       text        NOT NULL,
    state       text        NOT NULL,
    at          timestamptz NOT NULL,
    PRIMARY KEY (region_code, subject_id, version)
);
