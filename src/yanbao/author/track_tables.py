"""A scorecard of calls as tables of the evidence: which columns, which rows, and what stands below their exhibits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from statistics import median
from typing import TYPE_CHECKING

from yanbao.author.track_words import ENTRIES, FATES, MEASURES, OUTCOMES, STATUSES, Pair, Words
from yanbao.errors import ExhibitError
from yanbao.evidence import Bilingual
from yanbao.evidence.answer_csv import cell_text
from yanbao.evidence.track_table import TrackColumn, Tracked, TrackQuery

if TYPE_CHECKING:
    from yanbao.rating.tables import CallRow, Scorecard, ScoreRow

PRICES = ("adjusted_price", "index_level", "trading_status")
FIGURES = ("statement", "shares", "corporate_action")
_NONE = "(none)"
_ALL = "all"
_NO_OUTCOME: Pair = ("没有已出结果的评级", "no call has an outcome")
_PERCENT = Fraction(100)
_NOTHING = 1e-12  # what is left of 0 when fractions are added up

_SCORES: dict[str, tuple[Pair, str]] = {  # field of a row of scores: label, unit ("" is a count)
    "calls": (("评级次数", "Calls"), ""),
    "n": (("已出结果", "With outcome"), ""),
    "months": (("建仓月数", "Months"), ""),
    "hits": (("命中次数", "Hits"), ""),
    "hit_rate": (("命中率", "Hit rate"), "%"),
    "hit_low": (("命中率下限", "Hit rate, low"), "%"),
    "hit_high": (("命中率上限", "Hit rate, high"), "%"),
    "base_rate": (("基准命中率", "Base rate"), "%"),
    "random_low": (("随机选股下限", "Random picks, low"), "%"),
    "random_high": (("随机选股上限", "Random picks, high"), "%"),
    "mean": (("平均相对收益", "Mean relative return"), "%"),
    "median": (("相对收益中位数", "Median relative return"), "%"),
    "standard_error": (("标准误", "Standard error"), "%"),
    "low": (("平均收益下限", "Mean, low"), "%"),
    "high": (("平均收益上限", "Mean, high"), "%"),
    "universe_mean": (("全体成员平均", "Universe mean"), "%"),
    "random_mean_low": (("随机平均下限", "Random mean, low"), "%"),
    "random_mean_high": (("随机平均上限", "Random mean, high"), "%"),
    "open": (("期内", "Open"), ""),
    "missing": (("无价格", "No price"), ""),
    "late": (("建仓过晚", "Late starts"), ""),
    "suspended": (("停牌", "Suspended"), ""),
    "delisted": (("退市", "Delisted"), ""),
    "hit_rate_if_lost": (("缺失按-100%计的命中率", "Hit rate, missing at -100 %"), "%"),
    "hit_rate_if_benchmark": (("缺失按基准计的命中率", "Hit rate, missing at the benchmark"), "%"),
    "mean_if_lost": (("缺失按-100%计的平均", "Mean, missing at -100 %"), "%"),
    "mean_if_benchmark": (("缺失按基准计的平均", "Mean, missing at the benchmark"), "%"),
}


def track_table(query: TrackQuery, card: Scorecard, words: Words, ledger: Pair, lines: Mapping[str, int]) -> Tracked:
    """Return the table that a question asks of a scorecard.

    Args:
        query: the question.
        card: the record, scored with the question's options.
        words: the language of cells that hold words.
        ledger: how origin lines name the ledger.
        lines: the line of each call in the ledger.

    Raises:
        ExhibitError: the record has no row for the table.
    """
    made = _TABLES[query.table](query, card, words, lines)
    if not made.rows:
        hint = (
            "calls carry forecasts as entries of action estimate" if query.table in _OF_FORECASTS else "`yanbao track`"
        )
        raise ExhibitError(f"the record has no rows for `{query.table}`\n    hint: {hint}")
    told = _coverage(query, card, words)
    return Tracked(made.columns, made.rows, told, ledger, made.tables, made.labels, made.totals)


class _Made:
    """Columns, rows and names of rows of one table."""

    def __init__(
        self,
        columns: Iterable[TrackColumn],
        rows: Iterable[Sequence[str]],
        labels: Mapping[str, Pair] | None = None,
        tables: tuple[str, ...] = PRICES,
    ) -> None:
        self.columns, self.rows = tuple(columns), tuple(tuple(row) for row in rows)
        self.labels, self.tables = labels or {}, tables
        self.totals: tuple[str, ...] = ()


def _share(value: float | None) -> str:
    if value is None:
        return _NONE
    return cell_text(0.0 if abs(value) < _NOTHING else value, _PERCENT)


def _figure(value: float | None) -> str:
    """Return a forecast as it was typed: without the zeros that eight digits would put behind it."""
    return _NONE if value is None else format(Decimal(f"{value:.8g}"), "f")


def _key(identifier: str, zh: str, en: str) -> TrackColumn:
    return TrackColumn(identifier, (zh, en), kind="text")


def _count(identifier: str, label: Pair) -> TrackColumn:
    return TrackColumn(identifier, label, kind="exact")


def _percent(identifier: str, label: Pair, missing: Mapping[str, Pair] | None = None) -> TrackColumn:
    return TrackColumn(identifier, label, "%", missing=missing or {_NONE: _NO_OUTCOME})


def _scores(rows: Sequence[tuple[str, ScoreRow]], key: TrackColumn, labels: Mapping[str, Pair]) -> _Made:
    columns = [_percent(name, label) if unit else _count(name, label) for name, (label, unit) in _SCORES.items()]
    cells = (
        (
            name,
            *(
                _share(getattr(row, field)) if unit else str(getattr(row, field))
                for field, (_, unit) in _SCORES.items()
            ),
        )
        for name, row in rows
    )
    return _Made([key, *columns], cells, labels)


def _scorecard(query: TrackQuery, card: Scorecard, words: Words, lines: Mapping[str, int]) -> _Made:
    """Groups in the order of the policy's ratings, or by name; all of them together are the total at the foot."""
    rows = [(row.group, row) for row in _ordered(query, card, words)]
    made = _scores(rows, _key("group", "分组", "Group"), {group: words.pair(group) for group, _ in rows})
    made.totals = (_ALL,) if len(rows) > 1 else ()
    return made


def _ordered(query: TrackQuery, card: Scorecard, words: Words) -> list[ScoreRow]:
    place = {name: at for at, name in enumerate(words.ratings)}
    rows = [row for row in card.scores if row.horizon == str(query.horizon)]
    return sorted(rows, key=lambda row: (row.group == _ALL, place.get(row.group, len(place)), row.group))


def _horizon(row: ScoreRow) -> Pair:
    if row.horizon == "own":
        return ("评级期限", "Own horizon")
    return (f"{row.horizon}个月", f"{row.horizon} month{'' if row.horizon == '1' else 's'}")


def _horizons(query: TrackQuery, card: Scorecard, words: Words, lines: Mapping[str, int]) -> _Made:
    if query.by != "all":
        raise ExhibitError("`by` cannot be for a table of horizons\n    hint: `horizons` has one row for each horizon")
    labels = {row.horizon: _horizon(row) for row in card.scores}
    return _scores([(row.horizon, row) for row in card.scores], _key("horizon", "期限", "Horizon"), labels)


def _paths(query: TrackQuery, card: Scorecard, words: Words, lines: Mapping[str, int]) -> _Made:
    columns = [
        _key("month", "建仓后月数", "Months after entry"),
        _count("n", ("评级次数", "Calls")),
        _percent("lower", ("下四分位", "Lower quartile")),
        _percent("median", ("中位数", "Median")),
        _percent("upper", ("上四分位", "Upper quartile")),
    ]
    known = [row for row in card.paths if row.n]
    cells = ((str(row.month), str(row.n), _share(row.lower), _share(row.median), _share(row.upper)) for row in known)
    return _Made(columns, cells)


def _calibration(query: TrackQuery, card: Scorecard, words: Words, lines: Mapping[str, int]) -> _Made:
    classes = list(dict.fromkeys(row.realised for row in card.calibration))
    rated = list(dict.fromkeys(row.rated for row in card.calibration))
    n = {(row.rated, row.realised): row.n for row in card.calibration}
    share = {(row.rated, row.realised): row.share for row in card.calibration}
    columns = [_key("rated", "评级", "Rated"), _count("n", ("已出结果", "With outcome"))]
    columns += [_percent(f"share_{at}", words.pair(name)) for at, name in enumerate(classes, 1)]
    columns += [_count(f"count_{at}", words.pair(name)) for at, name in enumerate(classes, 1)]
    cells = [
        (
            name,
            str(sum(n.get((name, one), 0) for one in classes)),
            *(_share(share.get((name, one), 0.0)) for one in classes),
            *(str(n.get((name, one), 0)) for one in classes),
        )
        for name in rated
    ]
    return _Made(columns, cells, {name: words.pair(name) for name in rated})


def _timeline(query: TrackQuery, card: Scorecard, words: Words, lines: Mapping[str, int]) -> _Made:
    own = {row.id: row for row in _calls(query, card)}
    reasons = {_status(row): STATUSES[row.status] for row in own.values()}
    dash = {"—": ("未说明", "not stated")}
    columns = [
        _key("call", "编号", "Call"),
        TrackColumn("line", ("", "")),
        _key("name", "名称", "Name"),
        _key("security", "代码", "Code"),
        _key("rating", "评级", "Rating"),
        TrackColumn("published", ("发布日", "Published"), kind="date"),
        TrackColumn("price", ("发布时价格", "Price"), "元", "exact", dash),
        TrackColumn("target", ("目标价", "Target"), "元", "exact", dash),
        TrackColumn("horizon_day", ("到期日", "Horizon"), kind="date", missing=dash),
        _key("fate", "后续", "Fate"),
        TrackColumn("fate_day", ("后续日期", "Day of fate"), kind="date", missing={"—": ("仍有效", "still stands")}),
        _percent("relative_return", ("相对收益", "Relative return"), reasons),
        TrackColumn("realised", ("实现评级", "Realised"), kind="text", missing=reasons),
        _key("outcome", "结果", "Outcome"),
        TrackColumn("reason", ("说明", "Reason"), kind="text"),
    ]
    cells = []
    for row in card.timeline:
        scored = own[row.id]
        status = words.say(STATUSES[scored.status])
        outcome = status if scored.hit is None else words.say(OUTCOMES[scored.hit])
        cells.append((
            row.id, str(lines[row.id]), words.name(row.name or row.security), row.security, words.name(row.rating),
            row.published.isoformat(), _price(row.price), _price(row.target), _day(scored.horizon_day),
            words.say(FATES[row.fate]), _day(row.fate_day),
            _status(scored) if scored.relative_return is None else _share(scored.relative_return),
            _status(scored) if scored.realised is None else words.name(scored.realised),
            outcome, words.say((scored.reason.zh, scored.reason.en)),
        ))  # fmt: skip
    return _Made(columns, cells)


def _calls(query: TrackQuery, card: Scorecard) -> list[CallRow]:
    if query.horizon == "own":
        return [row for row in card.calls if row.own]
    return [row for row in card.calls if not row.own and row.horizon == query.horizon]


def _status(row: CallRow) -> str:
    return f"({row.status})"


def _price(value: Decimal | None) -> str:
    return "—" if value is None else str(value)


def _day(value: date | None) -> str:
    return "—" if value is None else value.isoformat()


def _forecasts(query: TrackQuery, card: Scorecard, words: Words, lines: Mapping[str, int]) -> _Made:
    """Forecasts of one company and year, whoever made them and when: lowest, median, highest, and the actual."""
    names = {row.security: row.name or row.security for row in card.timeline}
    of = [row for row in card.estimates if row.measure == query.measure]
    units = sorted({row.unit for row in of})
    if len(units) > 1:
        raise ExhibitError(
            f"forecasts of `{query.measure}` stand in {', '.join(units)}\n    hint: enter them in one unit"
        )
    groups: dict[tuple[str, str], list[float]] = {}
    actual: dict[tuple[str, str], float | None] = {}
    for row in of:
        key = (row.security, row.period.removesuffix("E"))
        groups.setdefault(key, []).append(row.forecast)
        actual[key] = row.actual
    unit = units[0] if units else ""
    reasons: dict[Pair, str] = {}
    lost: dict[tuple[str, str], str] = {}
    for row in of:
        if row.actual is None:
            why = (row.reason.zh, row.reason.en)
            lost[row.security, row.period.removesuffix("E")] = reasons.setdefault(why, f"(none {len(reasons) + 1})")
    zh, en = MEASURES[query.measure]
    columns = [
        _key("forecast", "公司与年份", "Company and year"),
        _key("name", "公司", "Company"),
        _key("year", "年份", "Year"),
        _count("n", ("预测次数", "Forecasts")),
        TrackColumn("low", ("最低预测", "Lowest forecast"), unit),
        TrackColumn("median", ("预测中位数", "Median forecast"), unit),
        TrackColumn("high", ("最高预测", "Highest forecast"), unit),
        TrackColumn(
            "actual", (f"实际{zh}", f"Actual {en}"), unit, missing={word: why for why, word in reasons.items()}
        ),
    ]
    keys = sorted(groups)
    cells = (
        (
            f"{code} {year}", words.name(names[code]), year, str(len(groups[code, year])),
            _figure(min(groups[code, year])), _figure(median(groups[code, year])), _figure(max(groups[code, year])),
            lost.get((code, year)) or _figure(actual[code, year]),
        )
        for code, year in keys
    )  # fmt: skip
    gap = {"zh": "", "en": " "}[words.language]
    labels = {
        f"{code} {year}": (f"{words.pair(names[code])[0]}{year}", f"{words.pair(names[code])[1]}{gap or ' '}{year}")
        for code, year in keys
    }
    return _Made(columns, cells, labels, FIGURES)


def _errors(query: TrackQuery, card: Scorecard, words: Words, lines: Mapping[str, int]) -> _Made:
    rows = [row for row in card.estimate_errors if row.measure == query.measure and row.by == query.errors_by]
    columns = [
        _key("group", "分组", "Group"),
        _count("n", ("有实际值的预测", "Forecasts with an actual")),
        _percent("lower", ("误差下四分位", "Error, lower quartile")),
        _percent("median", ("误差中位数", "Error, median")),
        _percent("upper", ("误差上四分位", "Error, upper quartile")),
        _percent("mean", ("平均误差", "Mean error")),
        _percent("mean_absolute", ("平均绝对误差", "Mean absolute error")),
    ]
    cells = (
        (
            row.group,
            str(row.n),
            *(_share(each) for each in (row.lower, row.median, row.upper, row.mean, row.mean_absolute)),
        )
        for row in rows
    )
    return _Made(columns, cells, {row.group: words.pair(row.group) for row in rows}, FIGURES)


def _notes(query: TrackQuery, card: Scorecard, words: Words, lines: Mapping[str, int]) -> _Made:
    said = [(note.zh, note.en) for note in card.notes]
    said += [(f"{rate.what.zh}：{rate.value}（{rate.source}）", f"{rate.what.en}: {rate.value} ({rate.source})")
             for rate in card.published_rates]  # fmt: skip
    columns = [_key("number", "序号", "No."), _key("note", "说明", "Note")]
    return _Made(columns, ((str(at), words.say(pair)) for at, pair in enumerate(said, 1)))


def _coverage(query: TrackQuery, card: Scorecard, words: Words) -> Bilingual:
    """Return what stands below each exhibit: how many calls, how many with an outcome, what the others lack."""
    if query.table in _OF_FORECASTS:
        return _forecast_coverage(query, card)
    calls = _calls(query, card)
    counts: dict[str, int] = {}
    for row in calls:
        if row.relative_return is None:
            counts[row.status] = counts.get(row.status, 0) + 1
    scored = sum(row.relative_return is not None for row in calls)
    months = len({(row.published.year, row.published.month) for row in calls})
    own = query.horizon == "own"
    zh = [f"{len(calls)}次评级（发布于{months}个月份），{scored}次有结果"]
    en = [f"{len(calls)} calls published in {months} months, {scored} with an outcome"]
    for status, (one, other) in STATUSES.items():
        if status in counts:
            zh.append(f"{one}{counts[status]}次")
            en.append(f"{counts[status]} {other}")
    zh.append("期限为评级自身期限" if own else f"期限{query.horizon}个月")
    en.append("each to its own horizon" if own else f"{query.horizon} months ahead")
    zh.append(f"{ENTRIES[card.entry][0]}，基准{card.benchmark}")
    en.append(f"{ENTRIES[card.entry][1]}, against {card.benchmark}")
    shown = card.scores if query.table == "horizons" else _ordered(query, card, words)
    few = [row for row in shown if row.warning is not None]
    if len(few) == 1 and few[0].warning is not None:
        zh.append(few[0].warning.zh)
        en.append(few[0].warning.en)
    elif few and query.table in ("scorecard", "horizons"):
        names = [words.pair(row.group) if query.table == "scorecard" else _horizon(row) for row in few]
        zh.append("样本太少，不足以下结论：" + "、".join(name[0] for name in names))
        en.append("too few calls to say anything: " + ", ".join(name[1] for name in names))
    return Bilingual(zh="；".join(zh), en="; ".join(en))


def _forecast_coverage(query: TrackQuery, card: Scorecard) -> Bilingual:
    of = [row for row in card.estimates if row.measure == query.measure]
    known = sum(row.actual is not None for row in of)
    zh, en = MEASURES[query.measure]
    texts = [(f"{len(of)}个{zh}预测，{known}个已有实际值", f"{len(of)} forecasts of {en}, {known} with an actual")]
    errors = [row for row in card.estimate_errors if row.measure == query.measure and row.by == "all"]
    if query.table == "estimate-errors":
        texts += [(row.warning.zh, row.warning.en) for row in errors if row.warning is not None]
    return Bilingual(zh="；".join(text[0] for text in texts), en="; ".join(text[1] for text in texts))


_OF_FORECASTS = ("forecasts", "estimate-errors")
_TABLES: dict[str, Callable[[TrackQuery, Scorecard, Words, Mapping[str, int]], _Made]] = {
    "scorecard": _scorecard,
    "horizons": _horizons,
    "paths": _paths,
    "calibration": _calibration,
    "timeline": _timeline,
    "forecasts": _forecasts,
    "estimate-errors": _errors,
    "notes": _notes,
}
