"""After any market day, however it went, every fen is where it belongs. A seed plays it again."""

import pytest

from shebao.simulation.day import play

DAYS = 200
AT_ONCE = 10
CHUNKS = [range(first, first + AT_ONCE) for first in range(1, DAYS + 1, AT_ONCE)]
LAST = 30  # Events of a day that broke a promise, as they are shown.
HAPPENINGS = (
    "程序断电，重新启动",
    "断线",
    "到收银台",
    "付款成功",
    "渠道不通知",
    "秒后才付款",
    "付了另一个金额",
    "关单之后才扣款成功",
    "余额不足",
    "不明的钱",
    "应答丢失",
    "终于到达",
    "refund",
    "close",
    "probe",
    "旧通知重放",
    "payment_being_confirmed",
    "order_gone",
    "bill_not_open",
    "没有回音",
    "本机时钟偏差",
    "申请退费",
    "退费复核同意",
    "，渠道不通知",
    "line_missing",
    "line_extra",
    "line_twice",
    "amount_altered",
    "file_late",
    "file_none",
    "file_damaged",
    "补记入账",
    "挂账",
    "冲回挂账",
    "重取账单",
    "用 alipay native 支付",
    "用 unionpay h5 支付",
    "用 card h5 支付",
    "用 agreement h5 支付",
    "银行冲回了一笔扣款",
    "银行下一笔扣款 unknown_then_paid",
    "现金",
    "刷卡",
    "打印缴款通知单",
    "退付现金",
    "交款",
    "缴存现金",
    *(f"{method} 账单" for method in ("wechat", "alipay", "unionpay", "card", "agreement", "pos")),
)


def told(day):
    """What somebody needs who has to find out what happened."""
    heading = f"shebao simulate --seed {day.seed}"
    return "\n".join([heading, *day.events[-LAST:], *day.broken])


@pytest.mark.parametrize("seeds", CHUNKS, ids=lambda seeds: f"{seeds[0]}-{seeds[-1]}")
async def test_after_any_day_every_fen_is_where_it_belongs(almanac, seeds):
    assert [told(day) for day in await almanac.days(seeds) if not day.kept] == []


@pytest.mark.parametrize("seed", [413, 566, 766])
async def test_a_day_that_went_badly_once_goes_well(ground, seed):
    assert (await play(ground, seed)).broken == ()


async def test_a_seed_plays_the_same_day_again_whatever_was_played_before(ground):
    first = await play(ground, 7)
    await play(ground, 8)
    assert (await play(ground, 7)).events == first.events


async def test_another_seed_is_another_day(ground):
    assert (await play(ground, 7)).events != (await play(ground, 8)).events


async def test_every_kind_of_mishap_is_among_the_days_that_are_played(almanac):
    days = await almanac.days(range(1, DAYS + 1))
    happened = "\n".join(event for day in days for event in day.events)
    missing = [what for what in HAPPENINGS if what not in happened]
    assert missing == [], "the dice have become too kind"
