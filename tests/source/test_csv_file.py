"""Text files: whatever their encoding and however they are cut, cells stay what is printed and rows keep their line."""

from __future__ import annotations

from pathlib import Path

import pytest

from yanbao.errors import SourceError
from yanbao.source.csv_file import read_csv, text_facts
from yanbao.source.mapping import Reading

TEXT = "代码,名称,值\n000001,平安银行,1.50\n000977,浪潮信息,--\n"


def rows(path: Path, **reading: object) -> list[dict[str, object]]:
    return [row for table in read_csv(path, Reading.model_validate(reading)) for row in table.to_pylist()]


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_every_encoding_gives_the_same_rows(tmp_path: Path, encoding: str) -> None:
    assert rows(write(tmp_path / "a.csv", TEXT.encode(encoding))) == [
        {"代码": "000001", "名称": "平安银行", "值": "1.50", "_row": 2},
        {"代码": "000977", "名称": "浪潮信息", "值": "--", "_row": 3},
    ]


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    assert rows(write(tmp_path / "a.csv", TEXT.replace(",", delimiter)))[0]["代码"] == "000001"


def test_a_file_in_no_encoding_is_refused_with_its_byte(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"utf-8 \(byte 3\), gb18030 \(byte 3\)"):
        text_facts(write(tmp_path / "a.csv", b"a,b\xff\xff\n1,2\n"))


def test_gbk_that_is_cut_inside_a_sign_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cut or damaged"):
        text_facts(write(tmp_path / "a.csv", TEXT.encode("gbk") + "元".encode("gbk")[:1]))


def test_lines_are_counted_over_blank_ones_and_cells_of_several_lines(tmp_path: Path) -> None:
    text = 'a,b\n1,"x\ny"\n\n2,z\n'
    assert [(row["a"], row["_row"]) for row in rows(write(tmp_path / "a.csv", text))] == [("1", 2), ("2", 5)]


def test_the_fast_way_and_the_careful_way_read_the_same(tmp_path: Path) -> None:
    lines = [f"{number:06d},名{number},{number / 7}" for number in range(60_000)]
    plain = write(tmp_path / "a.csv", "代码,名称,值\n" + "\n".join(lines) + "\n")
    careful = write(tmp_path / "b.csv", "代码,名称,值\n" + "\n".join(lines) + "\n\n数据来源：Wind\n")
    assert text_facts(plain).a_line_is_a_record
    assert not text_facts(careful).a_line_is_a_record
    first, second = rows(plain), rows(careful, footer="数据来源")
    assert len(first) == 60_000
    assert first == second


def test_quotes_without_newlines_do_not_slow_a_file_down(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", 'a,b\n"1,234.5",x\n')
    assert text_facts(path).a_line_is_a_record
    assert rows(path)[0]["a"] == "1,234.5"


def test_blank_lines_at_the_end_are_no_rows(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "a,b\r\n1,2\r\n\r\n\r\n")
    assert text_facts(path).a_line_is_a_record
    assert rows(path) == [{"a": "1", "b": "2", "_row": 2}]


@pytest.mark.parametrize("tail", ["", "\n\n5,6\n"])
def test_every_ragged_row_is_named_whichever_way_is_taken(tmp_path: Path, tail: str) -> None:
    with pytest.raises(SourceError) as error:
        rows(write(tmp_path / "a.csv", f"a,b\n1,2\n3\n1,2,3{tail}"))
    assert "2 rows have not the 2 cells" in str(error.value)
    assert "a.csv:3: has 1 cells" in str(error.value)
    assert "a.csv:4: has 3 cells" in str(error.value)


def test_an_open_quote_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"a\.csv:3: is not CSV"):
        rows(write(tmp_path / "a.csv", 'a,b\n1,2\n3,"4\n'))


def test_title_rows_and_a_footer_are_no_rows(tmp_path: Path) -> None:
    text = "行情序列\n\n代码,值\n000001,1\n\n数据来源：Wind\n"
    assert rows(write(tmp_path / "a.csv", text), header=3, footer="数据来源") == [
        {"代码": "000001", "值": "1", "_row": 4}
    ]


def test_header_rows_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no header on row 9"):
        rows(write(tmp_path / "a.csv", TEXT), header=9)


def test_columns_of_one_name_and_of_none_are_told_apart(tmp_path: Path) -> None:
    assert set(rows(write(tmp_path / "a.csv", "a,a,\n1,2,3\n"))[0]) == {"a", "a#2", "3", "_row"}


@pytest.mark.parametrize(
    ("content", "cause"),
    [(b"", "is empty"), (b"PK\x03\x04rest", "is a workbook"), (b"\xd0\xcf\x11\xe0rest", "is a workbook")],
)
def test_what_is_no_text_is_refused(tmp_path: Path, content: bytes, cause: str) -> None:
    with pytest.raises(SourceError, match=cause):
        rows(write(tmp_path / "a.csv", content))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be read"):
        rows(tmp_path / "none.csv")
