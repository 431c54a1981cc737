"""Capitals (大写金额): an amount in the characters nobody can alter with a stroke.

Written as the People's Bank asks of bills (正确填写票据和结算凭证的基本规定): zeros between
digits are read once, and 整 closes an amount that ends in 元 or 角.
"""

from __future__ import annotations

import re
from typing import Final

from shebao.core.money import Money

_DIGITS: Final = "零壹贰叁肆伍陆柒捌玖"
_PLACES: Final = ("", "拾", "佰", "仟")
_GROUPS: Final = ("", "万", "亿")  # Enough for the largest Money there is.
_GROUP: Final = 10_000


def in_capitals(amount: Money) -> str:
    """Write an amount that is not negative in capital characters.

    >>> in_capitals(Money.yuan("1680.32"))
    '壹仟陆佰捌拾元叁角贰分'
    """
    assert amount.fen >= 0
    yuan, (jiao, fen) = amount.fen // 100, divmod(amount.fen % 100, 10)
    if not amount.fen:
        return "零元整"
    text = f"{_whole(yuan)}元" if yuan else ""
    if jiao:
        text += f"{_DIGITS[jiao]}角"
    elif fen and yuan:
        text += "零"
    return text + (f"{_DIGITS[fen]}分" if fen else "整")


def _whole(number: int) -> str:
    text = ""
    for power in reversed(range(len(_GROUPS))):
        group = number // _GROUP**power % _GROUP
        # A group of zeros is read as one zero, and its name is left out.
        text += "".join(
            _DIGITS[digit] + (_PLACES[place] if digit else "")
            for place in (3, 2, 1, 0)
            for digit in (group // 10**place % 10,)
        )
        text += _GROUPS[power] if group else ""
    text = re.sub("零+", "零", text)
    return re.sub("零(?=[万亿]|$)", "", text).removeprefix("零")
