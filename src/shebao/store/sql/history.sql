-- History: everything kept about one person, part by part. Names of others leave here whole, and
-- the shelf masks them; numbers and telephones of others, seals and hashes are never asked for.

-- name: person
-- Who they are.
SELECT region_code, id, id_type, number_masked, name, born, sex, phone_masked, checked_at
  FROM persons
 WHERE region_code = :region_code AND id = :person_id;

-- name: enrolments
-- What they are enrolled in.
SELECT id, scheme, district, category, identity, subsidised_years, last_choice_fen, paid_until,
       state
  FROM enrolments
 WHERE region_code = :region_code AND person_id = :person_id
 ORDER BY scheme;

-- name: medical_account
-- The card the city says their medical account is on.
SELECT enrolment_id, card_masked, told_at
  FROM medical_accounts
 WHERE region_code = :region_code AND person_id = :person_id;

-- name: elections
-- What was chosen for them.
SELECT e.id, e.enrolment_id, e.period, e.chosen_fen, e.made_by = :person_id AS made_by_self,
       e.entry_channel, e.made_at, e.state
  FROM enrolments m
  JOIN elections e ON e.region_code = m.region_code AND e.enrolment_id = m.id
 WHERE m.region_code = :region_code AND m.person_id = :person_id
 ORDER BY e.made_at, e.id;

-- name: declarations
-- What was declared for them.
SELECT id, enrolment_id, scheme, period, kind, amount_fen,
       declared_by = :person_id AS declared_by_self, entry_channel, declared_at, bill_id, says,
       state
  FROM declarations
 WHERE region_code = :region_code AND person_id = :person_id
 ORDER BY declared_at, id;

-- name: bills
-- What they owe and owed, and why.
SELECT id, enrolment_id, scheme, period, kind, document, label, amount_fen, shares,
       policy_version, source, arithmetic, election_id, payable_until, state
  FROM bills
 WHERE region_code = :region_code AND person_id = :person_id
 ORDER BY period, id;

-- name: orders
-- What they set out to pay, for themselves and for others.
SELECT o.id, o.entry_channel, o.amount_fen, o.opened_at, o.expires_at, o.state,
       (SELECT array_agg(l.bill_id ORDER BY l.bill_id) FROM order_lines l
         WHERE l.region_code = o.region_code AND l.order_id = o.id) AS bill_ids
  FROM orders o
 WHERE o.region_code = :region_code AND o.payer_id = :person_id
 ORDER BY o.opened_at, o.id;

-- name: payments
-- The money that came for these orders.
SELECT p.method, p.reference, p.order_id, p.amount_fen, p.misfit, p.happened_at, p.state
  FROM orders o
  JOIN payments p ON p.region_code = o.region_code AND p.order_id = o.id
 WHERE o.region_code = :region_code AND o.payer_id = :person_id
 ORDER BY p.happened_at, p.reference;

-- name: receipts
-- The proofs of what was paid for them or by them.
SELECT r.number, r.bill_id, r.order_id, b.scheme, b.period, b.label, r.amount_fen, r.issued_at,
       i.name AS name_insured, p.is_office AS payer_is_office, p.name AS name_payer,
       b.person_id = :person_id AS for_self, o.payer_id = :person_id AS by_self,
       r.ticket_number, r.voided_at, r.void_reason, r.state
  FROM receipts r
  JOIN bills b   ON b.region_code = r.region_code AND b.id = r.bill_id
  JOIN orders o  ON o.region_code = r.region_code AND o.id = r.order_id
  JOIN persons i ON i.region_code = b.region_code AND i.id = b.person_id
  JOIN payers p  ON p.region_code = o.region_code AND p.id = o.payer_id
 WHERE r.region_code = :region_code
   AND (r.bill_id, r.order_id) IN (
        SELECT l.bill_id, l.order_id
          FROM bills m
          JOIN order_lines l ON l.region_code = m.region_code AND l.bill_id = m.id
         WHERE m.region_code = :region_code AND m.person_id = :person_id
         UNION
        SELECT l.bill_id, l.order_id
          FROM orders m
          JOIN order_lines l ON l.region_code = m.region_code AND l.order_id = m.id
         WHERE m.region_code = :region_code AND m.payer_id = :person_id)
 ORDER BY r.issued_at, r.number;

-- name: refund_requests
-- What was asked back, of money paid for them or by them.
SELECT id, receipt_number, bill_id, order_id, ground, evidence, amount_fen,
       person_id = :person_id AS for_self, payer_id = :person_id AS by_self, asked_at,
       decided_at, said, refund_id, state
  FROM refund_requests
 WHERE region_code = :region_code AND (person_id = :person_id OR payer_id = :person_id)
 ORDER BY asked_at, id;

-- name: refunds
-- The money that goes back to them.
SELECT r.id, p.order_id, r.method, r.reference, r.amount_fen, r.paid_fen, r.reason, r.request_id,
       r.created_at, r.state
  FROM orders o
  JOIN payments p ON p.region_code = o.region_code AND p.order_id = o.id
  JOIN refunds r  ON r.region_code = p.region_code AND r.method = p.method
       AND r.reference = p.reference
 WHERE o.region_code = :region_code AND o.payer_id = :person_id
 ORDER BY r.created_at, r.id;

-- name: objections
-- What they objected to, and what was answered.
SELECT id, receipt_number, person_id = :person_id AS for_self, raised_by = :person_id AS by_self,
       matter, says, raised_at, answer, answered_at, state
  FROM objections
 WHERE region_code = :region_code AND (raised_by = :person_id OR person_id = :person_id)
 ORDER BY raised_at, id;

-- name: certificates
-- The certificates made out to them.
SELECT number, first_period, last_period, schemes, receipts, amount_fen, issued_at, revoked_at,
       revoke_reason, state
  FROM certificates
 WHERE region_code = :region_code AND person_id = :person_id
 ORDER BY issued_at, number;

-- name: agreements
-- The leave they gave a bank to collect.
SELECT id, fund, method, bank, account_kind, account_masked, created_at, signed_at, expires_at,
       says, state
  FROM mandates
 WHERE region_code = :region_code AND person_id = :person_id
 ORDER BY created_at, id;

-- name: bank_deductions
-- What banks were told to collect from them.
SELECT batch_id, serial, mandate_id, bill_ids, amount_fen, reason, says, state
  FROM batch_lines
 WHERE region_code = :region_code AND person_id = :person_id
 ORDER BY batch_id, serial;

-- name: deductions_skipped
-- The deductions they asked to leave out once.
SELECT scheme, asked_at, used_by
  FROM batch_skips
 WHERE region_code = :region_code AND person_id = :person_id
 ORDER BY scheme;

-- name: deductions_missed
-- The deductions that failed, which are tried again or not.
SELECT scheme, months, last_on, next_on, period, stopped
  FROM batch_misses
 WHERE region_code = :region_code AND person_id = :person_id
 ORDER BY scheme;

-- name: consents
-- What they agreed to.
SELECT kind, edition, entry_channel, given_at, withdrawn_at, state
  FROM consents
 WHERE region_code = :region_code AND person_id = :person_id
 ORDER BY given_at, kind;

-- name: sessions
-- Where they are signed in.
SELECT entry_channel, way, device, began_at, expires_at
  FROM sessions
 WHERE region_code = :region_code AND person_id = :person_id
 ORDER BY began_at;

-- name: passwords
-- The name they sign in by; the password itself nobody knows.
SELECT user_name, state
  FROM credentials
 WHERE region_code = :region_code AND person_id = :person_id;

-- name: passkeys
-- The keys they sign in by.
SELECT name, added_at, used_at
  FROM passkeys
 WHERE region_code = :region_code AND person_id = :person_id
 ORDER BY added_at;

-- name: accounts
-- The accounts elsewhere that let them in.
SELECT app, since
  FROM app_users
 WHERE region_code = :region_code AND person_id = :person_id
 ORDER BY since;

-- name: face_checks
-- The looks at their face that somebody else took for us; no picture is kept.
SELECT entry_channel, asked_at, reason, state
  FROM face_checks
 WHERE region_code = :region_code AND person_id = :person_id
 ORDER BY asked_at;

-- name: family
-- Who may pay for whom, they being one of the two.
SELECT k.payer_id = :person_id AS by_self, p.name AS name_payer, i.name AS name_insured,
       k.added_at, k.state
  FROM payees k
  JOIN persons p ON p.region_code = k.region_code AND p.id = k.payer_id
  JOIN persons i ON i.region_code = k.region_code AND i.id = k.person_id
 WHERE k.region_code = :region_code AND (k.payer_id = :person_id OR k.person_id = :person_id)
 ORDER BY k.added_at;

-- name: guardians
-- Children and parents.
SELECT g.parent_id = :person_id AS is_parent, p.name AS name_parent, c.name AS name_child,
       g.edition, g.since
  FROM guardians g
  JOIN persons p ON p.region_code = g.region_code AND p.id = g.parent_id
  JOIN persons c ON c.region_code = g.region_code AND c.id = g.child_id
 WHERE g.region_code = :region_code AND (g.parent_id = :person_id OR g.child_id = :person_id)
 ORDER BY g.since;

-- name: pleas
-- The links by which they asked somebody to pay, or paid for who asked.
SELECT coalesce(payer_id = :person_id, false) AS by_self, bill_ids, made_at, expires_at, state
  FROM pleas
 WHERE region_code = :region_code AND (person_id = :person_id OR payer_id = :person_id)
 ORDER BY made_at;

-- name: collective_lists
-- The lists of schools, villages and others on which they stand.
SELECT r.scheme, r.periods, c.name AS collector, l.group, l.category, l.district, l.reason, l.says,
       l.state
  FROM roster_lines l
  JOIN rosters r    ON r.region_code = l.region_code AND r.id = l.roster_id
  JOIN collectors c ON c.region_code = r.region_code AND c.id = r.collector_id
 WHERE l.region_code = :region_code AND l.person_id = :person_id
 ORDER BY l.roster_id, l.line;

-- name: looks
-- Who looked at what is kept about them. Who has no name among persons was an office.
SELECT l.at, l.viewer_id = :person_id AS by_self, p.name AS name_viewer, l.reason
  FROM looks l
  LEFT JOIN persons p ON p.region_code = l.region_code AND p.id = l.viewer_id
 WHERE l.region_code = :region_code AND l.person_id = :person_id
 ORDER BY l.at, l.viewer_id;

-- name: reminder_wishes
-- What they asked to be told of by text.
SELECT matters, entry_channel, asked_at
  FROM reminder_wishes
 WHERE region_code = :region_code AND person_id = :person_id;

-- name: reminders
-- What they were told of by text, and what waits to be told.
SELECT matter, subject, words, made_at, told_at
  FROM reminders
 WHERE region_code = :region_code AND person_id = :person_id
 ORDER BY made_at, matter, subject;
