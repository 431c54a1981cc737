"""Every import contract holds today, and each would notice the step it forbids."""

from __future__ import annotations

from copy import deepcopy

import grimp
import pytest
from importlinter.api import read_configuration
from importlinter.contracts.acyclic_siblings import AcyclicSiblingsContract
from importlinter.contracts.forbidden import ForbiddenContract
from importlinter.contracts.independence import IndependenceContract
from importlinter.contracts.layers import LayersContract
from importlinter.contracts.protected import ProtectedContract
from tests.house.repository import ROOT

TERMS = read_configuration(str(ROOT / "pyproject.toml"))
KINDS = {
    "acyclic_siblings": AcyclicSiblingsContract,
    "forbidden": ForbiddenContract,
    "independence": IndependenceContract,
    "layers": LayersContract,
    "protected": ProtectedContract,
}
CONTRACTS = {
    terms["name"]: KINDS[terms["type"]](
        name=terms["name"], session_options=TERMS["session_options"], contract_options=terms
    )
    for terms in TERMS["contracts_options"]
}
ROOMS = next(name for name in CONTRACTS if name.startswith("Doors open onto operations"))
SANDBOX = next(name for name in CONTRACTS if name.startswith("The sandbox shares no code"))

# A step somebody might take, and the contract that must notice it.
POLICY = "Policy goes from the rules to the amount"

STEPS = [
    ("shebao.core.money", "shebao.store.database", ROOMS),
    ("shebao.store.orders", "shebao.gateways.sms", ROOMS),
    ("shebao.operations.pay", "shebao.web.notices", ROOMS),
    ("shebao.core.policy.rules", "shebao.core.policy.assessment", POLICY),
    ("shebao.operations.pay", "shebao.app", ROOMS),
    ("shebao.web.notices", "shebao.worker.sweep", ROOMS),
    ("shebao.a_room_nobody_placed", "os", ROOMS),
    ("shebao.sandbox.clock", "shebao.core.money", SANDBOX),
    ("shebao.sandbox.wechat.signing", "shebao.gateways.signing", SANDBOX),
    ("shebao.app", "shebao.sandbox.clock", "Nobody but the command line starts the sandbox"),
    ("shebao.core.bill", "shebao.core.collection", "The core follows the money, and only forwards"),
    ("shebao.core.a_new_noun", "re", "The core follows the money, and only forwards"),
    ("shebao.core.money", "os", "The core touches nothing outside"),
    ("shebao.core.order", "random", "The core touches nothing outside"),
    ("shebao.core.paper", "typst", "The core touches nothing outside"),
    ("shebao.operations.pay", "asyncpg", "SQL is spoken in the store, and nowhere else"),
    ("shebao.gateways.sms", "shebao.gateways.wechat.seal", "One wire knows nothing of another"),
    (
        "shebao.gateways.alipay.pay",
        "shebao.gateways.wechat.pay",
        "One wire knows nothing of another",
    ),
    ("shebao.gateways.transport", "shebao.gateways.identity", "One wire knows nothing of another"),
    ("shebao.store.orders", "shebao.store.bills", "One shelf knows nothing of another"),
    ("shebao.operations.world", "shebao.operations.pay", "Nobody goes in circles"),
]


@pytest.fixture(scope="module")
def graph():
    return grimp.build_graph("shebao", include_external_packages=True, cache_dir=None)


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=CONTRACTS)
def test_the_contract_is_kept_today(contract, graph):
    assert contract.check(deepcopy(graph), verbose=False).kept, (
        "bin/test says which import breaks it"
    )


@pytest.mark.parametrize(("importer", "imported", "name"), STEPS)
def test_the_contract_notices_a_step_it_forbids(importer, imported, name, graph):
    changed = deepcopy(graph)
    changed.add_module(importer)
    changed.add_import(importer=importer, imported=imported)
    assert not CONTRACTS[name].check(changed, verbose=False).kept


def test_every_contract_has_a_step_that_would_break_it():
    assert {name for _, _, name in STEPS} == CONTRACTS.keys()


def test_every_shelf_stands_apart_from_the_others(graph):
    shelves = set(CONTRACTS["One shelf knows nothing of another"].contract_options["modules"])
    queried = {
        importer
        for importer in graph.find_modules_that_directly_import("shebao.store.queries")
        if importer not in {"shebao.store.database", "shebao.store.migrate", "shebao.store.checkup"}
    }
    assert queried <= shelves, "add the new shelf to the contract in pyproject.toml"
