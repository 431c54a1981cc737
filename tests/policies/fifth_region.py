"""A fifth region, made of data alone: all four rules, windows, an extension, its own words."""

from __future__ import annotations

from pathlib import Path
from typing import Final

CODE: Final = "990100"

_REGION: Final = """
code            = "990100"
name            = "示例市"
collector       = "国家税务总局示例市税务局"
receipt_title   = "社保费电子缴款凭证"
default_channel = "wechat_mini"
order_seconds   = 900
special_first   = true
reviewed_on     = 2026-11-21

[districts]
990101 = "东区"
990102 = "西县"

[words]
choose  = "选档缴费"
special = "特殊缴费"

[agencies.pension]
name  = "示例市人力资源和社会保障局"
phone = "12333"

[agencies.village_pension]
name  = "示例市自然资源局"
phone = "12345"

[agencies.medical]
name  = "示例市医疗保障局"
phone = "12393"

[[channel]]
id       = "wechat_mini"
name     = "示例社保（微信小程序）"
methods  = ["wechat"]
pays_for = "others_by_name_and_number"

[[identity]]
id   = "low_income"
name = "低保对象"
also = ["低保"]
"""

_TIERS: Final = """
scheme      = "resident_pension"
region      = "990100"
name        = "城乡居民基本养老保险"
fund        = "pension"
period      = "year"
reviewed_on = 2026-11-21
special     = ["back_pay"]

[source]
notice = { title = "示例市居民养老缴费通知", number = "示人社发〔2024〕1号", issued = 2024-01-02, address = "example.org/1" }

[[version]]
begins     = 2024-01-01
source     = "notice"
confidence = "S"

[version.tiers]
offers = [
  { amount = "200", subsidy = "20", only = ["low_income"] },
  { amount = "500", subsidy = "50" },
  { amount = "1000", subsidy = "100" },
]
aids = [{ identities = ["low_income"], pays = "200", whose = "区财政" }]

[[example]]
says     = "选 1000 元档"
shows    = "个人 1000，补贴 100"
period   = "2024"
tier     = "1000"
personal = "1000"
subsidy  = "100"

[[example]]
says       = "低保对象"
shows      = "200 − 200 = 0，补贴 20"
period     = "2024"
identity   = "低保"
personal   = "0"
government = "200"
subsidy    = "20"

[[example]]
says    = "200 元档只给低保对象"
shows   = "没有特殊身份"
period  = "2024"
tier    = "200"
refused = "tier_reserved"
"""

_RANGE: Final = """
scheme      = "village_pension"
region      = "990100"
name        = "被征地居民补充养老保险"
fund        = "pension"
period      = "year"
reviewed_on = 2026-11-21
carry_over  = "same"
window      = [
  { period = "2024", opens = 2024-01-01, closes = 2024-06-30, source = "notice", extensions = [{ known_from = 2024-06-20, closes = 2024-09-30 }] },
]

[source]
notice = { title = "示例市补充养老缴费通知", address = "example.org/2" }

[[version]]
begins     = 2024-01-01
source     = "notice"
confidence = "S"

[version.range]
minimum       = "100"
maximum       = "2000"
step          = "1"
subsidy_years = 3
bands         = [{ at_least = "500", subsidy = "40" }]

[[example]]
says     = "缴 499 元"
shows    = "499 < 500，没有补贴"
period   = "2024"
amount   = "499"
personal = "499"

[[example]]
says     = "缴 500 元"
shows    = "500 ≥ 500，补贴 40"
period   = "2024"
amount   = "500"
personal = "500"
subsidy  = "40"
"""

_CATEGORY: Final = """
scheme      = "resident_medical"
region      = "990100"
name        = "城乡居民基本医疗保险"
fund        = "medical"
period      = "year"
reviewed_on = 2026-11-21
window      = [
  { period = "2024", opens = 2023-10-01, closes = 2023-12-31, wait_months = 3, source = "notice" },
]

[people]
reference = { years_before = 1, month = 12, day = 31 }
free      = ["low_income"]

[[category]]
id       = "elderly"
name     = "老年居民"
decisive = true
ages     = [{ sex = "M", youngest = 60 }, { sex = "F", youngest = 55 }]

[[category]]
id   = "other"
name = "其他居民"
rest = true

[source]
notice = { title = "示例市居民医保缴费通知", address = "example.org/3" }

[[version]]
begins     = 2024-01-01
ends       = 2024-12-31
source     = "notice"
confidence = "S"
by_category.prices = [
  { category = "elderly", personal = "400", fiscal = "640" },
  { category = "other", personal = "500", fiscal = "640", bundled = { long_term_care = "30" }, districts = { 990102 = "450" } },
]

[[example]]
says     = "西县的其他居民"
shows    = "450 = 医疗 420 + 长护 30"
period   = "2024"
category = "其他居民"
district = "西县"
personal = "450"
fiscal   = "640"

[[example]]
says     = "1963-12-31 出生的男居民"
shows    = "2023 − 1963 = 60，老年居民 400"
period   = "2024"
born     = 1963-12-31
sex      = "M"
personal = "400"
fiscal   = "640"
"""

_BASE: Final = """
scheme      = "flexible_pension"
region      = "990100"
name        = "灵活就业人员职工基本养老保险"
fund        = "pension"
period      = "month"
reviewed_on = 2026-11-21
carry_over  = "lifted"

[source]
notice = { title = "示例市缴费基数通知", address = "example.org/4" }

[[version]]
begins     = 2024-01-01
ends       = 2024-12-31
known_from = 2024-01-02
source     = "notice"
confidence = "S"

[version.base_rate]
lower     = "4000.01"
upper     = "20000"
parts     = [{ fund = "pension", rate = "20%", rounding = "half_up" }]
published = [{ fund = "pension", base = "20000", amount = "4000.01" }]

[[example]]
says     = "按下限缴，四舍五入到分"
shows    = "4000.01 × 20% = 800.002，取 800.00"
period   = "2024-03"
base     = "4000.01"
personal = "800"

[[example]]
says     = "按上限缴，以公布的为准"
shows    = "20000 × 20% = 4000；公布 4000.01"
period   = "2024-03"
base     = "20000"
personal = "4000.01"
"""

FILES: Final = {
    "region.toml": _REGION,
    "resident_pension.toml": _TIERS,
    "village_pension.toml": _RANGE,
    "resident_medical.toml": _CATEGORY,
    "flexible_pension.toml": _BASE,
}


def write_fifth_region(folder: Path) -> Path:
    """Write the pack into a folder of packs; give its own folder back."""
    home = folder / CODE
    home.mkdir(parents=True)
    for name, text in FILES.items():
        (home / name).write_text(text, encoding="utf-8")
    return home
