-- The schema after all migrations, as the database knows it.
-- Made by bin/shebao docs write from src/shebao/store/migrations/; a test keeps it true.

CREATE SEQUENCE receipt_serials;

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
    PRIMARY KEY (region_code, id),
    CHECK ((amount_fen > 0))
) WITH (fillfactor=80);
CREATE INDEX attempts_left_over ON attempts USING btree (region_code) WHERE left_over;
CREATE INDEX attempts_of_order ON attempts USING btree (region_code, order_id);

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

CREATE TABLE payees (
    region_code text NOT NULL,
    payer_id    text NOT NULL,
    person_id   text NOT NULL,
    added_at    timestamp with time zone NOT NULL,
    PRIMARY KEY (region_code, payer_id, person_id),
    FOREIGN KEY (region_code, payer_id) REFERENCES persons(region_code, id),
    FOREIGN KEY (region_code, person_id) REFERENCES persons(region_code, id)
);

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

CREATE TABLE receipts (
    region_code   text NOT NULL,
    number        text NOT NULL,
    bill_id       text NOT NULL,
    order_id      text NOT NULL,
    amount_fen    bigint NOT NULL,
    issued_at     timestamp with time zone NOT NULL,
    state         text NOT NULL,
    ticket_number text,
    PRIMARY KEY (region_code, number),
    CHECK ((amount_fen > 0))
);
CREATE UNIQUE INDEX receipts_that_count ON receipts USING btree (region_code, bill_id) WHERE (state = 'issued'::text);

CREATE TABLE refunds (
    region_code text NOT NULL,
    id          text NOT NULL,
    method      text NOT NULL,
    reference   text NOT NULL,
    attempt_id  text NOT NULL,
    amount_fen  bigint NOT NULL,
    paid_fen    bigint NOT NULL,
    reason      text NOT NULL,
    state       text NOT NULL,
    version     smallint NOT NULL,
    created_at  timestamp with time zone NOT NULL,
    asked_at    timestamp with time zone,
    PRIMARY KEY (region_code, id),
    CHECK ((amount_fen > 0)),
    CHECK ((paid_fen >= amount_fen))
);
CREATE INDEX refunds_of_payment ON refunds USING btree (region_code, method, reference);
CREATE INDEX refunds_running ON refunds USING btree (region_code, created_at) WHERE (state = ANY (ARRAY['requested'::text, 'approved'::text, 'sent'::text, 'unknown'::text, 'failed'::text]));

CREATE TABLE sessions (
    region_code   text NOT NULL,
    token_hash    bytea NOT NULL,
    person_id     text NOT NULL,
    entry_channel text NOT NULL,
    began_at      timestamp with time zone NOT NULL,
    expires_at    timestamp with time zone NOT NULL,
    PRIMARY KEY (region_code, token_hash),
    FOREIGN KEY (region_code, person_id) REFERENCES persons(region_code, id)
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
    PRIMARY KEY (region_code, id),
    FOREIGN KEY (region_code, person_id) REFERENCES persons(region_code, id)
);
