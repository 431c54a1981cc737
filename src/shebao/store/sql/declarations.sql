-- Declarations. A bill is locked by whoever declares it; an enrolment, by whoever chooses for it.

-- name: declare_bills
-- These bills are declared; one that is declared already stays as it is.
WITH declared AS (
    INSERT INTO declarations (region_code, id, person_id, enrolment_id, scheme, period, kind,
                              amount_fen, declared_by, entry_channel, declared_at, bill_id, state,
                              version)
    SELECT :region_code, n.id, b.person_id, b.enrolment_id, b.scheme, b.period, b.kind,
           b.amount_fen, n.declared_by, n.entry_channel, :at::timestamptz, b.id, 'accepted', 1
      FROM unnest(:ids::text[], :bill_ids::text[], :declared_by::text[], :entry_channels::text[])
           AS n (id, bill_id, declared_by, entry_channel)
      JOIN bills b ON b.region_code = :region_code AND b.id = n.bill_id
        ON CONFLICT DO NOTHING
 RETURNING id, version, state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, version, 'accepted', state, :at::timestamptz FROM declared;

-- name: declare_choice
-- A choice for some periods of an enrolment, with its bills; what was declared for them before,
-- and what a batch or a page has not been paid for, is void.
WITH gone AS (
    UPDATE declarations SET state = 'voided', version = version + 1
     WHERE region_code = :region_code AND person_id = :person_id AND enrolment_id = :enrolment_id
       AND period = ANY (:periods::text[]) AND kind = :kind
       AND state IN ('processing', 'accepted')
 RETURNING id, version, state
), declared AS (
    INSERT INTO declarations (region_code, id, person_id, enrolment_id, scheme, period, kind,
                              amount_fen, declared_by, entry_channel, declared_at, bill_id, state,
                              version)
    SELECT :region_code, n.id, :person_id, :enrolment_id, :scheme, n.period, :kind,
           n.amount_fen, :declared_by, :entry_channel, :at::timestamptz, n.bill_id,
           CASE WHEN n.bill_id IS NULL THEN 'processing' ELSE 'accepted' END, 1
      FROM unnest(:ids::text[], :periods::text[], :amounts::bigint[], :bill_ids::text[])
           AS n (id, period, amount_fen, bill_id)
 RETURNING id, version, state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, version, 'voided', state, :at::timestamptz FROM gone
 UNION ALL
SELECT :region_code, id, version, CASE state WHEN 'accepted' THEN 'accepted' ELSE 'declared' END,
       state, :at::timestamptz FROM declared;

-- name: answer_levied
-- What waited for the bills of a scheme and a period has them now.
WITH answered AS (
    UPDATE declarations d
       SET state = 'accepted', version = d.version + 1, bill_id = b.id, amount_fen = b.amount_fen
      FROM bills b
     WHERE d.region_code = :region_code AND d.scheme = :scheme AND d.period = :period
       AND d.state = 'processing' AND b.region_code = d.region_code
       AND b.enrolment_id = d.enrolment_id AND b.period = d.period AND b.kind = d.kind
       AND b.document = '' AND b.withdrawn = ''
 RETURNING d.id, d.version, d.state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, version, 'accepted', state, :at::timestamptz FROM answered;

-- name: waiting
-- What waits for the bills of a scheme, oldest first.
SELECT d.region_code, d.id, d.person_id, d.enrolment_id, d.scheme, d.period, d.kind, d.amount_fen,
       d.declared_by, d.entry_channel, d.declared_at, d.bill_id, d.says, d.state, d.version
  FROM declarations d
 WHERE d.region_code = :region_code AND d.scheme = :scheme AND d.period = :period
   AND d.state = 'processing'
 ORDER BY d.id;

-- name: step_declarations
-- Move declarations from the version we saw to the next, and keep what happened.
WITH moved AS (
    UPDATE declarations d
       SET state = n.state, version = d.version + 1, says = :says
      FROM unnest(:ids::text[], :versions::smallint[], :states::text[]) AS n (id, version, state)
     WHERE d.region_code = :region_code AND d.id = n.id AND d.version = n.version
 RETURNING d.id, d.version, d.state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, version, :event, state, :at::timestamptz FROM moved;

-- name: void_of_periods
-- What was declared for these periods of an enrolment, and is not paid, is void.
WITH gone AS (
    UPDATE declarations SET state = 'voided', version = version + 1
     WHERE region_code = :region_code AND person_id = :person_id AND enrolment_id = :enrolment_id
       AND period = ANY (:periods::text[]) AND kind = :kind
       AND state IN ('processing', 'accepted')
 RETURNING id, version, state
)
INSERT INTO events (region_code, subject_id, version, event, state, at)
SELECT :region_code, id, version, 'voided', state, :at::timestamptz FROM gone;

-- name: of_person
-- What was declared for a person between two moments, by whomever, newest first.
SELECT d.region_code, d.id, d.person_id, d.enrolment_id, d.scheme, d.period, d.kind, d.amount_fen,
       d.declared_by, d.entry_channel, d.declared_at, d.bill_id, d.says, d.state, d.version,
       b.state AS bill_state, b.held_by, o.payer_id AS holder_id, o.entry_channel AS held_through
  FROM declarations d
  LEFT JOIN bills b  ON b.region_code = d.region_code AND b.id = d.bill_id
  LEFT JOIN orders o ON o.region_code = b.region_code AND o.id = b.held_by
 WHERE d.region_code = :region_code AND d.person_id = :person_id
   AND d.declared_at >= :since AND d.declared_at < :until
 ORDER BY d.declared_at DESC, d.id DESC
 LIMIT :most;

-- name: lock_one
-- One declaration, held until the transaction ends.
SELECT d.region_code, d.id, d.person_id, d.enrolment_id, d.scheme, d.period, d.kind, d.amount_fen,
       d.declared_by, d.entry_channel, d.declared_at, d.bill_id, d.says, d.state, d.version,
       b.state AS bill_state, b.held_by, o.payer_id AS holder_id, o.entry_channel AS held_through
  FROM declarations d
  LEFT JOIN bills b  ON b.region_code = d.region_code AND b.id = d.bill_id
  LEFT JOIN orders o ON o.region_code = b.region_code AND o.id = b.held_by
 WHERE d.region_code = :region_code AND d.id = :id
   FOR NO KEY UPDATE OF d;
