"""Mischief: what else happens on a simulated day: the post, the weather, the worker, the plug."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from shebao.core.channel import Method
from shebao.operations.pay import notify_url
from shebao.sandbox.channel.notices import Notice
from shebao.sandbox.faults import Fault, Kind, Place
from shebao.simulation.books import Mishap
from shebao.simulation.ground import TODAY
from shebao.simulation.market import Market, knock
from shebao.simulation.outside import Trouble
from shebao.simulation.rails.agreement import TWISTS, AgreementRail
from shebao.simulation.rails.rail import Left, Lie, silent
from shebao.worker.sweep import sweep

_SKEW_MS: Final = 420_000  # From five minutes on, nobody believes our signatures.
_WAITS: Final = (1, 2, 4, 6, 6, 10, 10, 20, 65, 300, 1900)
_WEATHER: Final = (
    (Kind.UNAVAILABLE, Place.ANY),
    (Kind.UNAVAILABLE, Place.QUERY),
    (Kind.SYSTEM_ERROR, Place.ANY),
    (Kind.SYSTEM_ERROR, Place.PREPAY),
    (Kind.ANSWER_LOST, Place.ANY),
    (Kind.ANSWER_FORGED, Place.ANY),
    (Kind.ANSWER_FORGED, Place.CLOSE),
    (Kind.UNDECIDED, Place.ANY),
)
_NOT_GIVEN_BACK: Final = (Kind.NOT_ENOUGH, Kind.NOT_ENOUGH, Kind.ABNORMAL, Kind.CLOSED)


class Mischief:
    """The channel's moods, the machine's, and the passing of time."""

    def __init__(self, market: Market) -> None:
        self._market = market
        self._dice = market.dice
        self._sent: list[tuple[str, Mapping[str, str], bytes]] = []

    async def post_comes(self) -> None:
        """Some notices come, in any order, once or more often, after lies about them."""
        letters = self._market.outside.outbox.letters
        for letter in self._dice.sample(letters, self._dice.randrange(len(letters) + 1)):
            if self._dice.randrange(3) == 0:
                lie = self._dice.choice(self._market.outside.rail(letter.channel).lies)
                self._market.begin(f"通知（{lie}）", self._bring(letter, lie))
            for _ in range(self._dice.choice([1, 1, 1, 2, 3])):
                self._market.begin("通知", self._bring(letter))

    async def all_the_post_comes(self) -> None:
        """Every notice that waits comes once."""
        for letter in [*self._market.outside.outbox.letters]:
            self._market.begin("通知", self._bring(letter))

    async def old_post_comes_again(self) -> None:
        """Somebody plays a notice again, byte for byte."""
        if self._sent:
            self._market.begin("旧通知重放", self._again(*self._dice.choice(self._sent)))

    async def worker_sweeps(self) -> None:
        """A worker looks at everything; sometimes two do."""
        for _ in range(self._dice.choice([1, 1, 1, 2])):
            self._market.begin("后台巡检", sweep(self._market.program.world))

    async def time_passes(self) -> None:
        """Seconds, or an hour."""
        seconds = self._dice.choice(_WAITS)
        self._market.note(f"过了 {seconds} 秒")
        await self._market.passes(seconds)

    async def weather_turns(self) -> None:
        """Something will go wrong at the channel, or on the way there; or all is well again."""
        town, wire = self._market.outside.town, self._market.outside.wire
        if self._dice.randrange(4) == 0:
            town.faults.clear()
            wire.troubles.clear()
            self._market.note("渠道恢复正常")
        elif self._dice.randrange(2):
            kind, place = self._dice.choice(_WEATHER)
            times = self._dice.choice([1, 1, 2, 5])
            town.faults.order(Fault(kind=kind, on=place, count=times))
            self._market.note(f"渠道故障 {kind} {place} × {times}")
        else:
            troubles = self._dice.choices([*Trouble], k=self._dice.randrange(1, 5))
            wire.troubles += troubles
            self._market.note(f"线路故障 {' '.join(troubles)}")

    async def refunds_go_wrong(self) -> None:
        """The channel will not give some money back, at once or after a while."""
        kind = self._dice.choice(_NOT_GIVEN_BACK)
        self._market.outside.town.faults.order(Fault(kind=kind, on=Place.REFUND))
        self._market.note(f"渠道将不退款 {kind}")

    async def plug_is_loose(self) -> None:
        """Something will befall one of the next commits."""
        mishap, commits = self._dice.choice([*Mishap]), self._dice.randrange(8)
        self._market.socket.arm(mishap, commits=commits)
        self._market.note(f"再提交 {commits} 次后{mishap}")

    async def machine_stalls(self) -> None:
        """Somebody's work stops for a while between two steps; or all go on that had stopped."""
        if self._dice.randrange(3) == 0:
            if self._market.loom.let_go():
                self._market.note("停顿的都继续")
            return
        await self._market.weave(self._dice.randrange(1, 4))
        if self._market.loom.hold():
            self._market.note("有一件事停顿了")

    async def clock_is_set(self) -> None:
        """Our clock goes wrong by minutes, or right again."""
        skew = self._dice.choice([0, self._dice.randrange(-_SKEW_MS, _SKEW_MS)])
        self._market.clock.skew_ms, self._market.clock.was_set = skew, True
        self._market.note(f"本机时钟偏差 {skew} 毫秒")

    async def stray_money_comes(self) -> None:
        """A channel holds money for an order we never had, and may not even say so."""
        world, rails = self._market.program.world, self._market.outside.rails
        rail = self._dice.choice([*rails.values()])
        ways = {code: region.channels.values() for code, region in world.regions.items()}
        told_to = [code for code in TODAY if any(rail.method in way.methods for way in ways[code])]
        url = notify_url(world, self._dice.choice(told_to), rail.method)
        number = f"stray{self._dice.getrandbits(64):016x}"
        fen = self._dice.randrange(1, 10_000)
        begun = any(payer.visits for payer in self._market.cast)  # Else nobody asks for a file.
        quiet = begun and self._dice.randrange(3) == 0
        try:
            rail.stray(number, fen=fen, url=url, plan=silent(quiet=quiet))
        except Left:
            return  # A bank takes nothing that nobody asked for.
        told = "，渠道不通知" if quiet else ""
        self._market.note(f"渠道收到一笔不明的钱 {fen} 分{told}")

    async def bank_has_moods(self) -> None:
        """The bank does not know at once, or takes back what it had paid."""
        bank = self._market.outside.rails.get(Method.AGREEMENT)
        if not isinstance(bank, AgreementRail):
            return
        paid = bank.may_take_back()
        if paid and self._dice.randrange(2):
            bank.takes_back(self._dice.choice(paid))
            self._market.note("银行冲回了一笔扣款")
        else:
            twist = self._dice.choice(TWISTS)
            bank.plans(twist)
            self._market.note(f"银行下一笔扣款 {twist}")

    def all_is_well(self) -> None:
        """Let nothing more go wrong."""
        self._market.outside.town.faults.clear()
        self._market.outside.wire.troubles.clear()
        self._market.socket.disarm()
        self._market.loom.let_go()
        self._market.clock.skew_ms = 0

    async def _bring(self, notice: Notice, lie: Lie | None = None) -> int:
        outbox, rail = self._market.outside.outbox, self._market.outside.rail(notice.channel)
        headers, body = rail.letter(notice, lie)
        if lie is None:
            self._sent.append((notice.url, headers, body))
        status = await knock(self._market.program.door, notice.url, headers, body)
        heard = self._dice.randrange(4) > 0  # Else our answer is lost, and it comes again.
        accepted = status == rail.accepted
        if accepted and lie is None and heard and notice in outbox.letters:
            outbox.letters.remove(notice)
        if accepted and lie is not None:
            self._market.wrong.append(f"通知（{lie}）被接受")
        return status

    async def _again(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        return await knock(self._market.program.door, url, headers, body)
