"""Page: where an account holder signs: card, name, telephone, and the code sent to it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Final
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from shebao.sandbox import clock, pages
from shebao.sandbox.bank import accounts, agreements
from shebao.sandbox.bank.accounts import KINDS, Account, AccountState
from shebao.sandbox.bank.agreements import PAGE, Agreement, AgreementState
from shebao.sandbox.bank.refusals import SAID
from shebao.sandbox.faults import Plan, Twist, plan
from shebao.sandbox.pages import Markup, tag
from shebao.sandbox.town import Town

_FIELDS_MOST: Final = 50
_CODE_DIGITS: Final = 6
_FUNDS: Final = {"pension": "养老保险费", "medical": "医疗保险费", "unemployment": "失业保险费"}
_OVER: Final = {
    AgreementState.VALID: "已经签约",
    AgreementState.REFUSED: "这次签约没有办成",
    AgreementState.ENDED: "已经解约",
}
_MENU: Final = {
    Twist.LATE: "通知晚到",
    Twist.TWICE: "通知来两次",
    Twist.NEVER: "通知一直不来",
    Twist.FORGED_FIRST: "先来一份伪造的通知",
}
_REMEMBER: Final = "INSERT INTO messages VALUES (:id, :phone, 'bank_code', :parameters, :at)"


def show(town: Town, request: Request) -> Response:
    """The form, or what became of it."""
    found = agreements.by_token(town.ledger, request.query_params.get("token", ""))
    if found is None:
        return _sorry("签约链接已失效", "请回到缴费页面，重新去签约。", status=404)
    standing = found.standing(clock.now_ms())
    if standing is not AgreementState.WAITING:
        return _over(found, standing)
    if found.code is None:
        return _form(town, found, {}, "")
    return _code_form(found, "")


async def act(town: Town, request: Request) -> Response:
    """Do what the account holder chose."""
    try:
        filled = parse_qs((await request.body()).decode(), max_num_fields=_FIELDS_MOST)
        wanted = plan(filled.get("fault", ()))
    except ValueError:
        return _sorry("没有这个选项", "请返回重新选择。", status=400)
    told = {name: values[-1].strip() for name, values in filled.items()}
    found = agreements.by_token(town.ledger, told.get("token", ""))
    if found is None:
        return _sorry("签约链接已失效", "请回到缴费页面，重新去签约。", status=404)
    standing = found.standing(clock.now_ms())
    if standing is not AgreementState.WAITING:
        return _over(found, standing)
    return _done(town, found, told, wanted)


def _done(town: Town, found: Agreement, told: Mapping[str, str], wanted: Plan) -> Response:
    match told.get("action"):
        case "code":
            return _send_code(town, found, told)
        case "sign":
            return _sign(town, found, told, wanted)
        case "refuse":
            refused = agreements.refuse(town, found, wanted, why="客户未同意签约")
            return RedirectResponse(refused.return_url, status_code=303)
        case _:
            return _sorry("没有这个选项", "请返回重新选择。", status=400)


def _send_code(town: Town, agreement: Agreement, told: Mapping[str, str]) -> Response:
    account, wrong = _account_of(town, agreement, told)
    if account is None:
        return _form(town, agreement, told, wrong)
    code = f"{secrets.randbelow(10**_CODE_DIGITS):0{_CODE_DIGITS}d}"
    agreements.save(town.ledger, replace(agreement, code=code, code_for=account.number))
    message = {
        "id": secrets.token_hex(12),
        "phone": account.phone,
        "parameters": json.dumps({"code": code, "for": "银行签约"}, ensure_ascii=False),
        "at": clock.now_ms(),
    }
    town.ledger.write(_REMEMBER, message)
    return RedirectResponse(f"{PAGE}?token={agreement.token}", status_code=303)


def _account_of(
    town: Town, agreement: Agreement, told: Mapping[str, str]
) -> tuple[Account | None, str]:
    """The account somebody typed, if it is theirs and may be signed; else what is wrong."""
    number = told.get("card", "").replace(" ", "")
    account = accounts.find(town.ledger, number)
    if account is None or account.state is AccountState.CLOSED:
        return None, "没有这个账号"
    theirs = (account.holder, account.id_number, account.phone)
    if theirs != (told.get("name"), agreement.id_number, told.get("phone")):
        return None, SAID["1007"]
    if agreement.beside:
        beside = agreements.by_protocol(town.ledger, agreement.beside)
        if beside is None or beside.account_number != number:
            return None, "请用养老保险签约的那个账户"
    if account.kind not in json.loads(agreement.kinds):
        return None, SAID["1008"]
    return account, ""


def _sign(town: Town, agreement: Agreement, told: Mapping[str, str], wanted: Plan) -> Response:
    account = accounts.find(town.ledger, agreement.code_for or "")
    if account is None or not secrets.compare_digest(
        (agreement.code or "-").encode(), told.get("code", "").encode()
    ):
        return _code_form(agreement, "验证码不对")
    signed = agreements.sign(town, agreement, account, wanted)
    return RedirectResponse(signed.return_url, status_code=303)


def _form(town: Town, agreement: Agreement, told: Mapping[str, str], wrong: str) -> Response:
    labels = {"card": "卡号", "name": "姓名", "phone": "银行预留手机号"}
    fields = [
        part
        for name, label in labels.items()
        for part in (
            tag("label", label, for_=name),
            tag("input", type="text", name=name, id=name, value=told.get(name, ""),
                autocomplete="off", required=True),
        )
    ]  # fmt: skip
    said = [tag("p", wrong, cls="warn", role="alert")] if wrong else []
    form = tag(
        "form",
        _token(agreement),
        *said,
        *fields,
        tag("button", "获取验证码", name="action", value="code", cls="pay"),
        method="post",
        action=PAGE,
    )
    refuse = tag(
        "form",
        _token(agreement),
        tag("button", "不签了", name="action", value="refuse"),
        _menu(),
        method="post",
        action=PAGE,
    )
    title = tag("h1", "银行签约")
    return pages.page("银行签约", title, _terms(agreement), form, refuse, _hints(town, agreement))


def _code_form(agreement: Agreement, wrong: str) -> Response:
    said = [tag("p", wrong, cls="warn", role="alert")] if wrong else []
    form = tag(
        "form",
        _token(agreement),
        *said,
        tag("label", "短信验证码", for_="code"),
        tag("input", type="text", name="code", id="code", autocomplete="off", required=True),
        tag("button", "同意签约", name="action", value="sign", cls="pay"),
        tag("button", "不签了", name="action", value="refuse", formnovalidate=True),
        _menu(),
        method="post",
        action=PAGE,
    )
    note = tag("p", "验证码在演练短信的收件箱里。", cls="muted")
    title = tag("h1", "输入验证码")
    return pages.page("银行签约", title, note, _terms(agreement), form)


def _terms(agreement: Agreement) -> Markup:
    fund = _FUNDS.get(agreement.fund, agreement.fund)
    kinds = "、".join(KINDS[kind] for kind in json.loads(agreement.kinds))
    rows = {"代扣内容": fund, "账户类型": kinds, "截止": clock.said(agreement.expires_at)}
    listed = [part for name, text in rows.items() for part in (tag("dt", name), tag("dd", text))]
    words = f"我同意{accounts.BANK}按税务机关的扣款请求，从下面的账户扣缴{fund}。"
    return tag("section", tag("p", words), tag("dl", *listed), cls="card sum")


def _hints(town: Town, agreement: Agreement) -> Markup:
    """In a rehearsal nobody has a card: here are those the bank opened for this person."""
    found = accounts.offered(town.ledger, holder=agreement.name, id_number=agreement.id_number)
    lines = [
        tag("li", f"{KINDS[one.kind]} {one.number}，{one.holder}，手机 {one.phone}，"
            f"余额 {pages.yuan(one.balance_fen)} 元")
        for one in found
    ]  # fmt: skip
    return tag("details", tag("summary", "演练可用的账户"), tag("ul", *lines))


def _menu() -> Markup:
    ticks = [
        tag("label", tag("input", type="checkbox", name="fault", value=twist), words, cls="tick")
        for twist, words in _MENU.items()
    ]
    return tag("details", tag("summary", "演练出错的情况"), *ticks)


def _token(agreement: Agreement) -> Markup:
    return tag("input", type="hidden", name="token", value=agreement.token)


def _over(agreement: Agreement, standing: AgreementState) -> Response:
    words = _OVER[standing]
    back = tag("p", tag("a", "回到缴费页面", href=agreement.return_url))
    return pages.page(words, tag("h1", words), back)


def _sorry(says: str, do: str, *, status: int) -> Response:
    return pages.page(says, tag("h1", says), tag("p", do), status=status)
