"""A bank's word about a mandate means one thing in every state, and one mandate is in force."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import pytest

from shebao.core.account import AccountKind, masked_account
from shebao.core.agreement import AgreementTold, Standing
from shebao.core.channel import Method
from shebao.core.deduction import mandate as module
from shebao.core.deduction.mandate import STEPS, Mandate, MandateEvent, MandateState, meaning
from shebao.core.policy.fund import Fund
from shebao.core.policy.signing import AccountRule, AgreementTerms
from shebao.core.refusals import StepNotAllowed

NOON = datetime(2025, 5, 12, 4, tzinfo=UTC)
CARD, SOCIAL = AccountKind.BANK_CARD, AccountKind.SOCIAL_CARD
S, E = MandateState, MandateEvent


def mandate(state=S.PENDING_BANK, id_="man1"):
    return Mandate("110000", id_, "per1", Fund.PENSION, Method.AGREEMENT, state, 2, NOON, NOON)


def told(standing=Standing.VALID, kind=CARD):
    return AgreementTold(mandate_id="man1", standing=standing, kind=kind, number="9", account="62")


def events(one, said, *, in_force=None, allowed=(CARD,)):
    found = meaning(one, said, in_force=in_force, allowed=allowed)
    return [(moved.id, event) for moved, event in found]


@pytest.mark.parametrize(("state", "event"), [*product(S, E)])
def test_every_state_meets_every_event_as_the_table_says(state, event):
    expected = STEPS.table.get((state, event))
    assert STEPS.allows(state, event) is (expected is not None)


def test_a_step_that_is_not_in_the_table_is_refused():
    with pytest.raises(StepNotAllowed):
        STEPS.after(S.CANCELLED, E.RESUMED)


def test_every_state_can_be_reached_and_says_in_chinese_what_it_is():
    reached = {S.DRAFT}
    for _ in S:
        reached |= {after for (before, _), after in STEPS.table.items() if before in reached}
    assert reached == set(S)
    source = Path(module.__file__).read_text("utf-8")
    described = set(re.findall(r'^    [A-Z_]+ = "([a-z_]+)"  # [一-鿿]', source, re.MULTILINE))
    assert {str(state) for state in S} <= described


def test_what_has_ended_stays_ended():
    leads_on = {before for before, _ in STEPS.table}
    assert set(S) - leads_on == {S.CANCELLED, S.REFUSED}


def test_a_signature_makes_it_active():
    assert events(mandate(), told()) == [("man1", E.CONFIRMED)]


def test_a_signature_we_never_heard_the_beginning_of_counts():
    assert events(mandate(S.DRAFT), told()) == [("man1", E.CONFIRMED)]


def test_a_new_signature_takes_the_place_of_the_old_which_steps_first():
    old = mandate(S.ACTIVE, "man0")
    assert events(mandate(), told(), in_force=old) == [
        ("man0", E.REPLACED),
        ("man1", E.CONFIRMED),
    ]


def test_a_suspended_mandate_is_replaced_too():
    old = mandate(S.SUSPENDED, "man0")
    assert events(mandate(), told(), in_force=old)[0] == ("man0", E.REPLACED)


def test_an_account_the_city_does_not_allow_is_not_used():
    assert events(mandate(), told(kind=SOCIAL)) == [("man1", E.UNWANTED)]
    assert events(mandate(), told(kind=SOCIAL), allowed=(CARD, SOCIAL)) == [("man1", E.CONFIRMED)]


def test_a_late_signature_counts_if_nothing_else_is_in_force():
    assert events(mandate(S.LAPSED), told()) == [("man1", E.CONFIRMED_LATE)]
    other = mandate(S.ACTIVE, "man0")
    assert events(mandate(S.LAPSED), told(), in_force=other) == [("man1", E.UNWANTED)]


@pytest.mark.parametrize("state", [S.ACTIVE, S.SUSPENDED, S.CANCELLING, S.CANCELLED, S.REFUSED])
def test_told_again_that_it_is_signed_changes_nothing(state):
    assert events(mandate(state), told()) == []


@pytest.mark.parametrize("state", [S.ACTIVE, S.SUSPENDED, S.CANCELLING])
def test_what_ended_at_the_bank_ends_here(state):
    assert events(mandate(state), told(Standing.ENDED)) == [("man1", E.CANCELLED)]


def test_what_ended_before_it_was_signed_was_not_signed():
    assert events(mandate(), told(Standing.ENDED)) == [("man1", E.REFUSED)]


@pytest.mark.parametrize("standing", [Standing.WAITING, Standing.UNHEARD_OF])
def test_a_bank_that_says_nothing_new_changes_nothing(standing):
    assert events(mandate(), told(standing)) == []


def test_what_the_bank_never_had_needs_no_ending():
    assert events(mandate(S.CANCELLING), told(Standing.UNHEARD_OF)) == [("man1", E.CANCELLED)]


@pytest.mark.parametrize("state", [*S], ids=str)
def test_whatever_the_bank_says_the_steps_can_be_taken(state):
    others = [None, mandate(S.ACTIVE, "man0"), mandate(S.SUSPENDED, "man0")]
    moves = [
        move
        for standing, in_force in product(Standing, others)
        for move in meaning(mandate(state), told(standing), in_force=in_force, allowed=(CARD,))
    ]
    assert all(STEPS.allows(one.state, event) for one, event in moves)


def test_the_account_rule_of_changzhou():
    terms = AgreementTerms(
        methods=(Method.AGREEMENT,),
        accounts=(CARD, SOCIAL),
        rules=(
            AccountRule(Fund.MEDICAL, AccountKind.PENSION_AGREEMENT, "flexible_pension"),
            AccountRule(Fund.MEDICAL, SOCIAL),
        ),
    )
    assert terms.accounts_for(Fund.PENSION, {"flexible_pension"}) == (CARD, SOCIAL)
    assert terms.accounts_for(Fund.MEDICAL, {"resident_medical"}) == (SOCIAL,)
    both = {"resident_medical", "flexible_pension"}
    assert terms.accounts_for(Fund.MEDICAL, both) == (AccountKind.PENSION_AGREEMENT,)


@pytest.mark.parametrize(
    ("number", "shown"), [("6222021234567890123", "*" * 15 + "0123"), ("oA1b", "****oA1b")]
)
def test_of_an_account_the_last_four_are_shown(number, shown):
    assert masked_account(number) == shown


def test_a_mandate_does_not_show_its_account_to_a_log():
    account = module.SignedAccount(CARD, "演练银行", "***1234", b"sealed words", b"keyed hash")
    shown = repr(replace(mandate(), account=account))
    assert "sealed words" not in shown
    assert "keyed hash" not in shown
