"""The classification of Shenwan (申万): its groups, and which group each stock was in since when.

Two workbooks as the house publishes them: `StockClassifyUse_stock.xls` lists every entry of a stock into a group, with
the group's code and the day; `SwClassCode_2021.xls` names the groups of the 2021 edition. An entry ends with the next
one of the same stock. A stock that is delisted has no exit there: members on a day are classified *and* listed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yanbao.errors import SourceError
from yanbao.source.convert import as_text
from yanbao.source.days import parse_day
from yanbao.source.excel_file import read_excel
from yanbao.source.join import require
from yanbao.source.mapping import Reading
from yanbao.source.reader import file_digest
from yanbao.source.shape import Losses
from yanbao.store.batch import ROW, Batch

if TYPE_CHECKING:
    import pyarrow as pa

ENTRIES = "StockClassifyUse_stock.xls"
NAMES = "SwClassCode_2021.xls"
CLASSIFICATION = "sw"
EDITION_2014, EDITION_2021 = date(2014, 1, 1), date(2021, 7, 30)  # the day from which an edition's codes are given

# level 1 of the edition of 2014 (28 groups), which the workbooks do not name
LEVEL1_2014 = {
    "11": "农林牧渔",
    "21": "采掘",
    "22": "化工",
    "23": "钢铁",
    "24": "有色金属",
    "27": "电子",
    "28": "汽车",
    "33": "家用电器",
    "34": "食品饮料",
    "35": "纺织服装",
    "36": "轻工制造",
    "37": "医药生物",
    "41": "公用事业",
    "42": "交通运输",
    "43": "房地产",
    "45": "商业贸易",
    "46": "休闲服务",
    "48": "银行",
    "49": "非银金融",
    "51": "综合",
    "61": "建筑材料",
    "62": "建筑装饰",
    "63": "电气设备",
    "64": "机械设备",
    "65": "国防军工",
    "71": "计算机",
    "72": "传媒",
    "73": "通信",
}
# groups of level 1 of the edition before, which ended in 2014; the others go on under their codes
LEVEL1_2011 = {
    "25": "建筑建材",
    "26": "机械设备",
    "31": "交运设备",
    "32": "信息设备",
    "44": "金融服务",
    "47": "信息服务",
}
# the level-1 indices of the edition of 2021, by the group they are the price of
INDICES_2021 = {
    "11": "801010",
    "22": "801030",
    "23": "801040",
    "24": "801050",
    "27": "801080",
    "33": "801110",
    "34": "801120",
    "35": "801130",
    "36": "801140",
    "37": "801150",
    "41": "801160",
    "42": "801170",
    "43": "801180",
    "45": "801200",
    "46": "801210",
    "51": "801230",
    "61": "801710",
    "62": "801720",
    "63": "801730",
    "65": "801740",
    "71": "801750",
    "72": "801760",
    "73": "801770",
    "48": "801780",
    "49": "801790",
    "28": "801880",
    "64": "801890",
    "74": "801950",
    "75": "801960",
    "76": "801970",
    "77": "801980",
}


def source(data: Path | None = None) -> Shenwan:
    """Return the source that reads the two workbooks in the folder `data`.

    Raises:
        SourceError: no folder is given.
    """
    if data is None:
        raise SourceError("source shenwan: needs the folder with its two workbooks\n    hint: --data FOLDER")
    return Shenwan(data)


class Shenwan:
    """The two workbooks as batches: the names of groups into `industry`, the entries into `membership`."""

    name = "shenwan"
    most_refused = 0.0

    def __init__(self, data: Path) -> None:
        self._data = data

    def batches(self) -> Iterator[Batch]:
        """Yield the groups, then the entries.

        Raises:
            SourceError: a workbook is not there, can't be read or has other columns.
        """
        names, entries = self._data / NAMES, self._data / ENTRIES
        both = f"{file_digest(names)} {file_digest(entries)}"
        unnamed, losses = Losses(), Losses()
        yield Batch("industry", NAMES, _digest("industry", both), self._groups(names, entries, unnamed), unnamed)
        yield Batch("membership", ENTRIES, _digest("membership", both), self._entries(entries, names, losses), losses)

    @staticmethod
    def _named(path: Path) -> list[dict[str, Any]]:
        tables = list(read_excel(path, Reading()))
        levels = ["一级行业名称", "二级行业名称", "三级行业名称"]
        require(tables[0].column_names if tables else [], ["行业代码", *levels], path)
        return [row for table in tables for row in table.to_pylist()]

    def _groups(self, names: Path, entries: Path, losses: Losses) -> Iterator[pa.Table]:
        import pyarrow as pa

        titles = ("一级行业名称", "二级行业名称", "三级行业名称")
        rows = []
        for row in self._named(names):
            code = row["行业代码"]
            rows.append(_group("sw2021", code, row[titles[_level(code) - 1]], row[ROW]))
        # what the workbook does not name has the row of its header
        for scheme, level in (("sw2014", LEVEL1_2014), ("sw2011", LEVEL1_2011)):
            rows += [_group(scheme, f"{code}0000", name, 1) for code, name in level.items()]
        there = {(row["scheme"], row["industry"]) for row in rows}
        for table in self._entries(entries, names, Losses()):
            for scheme, code in zip(table["scheme"].to_pylist(), table["industry"].to_pylist(), strict=True):
                for group in (f"{code[:4]}00", code):
                    if (scheme, group) not in there:
                        # an entry has to lead to its group of level 1 whether or not the groups between have names
                        there.add((scheme, group))
                        rows.append(_group(scheme, group, group, 1))
                        losses.add("defaulted", "name: a group that the workbook does not name has its code for one", 1)
        yield pa.Table.from_pylist(rows)

    def _entries(self, path: Path, names: Path, losses: Losses) -> Iterator[pa.Table]:
        import pyarrow as pa

        known = {row["行业代码"][:2] for row in self._named(names)}
        for table in read_excel(path, Reading()):
            require(table.column_names, ["股票代码", "计入日期", "行业代码"], path)
            codes = as_text(table["股票代码"]).to_pylist()
            days = as_text(table["计入日期"]).to_pylist()
            groups = as_text(table["行业代码"]).to_pylist()
            schemes = [_edition(day, group, known, losses) for day, group in zip(days, groups, strict=True)]
            entries = [parsed.isoformat() if (parsed := parse_day(day)) else day for day in days]
            yield pa.table(
                {
                    "classification": pa.array([CLASSIFICATION] * len(codes), pa.string()),
                    "code": pa.array(codes, pa.string()),
                    "entry": pa.array(entries, pa.string()),
                    "scheme": pa.array(schemes, pa.string()),
                    "industry": pa.array(groups, pa.string()),
                    ROW: table[ROW],
                }
            )


def _level(code: str) -> int:
    return 1 if code.endswith("0000") else 2 if code.endswith("00") else 3


def _group(scheme: str, code: str, name: str, row: int) -> dict[str, Any]:
    level = _level(code)
    index = INDICES_2021.get(code[:2]) if level == 1 and scheme == "sw2021" else None
    return {
        "scheme": scheme,
        "industry": code,
        "level": level,
        "name": name,
        "parent": {1: None, 2: f"{code[:2]}0000", 3: f"{code[:4]}00"}[level],
        "index_code": f"{index}.SI" if index else None,
        ROW: row,
    }


def _edition(day: str, group: str, known: set[str], losses: Losses) -> str:
    """Return the edition a group's code is of: by the day of entry, and by the code where the day contradicts it."""
    entry = parse_day(day)
    if entry is None or entry >= EDITION_2021:
        return "sw2021"
    if group[:2] in LEVEL1_2014:
        return "sw2014"
    if entry < EDITION_2014:
        return "sw2011"
    if group[:2] in known:
        losses.add("defaulted", "edition: a code of 2021 entered before 2021-07-30 is taken as one of 2021", 1)
        return "sw2021"
    losses.add("defaulted", "edition: a code of no known edition is taken as one of 2014", 1)
    return "sw2014"


def _digest(table: str, files: str) -> str:
    return hashlib.sha256(f"{table} {files} 2".encode()).hexdigest()
