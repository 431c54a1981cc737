"""Pack values: how amounts, rates and periods are written in a pack, and read from it.

Amounts and rates are quoted text, because a bare 0.1 is not a tenth. What cannot be read says
so in Chinese, with an example, for whoever writes the pack.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, PlainValidator

from shebao.core.money import Money
from shebao.core.period import Period

_AMOUNT_LONGEST: Final = 12
_RATE: Final = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,4})?%")


class Model(BaseModel):
    """A table of a pack: nothing unknown in it, nothing guessed."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


def _amount(value: object) -> Money:
    if not isinstance(value, str):
        raise ValueError('金额要加引号，写成 "500" 或 "500.50"')  # noqa: TRY004  pydantic listens to it.
    if len(value) > _AMOUNT_LONGEST:
        raise ValueError("金额太大")
    try:
        return Money.yuan(value)
    except ValueError:
        raise ValueError('看不懂这个金额，请写成 "500" 或 "500.50"，最多两位小数') from None


def _rate(value: object) -> Decimal:
    if not isinstance(value, str) or not _RATE.fullmatch(value):
        raise ValueError('费率要加引号和百分号，写成 "20%" 或 "8.2%"')
    return Decimal(value.removesuffix("%")) / 100


def _period(value: object) -> Period:
    try:
        return Period.parse(str(value))
    except ValueError:
        raise ValueError('所属期要写成 "2024" 或 "2024-07"') from None


Amount = Annotated[Money, PlainValidator(_amount)]
Rate = Annotated[Decimal, PlainValidator(_rate)]
AmountKey = Annotated[str, Field(pattern=r"^(0|[1-9][0-9]{0,8})(\.[0-9]{1,2})?$")]
PeriodText = Annotated[Period, PlainValidator(_period)]
Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
RegionCode = Annotated[str, Field(pattern=r"^([0-9]{6}|cn)$")]
Words = Annotated[str, Field(min_length=1)]
