"""Every machine takes the steps of its table and no others, from every state, at every event."""

import inspect
import re
from enum import StrEnum
from importlib import import_module
from itertools import product
from pathlib import Path

import pytest

from shebao.core import attempt, bill, enrolment, order, payment, receipt, refund
from shebao.core.refusals import StepNotAllowed
from shebao.core.steps import Steps

CORE = Path(attempt.__file__).parent
MODULES = [
    import_module(".".join(("shebao.core", *path.relative_to(CORE).with_suffix("").parts)))
    for path in sorted(CORE.rglob("[a-z]*.py"))
]
MACHINES = [module.STEPS for module in MODULES if isinstance(getattr(module, "STEPS", None), Steps)]
EVERY_PAIR = [
    pytest.param(machine, state, event, id=f"{machine.thing}-{state}-{event}")
    for machine in MACHINES
    for state, event in product(
        type(next(iter(machine.table.values()))), type(next(iter(machine.table))[1])
    )
]
FIRST = {
    "attempt": {"created"},
    "batch": {"building"},
    "batch line": {"queued"},
    "bill": {"draft"},
    "certificate": {"issued"},
    "clerk": {"active"},
    "collector": {"active"},
    "consent": {"given"},
    "credential": {"in_use"},
    "declaration": {"processing"},
    "deposit": {"made"},
    "difference": {"open"},
    "election": {"set"},
    "enrolment": {"applied"},
    "face_check": {"asked"},
    "hand_in": {"submitted"},
    "kin": {"allowed"},
    "levy": {"running"},
    "mandate": {"draft"},
    "money": {"received"},
    "objection": {"open"},
    "order": {"open"},
    "plea": {"open"},
    "receipt": {"issued"},
    "refund request": {"asked"},
    "refund": {"requested"},
    "repair": {"proposed"},
    "reversal": {"told"},
    "roster": {"checked"},
    "roster line": {"listed", "applying", "repeated"},  # As the line was judged.
    "scan": {"shown"},
    "settlement": {"due"},
    "slip": {"issued"},
}
# Written with a thing that has just come to be; takes no thing from one state to another.
BIRTHS = {
    ("certificate", "issued"),
    ("clerk", "added"),
    ("collector", "added"),
    ("declaration", "declared"),
    ("deposit", "made"),
    ("difference", "found"),
    ("hand_in", "submitted"),
    ("repair", "proposed"),
    ("roster", "checked"),
    ("roster line", "judged"),
    ("settlement", "found_due"),
    ("slip", "issued"),
    ("objection", "raised"),
    ("order", "opened"),
    ("receipt", "issued"),
    ("refund request", "asked"),
}


def by_name(machine):
    return machine.thing


def states_of(machine):
    return set(type(next(iter(machine.table.values()))))


def onwards(machine, beginnings):
    """Every state that can be reached from some, the beginnings among them."""
    reached = set(beginnings)
    while more := {
        after
        for (before, _), after in machine.table.items()
        if before in reached and after not in reached
    }:
        reached |= more
    return reached


@pytest.mark.parametrize(("machine", "state", "event"), EVERY_PAIR)
def test_every_state_meets_every_event_as_its_table_says(machine, state, event):
    expected = machine.table.get((state, event))
    assert machine.allows(state, event) is (expected is not None)
    refusal = f"step_not_allowed thing={machine.thing} state={state} event={event}"
    assert outcome(machine, state, event) == (expected or refusal)


def outcome(machine, state, event):
    try:
        return machine.after(state, event)
    except StepNotAllowed as refused:
        return str(refused)


def test_every_machine_of_the_house_is_looked_at():
    assert {machine.thing for machine in MACHINES} == FIRST.keys()


@pytest.mark.parametrize("machine", MACHINES, ids=by_name)
def test_every_state_can_be_reached_from_the_first(machine):
    assert onwards(machine, FIRST[machine.thing]) == states_of(machine)


@pytest.mark.parametrize("machine", MACHINES, ids=by_name)
def test_every_event_is_in_the_table_or_is_a_birth(machine):
    events = type(next(iter(machine.table))[1])
    used = {event for _, event in machine.table}
    assert {(machine.thing, str(event)) for event in set(events) - used} <= BIRTHS


@pytest.mark.parametrize("machine", MACHINES, ids=by_name)
def test_every_state_says_in_chinese_what_it_is(machine):
    states = type(next(iter(machine.table.values())))
    source = Path(inspect.getfile(states)).read_text("utf-8")
    described = set(re.findall(r'^    [A-Z_]+ = "([a-z_]+)"  # [一-鿿]', source, re.MULTILINE))
    assert {str(state) for state in states} <= described


def test_a_table_cannot_be_changed_by_whoever_holds_it():
    with pytest.raises(TypeError):
        bill.STEPS.table[bill.BillState.VOID, bill.BillEvent.PAID] = bill.BillState.PAID


def test_a_state_and_an_event_are_words_as_they_are_kept():
    kinds = {type(part) for machine in MACHINES for pair in machine.table for part in pair}
    assert all(issubclass(kind, StrEnum) for kind in kinds)
    assert {word for kind in kinds for word in kind if not re.fullmatch("[a-z_]+", word)} == set()


def test_money_we_hold_is_kept_or_goes_back_and_is_never_forgotten():
    """From money set aside, the only ways on are the order it pays and the way back."""
    states = payment.PaymentState
    assert onwards(payment.STEPS, {states.UNAPPLIED}) == {
        states.UNAPPLIED,
        states.REFUNDING,
        states.REFUNDED,
        states.APPLIED,
    }
    assert onwards(payment.STEPS, {states.APPLIED}) == {states.APPLIED}


def test_a_refund_ends_with_the_payer_and_a_person_looks_after_it_until_then():
    states = refund.RefundState
    leads_on = {before for before, _ in refund.STEPS.table}
    assert set(states) - leads_on == {states.SUCCEEDED}
    ways = {event for (before, event) in refund.STEPS.table if before is states.MANUAL}
    assert ways == {refund.RefundEvent.SUCCEEDED, refund.RefundEvent.APPROVED}


def test_a_paid_bill_can_only_be_given_back_never_paid_again():
    states = bill.BillState
    assert onwards(bill.STEPS, {states.PAID}).isdisjoint({states.PAYABLE, states.RESERVED})


def test_a_paid_order_stays_paid_for_good():
    assert onwards(order.STEPS, {order.OrderState.PAID}) == {order.OrderState.PAID}


@pytest.mark.parametrize(
    "state", [state for state in order.OrderState if not state.is_live], ids=str
)
def test_an_order_that_holds_no_bills_never_holds_them_again(state):
    assert not any(after.is_live for after in onwards(order.STEPS, {state}))


@pytest.mark.parametrize("state", [*attempt.AttemptState], ids=str)
def test_money_finds_every_attempt_the_channel_ever_heard_of(state):
    events = attempt.AttemptEvent
    takes_money = attempt.STEPS.allows(state, events.PAID) or attempt.STEPS.allows(
        state, events.PAID_LATE
    )
    has_money = state in {attempt.AttemptState.SUCCEEDED, attempt.AttemptState.LATE_SUCCESS}
    never_sent = state is attempt.AttemptState.CREATED
    assert takes_money or has_money or never_sent


def test_what_is_over_stays_over():
    ended = enrolment.EnrolmentState.ENDED, enrolment.EnrolmentState.REJECTED
    assert onwards(enrolment.STEPS, ended) == set(ended)
    assert onwards(receipt.STEPS, {receipt.ReceiptState.VOIDED}) == {receipt.ReceiptState.VOIDED}
