"""Channel (支付渠道): what we ask of somebody who holds money for us, and what they tell us.

These are the words every gateway speaks, whatever its wire looks like. A channel is told the
number of an *attempt*, never of an order: a channel does not forgive a number used twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from shebao.core.money import Money
from shebao.core.refusals import Refusal


class Method(StrEnum):
    """How money reaches us (支付方式)."""

    WECHAT = "wechat"  # 微信支付
    ALIPAY = "alipay"  # 支付宝
    UNIONPAY = "unionpay"  # 银联云闪付
    AGREEMENT = "agreement"  # 协议支付
    CCB = "ccb"  # 建设银行收银台
    CARD = "card"  # 银行卡
    COUNTER = "counter"  # 银行柜台
    POS = "pos"  # POS 刷卡
    CASH = "cash"  # 现金
    ENTRUST = "entrust"  # 微信委托代扣
    TRANSFER = "transfer"  # 对公转账

    @property
    def by_agreement(self) -> bool:
        """Whether it collects from an account whose owner agreed beforehand."""
        return self in {Method.AGREEMENT, Method.ENTRUST}

    @property
    def held_by(self) -> Method:
        """The channel that holds what is collected this way, and gives it back."""
        return Method.WECHAT if self is Method.ENTRUST else self


class Scene(StrEnum):
    """Where the payer meets the cashier; decides what the channel gives back."""

    H5 = "h5"  # 手机浏览器: a link to the cashier
    NATIVE = "native"  # 电脑扫码: the text of a QR code
    JSAPI = "jsapi"  # 公众号、小程序: parameters for a script
    APP = "app"  # 手机应用: parameters for the app's own kit
    PAGE = "page"  # 电脑网站: a link to the cashier's page for computers


class Outcome(StrEnum):
    """What a channel says became of an attempt."""

    PAID = "paid"
    WAITING = "waiting"  # The payer has not decided, or the bank has not answered.
    CLOSED = "closed"
    FAILED = "failed"
    UNHEARD_OF = "unheard_of"  # The channel never saw this number.


@dataclass(frozen=True, slots=True)
class Charge:
    """What we ask a channel to collect."""

    attempt_id: str
    amount: Money
    description: str  # Shown to the payer, at most 127 characters.
    expires_at: datetime
    scene: Scene
    notify_url: str
    payer_ip: str
    openid: str | None = None  # Only the JSAPI scene needs it.
    return_url: str | None = None  # Where the payer comes back to from a cashier with a link.
    agreement: str = ""  # 协议号: only a method that collects by agreement needs it.


@dataclass(frozen=True, slots=True)
class Part:
    """What one city collects of a payment for several: an attempt of its own."""

    region_code: str
    attempt_id: str
    amount: Money
    description: str


@dataclass(frozen=True, slots=True)
class Cashier:
    """Where the payer goes on: a link, the text of a QR code, or parameters for a script.

    A link with parameters is a form: the payer's own browser posts them there.
    """

    url: str | None = None
    code: str | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_form(self) -> bool:
        """Whether the payer gets there by posting a form, which a link alone cannot do."""
        return bool(self.url and self.parameters)


@dataclass(frozen=True, slots=True)
class Told:
    """What a channel said of one attempt, in a notice or in answer to an inquiry.

    ``reference`` is the channel's own number of the money and is there when the outcome is
    PAID. ``notice_id`` is the channel's number of the telling itself, when there is one.
    """

    attempt_id: str
    outcome: Outcome
    amount: Money | None = None
    reference: str | None = None
    happened_at: datetime | None = None
    notice_id: str | None = None
    says: str = ""  # The channel's own words, such as 银行卡余额不足.


class RefundOutcome(StrEnum):
    """What a channel says became of a refund."""

    SUCCEEDED = "succeeded"
    PROCESSING = "processing"
    ABNORMAL = "abnormal"  # The payer's card is closed: somebody must find another way.
    CLOSED = "closed"
    UNHEARD_OF = "unheard_of"


@dataclass(frozen=True, slots=True)
class Return:
    """What we ask a channel to give back: part or all of one attempt's money."""

    refund_id: str
    attempt_id: str
    amount: Money
    paid: Money  # What the attempt had brought in all.
    reason: str
    notify_url: str
    reference: str | None = None  # The channel's own number of that money; some ask for it.


@dataclass(frozen=True, slots=True)
class ReturnTold:
    """What a channel said of one refund."""

    refund_id: str
    outcome: RefundOutcome
    amount: Money | None = None
    reference: str | None = None
    happened_at: datetime | None = None
    notice_id: str | None = None


@dataclass(frozen=True, slots=True)
class PayerCard:
    """Another card of the payer's, for a refund whose own card is closed."""

    bank: str  # The channel's word for the bank and the kind of card, such as ICBC_DEBIT.
    number: str = field(repr=False)
    holder: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What a channel said of money it had paid us and has taken back (冲正)."""

    attempt_id: str
    reference: str  # Its number of the money.
    amount: Money
    number: str  # Its number of the taking back.
    happened_at: datetime
    says: str = ""


@dataclass(eq=False)
class ChannelRefused(Refusal):
    """The channel answered, and its answer is no. Nothing was collected."""

    method: str
    channel_code: str
    says: str


@dataclass(eq=False)
class Forged(Refusal):
    """A notice or an answer does not carry the channel's valid, recent signature."""

    why: str
