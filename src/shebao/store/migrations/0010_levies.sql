-- 0010  Levies: the bills of a whole scheme for one period, issued in one run.
--
-- Why      A city of ten million people is billed in one run that may be cut off anywhere.
-- Locks    New tables and a function only.
-- Rollout  Written by operations/levy.py from this release on.
--
-- How far a levy has come is written in the transaction that issues the bills, so it goes on
-- where it stopped. `cohort` is one text, because a join on it can be hashed though parts of it
-- may be unknown.

CREATE TABLE levies (
    region_code   text        NOT NULL,
    id            text        NOT NULL,
    scheme        text        NOT NULL,
    period        text        NOT NULL,
    as_of         date        NOT NULL,
    reference_day date,
    by_choice     boolean     NOT NULL,
    payable_until date        NOT NULL,
    people        bigint      NOT NULL,
    seen          bigint      NOT NULL DEFAULT 0,
    issued        bigint      NOT NULL DEFAULT 0,
    after         text        NOT NULL DEFAULT '',
    began_at      timestamptz NOT NULL,
    state         text        NOT NULL,
    version       smallint    NOT NULL,
    PRIMARY KEY (region_code, id)
);
CREATE UNIQUE INDEX levies_running ON levies (region_code, scheme, period)
 WHERE state = 'running';

-- What each cohort owes. No amount: nothing is billed, and the word says why.
CREATE TABLE levy_prices (
    region_code    text   NOT NULL,
    levy_id        text   NOT NULL,
    cohort         text   NOT NULL,
    people         bigint NOT NULL,
    amount_fen     bigint CHECK (amount_fen > 0),
    unbilled       text   NOT NULL DEFAULT '',
    label          text,
    shares         jsonb,
    policy_version text,
    source         text,
    arithmetic     text[],
    chosen_fen     bigint,
    PRIMARY KEY (region_code, levy_id, cohort)
);

-- Which cohort somebody is of. What does not count is left out by whoever asks.
CREATE FUNCTION cohort_of(category text, district text, identity text, sex text, age integer,
                          subsidised_years smallint, last_choice_fen bigint)
RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(category, '') || '|' || coalesce(district, '') || '|'
        || coalesce(identity, '') || '|' || coalesce(sex, '') || '|'
        || coalesce(age::text, '') || '|' || coalesce(subsidised_years::text, '') || '|'
        || coalesce(last_choice_fen::text, '')
$$;

-- The age in whole years; a year is full on the birthday itself.
CREATE FUNCTION age_on(born date, day date) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (extract(year FROM day) - extract(year FROM born))::integer
         - (extract(month FROM day) * 100 + extract(day FROM day)
            < extract(month FROM born) * 100 + extract(day FROM born))::integer
$$;
