"""One cell of a CSV file replaced."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yanbao.errors import EditError
from yanbao.web.cell import cells, replaced

WORD = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0", exclude_categories=("Cs",)), max_size=8)
TABLES = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(WORD, min_size=width, max_size=width), min_size=1, max_size=5)
)


def read(content: bytes) -> list[list[str]]:
    return [row for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")) if row not in ([], [""])]


@given(
    TABLES,
    WORD,
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    st.data(),
)
def test_only_the_cell_changes(
    table: list[list[str]], value: str, ending: str, mark: bool, quoting: int, data: st.DataObject
) -> None:
    header = [f"c{at}" for at in range(len(table[0]))]
    out = io.StringIO()
    csv.writer(out, lineterminator=ending, quoting=quoting).writerows([header, *table])
    content = ("\ufeff" if mark else "").encode() + out.getvalue().encode()
    before = read(content)
    places = [cell for record in cells(content.decode()) for cell in record]
    assert [cell.value for cell in places] == [text for row in before[1:] for text in row]
    chosen = data.draw(st.sampled_from(places)) if places else None
    if chosen is None:
        return
    new = replaced(content, chosen.line, chosen.column, value)
    after = read(new)
    at = places.index(chosen)
    row, column = 1 + at // len(header), at % len(header)
    expected = [list(each) for each in before]
    expected[row][column] = value
    assert after == [each for each in expected if each not in ([], [""])]
    text = content.decode()
    assert new.decode().startswith(text[: chosen.start])
    assert new.decode().endswith(text[chosen.end :])


def test_what_cannot_be_replaced_is_told() -> None:
    with pytest.raises(EditError, match="no cell b on line 2"):
        replaced(b"a\n1\n", 2, "b", "x")
    with pytest.raises(EditError, match="not UTF-8"):
        replaced("年份,值\n2019,1\n".encode("gbk"), 2, "年份", "x")
    with pytest.raises(EditError, match="no end"):
        replaced(b'a\n"1\n', 2, "a", "x")
    with pytest.raises(EditError, match="one line"):
        replaced(b"a\n1\n", 2, "a", "x\ny")


def test_line_ends_quotes_and_spaces_stay() -> None:
    content = b'\xef\xbb\xbfyear , "v"\r\n2019, 1.50 \r\n"2020",2\r\n'
    assert replaced(content, 2, "year", "2018") == b'\xef\xbb\xbfyear , "v"\r\n2018, 1.50 \r\n"2020",2\r\n'
    assert replaced(content, 3, "year", 'a"b') == b'\xef\xbb\xbfyear , "v"\r\n2019, 1.50 \r\n"a""b",2\r\n'
