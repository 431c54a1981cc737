"""Outside: what payers, tellers and channels do in the sandbox while the story is played."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, Self

import httpx

from shebao.core.channel import Cashier, Method

_REFUSED_FROM: Final = 400
_TERMINAL: Final = "10010001"


class Outside:
    """The sandbox's levers, by the hand of whoever is meant to pull them."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._http = httpx.AsyncClient(
            base_url=url, trust_env=False, timeout=20, follow_redirects=True
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_gone: object) -> None:
        await self._http.aclose()

    async def goes_to(self, cashier: Cashier) -> None:
        """A payer follows the way to a channel's cashier: some channels hear of it only then."""
        if cashier.is_form:
            await self._http.post(str(cashier.url), data=dict(cashier.parameters))
        elif cashier.url:
            await self._http.get(cashier.url)

    async def pays(self, attempt_id: str) -> None:
        """A payer pays at a channel's cashier."""
        await self._pull(f"/sandbox/attempts/{attempt_id}/pay")

    async def is_refused(self, attempt_id: str) -> bool:
        """Whether the cashier takes no money any more."""
        answer = await self._http.post(f"/sandbox/attempts/{attempt_id}/pay", json={})
        return answer.status_code >= _REFUSED_FROM

    async def pays_at_window(self, number: str) -> None:
        """A payer brings a payment notice and its money to the bank."""
        await self._pull(f"/sandbox/counter/windows/{number}/pay")

    async def is_refused_at_window(self, number: str) -> bool:
        """Whether the bank takes no money for a payment notice any more."""
        answer = await self._http.post(f"/sandbox/counter/windows/{number}/pay", json={})
        return answer.status_code >= _REFUSED_FROM

    async def charges(self, fen: int) -> Mapping[str, str]:
        """A terminal charges a card; what stands on its slip."""
        slip: Mapping[str, str] = await self._pull(
            f"/sandbox/counter/terminals/{_TERMINAL}/charge", fen=fen
        )
        return slip

    async def receives_untold(self, fen: int, notify_url: str) -> str:
        """WeChat receives money for no order of ours and says nothing; its number of it."""
        told = await self._pull(
            "/sandbox/attempts/stray",
            total_fen=fen,
            notify_url=notify_url,
            faults=["notice_never"],
        )
        return str(told["transaction_id"])

    async def makes_file(
        self, method: Method, day: date, mishaps: Sequence[Mapping[str, object]] = ()
    ) -> None:
        """A channel makes its file of a day now, spoilt as wanted."""
        wanted = {"channel": method, "day": day.isoformat(), "mishaps": [*mishaps]}
        await self._pull("/sandbox/statements", **wanted)

    async def holds(self) -> int:
        """What all channels say they hold for us after refunds, in fen."""
        told = (await self._http.get("/sandbox/ledger")).json()
        return sum(int(merchant["held_fen"]) for merchant in told["merchants"])

    async def _pull(self, lever: str, **words: object) -> Any:
        answer = await self._http.post(lever, json=words)
        answer.raise_for_status()
        return answer.json()
