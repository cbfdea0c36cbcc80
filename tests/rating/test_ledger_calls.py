"""What the ledger gives entries, what it refuses, what becomes of calls; entries read back as they were printed."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rating.ledgers import AT, DAY, LINE, MODEL, REPORT, ended, estimate, model_entries, model_ledger, rated
from yanbao.errors import RatingError, WorkspaceError
from yanbao.rating import ACTIONS, COLUMNS, MEASURES, Call, Entry, append, correction, read_ledger
from yanbao.rating.entry import entry_of
from yanbao.rating.ledger import printed

NEXT, LATER = DAY + timedelta(days=30), DAY + timedelta(days=60)


def recorded(folder: Path, *entries: Entry) -> dict[str, Call]:
    append(folder / "calls.csv", entries, recorded=AT)
    return {call.id: call for call in read_ledger(folder / "calls.csv").calls()}


def refused(folder: Path, *entries: Entry) -> list[tuple[str, str]]:
    path = folder / "calls.csv"
    before = path.read_bytes() if path.exists() else None
    with pytest.raises(WorkspaceError) as caught:
        append(path, entries)
    assert (path.read_bytes() if path.exists() else None) == before
    return [(mistake.field, mistake.cause) for mistake in caught.value.mistakes]


def test_the_six_calls_of_the_model_report(tmp_path: Path) -> None:
    ledger = model_ledger(tmp_path)
    calls = ledger.calls()
    assert [(call.id, call.entry.security, str(call.entry.price)) for call in calls] == [
        (f"C{number:05d}", code, price) for number, (code, _, price, _) in enumerate(MODEL, 1)
    ]
    assert [[str(one.value) for one in call.estimates] for call in calls] == [[eps] for _, _, _, eps in MODEL]
    assert {(call.fate, call.entry.action, call.entry.price_day) for call in calls} == {("standing", "initiate", None)}
    assert ledger.entries[0].recorded == AT


@pytest.mark.parametrize(
    ("first", "then", "action"),
    [("买入", "买入", "maintain"), ("持有", "买入", "raise"), ("买入", "卖出", "cut"), ("中性", "回避", "cut")],
)
def test_what_a_rating_does_follows_from_the_one_that_stands(
    tmp_path: Path, first: str, then: str, action: str
) -> None:
    calls = recorded(tmp_path, rated(rating=first), rated(rating=then, day=NEXT))
    assert [call.entry.action for call in calls.values()] == ["initiate", action]
    old, new = calls.values()
    assert (old.fate, old.ended.day if old.ended else None, old.ended.by if old.ended else "") == (
        "superseded",
        NEXT,
        "C00002",
    )
    assert new.fate == "standing"
    assert old.standing_on(DAY)
    assert not old.standing_on(NEXT)
    assert not old.standing_on(DAY - timedelta(days=1))


def test_another_action_than_follows_is_refused(tmp_path: Path) -> None:
    recorded(tmp_path, rated(rating="持有"))
    ((field, cause),) = refused(tmp_path, rated(rating="买入", day=NEXT, action="cut"))
    assert field == "action"
    assert cause == f"is stated as cut, but C00001 stands at 持有 on {NEXT}: this is raise"
    recorded(tmp_path, rated(rating="买入", day=NEXT, action="raise"))


def test_what_ended_a_call_and_what_comes_after(tmp_path: Path) -> None:
    calls = recorded(
        tmp_path,
        rated(),
        ended("suspend", day=NEXT),
        rated(rating="持有", day=LATER),
        ended("withdraw", day=LATER + timedelta(days=1), reason="换组"),
        rated(rating="买入", day=LATER + timedelta(days=9)),
        rated("688041.SH"),
        ended("drop", "688041.SH", NEXT),
    )
    assert [(one.entry.action, one.fate) for one in calls.values()] == [
        ("initiate", "superseded"),
        ("cut", "withdrawn"),
        ("initiate", "standing"),
        ("initiate", "dropped"),
    ]
    assert [(one.day, one.kind, one.by) for one in calls["C00001"].events] == [
        (NEXT, "suspended", ""),
        (LATER, "superseded", "C00002"),
    ]
    assert [(one.kind, one.reason) for one in calls["C00002"].events] == [("withdrawn", "换组")]
    assert not calls["C00001"].standing_on(NEXT)


def test_a_suspended_call_says_so(tmp_path: Path) -> None:
    (call,) = recorded(tmp_path, rated(), ended("suspend", day=NEXT)).values()
    assert (call.fate, call.ended) == ("suspended", None)


def test_an_import_of_older_ratings_goes_before_the_newer(tmp_path: Path) -> None:
    recorded(tmp_path, rated(rating="持有", day=NEXT))
    calls = recorded(tmp_path, rated(rating="买入", day=DAY))
    assert [(one.entry.published, one.entry.action, one.fate) for one in calls.values()] == [
        (NEXT, "initiate", "standing"),
        (DAY, "initiate", "superseded"),
    ]
    assert calls["C00002"].events[0].by == "C00001"


def test_houses_and_scopes_stand_apart(tmp_path: Path) -> None:
    calls = recorded(tmp_path, rated(house="甲"), rated(house="乙", rating="卖出"), rated(house="甲", day=NEXT))
    assert [one.fate for one in calls.values()] == ["superseded", "standing", "standing"]
    sector = rated(
        "801750.SI", "强于大市", scope="sector", policy="强于大市>5; 跟随大市[-5,5]; 弱于大市<-5", name="计算机"
    )
    assert recorded(tmp_path, sector)["C00004"].entry.action == "initiate"


def test_a_changed_policy_asks_what_the_rating_does(tmp_path: Path) -> None:
    recorded(tmp_path, rated())
    other = "推荐>15; 中性[-15,15]; 减持<-15"
    ((field, cause),) = refused(tmp_path, rated(rating="推荐", policy=other, day=NEXT))
    assert field == "action"
    assert "'买入', which is no rating of this policy: say whether" in cause
    assert recorded(tmp_path, rated(rating="推荐", policy=other, day=NEXT, action="maintain"))[
        "C00002"
    ].entry.action == ("maintain")


def test_a_correction_restates_an_entry_and_leaves_it(tmp_path: Path) -> None:
    ledger = model_ledger(tmp_path)
    wrong = correction(ledger, 1, NEXT, "价格误植", {"price": "18.03", "price_day": "2024-07-12"})
    eps = correction(ledger, 2, LATER, "口径", {"value": "1.02"})
    append(ledger.path, [wrong, eps])
    again = correction(read_ledger(ledger.path), 1, LATER, "再正", {"price_day": ""})
    append(ledger.path, [again])
    after = read_ledger(ledger.path)
    assert str(after.entries[0].price) == "18.30", "what was published stays"
    call = after.calls()[0]
    assert (str(call.entry.price), call.entry.price_day, call.entry.published) == ("18.03", None, DAY)
    assert (call.entry.entry, call.entry.action, call.entry.report) == (1, "initiate", REPORT)
    assert [str(one.value) for one in call.estimates] == ["1.02"]
    assert [(one.day, one.kind, one.reason) for one in call.events] == [
        (NEXT, "corrected", "价格误植"),
        (LATER, "corrected", "口径"),
        (LATER, "corrected", "再正"),
    ]
    assert call.fate == "standing"


def test_what_cannot_be_corrected(tmp_path: Path) -> None:
    ledger = model_ledger(tmp_path)
    with pytest.raises(WorkspaceError) as caught:
        correction(
            ledger, 1, NEXT, "x", {"security": "600519.SH", "published": "2024-07-01", "shape": "1", "price": "x"}
        )
    assert [one.field for one in caught.value.mistakes] == ["price", "published", "security", "shape", "shape"]
    with pytest.raises(RatingError, match="has no such entry"):
        correction(ledger, 13, NEXT, "x", {"price": "1"})
    append(ledger.path, [ended("suspend", day=NEXT)])
    with pytest.raises(RatingError, match="states nothing that could be corrected"):
        correction(read_ledger(ledger.path), 13, NEXT, "x", {"name": "x"})


def test_entries_say_all_that_is_missing_or_too_much(tmp_path: Path) -> None:
    told = refused(
        tmp_path,
        rated(policy="", benchmark="", horizon=None),
        rated("688041.SH", "强买"),
        rated("2380"),
        rated("000300.SH"),
        rated("688111.SH", price=Decimal(10)),
        rated("688111.SH", target=Decimal(10), currency="CNY"),
        rated("688111.SH", price=Decimal("-1"), currency="CNY"),
        rated("688111.SH", price=Decimal("1e20"), currency="CNY"),
        rated("688111.SH", price=Decimal("NaN"), currency="CNY"),
        rated("688111.SH", price=Decimal(1), currency="CNY", price_day=NEXT),
        rated("688111.SH", benchmark="000034.SZ"),
        rated("688111.SH", measure="eps"),
        rated("688111.SH", report="x"),
    )
    assert ("policy", "is empty: a rating states it") in told
    assert ("benchmark", "is empty: a rating states it") in told
    assert ("horizon", "is empty: a rating states it") in told
    assert ("rating", "'强买' is no rating of the policy") in told
    assert any(field == "security" and "fewer than 6 digits" in cause for field, cause in told)
    assert any(field == "security" and "is an index, not a stock" in cause for field, cause in told)
    assert ("currency", "is empty, and there is a price") in told
    assert ("target_horizon", "is empty, and there is a target") in told
    assert ("price", "-1 is no price: it has to be above 0") in told
    assert ("price", "'100000000000000000000' is no number") in told
    assert ("price", "'NaN' is no number") in told
    assert ("price_day", f"{NEXT} is after the day of publication, {DAY}") in told
    assert ("benchmark", "'000034.SZ' is a stock, not an index") in told
    assert ("measure", "is stated: a rating has none") in told
    assert ("report", "'x' is no SHA-256 of 64 digits") in told


def test_an_estimate_needs_a_call_that_stands(tmp_path: Path) -> None:
    assert refused(tmp_path, estimate()) == [
        ("call", f"no call on 002380.SZ stands on {DAY}: nothing can be said of one")
    ]
    assert len(refused(tmp_path, rated(rating="强买"), estimate())) == 1, "what follows from a mistake is not told"
    recorded(tmp_path, rated(), estimate())
    assert refused(tmp_path, estimate("688041.SH", call="C00001"))[0][0] == "call"
    assert refused(tmp_path, estimate(call="C00009"))[0][1] == "C00009 is no call of this ledger before this entry"
    assert refused(tmp_path, estimate(day=DAY - timedelta(days=1), call="C00001"))[0][0] == "published"
    later = recorded(tmp_path, estimate(value="0.00", day=NEXT), estimate(value="-0.35", day=LATER))["C00001"].estimates
    assert [str(one.value) for one in later] == ["1.00", "0.00", "-0.35"]


def test_a_report_is_recorded_once(tmp_path: Path) -> None:
    ledger = model_ledger(tmp_path)
    told = refused(tmp_path, *model_entries())
    assert told[0] == ("report", "this call of this very report is entry 1 already")
    assert len(told) == 6, "the estimates of a call that is there already are not told beside it"
    assert read_ledger(ledger.path).head == ledger.head


def test_same_entries_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    assert model_ledger(tmp_path / "a").path.read_bytes() == model_ledger(tmp_path / "b").path.read_bytes()


def texts(most: int = 12) -> st.SearchStrategy[str]:
    signs = st.characters(blacklist_categories=("C", "Z"))
    inner = st.text(st.one_of(signs, st.sampled_from(' ,";　')), max_size=most)
    return inner.map(str.strip).filter(lambda text: not text.startswith(("=", "+", "-", "@")))


numbers = st.decimals(-(10**9), 10**9, places=3).map(lambda one: one or Decimal(0))
amounts = st.decimals("0.001", 10**9, places=3)
hashes = st.text("0123456789abcdef", min_size=64, max_size=64)
days = st.dates(date(1990, 1, 1), date(2100, 1, 1))


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    maybe = st.none()
    return Entry(
        entry=draw(st.integers(1, 10**9 - 1)),
        recorded=draw(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1))).replace(microsecond=0, tzinfo=UTC),
        published=draw(days),
        action=draw(st.sampled_from(ACTIONS)),
        call=f"C{draw(st.integers(1, 10**8)):05d}",
        scope=draw(st.sampled_from(("company", "sector"))),
        security=draw(texts().filter(bool)),
        name=draw(texts()),
        rating=draw(texts()),
        policy=draw(st.sampled_from(("", LINE))),
        benchmark=draw(st.sampled_from(("", "000300.SH", "HSI.HK"))),
        horizon=draw(st.one_of(maybe, st.integers(1, 120))),
        target=draw(st.one_of(maybe, amounts)),
        target_horizon=draw(st.one_of(maybe, st.integers(1, 120))),
        price=draw(st.one_of(maybe, amounts)),
        price_day=draw(st.one_of(maybe, days)),
        currency=draw(st.sampled_from(("", "CNY"))),
        measure=draw(st.one_of(maybe, st.sampled_from(MEASURES))),
        period=draw(st.sampled_from(("", "2024E", "2024H1E"))),
        value=draw(st.one_of(maybe, numbers)),
        unit=draw(st.sampled_from(("", "元", "百万元"))),
        analyst=draw(texts()),
        licence=draw(texts()),
        house=draw(texts()),
        report=draw(st.one_of(st.just(""), hashes)),
        title=draw(texts(60)),
        reason=draw(texts(60)),
        corrects=draw(st.one_of(maybe, st.integers(1, 99))),
        source=draw(texts()),
        previous=draw(hashes),
        hash=draw(hashes),
    )


@settings(max_examples=60, deadline=None)
@given(entries())
def test_an_entry_reads_back_as_it_was_printed(entry: Entry) -> None:
    rows = list(csv.reader(io.StringIO(printed([entry.cells]), newline=""), strict=True))
    assert rows[0] == [column.name for column in COLUMNS]
    again, faults = entry_of(rows[1])
    assert faults == []
    assert again == entry
    assert again.cells == entry.cells, "numbers keep the zeros that they were printed with"


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(MODEL), st.sampled_from(("买入", "持有", "卖出")), days), min_size=1, max_size=6)
)
def test_whatever_was_recorded_in_any_order_is_whole(
    tmp_path_factory: pytest.TempPathFactory, given_calls: list[tuple[tuple[str, ...], str, date]]
) -> None:
    path = tmp_path_factory.mktemp("ledger") / "calls.csv"
    for model, rating, day in given_calls:
        append(path, [rated(model[0], rating, day)])
    calls = read_ledger(path).calls()
    assert len(calls) == len(given_calls)
    standing = {call.entry.security: call.entry.published for call in calls if call.fate == "standing"}
    newest: dict[str, date] = {}
    for model, _, day in given_calls:
        newest[model[0]] = max(day, newest.get(model[0], day))
    assert standing == newest, "of each security the newest call stands, in whatever order they came in"


def test_an_entry_is_frozen() -> None:
    with pytest.raises(AttributeError):
        rated().price = Decimal(1)  # type: ignore[misc]
    assert replace(rated(), price=Decimal("1.10")).cells != rated().cells
