-- The schema after all migrations, as the database knows it.
-- Made by bin/shebao docs write from src/shebao/store/migrations/; a test keeps it true.

CREATE SEQUENCE certificate_serials;
CREATE SEQUENCE receipt_serials;

CREATE OR REPLACE FUNCTION age_on(born date, day date)
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
    SELECT (extract(year FROM day) - extract(year FROM born))::integer
         - (extract(month FROM day) * 100 + extract(day FROM day)
            < extract(month FROM born) * 100 + extract(day FROM born))::integer
$function$;

CREATE OR REPLACE FUNCTION cohort_of(category text, district text, identity text, sex text, age integer, subsidised_years smallint, last_choice_fen bigint)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
    SELECT coalesce(category, '') || '|' || coalesce(district, '') || '|'
        || coalesce(identity, '') || '|' || coalesce(sex, '') || '|'
        || coalesce(age::text, '') || '|' || coalesce(subsidised_years::text, '') || '|'
        || coalesce(last_choice_fen::text, '')
$function$;

CREATE OR REPLACE FUNCTION entries_must_balance()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
DECLARE wrong text;
BEGIN
    SELECT n.reference INTO wrong
      FROM (SELECT region_code, reference, sum(amount_fen) AS fen, count(*) AS lines,
                   min(line) AS first
              FROM written
             GROUP BY region_code, reference) AS n
      LEFT JOIN entries e USING (region_code, reference)
     WHERE n.fen <> 0 OR n.lines IS DISTINCT FROM e.lines OR n.first <> 1
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'entry % does not balance', wrong;
    END IF;
    RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION journal_is_append_only()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    RAISE EXCEPTION 'the journal is only ever added to';
END $function$;

CREATE OR REPLACE FUNCTION line_id(seed text, serial integer)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
    SELECT left(seed, 21) || lpad(serial::text, 8, '0')
$function$;

CREATE TABLE app_users (
    region_code text NOT NULL,
    app         text NOT NULL,
    id_hash     bytea NOT NULL,
    id_sealed   bytea NOT NULL,
    person_id   text NOT NULL,
    since       timestamp with time zone NOT NULL,
    PRIMARY KEY (region_code, app, id_hash),
    FOREIGN KEY (region_code, person_id) REFERENCES persons(region_code, id)
);
CREATE INDEX app_users_of_person ON app_users USING btree (region_code, person_id);

CREATE TABLE attempts (
    region_code text NOT NULL,
    id          text NOT NULL,
    order_id    text NOT NULL,
    method      text NOT NULL,
    state       text NOT NULL,
    version     smallint NOT NULL,
    amount_fen  bigint NOT NULL,
    cashier     jsonb,
    says        text NOT NULL DEFAULT ''::text,
    created_at  timestamp with time zone NOT NULL,
    asked_at    timestamp with time zone,
    left_over   boolean NOT NULL DEFAULT false,
    mandate_id  text,
    PRIMARY KEY (region_code, id),
    CHECK ((amount_fen > 0))
) WITH (fillfactor=80);
CREATE INDEX attempts_left_over ON attempts USING btree (region_code) WHERE left_over;
CREATE INDEX attempts_of_order ON attempts USING btree (region_code, order_id);

CREATE TABLE basket_lines (
    region_code text NOT NULL,
    payer_id    text NOT NULL,
    bill_id     text NOT NULL,
    added_at    timestamp with time zone NOT NULL,
    PRIMARY KEY (region_code, payer_id, bill_id)
);

CREATE TABLE batch_answers (
    region_code text NOT NULL,
    batch_id    text NOT NULL,
    packet      smallint NOT NULL,
    part        smallint NOT NULL,
    digest      bytea NOT NULL,
    lines       integer NOT NULL,
    came_at     timestamp with time zone NOT NULL,
    posted_to   integer NOT NULL DEFAULT 0,
    posted      integer NOT NULL DEFAULT 0,
    PRIMARY KEY (region_code, batch_id, packet, part)
);

CREATE TABLE batch_errands (
    region_code text NOT NULL,
    batch_id    text NOT NULL,
    serial      integer NOT NULL,
    errand      text NOT NULL,
    looked_at   timestamp with time zone,
    PRIMARY KEY (region_code, errand, batch_id, serial),
    CHECK ((errand = ANY (ARRAY['tell'::text, 'ask'::text])))
);

CREATE TABLE batch_lines (
    region_code text NOT NULL,
    batch_id    text NOT NULL,
    serial      integer NOT NULL,
    packet      smallint NOT NULL,
    person_id   text NOT NULL,
    mandate_id  text NOT NULL,
    amount_fen  bigint NOT NULL,
    bill_ids    text[] NOT NULL,
    state       text NOT NULL,
    version     smallint NOT NULL,
    reason      text NOT NULL DEFAULT ''::text,
    says        text NOT NULL DEFAULT ''::text,
    PRIMARY KEY (region_code, batch_id, serial),
    CHECK ((amount_fen > 0))
) WITH (fillfactor=70);
CREATE INDEX batch_lines_of_person ON batch_lines USING btree (region_code, person_id);

CREATE TABLE batch_misses (
    region_code text NOT NULL,
    person_id   text NOT NULL,
    scheme      text NOT NULL,
    months      smallint NOT NULL,
    last_on     date NOT NULL,
    next_on     date,
    period      text NOT NULL DEFAULT ''::text,
    stopped     boolean NOT NULL DEFAULT true,
    PRIMARY KEY (region_code, person_id, scheme)
);

CREATE TABLE batch_packets (
    region_code text NOT NULL,
    batch_id    text NOT NULL,
    packet      smallint NOT NULL,
    bank        text NOT NULL,
    number      text NOT NULL,
    lines       integer NOT NULL DEFAULT 0,
    amount_fen  bigint NOT NULL DEFAULT 0,
    standing    text NOT NULL DEFAULT ''::text,
    says        text NOT NULL DEFAULT ''::text,
    parts       smallint NOT NULL DEFAULT 0,
    asked_at    timestamp with time zone,
    taken_by    text NOT NULL DEFAULT ''::text,
    taken_at    timestamp with time zone,
    PRIMARY KEY (region_code, batch_id, packet)
);
CREATE UNIQUE INDEX batch_packets_number ON batch_packets USING btree (region_code, number);

CREATE TABLE batch_results (
    region_code text NOT NULL,
    batch_id    text NOT NULL,
    packet      smallint NOT NULL,
    part        smallint NOT NULL,
    serial      integer NOT NULL,
    amount_fen  bigint NOT NULL,
    outcome     text NOT NULL,
    reason      text NOT NULL,
    reference   text NOT NULL,
    happened_at timestamp with time zone,
    says        text NOT NULL,
    PRIMARY KEY (region_code, batch_id, packet, part, serial)
);

CREATE TABLE batch_skips (
    region_code text NOT NULL,
    person_id   text NOT NULL,
    scheme      text NOT NULL,
    asked_at    timestamp with time zone NOT NULL,
    used_by     text NOT NULL DEFAULT ''::text,
    PRIMARY KEY (region_code, person_id, scheme)
);

CREATE TABLE batches (
    region_code  text NOT NULL,
    id           text NOT NULL,
    scheme       text NOT NULL,
    fund         text NOT NULL,
    day          date NOT NULL,
    format       text NOT NULL,
    state        text NOT NULL,
    version      smallint NOT NULL,
    built_by     text NOT NULL,
    built_at     timestamp with time zone NOT NULL,
    signed_by    text NOT NULL DEFAULT ''::text,
    order_seed   text NOT NULL,
    attempt_seed text NOT NULL,
    after        text NOT NULL DEFAULT ''::text,
    people       bigint NOT NULL DEFAULT 0,
    lines        integer NOT NULL DEFAULT 0,
    amount_fen   bigint NOT NULL DEFAULT 0,
    held_to      integer NOT NULL DEFAULT 0,
    held         integer NOT NULL DEFAULT 0,
    held_fen     bigint NOT NULL DEFAULT 0,
    marked_to    integer NOT NULL DEFAULT 0,
    sent         integer NOT NULL DEFAULT 0,
    sent_fen     bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (region_code, id)
);
CREATE INDEX batches_running ON batches USING btree (region_code) WHERE (state = ANY (ARRAY['building'::text, 'signed'::text, 'sent'::text, 'acked'::text, 'returned'::text]));
CREATE UNIQUE INDEX batches_of_day ON batches USING btree (region_code, scheme, day) WHERE (state <> 'cancelled'::text);

CREATE TABLE bills (
    region_code    text NOT NULL,
    id             text NOT NULL,
    person_id      text NOT NULL,
    enrolment_id   text NOT NULL,
    scheme         text NOT NULL,
    period         text NOT NULL,
    kind           text NOT NULL,
    document       text NOT NULL DEFAULT ''::text,
    label          text NOT NULL,
    amount_fen     bigint NOT NULL,
    shares         jsonb NOT NULL,
    policy_version text NOT NULL,
    source         text NOT NULL,
    arithmetic     text[] NOT NULL,
    election_id    text,
    payable_until  date,
    state          text NOT NULL,
    version        smallint NOT NULL,
    held_by        text,
    withdrawn      text NOT NULL DEFAULT ''::text,
    PRIMARY KEY (region_code, id),
    FOREIGN KEY (region_code, enrolment_id) REFERENCES enrolments(region_code, id),
    CHECK ((amount_fen > 0))
) WITH (fillfactor=80);
CREATE INDEX bills_of_person ON bills USING btree (region_code, person_id);
CREATE UNIQUE INDEX bills_that_count ON bills USING btree (region_code, enrolment_id, period, kind, document, withdrawn);

CREATE TABLE card_slips (
    region_code text NOT NULL,
    terminal    text NOT NULL,
    reference   text NOT NULL,
    trace       text NOT NULL,
    order_id    text NOT NULL,
    attempt_id  text NOT NULL,
    office      text NOT NULL,
    clerk_id    text NOT NULL,
    amount_fen  bigint NOT NULL,
    taken_at    timestamp with time zone NOT NULL,
    PRIMARY KEY (region_code, terminal, reference),
    CHECK ((amount_fen > 0))
);
CREATE INDEX card_slips_of_clerk ON card_slips USING btree (region_code, office, clerk_id, taken_at);

CREATE TABLE cash_payouts (
    region_code text NOT NULL,
    refund_id   text NOT NULL,
    office      text NOT NULL,
    clerk_id    text NOT NULL,
    amount_fen  bigint NOT NULL,
    signed_by   text NOT NULL,
    paid_at     timestamp with time zone NOT NULL,
    hand_in_id  text,
    PRIMARY KEY (region_code, refund_id),
    CHECK ((amount_fen > 0)),
    CHECK ((signed_by <> ''::text))
) WITH (fillfactor=80);
CREATE INDEX cash_payouts_in_tills ON cash_payouts USING btree (region_code, office, clerk_id) WHERE (hand_in_id IS NULL);
CREATE INDEX cash_payouts_of_hand_in ON cash_payouts USING btree (region_code, hand_in_id) WHERE (hand_in_id IS NOT NULL);

CREATE TABLE cashier_tickets (
    region_code text NOT NULL,
    attempt_id  text NOT NULL,
    hash        bytea NOT NULL,
    expires_at  timestamp with time zone NOT NULL,
    PRIMARY KEY (region_code, attempt_id),
    UNIQUE (region_code, hash)
);

CREATE TABLE certificates (
    region_code   text NOT NULL,
    number        text NOT NULL,
    person_id     text NOT NULL,
    first_period  text NOT NULL,
    last_period   text NOT NULL,
    schemes       text[] NOT NULL,
    receipts      text[] NOT NULL,
    amount_fen    bigint NOT NULL,
    facts_sealed  bytea NOT NULL,
    digest        bytea NOT NULL,
    issued_at     timestamp with time zone NOT NULL,
    state         text NOT NULL,
    version       smallint NOT NULL,
    revoked_by    text,
    revoked_at    timestamp with time zone,
    revoke_reason text NOT NULL DEFAULT ''::text,
    PRIMARY KEY (region_code, number),
    FOREIGN KEY (region_code, person_id) REFERENCES persons(region_code, id),
    CHECK (((state = 'revoked'::text) = ((revoked_at IS NOT NULL) AND (revoke_reason <> ''::text)))),
    CHECK ((amount_fen > 0))
);
CREATE INDEX certificates_of_person ON certificates USING btree (region_code, person_id, issued_at);

CREATE TABLE clerk_sessions (
    region_code text NOT NULL,
    token_hash  bytea NOT NULL,
    clerk_id    text NOT NULL,
    began_at    timestamp with time zone NOT NULL,
    seen_at     timestamp with time zone NOT NULL,
    PRIMARY KEY (region_code, token_hash),
    FOREIGN KEY (region_code, clerk_id) REFERENCES clerks(region_code, id)
);

CREATE TABLE clerks (
    region_code   text NOT NULL,
    id            text NOT NULL,
    number        text NOT NULL,
    name          text NOT NULL,
    office        text NOT NULL,
    duties        text[] NOT NULL,
    password      text NOT NULL,
    second_step   bytea NOT NULL,
    last_code     bigint NOT NULL DEFAULT 0,
    misses        smallint NOT NULL DEFAULT 0,
    resting_until timestamp with time zone,
    state         text NOT NULL,
    version       smallint NOT NULL,
    PRIMARY KEY (region_code, id),
    UNIQUE (region_code, number)
);

CREATE TABLE collectors (
    region_code text NOT NULL,
    id          text NOT NULL,
    office      text NOT NULL,
    name        text NOT NULL,
    kind        text NOT NULL,
    scopes      jsonb NOT NULL,
    state       text NOT NULL,
    version     smallint NOT NULL,
    PRIMARY KEY (region_code, id),
    UNIQUE (region_code, office)
);

CREATE TABLE consents (
    region_code   text NOT NULL,
    id            text NOT NULL,
    person_id     text NOT NULL,
    kind          text NOT NULL,
    edition       text NOT NULL,
    entry_channel text NOT NULL,
    given_at      timestamp with time zone NOT NULL,
    withdrawn_at  timestamp with time zone,
    state         text NOT NULL,
    version       smallint NOT NULL,
    PRIMARY KEY (region_code, id),
    UNIQUE (region_code, person_id, kind, edition),
    FOREIGN KEY (region_code, person_id) REFERENCES persons(region_code, id)
);

CREATE TABLE credentials (
    region_code   text NOT NULL,
    person_id     text NOT NULL,
    user_name     text NOT NULL,
    password      text NOT NULL,
    phone_hash    bytea,
    misses        smallint NOT NULL DEFAULT 0,
    resting_until timestamp with time zone,
    state         text NOT NULL,
    version       smallint NOT NULL,
    PRIMARY KEY (region_code, person_id),
    UNIQUE (region_code, user_name),
    FOREIGN KEY (region_code, person_id) REFERENCES persons(region_code, id)
);
CREATE INDEX credentials_by_phone ON credentials USING btree (region_code, phone_hash);

CREATE TABLE day_closes (
    region_code   text NOT NULL,
    day           date NOT NULL,
    entries       integer NOT NULL,
    lines         integer NOT NULL,
    moved_fen     bigint NOT NULL,
    entries_hash  bytea NOT NULL,
    previous_hash bytea NOT NULL,
    hash          bytea NOT NULL,
    balances      jsonb NOT NULL,
    facts         text NOT NULL,
    closed_at     timestamp with time zone NOT NULL,
    PRIMARY KEY (region_code, day)
);
CREATE TRIGGER day_closes_stay BEFORE DELETE OR UPDATE OR TRUNCATE ON day_closes FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only();

CREATE TABLE declarations (
    region_code   text NOT NULL,
    id            text NOT NULL,
    person_id     text NOT NULL,
    enrolment_id  text NOT NULL,
    scheme        text NOT NULL,
    period        text NOT NULL,
    kind          text NOT NULL,
    amount_fen    bigint NOT NULL,
    declared_by   text NOT NULL,
    entry_channel text NOT NULL,
    declared_at   timestamp with time zone NOT NULL,
    bill_id       text,
    says          text NOT NULL DEFAULT ''::text,
    state         text NOT NULL,
    version       smallint NOT NULL,
    PRIMARY KEY (region_code, id),
    CHECK (((state = 'accepted'::text) <= (bill_id IS NOT NULL))),
    CHECK ((amount_fen > 0))
);
CREATE INDEX declarations_of_person ON declarations USING btree (region_code, person_id, declared_at);
CREATE UNIQUE INDEX declarations_that_stand ON declarations USING btree (region_code, bill_id) WHERE (state = 'accepted'::text);
CREATE UNIQUE INDEX declarations_that_wait ON declarations USING btree (region_code, enrolment_id, period) WHERE (state = 'processing'::text);

CREATE TABLE deposit_lines (
    region_code text NOT NULL,
    serial      text NOT NULL,
    amount_fen  bigint NOT NULL,
    happened_at timestamp with time zone NOT NULL,
    told_at     timestamp with time zone NOT NULL,
    PRIMARY KEY (region_code, serial),
    CHECK ((amount_fen > 0))
);

CREATE TABLE deposits (
    region_code text NOT NULL,
    id          text NOT NULL,
    office      text NOT NULL,
    cashier_id  text NOT NULL,
    bank_serial text NOT NULL,
    amount_fen  bigint NOT NULL,
    made_at     timestamp with time zone NOT NULL,
    told_fen    bigint,
    state       text NOT NULL,
    version     smallint NOT NULL,
    PRIMARY KEY (region_code, id),
    UNIQUE (region_code, bank_serial),
    CHECK ((amount_fen > 0))
) WITH (fillfactor=80);

CREATE TABLE differences (
    region_code text NOT NULL,
    id          text NOT NULL,
    source      text NOT NULL,
    day         date NOT NULL,
    subject     text NOT NULL,
    number      text NOT NULL,
    kind        text NOT NULL,
    our_id      text NOT NULL,
    line        integer,
    theirs_fen  bigint NOT NULL,
    ours_fen    bigint NOT NULL,
    happened_at timestamp with time zone NOT NULL,
    stands      boolean NOT NULL,
    state       text NOT NULL,
    version     smallint NOT NULL,
    found_at    timestamp with time zone NOT NULL,
    seen_at     timestamp with time zone NOT NULL,
    PRIMARY KEY (region_code, id),
    UNIQUE (region_code, source, subject, number, day),
    CHECK ((subject = ANY (ARRAY['payment'::text, 'refund'::text, 'settlement'::text, 'remittance'::text])))
) WITH (fillfactor=80);
CREATE INDEX differences_of_day ON differences USING btree (region_code, day);

CREATE TABLE elections (
    region_code   text NOT NULL,
    id            text NOT NULL,
    enrolment_id  text NOT NULL,
    period        text NOT NULL,
    chosen_fen    bigint NOT NULL,
    made_by       text NOT NULL,
    entry_channel text NOT NULL,
    made_at       timestamp with time zone NOT NULL,
    state         text NOT NULL,
    version       smallint NOT NULL DEFAULT 0,
    PRIMARY KEY (region_code, id),
    FOREIGN KEY (region_code, enrolment_id) REFERENCES enrolments(region_code, id),
    CHECK ((chosen_fen > 0))
);
CREATE INDEX elections_of_enrolment ON elections USING btree (region_code, enrolment_id);
CREATE UNIQUE INDEX elections_in_force ON elections USING btree (region_code, enrolment_id, period) WHERE (state = 'set'::text);

CREATE TABLE enrolments (
    region_code      text NOT NULL,
    id               text NOT NULL,
    person_id        text NOT NULL,
    scheme           text NOT NULL,
    district         text,
    category         text,
    identity         text,
    subsidised_years smallint NOT NULL DEFAULT 0,
    last_choice_fen  bigint,
    state            text NOT NULL,
    version          smallint NOT NULL DEFAULT 0,
    paid_until       text,
    PRIMARY KEY (region_code, id),
    UNIQUE (region_code, person_id, scheme),
    FOREIGN KEY (region_code, person_id) REFERENCES persons(region_code, id),
    CHECK ((last_choice_fen > 0)),
    CHECK ((subsidised_years >= 0))
);

CREATE TABLE entries (
    region_code text NOT NULL,
    reference   text NOT NULL,
    at          timestamp with time zone NOT NULL,
    lines       smallint NOT NULL,
    PRIMARY KEY (region_code, reference),
    CHECK ((lines > 1))
);
CREATE INDEX entries_by_day ON entries USING brin (region_code, at) WITH (pages_per_range='32');
CREATE TRIGGER entries_stay BEFORE DELETE OR UPDATE OR TRUNCATE ON entries FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only();

CREATE TABLE events (
    region_code text NOT NULL,
    subject_id  text NOT NULL,
    version     smallint NOT NULL,
    event       text NOT NULL,
    state       text NOT NULL,
    at          timestamp with time zone NOT NULL,
    PRIMARY KEY (region_code, subject_id, version)
);

CREATE TABLE face_checks (
    region_code   text NOT NULL,
    id            text NOT NULL,
    person_id     text NOT NULL,
    entry_channel text NOT NULL,
    reference     text NOT NULL DEFAULT ''::text,
    reason        text NOT NULL DEFAULT ''::text,
    asked_at      timestamp with time zone NOT NULL,
    expires_at    timestamp with time zone NOT NULL,
    state         text NOT NULL,
    version       smallint NOT NULL,
    PRIMARY KEY (region_code, id),
    FOREIGN KEY (region_code, person_id) REFERENCES persons(region_code, id)
);
CREATE INDEX face_checks_of_person ON face_checks USING btree (region_code, person_id, asked_at);

CREATE TABLE guardians (
    region_code text NOT NULL,
    child_id    text NOT NULL,
    parent_id   text NOT NULL,
    edition     text NOT NULL,
    since       timestamp with time zone NOT NULL,
    PRIMARY KEY (region_code, child_id, parent_id),
    FOREIGN KEY (region_code, child_id) REFERENCES persons(region_code, id),
    FOREIGN KEY (region_code, parent_id) REFERENCES persons(region_code, id)
);

CREATE TABLE hand_ins (
    region_code  text NOT NULL,
    id           text NOT NULL,
    office       text NOT NULL,
    clerk_id     text NOT NULL,
    slips        integer NOT NULL,
    amount_fen   bigint NOT NULL,
    due_on       date NOT NULL,
    submitted_at timestamp with time zone NOT NULL,
    state        text NOT NULL,
    version      smallint NOT NULL,
    cashier_id   text,
    reason       text NOT NULL DEFAULT ''::text,
    deposit_id   text,
    PRIMARY KEY (region_code, id),
    CHECK ((amount_fen > 0)),
    CHECK ((cashier_id <> clerk_id)),
    CHECK ((slips > 0))
) WITH (fillfactor=80);
CREATE INDEX hand_ins_of_office ON hand_ins USING btree (region_code, office, submitted_at);

CREATE TABLE levies (
    region_code   text NOT NULL,
    id            text NOT NULL,
    scheme        text NOT NULL,
    period        text NOT NULL,
    as_of         date NOT NULL,
    reference_day date,
    by_choice     boolean NOT NULL,
    payable_until date NOT NULL,
    people        bigint NOT NULL,
    seen          bigint NOT NULL DEFAULT 0,
    issued        bigint NOT NULL DEFAULT 0,
    after         text NOT NULL DEFAULT ''::text,
    began_at      timestamp with time zone NOT NULL,
    state         text NOT NULL,
    version       smallint NOT NULL,
    PRIMARY KEY (region_code, id)
);
CREATE UNIQUE INDEX levies_running ON levies USING btree (region_code, scheme, period) WHERE (state = 'running'::text);

CREATE TABLE levy_prices (
    region_code    text NOT NULL,
    levy_id        text NOT NULL,
    cohort         text NOT NULL,
    people         bigint NOT NULL,
    amount_fen     bigint,
    unbilled       text NOT NULL DEFAULT ''::text,
    label          text,
    shares         jsonb,
    policy_version text,
    source         text,
    arithmetic     text[],
    chosen_fen     bigint,
    PRIMARY KEY (region_code, levy_id, cohort),
    CHECK ((amount_fen > 0))
);

CREATE TABLE lines (
    region_code text NOT NULL,
    reference   text NOT NULL,
    line        smallint NOT NULL,
    account     text NOT NULL,
    amount_fen  bigint NOT NULL,
    PRIMARY KEY (region_code, reference, line),
    CHECK ((amount_fen <> 0))
);
CREATE TRIGGER entries_balance AFTER INSERT ON lines REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION entries_must_balance();
CREATE TRIGGER lines_stay BEFORE DELETE OR UPDATE OR TRUNCATE ON lines FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only();

CREATE TABLE looks (
    region_code text NOT NULL,
    person_id   text NOT NULL,
    at          timestamp with time zone NOT NULL,
    viewer_id   text NOT NULL,
    reason      text NOT NULL,
    PRIMARY KEY (region_code, person_id, at, viewer_id)
);

CREATE TABLE mandate_notices (
    region_code text NOT NULL,
    method      text NOT NULL,
    id          text NOT NULL,
    received_at timestamp with time zone NOT NULL,
    headers     text NOT NULL,
    body        bytea NOT NULL,
    mandate_id  text NOT NULL,
    judged_at   timestamp with time zone,
    verdict     text,
    PRIMARY KEY (region_code, method, id)
);
CREATE INDEX mandate_notices_waiting ON mandate_notices USING btree (region_code, received_at) WHERE (judged_at IS NULL);

CREATE TABLE mandates (
    region_code    text NOT NULL,
    id             text NOT NULL,
    person_id      text NOT NULL,
    fund           text NOT NULL,
    method         text NOT NULL,
    state          text NOT NULL,
    version        smallint NOT NULL,
    created_at     timestamp with time zone NOT NULL,
    expires_at     timestamp with time zone NOT NULL,
    sign_url       text NOT NULL DEFAULT ''::text,
    agreement      text NOT NULL DEFAULT ''::text,
    account_kind   text,
    account_sealed bytea,
    account_hash   bytea,
    account_masked text,
    bank           text,
    signed_at      timestamp with time zone,
    says           text NOT NULL DEFAULT ''::text,
    asked_at       timestamp with time zone,
    PRIMARY KEY (region_code, id),
    FOREIGN KEY (region_code, person_id) REFERENCES persons(region_code, id),
    CHECK (((state <> ALL (ARRAY['active'::text, 'suspended'::text])) OR ((agreement <> ''::text) AND (account_sealed IS NOT NULL))))
);
CREATE INDEX mandates_of_person ON mandates USING btree (region_code, person_id);
CREATE INDEX mandates_waiting ON mandates USING btree (region_code, created_at) WHERE (state = ANY (ARRAY['draft'::text, 'pending_bank'::text, 'cancelling'::text]));
CREATE UNIQUE INDEX mandates_being_signed ON mandates USING btree (region_code, fund, person_id) WHERE (state = ANY (ARRAY['draft'::text, 'pending_bank'::text]));
CREATE UNIQUE INDEX mandates_in_force ON mandates USING btree (region_code, fund, person_id) WHERE (state = ANY (ARRAY['active'::text, 'suspended'::text]));

CREATE TABLE medical_accounts (
    region_code  text NOT NULL,
    person_id    text NOT NULL,
    enrolment_id text NOT NULL,
    card_sealed  bytea NOT NULL,
    card_hash    bytea NOT NULL,
    card_masked  text NOT NULL,
    told_at      timestamp with time zone NOT NULL,
    PRIMARY KEY (region_code, person_id),
    UNIQUE (region_code, card_hash),
    FOREIGN KEY (region_code, enrolment_id) REFERENCES enrolments(region_code, id)
);

CREATE TABLE migrations (
    name     text NOT NULL,
    checksum text NOT NULL,
    ran_at   timestamp with time zone NOT NULL DEFAULT now(),
    PRIMARY KEY (name)
);

CREATE TABLE notices (
    region_code text NOT NULL,
    method      text NOT NULL,
    id          text NOT NULL,
    received_at timestamp with time zone NOT NULL,
    headers     text NOT NULL,
    body        bytea NOT NULL,
    subject     text NOT NULL,
    subject_id  text NOT NULL,
    outcome     text NOT NULL,
    amount_fen  bigint,
    reference   text,
    happened_at timestamp with time zone,
    judged_at   timestamp with time zone,
    verdict     text,
    PRIMARY KEY (region_code, method, id),
    CHECK ((subject = ANY (ARRAY['payment'::text, 'refund'::text])))
) WITH (fillfactor=80, toast_tuple_target=8128);
CREATE INDEX notices_waiting ON notices USING btree (region_code, received_at) WHERE (judged_at IS NULL);

CREATE TABLE objection_papers (
    region_code  text NOT NULL,
    objection_id text NOT NULL,
    number       smallint NOT NULL,
    name         text NOT NULL,
    media_type   text NOT NULL,
    size         integer NOT NULL,
    sealed       bytea NOT NULL,
    PRIMARY KEY (region_code, objection_id, number),
    FOREIGN KEY (region_code, objection_id) REFERENCES objections(region_code, id),
    CHECK ((size > 0))
);

CREATE TABLE objections (
    region_code    text NOT NULL,
    id             text NOT NULL,
    receipt_number text NOT NULL,
    person_id      text NOT NULL,
    raised_by      text NOT NULL,
    matter         text NOT NULL,
    says           text NOT NULL,
    raised_at      timestamp with time zone NOT NULL,
    state          text NOT NULL,
    version        smallint NOT NULL,
    answer         text NOT NULL DEFAULT ''::text,
    answered_by    text,
    answered_at    timestamp with time zone,
    PRIMARY KEY (region_code, id)
);
CREATE INDEX objections_of_person ON objections USING btree (region_code, raised_by);
CREATE UNIQUE INDEX objections_open ON objections USING btree (region_code, receipt_number) WHERE (state = 'open'::text);

CREATE TABLE order_lines (
    region_code text NOT NULL,
    order_id    text NOT NULL,
    bill_id     text NOT NULL,
    amount_fen  bigint NOT NULL,
    PRIMARY KEY (region_code, order_id, bill_id),
    CHECK ((amount_fen > 0))
);
CREATE INDEX order_lines_of_bill ON order_lines USING btree (region_code, bill_id);

CREATE TABLE orders (
    region_code   text NOT NULL,
    id            text NOT NULL,
    payer_id      text NOT NULL,
    entry_channel text NOT NULL,
    state         text NOT NULL,
    version       smallint NOT NULL,
    amount_fen    bigint NOT NULL,
    attempt_id    text,
    opened_at     timestamp with time zone NOT NULL,
    expires_at    timestamp with time zone NOT NULL,
    PRIMARY KEY (region_code, id),
    CHECK ((amount_fen > 0))
) WITH (fillfactor=80);
CREATE INDEX orders_of_payer ON orders USING btree (region_code, payer_id);
CREATE INDEX orders_running ON orders USING btree (region_code, expires_at) WHERE (state = ANY (ARRAY['open'::text, 'paying'::text, 'expiring'::text]));

CREATE TABLE other_accounts (
    region_code   text NOT NULL,
    repair_id     text NOT NULL,
    refund_id     text NOT NULL,
    carrier       text NOT NULL,
    bank          text NOT NULL,
    number_sealed bytea NOT NULL,
    number_hash   bytea NOT NULL,
    number_masked text NOT NULL,
    holder_sealed bytea NOT NULL,
    holder_masked text NOT NULL,
    PRIMARY KEY (region_code, repair_id),
    CHECK ((bank <> ''::text)),
    CHECK ((carrier = ANY (ARRAY['channel'::text, 'transfer'::text])))
);
CREATE INDEX other_accounts_of_refund ON other_accounts USING btree (region_code, refund_id);

CREATE TABLE passkeys (
    region_code text NOT NULL,
    id          bytea NOT NULL,
    person_id   text NOT NULL,
    name        text NOT NULL,
    public_key  bytea NOT NULL,
    sign_count  bigint NOT NULL,
    added_at    timestamp with time zone NOT NULL,
    used_at     timestamp with time zone,
    PRIMARY KEY (region_code, id),
    FOREIGN KEY (region_code, person_id) REFERENCES persons(region_code, id)
);
CREATE INDEX passkeys_of_person ON passkeys USING btree (region_code, person_id);

CREATE TABLE payees (
    region_code text NOT NULL,
    payer_id    text NOT NULL,
    person_id   text NOT NULL,
    added_at    timestamp with time zone NOT NULL,
    state       text NOT NULL DEFAULT 'allowed'::text,
    version     smallint NOT NULL DEFAULT 1,
    PRIMARY KEY (region_code, payer_id, person_id),
    FOREIGN KEY (region_code, payer_id) REFERENCES persons(region_code, id),
    FOREIGN KEY (region_code, person_id) REFERENCES persons(region_code, id)
);
CREATE INDEX payees_of_person ON payees USING btree (region_code, person_id);

CREATE TABLE payment_notices (
    region_code text NOT NULL,
    number      text NOT NULL,
    order_id    text NOT NULL,
    attempt_id  text NOT NULL,
    office      text NOT NULL,
    clerk_id    text NOT NULL,
    amount_fen  bigint NOT NULL,
    printed_at  timestamp with time zone NOT NULL,
    expires_at  timestamp with time zone NOT NULL,
    PRIMARY KEY (region_code, number),
    CHECK ((amount_fen > 0))
);
CREATE INDEX payment_notices_of_order ON payment_notices USING btree (region_code, order_id);

CREATE TABLE payments (
    region_code text NOT NULL,
    method      text NOT NULL,
    reference   text NOT NULL,
    attempt_id  text NOT NULL,
    order_id    text,
    amount_fen  bigint NOT NULL,
    state       text NOT NULL,
    version     smallint NOT NULL,
    misfit      text NOT NULL DEFAULT ''::text,
    happened_at timestamp with time zone NOT NULL,
    judged_at   timestamp with time zone NOT NULL,
    PRIMARY KEY (region_code, method, reference),
    CHECK ((amount_fen > 0))
);
CREATE INDEX payments_by_day ON payments USING brin (region_code, happened_at) WITH (pages_per_range='32');
CREATE INDEX payments_set_aside ON payments USING btree (region_code, judged_at) WHERE (state = ANY (ARRAY['unapplied'::text, 'refunding'::text]));
CREATE UNIQUE INDEX payments_applied_once ON payments USING btree (region_code, order_id) WHERE (state = 'applied'::text);

CREATE TABLE persons (
    region_code   text NOT NULL,
    id            text NOT NULL,
    id_type       text NOT NULL,
    number_sealed bytea NOT NULL,
    number_hash   bytea NOT NULL,
    number_masked text NOT NULL,
    name          text NOT NULL,
    born          date,
    sex           text,
    phone_sealed  bytea,
    phone_masked  text,
    checked_at    timestamp with time zone,
    PRIMARY KEY (region_code, id),
    UNIQUE (region_code, number_hash),
    CHECK ((sex = ANY (ARRAY['M'::text, 'F'::text])))
);

CREATE TABLE pleas (
    region_code text NOT NULL,
    id          text NOT NULL,
    token_hash  bytea NOT NULL,
    person_id   text NOT NULL,
    payer_id    text,
    bill_ids    text[] NOT NULL,
    made_at     timestamp with time zone NOT NULL,
    expires_at  timestamp with time zone NOT NULL,
    state       text NOT NULL,
    version     smallint NOT NULL,
    asked_by    text NOT NULL DEFAULT ''::text,
    PRIMARY KEY (region_code, id),
    UNIQUE (region_code, token_hash),
    FOREIGN KEY (region_code, person_id) REFERENCES persons(region_code, id)
);
CREATE INDEX pleas_of_person ON pleas USING btree (region_code, person_id, made_at);
CREATE INDEX pleas_taken_by ON pleas USING btree (region_code, payer_id) WHERE (state = 'taken'::text);

CREATE TABLE receipts (
    region_code   text NOT NULL,
    number        text NOT NULL,
    bill_id       text NOT NULL,
    order_id      text NOT NULL,
    amount_fen    bigint NOT NULL,
    issued_at     timestamp with time zone NOT NULL,
    state         text NOT NULL,
    ticket_number text,
    voided_at     timestamp with time zone,
    void_reason   text NOT NULL DEFAULT ''::text,
    PRIMARY KEY (region_code, number),
    CHECK ((amount_fen > 0))
);
CREATE UNIQUE INDEX receipts_that_count ON receipts USING btree (region_code, bill_id) WHERE (state = 'issued'::text);

CREATE TABLE refund_requests (
    region_code    text NOT NULL,
    id             text NOT NULL,
    receipt_number text NOT NULL,
    bill_id        text NOT NULL,
    order_id       text NOT NULL,
    person_id      text NOT NULL,
    payer_id       text NOT NULL,
    ground         text NOT NULL,
    evidence       text NOT NULL,
    amount_fen     bigint NOT NULL,
    asked_by       text NOT NULL,
    asked_at       timestamp with time zone NOT NULL,
    checked_by     text,
    decided_by     text,
    decided_at     timestamp with time zone,
    said           text NOT NULL DEFAULT ''::text,
    refund_id      text,
    state          text NOT NULL,
    version        smallint NOT NULL,
    PRIMARY KEY (region_code, id),
    CHECK ((amount_fen > 0))
);
CREATE INDEX refund_requests_of_payer ON refund_requests USING btree (region_code, payer_id);
CREATE INDEX refund_requests_waiting ON refund_requests USING btree (region_code, asked_at) WHERE (state = ANY (ARRAY['asked'::text, 'checked'::text]));
CREATE UNIQUE INDEX refund_requests_that_count ON refund_requests USING btree (region_code, bill_id) WHERE (state = ANY (ARRAY['asked'::text, 'checked'::text, 'approved'::text, 'done'::text]));

CREATE TABLE refunds (
    region_code   text NOT NULL,
    id            text NOT NULL,
    method        text NOT NULL,
    reference     text NOT NULL,
    attempt_id    text NOT NULL,
    amount_fen    bigint NOT NULL,
    paid_fen      bigint NOT NULL,
    reason        text NOT NULL,
    state         text NOT NULL,
    version       smallint NOT NULL,
    created_at    timestamp with time zone NOT NULL,
    asked_at      timestamp with time zone,
    request_id    text,
    why           text NOT NULL DEFAULT ''::text,
    owner_id      text,
    look_again_at timestamp with time zone,
    redirected_by text,
    PRIMARY KEY (region_code, id),
    CHECK ((amount_fen > 0)),
    CHECK ((paid_fen >= amount_fen))
);
CREATE INDEX refunds_by_hand ON refunds USING btree (region_code) WHERE (state = 'manual'::text);
CREATE INDEX refunds_of_payment ON refunds USING btree (region_code, method, reference);
CREATE INDEX refunds_running ON refunds USING btree (region_code, created_at) WHERE (state = ANY (ARRAY['requested'::text, 'approved'::text, 'sent'::text, 'unknown'::text, 'failed'::text]));

CREATE TABLE reminder_wishes (
    region_code   text NOT NULL,
    person_id     text NOT NULL,
    matters       text[] NOT NULL,
    entry_channel text NOT NULL,
    asked_at      timestamp with time zone NOT NULL,
    looked_on     date NOT NULL DEFAULT '-infinity'::date,
    receipts_from timestamp with time zone NOT NULL,
    PRIMARY KEY (region_code, person_id),
    FOREIGN KEY (region_code, person_id) REFERENCES persons(region_code, id),
    CHECK ((cardinality(matters) > 0))
);
CREATE INDEX reminder_wishes_by_day ON reminder_wishes USING btree (region_code, looked_on);
CREATE INDEX reminder_wishes_by_receipts ON reminder_wishes USING btree (region_code, receipts_from);

CREATE TABLE reminders (
    region_code text NOT NULL,
    person_id   text NOT NULL,
    matter      text NOT NULL,
    subject     text NOT NULL,
    words       jsonb NOT NULL,
    made_at     timestamp with time zone NOT NULL,
    try_at      timestamp with time zone NOT NULL,
    drop_after  timestamp with time zone NOT NULL,
    told_at     timestamp with time zone,
    phone_hash  bytea,
    PRIMARY KEY (region_code, person_id, matter, subject),
    FOREIGN KEY (region_code, person_id) REFERENCES persons(region_code, id)
);
CREATE INDEX reminders_of_phone ON reminders USING btree (region_code, phone_hash) WHERE (phone_hash IS NOT NULL);
CREATE INDEX reminders_waiting ON reminders USING btree (region_code, try_at) WHERE (told_at IS NULL);

CREATE TABLE remittances (
    region_code        text NOT NULL,
    source             text NOT NULL,
    day                date NOT NULL,
    fund               text NOT NULL,
    amount_fen         bigint NOT NULL,
    treasury_reference text,
    PRIMARY KEY (region_code, source, day, fund),
    FOREIGN KEY (region_code, source, day) REFERENCES settlements(region_code, source, day),
    CHECK ((amount_fen > 0))
);

CREATE TABLE repairs (
    region_code   text NOT NULL,
    id            text NOT NULL,
    difference_id text,
    refund_id     text,
    remedy        text NOT NULL,
    says          text NOT NULL,
    reference     text NOT NULL DEFAULT ''::text,
    proposed_by   text NOT NULL,
    proposed_at   timestamp with time zone NOT NULL,
    decided_by    text,
    decided_at    timestamp with time zone,
    undone_by     text,
    undone_at     timestamp with time zone,
    state         text NOT NULL,
    version       smallint NOT NULL,
    told_on       date,
    PRIMARY KEY (region_code, id),
    CHECK (((decided_by <> proposed_by) OR (state = 'declined'::text))),
    CHECK (((difference_id IS NULL) <> (refund_id IS NULL))),
    CHECK ((undone_by <> proposed_by))
);
CREATE INDEX repairs_by_serial ON repairs USING btree (region_code, reference) WHERE ((reference <> ''::text) AND (told_on IS NULL));
CREATE UNIQUE INDEX repairs_of_difference ON repairs USING btree (region_code, difference_id) WHERE (state = ANY (ARRAY['proposed'::text, 'done'::text]));
CREATE UNIQUE INDEX repairs_of_refund ON repairs USING btree (region_code, refund_id) WHERE ((state = 'proposed'::text) OR ((state = 'done'::text) AND (remedy <> 'another_card'::text)));

CREATE TABLE reversals (
    region_code   text NOT NULL,
    method        text NOT NULL,
    number        text NOT NULL,
    received_at   timestamp with time zone NOT NULL,
    headers       text NOT NULL,
    body          bytea NOT NULL,
    attempt_id    text NOT NULL,
    reference     text NOT NULL,
    amount_fen    bigint NOT NULL,
    happened_at   timestamp with time zone NOT NULL,
    says          text NOT NULL,
    state         text NOT NULL,
    version       smallint NOT NULL,
    undone        text NOT NULL DEFAULT ''::text,
    looked_at     timestamp with time zone,
    payer_told_at timestamp with time zone,
    PRIMARY KEY (region_code, method, number),
    CHECK ((amount_fen > 0))
);
CREATE INDEX reversals_of_money ON reversals USING btree (region_code, method, reference);
CREATE INDEX reversals_untold ON reversals USING btree (region_code, received_at) WHERE ((undone = 'bills'::text) AND (payer_told_at IS NULL));
CREATE INDEX reversals_waiting ON reversals USING btree (region_code, received_at) WHERE (state = 'told'::text);

CREATE TABLE roster_bills (
    region_code text NOT NULL,
    roster_id   text NOT NULL,
    line        integer NOT NULL,
    bill_id     text NOT NULL,
    PRIMARY KEY (region_code, roster_id, line, bill_id)
);
CREATE INDEX roster_bills_by_bill ON roster_bills USING btree (region_code, bill_id);

CREATE TABLE roster_lines (
    region_code  text NOT NULL,
    roster_id    text NOT NULL,
    line         integer NOT NULL,
    number_hash  bytea NOT NULL,
    group        text NOT NULL,
    person_id    text,
    enrolment_id text,
    category     text,
    district     text,
    reason       text NOT NULL DEFAULT ''::text,
    says         text NOT NULL DEFAULT ''::text,
    state        text NOT NULL,
    version      smallint NOT NULL,
    PRIMARY KEY (region_code, roster_id, line),
    FOREIGN KEY (region_code, roster_id) REFERENCES rosters(region_code, id) ON DELETE CASCADE
) WITH (fillfactor=90);
CREATE INDEX roster_lines_applying ON roster_lines USING btree (region_code, enrolment_id) WHERE (state = 'applying'::text);
CREATE INDEX roster_lines_by_number ON roster_lines USING btree (region_code, number_hash) WHERE (state = ANY (ARRAY['listed'::text, 'applying'::text]));

CREATE TABLE roster_orders (
    region_code text NOT NULL,
    order_id    text NOT NULL,
    roster_id   text NOT NULL,
    PRIMARY KEY (region_code, order_id),
    FOREIGN KEY (region_code, roster_id) REFERENCES rosters(region_code, id)
);
CREATE INDEX roster_orders_of_roster ON roster_orders USING btree (region_code, roster_id);

CREATE TABLE roster_staging (
    region_code text NOT NULL,
    roster_id   text NOT NULL,
    line        integer NOT NULL,
    number_hash bytea NOT NULL,
    PRIMARY KEY (region_code, roster_id, line)
);

CREATE TABLE rosters (
    region_code  text NOT NULL,
    id           text NOT NULL,
    collector_id text NOT NULL,
    clerk_id     text NOT NULL,
    scheme       text NOT NULL,
    periods      text[] NOT NULL,
    title        text NOT NULL,
    file_name    text NOT NULL,
    file_sealed  bytea,
    lines        integer NOT NULL,
    made_at      timestamp with time zone NOT NULL,
    state        text NOT NULL,
    version      smallint NOT NULL,
    PRIMARY KEY (region_code, id),
    FOREIGN KEY (region_code, collector_id) REFERENCES collectors(region_code, id),
    CHECK ((cardinality(periods) > 0)),
    CHECK ((lines > 0))
);
CREATE INDEX rosters_of_collector ON rosters USING btree (region_code, collector_id, made_at);
CREATE INDEX rosters_with_files ON rosters USING btree (region_code, made_at) WHERE (file_sealed IS NOT NULL);

CREATE TABLE scans (
    region_code   text NOT NULL,
    id            text NOT NULL,
    for_person    text,
    person_id     text,
    entry_channel text NOT NULL,
    device        text NOT NULL,
    shown_at      timestamp with time zone NOT NULL,
    expires_at    timestamp with time zone NOT NULL,
    state         text NOT NULL,
    version       smallint NOT NULL,
    PRIMARY KEY (region_code, id)
);

CREATE TABLE sessions (
    region_code   text NOT NULL,
    token_hash    bytea NOT NULL,
    person_id     text NOT NULL,
    entry_channel text NOT NULL,
    began_at      timestamp with time zone NOT NULL,
    expires_at    timestamp with time zone NOT NULL,
    way           text NOT NULL DEFAULT 'sms'::text,
    device        text NOT NULL DEFAULT ''::text,
    app           text NOT NULL DEFAULT ''::text,
    app_user      bytea,
    must_agree    boolean NOT NULL DEFAULT false,
    PRIMARY KEY (region_code, token_hash),
    FOREIGN KEY (region_code, person_id) REFERENCES persons(region_code, id)
);
CREATE INDEX sessions_of_person ON sessions USING btree (region_code, person_id);

CREATE TABLE settlements (
    region_code    text NOT NULL,
    source         text NOT NULL,
    day            date NOT NULL,
    payments_fen   bigint NOT NULL,
    refunds_fen    bigint NOT NULL,
    fees_fen       bigint NOT NULL,
    state          text NOT NULL,
    version        smallint NOT NULL,
    bank_reference text,
    PRIMARY KEY (region_code, source, day)
);

CREATE TABLE sign_ins (
    region_code   text NOT NULL,
    id            text NOT NULL,
    person_id     text NOT NULL,
    entry_channel text NOT NULL,
    code_hash     bytea NOT NULL,
    tries_left    smallint NOT NULL,
    expires_at    timestamp with time zone NOT NULL,
    used_at       timestamp with time zone,
    purpose       text NOT NULL DEFAULT 'sign_in'::text,
    asked_by      text,
    phone_sealed  bytea,
    phone_masked  text,
    PRIMARY KEY (region_code, id),
    FOREIGN KEY (region_code, person_id) REFERENCES persons(region_code, id)
);

CREATE TABLE slip_books (
    region_code text NOT NULL,
    office      text NOT NULL,
    clerk_id    text NOT NULL,
    book        smallint NOT NULL,
    last_serial integer NOT NULL DEFAULT 0,
    PRIMARY KEY (region_code, office, clerk_id),
    UNIQUE (region_code, office, book),
    CHECK ((book > 0))
) WITH (fillfactor=50);

CREATE TABLE slips (
    region_code  text NOT NULL,
    id           text NOT NULL,
    number       text NOT NULL,
    office       text NOT NULL,
    clerk_id     text NOT NULL,
    serial       integer NOT NULL,
    order_id     text NOT NULL,
    attempt_id   text NOT NULL,
    reference    text NOT NULL,
    amount_fen   bigint NOT NULL,
    received_fen bigint NOT NULL,
    taken_at     timestamp with time zone NOT NULL,
    due_on       date NOT NULL,
    state        text NOT NULL,
    version      smallint NOT NULL,
    replaces     text,
    reason       text NOT NULL DEFAULT ''::text,
    hand_in_id   text,
    PRIMARY KEY (region_code, id),
    UNIQUE (region_code, number),
    UNIQUE (region_code, office, clerk_id, serial),
    CHECK ((amount_fen > 0)),
    CHECK ((received_fen >= amount_fen)),
    CHECK ((serial > 0))
) WITH (fillfactor=80);
CREATE INDEX slips_in_tills ON slips USING btree (region_code, office, clerk_id) WHERE (state = ANY (ARRAY['issued'::text, 'submitted'::text]));
CREATE INDEX slips_of_hand_in ON slips USING btree (region_code, hand_in_id) WHERE (hand_in_id IS NOT NULL);
CREATE INDEX slips_of_order ON slips USING btree (region_code, order_id);

CREATE TABLE spoken_codes (
    region_code text NOT NULL,
    code        text NOT NULL,
    order_id    text NOT NULL,
    PRIMARY KEY (region_code, code),
    UNIQUE (region_code, order_id)
);

CREATE TABLE statement_files (
    region_code  text NOT NULL,
    source       text NOT NULL,
    day          date NOT NULL,
    number       smallint NOT NULL,
    name         text NOT NULL,
    sha256       bytea NOT NULL,
    bytes        bigint NOT NULL,
    lines        integer NOT NULL,
    payments_fen bigint NOT NULL,
    refunds_fen  bigint NOT NULL,
    fees_fen     bigint NOT NULL,
    imported_at  timestamp with time zone NOT NULL,
    matched_at   timestamp with time zone,
    PRIMARY KEY (region_code, source, day, number),
    UNIQUE (region_code, name)
);

CREATE TABLE statement_lines (
    region_code text NOT NULL,
    source      text NOT NULL,
    day         date NOT NULL,
    number      smallint NOT NULL,
    line        integer NOT NULL,
    kind        text NOT NULL,
    our_id      text NOT NULL,
    reference   text NOT NULL,
    amount_fen  bigint NOT NULL,
    fee_fen     bigint NOT NULL,
    happened_at timestamp with time zone NOT NULL,
    PRIMARY KEY (region_code, source, day, number, line)
);

CREATE TABLE statement_requests (
    region_code text NOT NULL,
    source      text NOT NULL,
    day         date NOT NULL,
    asked_at    timestamp with time zone NOT NULL,
    says        text NOT NULL DEFAULT ''::text,
    PRIMARY KEY (region_code, source, day)
);

CREATE TABLE whole_orders (
    region_code   text NOT NULL,
    order_id      text NOT NULL,
    whole_id      text NOT NULL,
    home          text NOT NULL,
    payer_id      text NOT NULL,
    entry_channel text NOT NULL,
    PRIMARY KEY (region_code, order_id)
);
CREATE INDEX whole_orders_of ON whole_orders USING btree (region_code, whole_id);

CREATE TABLE whole_parts (
    region_code text NOT NULL,
    attempt_id  text NOT NULL,
    try_id      text NOT NULL,
    home        text NOT NULL,
    regions     text[] NOT NULL,
    PRIMARY KEY (region_code, attempt_id)
);
CREATE INDEX whole_parts_of ON whole_parts USING btree (region_code, try_id);

CREATE TABLE whole_tries (
    region_code text NOT NULL,
    id          text NOT NULL,
    whole_id    text NOT NULL,
    cashier     jsonb,
    created_at  timestamp with time zone NOT NULL,
    PRIMARY KEY (region_code, id)
);

CREATE TABLE wholes (
    region_code text NOT NULL,
    id          text NOT NULL,
    payer_id    text NOT NULL,
    regions     text[] NOT NULL,
    opened_at   timestamp with time zone NOT NULL,
    PRIMARY KEY (region_code, id)
);
