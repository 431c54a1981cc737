"""Template (名册模板): what a collector downloads, with the region's own categories to choose."""

from __future__ import annotations

from typing import Final

from shebao.core.identity import IdType
from shebao.core.period import Period
from shebao.core.policy.region import Region
from shebao.core.policy.scheme import Scheme
from shebao.core.policy.window import open_periods
from shebao.core.refusals import Refusal
from shebao.core.roster.collector import Collector
from shebao.core.roster.entry import (
    CATEGORY,
    DISTRICT,
    GROUP,
    HEADINGS,
    ID_TYPE,
    NAME,
    NEEDED,
    NUMBER,
)
from shebao.core.roster.judging import categories_of
from shebao.gateways.roster.writing import Template, write_template
from shebao.operations.world import World

_HINTS: Final = (
    "一人一行，从第二行填起，不要改第一行的标题。",
    "带 * 的必填。身份证可以不填证件类型。",
    "证件号码这一栏已设为文本。从别处贴过来时，请用“选择性粘贴 - 数值”。",
    "号码变成 3.2E+17 或者末三位变成 000，就是被存成了数字：请设为文本，重新填写号码。",
    "已经参保的，人员类别和区县可以空着；还没有参保的，必须填人员类别，收下以后转为参保登记。",
    "班级或组用来分组看进度、打印，随便写，例如：三年级二班。",
)


def template_of(world: World, collector: Collector, scheme_id: str) -> bytes:
    """The template for a collector and a scheme, as an Excel file."""
    region = world.region(collector.region_code)
    scheme = region.scheme(scheme_id)
    categories = _categories(world, region, scheme, collector)
    return write_template(
        Template(
            headings=HEADINGS,
            needed=frozenset(NEEDED),
            example=[_EXAMPLE.get(heading, "") for heading in HEADINGS],
            hints=_HINTS,
            choices={
                ID_TYPE: [kind.label for kind in IdType],
                CATEGORY: categories,
                DISTRICT: list(region.districts.values()),
            },
        )
    )


_EXAMPLE: Final = {
    NAME: "张小明",
    NUMBER: "11010519491231002X",
    GROUP: "三年级二班",
}


def _categories(world: World, region: Region, scheme: Scheme, collector: Collector) -> list[str]:
    """The categories this collector may list, by name."""
    today = world.today(region.code)
    period = next(iter(open_periods(scheme, on=today)), Period(today.year))
    try:
        table = categories_of(scheme, period, as_of=today)
    except Refusal:
        return []
    allowed = {scope.category for scope in collector.scopes if scope.scheme == scheme.id}
    kinds = {kind.id: kind for kind in table.values()}
    return [
        kind.name
        for kind in kinds.values()
        if allowed & {None, kind.id}
        and scheme.collected_by.get(kind.id, collector.kind.label) == collector.kind.label
    ]
