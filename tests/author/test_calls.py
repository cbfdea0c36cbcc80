"""Stops a call that is not what its report says, that names another year's estimate, or whose mistakes hide each other."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from called import CALL, LEDGER, TARGET, add, called, with_target
from workspaces import change, starter
from yanbao.author import compose
from yanbao.document.tree import Document, Page, plain
from yanbao.errors import WorkspaceError
from yanbao.quantity import Quantity


def document(folder: Path, call: str = CALL, **options: str) -> Document:
    return compose(called(folder, call), **options).document  # type: ignore[arg-type]


def page(found: Document, identifier: str) -> Page:
    return next(page for page in found.pages if page.id == identifier)


def rows(found: Page) -> list[list[str]]:
    return [[plain(cell.text) for cell in row.cells] for row in next(found.exhibits()).body.rows]  # type: ignore[union-attr]


def mistakes(folder: Path) -> dict[str, str]:
    with pytest.raises(WorkspaceError) as error:
        compose(folder)
    return {mistake.field: str(mistake) for mistake in error.value.mistakes}


def test_a_call_holds_the_facts_that_its_expressions_name(tmp_path: Path) -> None:
    found = document(tmp_path / "w", with_target())
    (call,) = found.calls
    assert (call.security, call.rating, call.policy) == ("002380.SZ", "买入", "买入>20; 中性[-20,20]; 卖出<-20")
    assert (call.benchmark, call.horizon_months, call.target_months, call.currency) == ("000300.SH", 6, 6, "CNY")
    assert (call.price_day, call.analyst, call.licence) == (date(2024, 6, 28), "某分析师", "S0000000000000")
    values = {}
    for key, figure in call.figures():
        quantity = found.facts[figure.fact].quantity
        assert quantity is not None
        values[key] = (str(quantity.value), quantity.unit.symbol, figure.decimals)
    assert values == {
        "price": ("183/10", "元", 2),
        "target": ("25", "元", 2),
        "benchmark_return": ("5", "%", 1),
        "estimates.eps.2024E": ("1", "元", 2),
        "estimates.eps.2025E": ("13/10", "元", 2),
        "estimates.net_profit.2024E": ("241", "百万元", 2),
    }


def test_pages_print_calls_interests_and_licences_in_both_languages(tmp_path: Path) -> None:
    found = document(tmp_path / "zh", with_target())
    assert rows(page(found, "calls-0")) == [
        ["科远智慧", "002380.SZ", "买入", "18.30", "2024年6月28日", "25.00", "6个月", "5.0%", "1.00", "1.30", "241.00"]
    ]
    (_, told, *_) = page(found, "interests-0").paragraphs()
    assert plain(told.text) == (
        "科远智慧（002380.SZ）：本机构持有该公司股份不足百分之一。　署名分析师：某分析师　执业证号：S0000000000000"
    )
    english = document(tmp_path / "en", with_target(), language="en")
    heads = [plain(column.label) for column in next(page(english, "calls-0").exhibits()).body.columns]  # type: ignore[union-attr]
    assert heads[:6] == ["Name", "Code", "Rating", "Price (RMB)", "Day of price", "Target price (RMB)"]
    assert rows(page(english, "calls-0"))[0][:6] == ["Sciyon", "002380.SZ", "Buy", "18.30", "28 June 2024", "25.00"]
    assert english.calls == found.calls  # the ledger's words do not depend on the edition


def test_what_is_not_stated_is_said_and_not_invented(tmp_path: Path) -> None:
    found = document(tmp_path / "w", CALL.replace("price_day = 2024-06-28\n", ""))
    (call,) = found.calls
    assert (call.price_day, call.target, call.target_months) == (None, None, None)
    assert rows(page(found, "calls-0")) == [
        ["科远智慧", "002380.SZ", "买入", "18.30", "未注明", "1.00", "1.30", "241.00"]
    ]


def test_a_report_without_calls_has_no_such_pages(tmp_path: Path) -> None:
    found = compose(starter(tmp_path / "w")).document
    assert found.calls == ()
    assert not {"calls-0", "interests-0", "record"} & {page.id for page in found.pages}


def test_a_computed_target_is_kept_as_it_is_printed(tmp_path: Path) -> None:
    target = TARGET.replace("quote.target[科远智慧]", "firm.eps[2025E] * 19.234")
    found = document(tmp_path / "w", CALL.replace("estimates.eps", target + "estimates.eps", 1))
    (call,) = found.calls
    assert call.target is not None
    assert call.target.decimals == 2
    assert rows(page(found, "calls-0"))[0][5] == "25.00"  # 1.30 * 19.234 = 25.0042
    assert found.facts[call.target.fact].computed


def test_numbers_of_another_day_are_dated_in_the_note(tmp_path: Path) -> None:
    folder = called(tmp_path / "w")
    change(folder, "evidence/quote.toml", "as_of = 2024-06-30", "as_of = 2024-06-28")
    exhibit = next(page(compose(folder).document, "calls-0").exhibits())
    assert plain(exhibit.note) == "注：部分数值截至2024年6月28日"


def test_every_mistake_of_a_call_is_told_at_its_line(tmp_path: Path) -> None:
    call = (
        with_target()
        .replace('"002380.SZ"', '"002380"')
        .replace('rating = "买入"', 'rating = "增持"')
        .replace("price_day = 2024-06-28", "price_day = 2024-07-16")
        .replace("quote.target[科远智慧]", "firm.profit[2024E]")
        .replace("quote.benchmark[科远智慧]", "quote.price[科远智慧]")
        .replace('"2024E" = "firm.eps[2024E]"', '"2024E" = "firm.eps[2025E]"')
        .replace('analyst = "S0000000000000"', 'analyst = "S1"')
    )
    folder = called(tmp_path / "w", call)
    text = (folder / "yanbao.toml").read_text("utf-8").split("\n")
    found = mistakes(folder)
    expected = {
        "calls.0.security": 'write "002380.SZ"',
        "calls.0.rating": "'增持' is no company rating of the policy",
        "calls.0.price_day": "2024-07-16 is after the day of publication, 2024-07-15",
        "calls.0.target": "which is no price",
        "calls.0.benchmark_return": "not in %",
        "calls.0.estimates.eps.2024E": "is not of 2024E: it is of 2025-01-01 to 2025-12-31, an estimate",
        "calls.0.analyst": "'S1' is no licence of [[analysts]]",
    }
    assert set(found) == set(expected)
    for field, words in expected.items():
        assert words in found[field]
        line = int(found[field].split(":")[1])
        assert text[line - 1].startswith(field.split(".")[2])


@pytest.mark.parametrize(
    ("old", "new", "field", "words"),
    [
        ('price = "quote.price[科远智慧]"', 'price = "quote.prize[科远智慧]"', "calls.0.price", "no column `prize`"),
        ('price = "quote.price[科远智慧]"', 'price = "__import__(1)"', "calls.0.price", ""),
        ('price = "quote.price[科远智慧]"', 'price = "quote.price[科远智慧] - 20"', "calls.0.price", ""),
        ('"firm.profit[2024E]"', '"quote.price[科远智慧]"', "calls.0.estimates.net_profit.2024E", "no period"),
        ('"firm.profit[2024E]"', '"grid.growth[2023]"', "calls.0.estimates.net_profit.2024E", "no amount of money"),
        ("interests = { zh", "interests = { en", "calls.0.interests", "language zh"),
    ],
)  # fmt: skip
def test_a_number_that_is_none_of_a_call_is_refused(old: str, new: str, field: str, words: str, tmp_path: Path) -> None:
    call = CALL.replace(old, new)
    if field == "calls.0.interests":
        call = CALL.replace('zh = "本机构持有该公司股份不足百分之一。", ', "")
    found = mistakes(called(tmp_path / "w", call))
    assert list(found) == [field]
    assert words in found[field]


def test_two_calls_on_one_security_and_a_call_without_a_ledger_are_refused(tmp_path: Path) -> None:
    folder = called(tmp_path / "twice", CALL + CALL)
    assert "one call a security" in mistakes(folder)["calls.1.security"]
    bare = called(tmp_path / "bare", "")
    change(bare, "yanbao.toml", LEDGER, CALL)
    assert 'benchmark = "000300.SH"' in mistakes(bare)["ledger"]
    stock = called(tmp_path / "stock")
    change(stock, "yanbao.toml", '\nbenchmark = "000300.SH"', '\nbenchmark = "600519.SH"')
    assert "ledger.benchmark" in mistakes(stock)


@pytest.mark.parametrize("file", ["/etc/calls.csv", "../calls.csv", "calls.txt", "a\\\\calls.csv"])
def test_a_ledger_stands_beside_the_workspace(file: str, tmp_path: Path) -> None:
    folder = called(tmp_path / "w")
    change(folder, "yanbao.toml", "\n[ledger]\n", f'\n[ledger]\nfile = "{file}"\n')
    assert list(mistakes(folder)) == ["ledger.file"]


def test_a_sector_is_called_by_its_code_or_name(tmp_path: Path) -> None:
    folder = called(tmp_path / "w")
    add(
        folder,
        '[[calls]]\nscope = "sector"\nsecurity = "电力设备"\nname = { zh = "电力设备", en = "Power equipment" }\n'
        'rating = "强于大市"\nanalyst = "S0000000000000"\ninterests = { zh = "不适用。", en = "None." }\n',
    )
    company, sector = compose(folder).document.calls
    assert (sector.scope, sector.security, sector.price, sector.currency) == ("sector", "电力设备", None, "")
    assert sector.policy == "强于大市>5; 跟随大市[-5,5]; 弱于大市<-5"
    assert company.currency == "CNY"


def test_many_interests_go_over_several_pages(tmp_path: Path) -> None:
    folder = called(tmp_path / "w", "")
    long = "本机构及相关人员与该公司的关系如下：" + "持有股份、提供服务、担任职务均已逐项核对并在此披露。" * 6
    for number in range(20):
        code = f"60{1000 + number}.SH"
        one = CALL.replace('"002380.SZ"', f'"{code}"').replace("本机构持有该公司股份不足百分之一。", long)
        add(folder, one)
    found = compose(folder).document
    tables = [one for one in found.pages if one.id.startswith("calls-")]
    told = [one for one in found.pages if one.id.startswith("interests-")]
    assert [len(rows(one)) for one in tables] == [14, 6]
    assert len(told) > 1
    paragraphs = [block for one in told for block in one.paragraphs() if block.style == "small"]
    assert len(paragraphs) == 20
    assert plain(told[1].title) == "利益关系披露（续）"


def test_an_exact_quantity_of_months_is_printed(tmp_path: Path) -> None:
    call = with_target().replace("estimates.eps", "target_months = 12\nestimates.eps", 1)
    found = document(tmp_path / "w", call)
    assert rows(page(found, "calls-0"))[0][6] == "12个月"
    months = found.facts["workspace.calls.0.target_months"].quantity
    assert months == Quantity.exact(12, months.unit) if months else False


def test_the_call_that_a_new_workspace_shows_can_be_made(tmp_path: Path) -> None:
    folder = starter(tmp_path / "w")
    path = folder / "yanbao.toml"
    head, mark, shown = path.read_text("utf-8").partition("# [ledger]")
    path.write_text(
        head + "\n".join(line.removeprefix("# ").rstrip("#") for line in (mark + shown).split("\n")), "utf-8"
    )
    (call,) = compose(folder).document.calls
    assert (call.scope, call.security, call.rating, call.benchmark) == ("sector", "电力设备", "强于大市", "000300.SH")
