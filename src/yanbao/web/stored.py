"""The store's tables: what each holds as known on a day, searched, sorted and paged by the engine; what was refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from yanbao.quantity.printing import format_value
from yanbao.web.drawing import scaled
from yanbao.web.market import Shelf
from yanbao.web.site import Site, aside

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from yanbao.store.store import Store

ROWS = 100  # of a table on one page
FARTHEST = 10**6  # pages
REFUSED = "_refused"
_SIGNIFICANT = 4  # decimals of a number that is not whole


@dataclass(frozen=True)
class Leaf:
    """A page of a table: its heads with unit and meaning, its rows as printed, and how many there are in all."""

    heads: list[tuple[str, str, str, bool]]
    rows: list[list[str]]
    total: int


def routes(site: Site) -> list[Route]:
    """Return the addresses of the store's tables."""

    async def index(request: Request) -> Response:
        place, query = site.place(request), request.query_params
        if await aside(place.shelf.file) is None:
            return site.page(request, "sector-none.html", place=place, here="data")
        as_of: date = await place.shelf.as_of(query.get("as_of", ""))
        name = query.get("table", "")
        shared: dict[str, Any] = {
            "place": place,
            "here": "data",
            "as_of": as_of.isoformat(),
            "asked_as_of": query.get("as_of", ""),
        }
        if not name:
            reach, names = await place.shelf.coverage(), _names()
            tables = [
                {**row, "meaning": names[table], "first": str(row["first"] or "–"), "last": str(row["last"] or "–")}
                for table, row in reach.items()
            ]
            loads = await place.shelf.remembered("loads", _loads)
            return site.page(request, "store.html", tables=tables, loads=loads, **shared)
        if name not in _names():
            raise HTTPException(404, f"the store has no table {name}")
        page, wanted, sort, desc = (
            _page(query.get("page", "1")),
            query.get("q", ""),
            query.get("sort", ""),
            query.get("desc") == "1",
        )
        leaf: Leaf = await place.shelf.consult(_leaf, place.shelf, name, as_of, wanted, sort, desc=desc, page=page)
        return site.page(
            request, "store-table.html", name=name, meaning=_names()[name], leaf=leaf, q=wanted, sort=sort, desc=desc,
            page=page, pages=max(1, -(-leaf.total // ROWS)), **shared,
        )  # fmt: skip

    return [Route("/w/{place}/store", index)]


def _names() -> dict[str, str]:
    """Return what can be shown, with what it is."""
    from yanbao.store.tables import TABLES

    return {**{name: table.meaning for name, table in TABLES.items()}, REFUSED: ""}


def _page(text: str) -> int:
    return min(max(int(text), 1), FARTHEST) if text.isascii() and text.isdigit() and len(text) < 9 else 1


def _loads(store: Store) -> list[dict[str, Any]]:
    """Return what each load did, the last first."""
    from yanbao.sector.exhibit import fetch

    done = store.loads()
    return list(fetch(done.order_by(done.load.desc()).limit(ROWS)))


def _leaf(shelf: Shelf, name: str, as_of: date, wanted: str, sort: str, *, desc: bool, page: int) -> Leaf:
    """Return a page of a table as known on a day: the rows that hold all words of `wanted`, sorted by a column."""

    def found(store: Store) -> Leaf:
        import ibis

        from yanbao.sector.exhibit import fetch
        from yanbao.store.tables import TABLES

        if name == REFUSED:
            rows = store.refused()
            heads = [(column, "", "", column in ("load", "row")) for column in rows.columns]
            key: tuple[str, ...] = ("load", "file", "row", "field")
        else:
            rows = store.table(name, as_of)
            columns = TABLES[name].columns
            heads = [(one.name, one.unit, one.meaning, one.type in ("number", "integer")) for one in columns]
            key = TABLES[name].key
        for term in wanted.lower().split():
            rows = rows.filter(ibis.or_(*_holds(rows, term)))
        total = int(fetch(rows.aggregate(n=rows.count()))[0]["n"])
        order: list[Any] = []
        if sort in rows.columns:  # what is missing stands last either way
            order = [rows[sort].isnull(), rows[sort].desc() if desc else rows[sort].asc()]
        shown = fetch(rows.order_by([*order, *(rows[column] for column in key)]).limit(ROWS, offset=(page - 1) * ROWS))
        return Leaf(heads, [[_printed(row[head[0]]) for head in heads] for row in shown], total)

    return shelf.ask(found)


def _holds(rows: ir.Table, term: str) -> list[ir.BooleanValue]:
    """Return for each column of texts or days whether it holds a term."""
    kinds = rows.schema()
    return [
        rows[name].cast("string").lower().contains(term)
        for name, kind in kinds.items()
        if kind.is_string() or kind.is_date()
    ]


def _printed(value: Any) -> str:
    """Return a cell as it is printed: all digits before the point, a few behind it."""
    if value is None:
        return ""
    if isinstance(value, float):
        text = format_value(scaled(value, ""), 0 if value.is_integer() else _SIGNIFICANT, grouping=True)
        return text if float(text.replace(",", "").replace("−", "-")) or not value else f"{value:.3g}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
