"""From signing in to the receipt with nothing but a keyboard, and always seeing where one is."""

from __future__ import annotations

from playwright.async_api import expect
from tests.journeys.payer import Payer
from tests.journeys.town import NINGBO

from shebao.operations.enrol import Membership

PENSION = Membership(scheme="resident_pension", district="330212")
_TABS_MOST = 60
# What has the focus: its words and name, and whether somebody can see that it has.
_HERE = """() => {
  const at = document.activeElement, tile = at.nextElementSibling;
  const ring = (one) => {
    const style = getComputedStyle(one);
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  };
  const box = (tile?.matches('.tile') ? tile : at).getBoundingClientRect();
  const words = [at.id, at.innerText || '', ...[...(at.labels || [])].map((one) => one.innerText)];
  return {
    words: words.join(' '),
    seen: (ring(at) || (tile?.matches('.tile') && ring(tile)))
      && box.bottom > 0 && box.top < innerHeight && box.width > 0,
  };
}"""


class Typist:
    """A payer who has no pointer."""

    def __init__(self, payer: Payer) -> None:
        self.payer, self.keys = payer, payer.page.keyboard

    async def reaches(self, words: str) -> None:
        """Press Tab until the focus is on what says this; every place on the way is seen."""
        for _ in range(_TABS_MOST):
            await self.keys.press("Tab")
            here = await self.payer.page.evaluate(_HERE)
            assert here["seen"], f"the focus is not to be seen at {here['words']!r}"
            if words in here["words"]:
                return
        raise AssertionError(f"{_TABS_MOST} tabs do not lead to {words}")

    async def presses(self, words: str, key: str = "Enter") -> None:
        """Go to what says this, and press a key there."""
        await self.reaches(words)
        await self.keys.press(key)

    async def types(self, field: str, text: str) -> None:
        """Go to a field and type."""
        await self.reaches(field)
        await self.keys.type(text)


async def test_from_signing_in_to_the_receipt_by_keys_alone(town, arrives):
    one = await town.insured(NINGBO, PENSION)
    payer = await arrives(one, signed_in=False)
    typist = Typist(payer)
    await payer.open(f"/?region={NINGBO}")
    await payer.comes_to("登录")
    await typist.types("name", one.name)
    await typist.types("number", one.number)
    await typist.types("phone", one.phone)
    await typist.presses("获取验证码")
    await payer.comes_to("验证码")
    await typist.types("code", await town.code(one.phone))
    await typist.keys.press("Enter")
    await payer.comes_to("宁波市社保缴费")

    await typist.presses("城乡居民基本养老保险")
    await payer.comes_to("缴费档次")
    await typist.reaches("元/年")
    await typist.keys.press("ArrowDown")
    await typist.keys.press("ArrowDown")
    await expect(payer.page.locator("input[name=choice]:checked")).to_have_count(1)
    await typist.presses("下一步")
    await payer.comes_to("请核对缴费信息")
    await typist.presses("open")
    await payer.comes_to("应缴金额")
    await typist.presses("微信支付", "Space")
    await typist.presses("pay")
    await payer.comes_to("演练收银台")
    await payer.tabs_to("支付 ")
    await typist.keys.press("Enter")
    await payer.comes_to("缴费成功")
    await typist.presses("看缴费凭证")
    await payer.comes_to("缴费回执单")
    await typist.reaches("PDF")
