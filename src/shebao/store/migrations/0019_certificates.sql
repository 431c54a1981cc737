-- 0019  Certificates: what was paid for somebody over a stretch of time, proven in one paper.
--
-- Why      A landlord, a school or a court asks for proof, and can see for itself that it is ours.
-- Locks    New tables only.
-- Rollout  Written by operations/proofs/ from this release on.
--
-- The facts are kept as they were issued, sealed because they name somebody, and bound by the
-- digest that the paper and its machine-readable twin carry.

CREATE SEQUENCE certificate_serials;

CREATE TABLE certificates (
    region_code   text        NOT NULL,
    number        text        NOT NULL,
    person_id     text        NOT NULL,
    first_period  text        NOT NULL,
    last_period   text        NOT NULL,
    schemes       text[]      NOT NULL,
    receipts      text[]      NOT NULL,
    amount_fen    bigint      NOT NULL CHECK (amount_fen > 0),
    facts_sealed  bytea       NOT NULL,
    digest        bytea       NOT NULL,
    issued_at     timestamptz NOT NULL,
    state         text        NOT NULL,
    version       smallint    NOT NULL,
    revoked_by    text,
    revoked_at    timestamptz,
    revoke_reason text        NOT NULL DEFAULT '',
    PRIMARY KEY (region_code, number),
    FOREIGN KEY (region_code, person_id) REFERENCES persons,
    CHECK ((state = 'revoked') = (revoked_at IS NOT NULL AND revoke_reason <> ''))
);
CREATE INDEX certificates_of_person ON certificates (region_code, person_id, issued_at);
