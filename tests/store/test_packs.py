"""A broken pack is refused whole, and its author is told every mistake at once, in Chinese."""

import pytest
from tests.policies.fifth_region import CODE, FILES, write_fifth_region

from shebao.store.packs.folder import load_packs, packs_folder, read_pack
from shebao.store.packs.mistakes import PackBroken


@pytest.fixture
def home(tmp_path):
    return write_fifth_region(tmp_path)


def spoil(home, file, *changes):
    text = FILES[file]
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    (home / file).write_text(text, encoding="utf-8")
    return {str(mistake) for mistake in read_pack(home).mistakes}


SHAPES = [
    (
        "resident_pension.toml",
        'amount = "500"',
        'amount = "5OO"',
        (
            '990100/resident_pension.toml · version[1].tiers.offers[2].amount = "5OO"：'
            '看不懂这个金额，请写成 "500" 或 "500.50"，最多两位小数'
        ),
    ),
    (
        "resident_pension.toml",
        'subsidy = "50"',
        'subsidi = "50"',
        (
            '990100/resident_pension.toml · version[1].tiers.offers[2].subsidi = "50"：'
            "不认识这一项，是不是 subsidy？"
        ),
    ),
    (
        "resident_pension.toml",
        'amount = "500"',
        "amount = 500.005",
        (
            "990100/resident_pension.toml · version[1].tiers.offers[2].amount = 500.005："
            '金额要加引号，写成 "500" 或 "500.50"'
        ),
    ),
    (
        "flexible_pension.toml",
        'rate = "20%"',
        'rate = "0.2"',
        (
            '990100/flexible_pension.toml · version[1].base_rate.parts[1].rate = "0.2"：'
            '费率要加引号和百分号，写成 "20%" 或 "8.2%"'
        ),
    ),
    (
        "flexible_pension.toml",
        "begins     = 2024-01-01",
        'begins     = "2024-01-01"',
        (
            '990100/flexible_pension.toml · version[1].begins = "2024-01-01"：'
            "日期要写成 2024-01-31，不加引号"
        ),
    ),
    (
        "flexible_pension.toml",
        'confidence = "S"',
        'confidence = "sure"',
        (
            '990100/flexible_pension.toml · version[1].confidence = "sure"：'
            "只能是 'S', 'D', 'SEED', 'unconfirmed' 之一"
        ),
    ),
    (
        "flexible_pension.toml",
        'name        = "灵活就业人员职工基本养老保险"\n',
        "",
        "990100/flexible_pension.toml · name：缺少这一项",
    ),
    (
        "region.toml",
        'methods  = ["wechat"]',
        "methods  = []",
        "990100/region.toml · channel[1].methods：至少要有 1 项",
    ),
]
SENSE = [
    (
        "resident_pension.toml",
        'amount = "1000", subsidy',
        'amount = "400", subsidy',
        '990100/resident_pension.toml · version[1].tiers.offers[3] = "400.00"：要大于前一项 500.00',
    ),
    (
        "resident_pension.toml",
        'only = ["low_income"]',
        'only = ["lowincome"]',
        (
            '990100/resident_pension.toml · version[1].tiers.offers[1] = "lowincome"：'
            "region.toml 没有这个特殊身份"
        ),
    ),
    (
        "village_pension.toml",
        'at_least = "500"',
        'at_least = "5000"',
        (
            '990100/village_pension.toml · version[1].range.bands[1].at_least = "5000.00"：'
            "不在 100.00 至 2000.00 之间"
        ),
    ),
    (
        "resident_medical.toml",
        "990102 = ",
        "990109 = ",
        (
            '990100/resident_medical.toml · version[1].by_category.prices[2].districts = "990109"：'
            "region.toml 没有这个区县"
        ),
    ),
    (
        "resident_medical.toml",
        'long_term_care = "30"',
        'long_term_care = "460"',
        (
            '990100/resident_medical.toml · version[1].by_category.prices[2].bundled = "460.00"：'
            "比个人缴费还多"
        ),
    ),
    (
        "resident_medical.toml",
        'source     = "notice"',
        'source     = "rumour"',
        '990100/resident_medical.toml · version[1].source = "rumour"：没有这个 source',
    ),
    (
        "region.toml",
        'default_channel = "wechat_mini"',
        'default_channel = "fax"',
        '990100/region.toml · default_channel = "fax"：不在 channel 之中',
    ),
    (
        "flexible_pension.toml",
        'personal = "800"',
        'personal = "800.01"',
        (
            '990100/flexible_pension.toml · example[1] = "按下限缴，四舍五入到分"：'
            "personal 写的是 800.01，算出来是 800.00"
        ),
    ),
    (
        "resident_pension.toml",
        'refused = "tier_reserved"',
        'refused = "tier_not_offered"',
        (
            '990100/resident_pension.toml · example[3] = "200 元档只给低保对象"：'
            "算不出来：tier_reserved tier=200.00 only=低保对象；写的是 tier_not_offered"
        ),
    ),
]


@pytest.mark.parametrize(("file", "old", "new", "says"), SHAPES + SENSE)
def test_a_mistake_is_told_with_file_place_and_value(home, file, old, new, says):
    assert spoil(home, file, (old, new)) == {says}


def test_every_mistake_of_a_pack_is_told_at_once(home):
    (home / "region.toml").write_text(FILES["region.toml"].replace("990100", "990200"))
    (home / "village_pension.toml").write_text("scheme = [", encoding="utf-8")
    told = spoil(
        home,
        "resident_pension.toml",
        ('amount = "500"', 'amount = "5OO"'),
        ("begins     = 2024-01-01", "begin      = 2024-01-01"),
        ('pays = "200"', "pays = 200"),
    )
    assert len(told) == 6
    assert any("不是合格的 TOML" in each for each in told)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('subsidy = "20", only', 'subsidy = "20", oonly', "是不是 only"),
        ("[version.tiers]", "[version.tires]", "是不是 tiers"),
    ],
)
def test_a_mistyped_name_is_met_with_the_right_one(home, old, new, says):
    told = spoil(home, "resident_pension.toml", (old, new))
    assert any(says in each for each in told), told


def test_too_few_examples_are_a_mistake(home):
    text = FILES["resident_pension.toml"]
    (home / "resident_pension.toml").write_text(text[: text.index("[[example]]")])
    assert [str(each) for each in read_pack(home).mistakes] == [
        "990100 · example = 6：至少要有 8 个例子"
    ]


def test_a_broken_pack_is_not_loaded_and_neither_are_the_others(home, tmp_path):
    spoil(home, "resident_pension.toml", ('amount = "500"', 'amount = "5OO"'))
    with pytest.raises(PackBroken) as broken:
        load_packs(tmp_path)
    assert [mistake.file for mistake in broken.value.mistakes] == ["990100/resident_pension.toml"]


def test_a_folder_without_a_region_is_a_mistake(tmp_path):
    (tmp_path / CODE).mkdir()
    (tmp_path / CODE / "resident_pension.toml").write_text(FILES["resident_pension.toml"])
    with pytest.raises(PackBroken) as broken:
        load_packs(tmp_path)
    assert str(broken.value) == "990100/region.toml：没有这个文件"


def test_the_packs_are_found_from_the_source_tree_or_where_they_are_said_to_be(tmp_path):
    assert (packs_folder() / "cn" / "region.toml").is_file()
    assert packs_folder(tmp_path) == tmp_path
