"""Whatever stands in a table: a guess is a mapping that reads it, a question, or an error that says why."""

from __future__ import annotations

import csv
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from source.conformance import read_all
from yanbao.errors import SourceError, WorkspaceError
from yanbao.source.fields import parse_field
from yanbao.source.file_source import FileSource
from yanbao.source.guess import guess
from yanbao.source.mapping_file import parse_mapping
from yanbao.store import TABLES

PIECES = [
    "证券代码",
    "代码",
    "证券简称",
    "日期",
    "指标名称",
    "营业总收入",
    "收盘价",
    "总市值1",
    "成交量(手)",
    "员工总数",
    "总股本",
    "市盈率PE(TTM)",
    "定期报告实际披露日期",
    "[报告期] 2023年报",
    "[报告期]",
    "[单位] 亿元",
    "[单位] 股",
    "[单位] %",
    "单位:万元",
    "[交易日期] 2024-06-28",
    "[复权方式]前复权",
    "不复权",
    "[币种] USD",
    "2024-06-28",
    "2023年报",
    "600519.SH",
    "000300.SH",
    "977",
    "贵州茅台",
    "--",
    "1,234.5",
    "合计",
    "数据来源：Wind",
    "",
    " ",
    "|",
    "]][[",
    '"\\u0000"',
    "'''",
    "#{x}\\",
    "=1+1",
    "\n",
]
WHOLE = [
    "营业总收入[报告期] 2023年报[单位] 亿元",
    "净利润\n[报告期] 2024一季\n[单位] 万元",
    "单季度.营业收入[报告期]2023四季[单位]百万元",
    "收盘价[交易日期] 2024-06-28[复权方式]前复权",
    "总市值1[交易日期]2024-06-28[单位]亿元",
    "员工总数[报告期]2023年报[单位]人",
    "总股本[交易日期]2024-06-28[单位]万股",
    "定期报告实际披露日期[报告期] 2023年报",
    "收盘价(前复权)",
    "000977.SZ|浪潮信息|收盘价(前复权)",
]
CELL = st.one_of(
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=3).map("".join),
    st.sampled_from(PIECES),
    st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=6),
)
HEADS = st.sampled_from(
    [["证券代码", "证券简称"], ["日期"], ["代码", "名称", "日期"], ["", "600519.SH"], ["指标名称"], []]
)


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    whole = st.one_of(st.sampled_from(WHOLE), st.sampled_from(WHOLE), CELL)
    head = [*draw(HEADS), *draw(st.lists(whole, min_size=1, max_size=4))]
    body = draw(st.lists(st.lists(CELL, min_size=len(head), max_size=len(head)), min_size=1, max_size=4))
    kinds = draw(st.sampled_from(["600519.SH", "2024-06-28", "977", "801750.SI"]))
    for row in body:
        row[0] = draw(st.sampled_from([kinds, kinds, kinds, row[0]]))
    return [*draw(st.lists(st.lists(CELL, min_size=1, max_size=2), max_size=2)), head, *body]


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables())
def test_a_guess_reads_what_it_is_certain_of(rows: list[list[str]]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
        try:
            drafts = guess(path)
        except SourceError:
            return
        for draft in drafts:
            try:
                made = parse_mapping(path, draft.text)
            except WorkspaceError:
                # a question is the only mistake that a guess may leave
                assert not draft.certain, draft.text
                continue
            assert draft.certain
            names = {column.name for column in TABLES[draft.table].columns}
            try:
                batches = read_all(FileSource(made))
            except SourceError:
                continue
            assert all(set(row) <= names | {"_row"} for batch in batches for row in batch["rows"])


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=5)), max_size=6).map("".join))
def test_a_header_cell_never_fails(text: str) -> None:
    field = parse_field(text)
    assert field.target is None or field.name
