"""Why a part of a file was not read is told in both languages."""

import pickle
import re
from pathlib import Path

from foreign_files import docx, paragraph
from yanbao.check.tell.page import page
from yanbao.check.tell.result import Result
from yanbao.check.tick.tick import tick
from yanbao.read.foreign.reading import read_foreign
from yanbao.read.foreign.reason import Reason
from yanbao.read.foreign.saying import in_language

_PLACES = re.compile(r"\{(\d)\}")
_HAN = re.compile("[\u4e00-\u9fff]")


def test_every_reason_has_chinese_and_english_words_with_the_same_places() -> None:
    for code, (chinese, english) in Reason.table.items():
        assert set(_PLACES.findall(chinese)) == set(_PLACES.findall(english)), code
        assert _HAN.search(chinese), code
        assert not _HAN.search(english), code


def test_a_reason_survives_the_way_back_from_the_process_that_reads_a_pdf() -> None:
    reason = Reason("poor-scan", Reason("misread", 2, 40))
    back = pickle.loads(pickle.dumps(reason))
    assert back == "is a scan whose text is recognised poorly: 2 of 40 figures are misread"
    assert in_language(back, "zh") == "扫描页，文字识别质量差：40个数字中有2个识别错误"


def test_terminal_json_and_page_tell_a_reason_in_the_language_asked_for(tmp_path: Path) -> None:
    body = paragraph("营业收入100亿元，同比增长5%。") + "<w:altChunk/>"
    ticked = tick(read_foreign(docx(tmp_path / "a.docx", body)))
    zh, en = Result(ticked, (), "zh"), Result(ticked, (), "en")
    assert "嵌入了其他格式的文件" in zh.to_text()
    assert "an embedded file of another format" in en.to_text()
    assert zh.to_json()["coverage"]["unread"] == [{"page": 1, "reason": "嵌入了其他格式的文件"}]
    assert "嵌入了其他格式的文件" in page(ticked, (), zh.located, "zh")
    assert "an embedded file of another format" in page(ticked, (), en.located, "en")
