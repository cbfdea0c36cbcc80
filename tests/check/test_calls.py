"""Stops calls that are not the report's: another year's number, another rating on a page, a target that does not fit."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from called import CALL, add, called, with_target
from workspaces import change
from yanbao.author import compose
from yanbao.author.rating_record import standing
from yanbao.build.folder import write_sources
from yanbao.check import calls, rating_record
from yanbao.check.inputs import Inputs
from yanbao.check.subject import Subject
from yanbao.document.tree import Call, Document, Figure, Page
from yanbao.quantity import Quantity
from yanbao.rating import Entry, Ledger, append, correction, read_ledger


def subject_of(workspace: Path, folder: Path, language: str | None = None) -> Subject:
    """Compose a workspace, and keep its inputs as a build does."""
    made = compose(workspace, language=language)  # type: ignore[arg-type]
    folder.mkdir()
    write_sources(folder, made.document, made.inputs)
    return Subject(made.document, folder / "inputs")


def codes(subject: Subject, check: Callable[[Subject], Iterable[object]] = calls.findings) -> list[str]:
    return [finding.code for finding in check(subject)]  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Subject:
    folder = tmp_path_factory.mktemp("calls")
    return subject_of(called(folder / "w", with_target()), folder / "out")


def changed(subject: Subject, change_it: Callable[[Call], Call]) -> Subject:
    (call,) = subject.document.calls
    return Subject(replace(subject.document, calls=(change_it(call),)), subject.inputs)


def test_sound_calls_have_no_finding(sound: Subject, tmp_path: Path) -> None:
    assert codes(sound) == []
    english = subject_of(called(tmp_path / "w", with_target()), tmp_path / "out", "en")
    assert codes(english) == []


@pytest.mark.parametrize(
    ("change_it", "code", "words"),
    [
        (lambda call: replace(call, price=Figure("firm.eps@2024E", 2)), "call", "the price of the call"),
        (lambda call: replace(call, price=Figure("quote.price@科远智慧", 1)), "call", "no page prints the price"),
        (lambda call: replace(call, price=Figure("nowhere", 2)), "call", "has no value in the document"),
        (lambda call: replace(call, price=None), "call", "stands in yanbao.toml only"),
        (lambda call: replace(call, estimates=call.estimates[:2]), "call", "estimates.net_profit.2024E"),
        (
            lambda call: replace(
                call, estimates=(replace(call.estimates[0], figure=call.estimates[1].figure), *call.estimates[1:])
            ),
            "call",
            "firm.eps[2024E] is 1.00元",
        ),
        (lambda call: replace(call, security="600519.SH"), "call", "the security of the call"),
        (lambda call: replace(call, name="科大讯飞"), "call", "the name of the call"),
        (lambda call: replace(call, benchmark="000905.SH"), "call", "declares 000300.SH"),
        (lambda call: replace(call, horizon_months=12), "call", "declares 6"),
        (lambda call: replace(call, target_months=12), "call", "declares 6"),
        (lambda call: replace(call, price_day=None), "call", "declares 2024-06-28"),
        (lambda call: replace(call, analyst="别人"), "call", "declares 'An Analyst / 某分析师'"),
        (lambda call: replace(call, licence="S1"), "call", "declares S0000000000000"),
        (lambda call: replace(call, rating="卖出"), "call-rating", "declares '买入'"),
        (
            lambda call: replace(call, policy="买入>10; 中性[-20,10]; 卖出<-20"),
            "rating-definitions",
            "not the bands of yanbao.toml",
        ),
        (lambda call: replace(call, policy="nonsense"), "rating-definitions", "cannot be read"),
    ],
)  # fmt: skip
def test_a_call_that_is_not_as_declared_is_found(
    change_it: Callable[[Call], Call], code: str, words: str, sound: Subject
) -> None:
    found = list(calls.findings(changed(sound, change_it)))
    assert code in {finding.code for finding in found}
    assert any(words in finding.explanation for finding in found), [finding.explanation for finding in found]


def test_a_call_left_out_of_the_document_is_found(sound: Subject) -> None:
    assert codes(Subject(replace(sound.document, calls=()), sound.inputs)) == ["call"]


def without(document: Document, identifier: str) -> Document:
    pages: tuple[Page, ...] = tuple(page for page in document.pages if page.id != identifier)
    return replace(document, pages=pages)


def test_a_report_that_does_not_print_its_calls_or_interests_is_found(sound: Subject) -> None:
    assert codes(Subject(without(sound.document, "interests-0"), sound.inputs)) == ["interests"]
    numbers_and_rating = codes(Subject(without(sound.document, "calls-0"), sound.inputs))
    assert Counter(numbers_and_rating) == {"call": 6, "call-rating": 1}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("维持科远智慧“买入”评级。", False),
        ("上调科远智慧评级至“买入”，原“中性”评级。", False),
        ("给予科远智慧“中性”评级。", True),
        ("科远智慧评级为卖出。", True),
        ("建议逢低买入科远智慧。", False),  # advice in words, no rating
        ("科远智慧之外，给予另一公司“卖出”评级。", True),  # it names no other security that is called
        ("另一公司获“卖出”评级。", False),
    ],
)
def test_a_rating_in_the_prose_is_the_one_called(text: str, found: bool, tmp_path: Path) -> None:
    workspace = called(tmp_path / "w")
    change(workspace, "report/02-risks.md", "- 政策推进", f"- {text}\n- 政策推进")
    assert codes(subject_of(workspace, tmp_path / "out")) == (["call-rating"] if found else [])


def test_prose_of_two_securities_is_left_out(tmp_path: Path) -> None:
    workspace = called(tmp_path / "w")
    add(workspace, CALL.replace("002380.SZ", "600519.SH").replace("科远智慧", "茅台", 1).replace('"买入"', '"卖出"'))
    change(workspace, "report/02-risks.md", "- 政策推进", "- 给予科远智慧“买入”评级、茅台“卖出”评级。\n- 政策推进")
    assert codes(subject_of(workspace, tmp_path / "out")) == []


@pytest.mark.parametrize(("head", "found"), [("投资评级", True), ("前次评级", False), ("建议", True)])
def test_a_rating_in_a_table_is_the_one_called(head: str, found: bool, tmp_path: Path) -> None:
    workspace = called(tmp_path / "w")
    (workspace / "evidence/list.csv").write_text("name,rating\n科远智慧,中性\n别家,卖出\n", "utf-8")
    (workspace / "evidence/list.toml").write_text(
        'title = "评级"\norigin = "swsc"\nas_of = 2024-06-30\n[columns.name]\nlabel = "公司"\n'
        f'[columns.rating]\nlabel = "{head}"\nkind = "text"\n',
        "utf-8",
    )
    exhibit = '```exhibit ratings-list\nkind = "plain"\ntitle = "评级一览"\ndata = "list"\n```\n'
    path = workspace / "report/02-risks.md"
    path.write_text(path.read_text("utf-8") + "\n" + exhibit, "utf-8")
    assert codes(subject_of(workspace, tmp_path / "out")) == (["call-rating"] if found else [])


@pytest.mark.parametrize(
    ("target", "benchmark", "rating", "agrees"),
    [
        ("25.00", "5.0", "买入", True),  # 25/18.30 - 1 = 36.6 %, less 5 %: +31.6 %
        ("20.00", "5.0", "买入", False),  # 9.3 % - 5 % = 4.3 %: neutral
        ("20.00", "5.0", "中性", True),
        ("25.00", "5.0", "中性", False),
        ("22.87", "5.0", "买入", True),  # 24.97 % - 5.0 % = 19.97 %: the benchmark's last place leaves it open
        ("22.80", "5.0", "买入", False),  # 24.59 % - 5.0 % = 19.59 %: it does not
        ("22.80", "4.0", "买入", True),  # 20.59 %
        ("13.00", "5.0", "卖出", True),  # -28.96 % - 5 % = -33.96 %
        ("18.30", "5.0", "卖出", False),  # 0 % - 5 % = -5 %
    ],
)  # fmt: skip
def test_target_price_and_rating_agree_by_the_benchmarks_expected_return(
    target: str, benchmark: str, rating: str, agrees: bool, tmp_path: Path
) -> None:
    workspace = called(tmp_path / "w", with_target().replace('rating = "买入"', f'rating = "{rating}"'))
    change(workspace, "evidence/quote.csv", "25.00,5.0", f"{target},{benchmark}")
    assert codes(subject_of(workspace, tmp_path / "out")) == ([] if agrees else ["call-target"])


def test_a_target_over_another_horizon_or_without_the_benchmarks_return_is_not_weighed(tmp_path: Path) -> None:
    low = with_target().replace("estimates.eps", "target_months = 12\nestimates.eps", 1)
    for number, call in enumerate((low, with_target().replace('benchmark_return = "quote.benchmark[科远智慧]"\n', ""))):
        workspace = called(tmp_path / f"w{number}", call)
        change(workspace, "evidence/quote.csv", "25.00,5.0", "18.40,5.0")
        assert codes(subject_of(workspace, tmp_path / f"out{number}")) == []


# -- the record of ratings ---------------------------------------------------------------------------------------------


def entry(day: date, security: str, rating: str = "买入", **more: object) -> Entry:
    policy = "买入>20; 中性[-20,20]; 卖出<-20"
    return Entry(
        published=day, security=security, name=security, rating=rating, policy=policy, benchmark="000300.SH", horizon=6,
        **more,  # type: ignore[arg-type]
    )  # fmt: skip


def ending(day: date, security: str, action: str) -> Entry:
    return Entry(published=day, security=security, action=action, reason="停牌")  # type: ignore[arg-type]


HISTORY = [
    entry(date(2023, 7, 15), "600000.SH"),  # a year old on 2024-07-15: no longer counted
    entry(date(2023, 7, 16), "600004.SH"),
    entry(date(2024, 1, 10), "600006.SH"),
    entry(date(2024, 2, 10), "600006.SH", "卖出"),  # cut: counted once, as it stands
    entry(date(2024, 3, 1), "600007.SH"),
    ending(date(2024, 4, 1), "600007.SH", "suspend"),
    entry(date(2024, 3, 1), "600008.SH", "中性"),
    ending(date(2024, 7, 16), "600008.SH", "drop"),  # after the report: it still stood
    entry(date(2024, 3, 2), "600009.SH", house="别家证券"),  # another house's, imported
]


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    workspace = called(tmp_path / "w")
    append(workspace / "calls.csv", HISTORY)
    return workspace


def test_the_distribution_counts_what_stands(recorded: Path, tmp_path: Path) -> None:
    subject = subject_of(recorded, tmp_path / "out")
    assert codes(subject, rating_record.findings) == []
    facts = subject.document.facts
    counts = {name: facts[f"ratings_company.count@{name}"].quantity for name in ("买入", "中性", "卖出", "合计")}
    assert {name: count.value for name, count in counts.items() if count} == {
        "买入": 1,
        "中性": 1,
        "卖出": 1,
        "合计": 3,
    }
    head = read_ledger(recorded / "calls.csv").head
    assert facts["ledger_state.head@calls.csv"].text == f"9:{head.hash}"
    assert not any(key.startswith("ratings_sector") for key in facts)


@pytest.mark.parametrize(
    ("file", "old", "new", "lie"),
    [
        ("ratings_company", "买入,1", "买入,2", ("count@买入", 2)),
        ("ledger_state", "calls.csv,9,9:", "calls.csv,9,8:", ("head@calls.csv", "8:" + "0" * 64)),
        ("ledger_state", "calls.csv,9,", "calls.csv,8,", ("entries@calls.csv", 8)),
        ("ledger_state", ",12\n", ",24\n", ("months@calls.csv", 24)),
    ],
)
def test_a_record_that_is_not_the_ledgers_is_found(
    file: str, old: str, new: str, lie: tuple[str, int | str], recorded: Path, tmp_path: Path
) -> None:
    """The table and the document say the same, so that the cells prove; only the ledger tells."""
    made = compose(recorded)
    key, said = f"{file}.{lie[0]}", lie[1]
    fact = made.document.facts[key]
    unit = fact.quantity.unit if fact.quantity else None
    other = replace(fact, text=said) if isinstance(said, str) else replace(fact, quantity=Quantity.exact(said, unit))
    document = replace(made.document, facts={**made.document.facts, key: other})
    name = f"evidence/{file}.csv"
    text = made.inputs[name].decode()
    assert text.count(old) == 1
    (tmp_path / "out").mkdir()
    write_sources(tmp_path / "out", document, {**made.inputs, name: text.replace(old, new).encode()})
    assert codes(Subject(document, tmp_path / "out/inputs"), rating_record.findings) == ["rating-record"]


def test_a_corrected_rating_counts_as_corrected(recorded: Path, tmp_path: Path) -> None:
    path = recorded / "calls.csv"
    append(path, [correction(read_ledger(path), 2, date(2024, 7, 2), "误录", {"rating": "卖出"})])
    subject = subject_of(recorded, tmp_path / "out")
    assert codes(subject, rating_record.findings) == []
    count = subject.document.facts["ratings_company.count@卖出"].quantity
    assert count is not None
    assert count.value == 2


def test_a_ledger_that_was_altered_or_left_out_of_the_inputs_is_found(recorded: Path, tmp_path: Path) -> None:
    subject = subject_of(recorded, tmp_path / "out")
    path = subject.inputs / "calls.csv"
    text = path.read_text("utf-8")
    path.write_text(text.replace("2024-02-10,cut", "2024-02-11,cut"), "utf-8")
    (finding,) = rating_record.findings(Subject(subject.document, subject.inputs))
    assert "the ledger is broken: entry 4" in finding.explanation
    path.unlink()
    found = codes(Subject(subject.document, subject.inputs), rating_record.findings)
    assert set(found) == {"rating-record"}
    assert len(found) == 4  # the entries, and each of the three counts: nothing stands in no ledger


def test_a_report_that_does_not_show_the_record_is_found(recorded: Path, tmp_path: Path) -> None:
    subject = subject_of(recorded, tmp_path / "out")
    found = codes(Subject(without(subject.document, "record"), subject.inputs), rating_record.findings)
    assert found == ["rating-record"] * 6


@pytest.mark.parametrize("seed", range(12))
def test_both_ways_to_count_agree_on_any_ledger(seed: int, tmp_path: Path) -> None:
    """The author plays the ledger's calls; the proof counts rows of the file."""
    chance = random.Random(seed)
    securities = [f"60000{number}.SH" for number in range(6)]
    path = tmp_path / "calls.csv"
    day = date(2022, 1, 1)
    for _ in range(40):
        day += timedelta(days=chance.randrange(60))
        security = chance.choice(securities)
        stands = any(call.entry.security == security for call in _open(path, day))
        if stands and chance.random() < 0.3:
            append(path, [ending(day, security, chance.choice(["suspend", "withdraw", "drop"]))])
        else:
            append(path, [entry(day, security, chance.choice(["买入", "中性", "卖出"]))])
    ledger = read_ledger(path)
    rows = list(Inputs(tmp_path).sheet("calls.csv").rows.values())
    for _ in range(10):
        on = date(2022, 1, 1) + timedelta(days=chance.randrange(1500))
        assert Counter(standing(ledger, on)) == rating_record._standing(rows, on)


def _open(path: Path, day: date) -> list[object]:
    ledger = read_ledger(path) if path.exists() else Ledger(path, ())
    return [call for call in ledger.calls() if call.ended is None and call.entry.published <= day]


@pytest.mark.parametrize(
    ("published", "counted"),
    [(date(2023, 2, 28), False), (date(2023, 3, 1), True), (date(2024, 2, 29), True), (date(2024, 3, 1), False)],
)
def test_a_year_before_the_29th_of_february_begins_on_the_28th(published: date, counted: bool, tmp_path: Path) -> None:
    append(tmp_path / "calls.csv", [entry(published, "600000.SH")])
    on = date(2024, 2, 29)
    rows = list(Inputs(tmp_path).sheet("calls.csv").rows.values())
    assert bool(list(standing(read_ledger(tmp_path / "calls.csv"), on))) is counted
    assert bool(rating_record._standing(rows, on)) is counted


def test_a_rating_of_an_older_policy_has_its_own_row(tmp_path: Path) -> None:
    workspace = called(tmp_path / "w")
    older = replace(entry(date(2024, 3, 1), "600000.SH", "增持"), policy="增持>5; 减持<=5")
    append(workspace / "calls.csv", [older])
    subject = subject_of(workspace, tmp_path / "out")
    assert codes(subject, rating_record.findings) == []
    count = subject.document.facts["ratings_company.count@增持"].quantity
    assert count is not None
    assert count.value == 1


def test_a_table_of_ones_own_under_the_name_of_the_record_is_refused(tmp_path: Path) -> None:
    from yanbao.errors import WorkspaceError

    workspace = called(tmp_path / "w")
    for suffix in ("csv", "toml"):
        shutil.copy(workspace / f"evidence/grid.{suffix}", workspace / f"evidence/ledger_state.{suffix}")
    with pytest.raises(WorkspaceError, match="is a table that the build makes of the ledger"):
        compose(workspace)
