"""The characters of a text file: which encoding is it in?"""

from __future__ import annotations

import codecs
from pathlib import Path

from yanbao.errors import ReadError

MAX_TEXT = 32 * 2**20  # a report is below 1 MB, an annual report as text or HTML about 1 MB
MAX_SIGNS = 1_000_000  # lines, tabs, pipes and tags of a text: each becomes an object
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def data_of(file: Path, limit: int = MAX_TEXT) -> bytes:
    """Return the bytes of a file.

    Raises:
        ReadError: there is no such file, it is a folder, empty, or has more than `limit` bytes.
    """
    try:
        size = file.stat().st_size
        if size > limit:
            raise ReadError(
                f"{file}: {size} bytes, and at most {limit} are read\n    hint: split the file, or leave out its data"
            )
        data = file.read_bytes()
    except OSError as error:
        raise ReadError(f"{file}: cannot be read ({error.strerror})\n    hint: name a file that exists") from error
    if not data:
        raise ReadError(f"{file}: is empty (0 bytes)\n    hint: was it downloaded or saved to the end?")
    return data


def text_of(data: bytes, file: Path) -> tuple[str, str]:
    """Return the characters of a text file and the name of its encoding; line ends become `\\n`.

    A byte order mark decides; else UTF-8 if it fits, UTF-16 if every other byte is zero, else GB 18030, which holds
    GBK and GB 2312.

    Raises:
        ReadError: none of them fits, or the text holds characters that no text has.
    """
    encoding = _encoding(data)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ReadError(
            f"{file}:{line}: the bytes are neither UTF-8 nor GB 18030 nor UTF-16 ({error.reason} at byte {error.start})"
            "\n    hint: save the file as UTF-8"
        ) from error
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise ReadError(f"{file}:{line}: holds NUL characters: this is no text file\n    hint: check the file's suffix")
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    bounded(text, file)
    return text, encoding


def bounded(text: str, file: Path) -> None:
    """Refuse a text that is made of more pieces than are read.

    Raises:
        ReadError: it has more than `MAX_SIGNS` lines, tabs, pipes or tags.
    """
    for sign, name in (("\n", "lines"), ("\t", "tabs"), ("|", "pipes"), ("<", "tags")):
        if (count := text.count(sign)) > MAX_SIGNS:
            raise ReadError(f"{file}: has {count} {name}, and at most {MAX_SIGNS} are read\n    hint: split the file")


def _encoding(data: bytes) -> str:
    for mark, name in _MARKS:
        if data.startswith(mark):
            return name
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        if b"\0" not in data[:4096]:
            return "utf-8"
    sample = data[:4096]
    pairs = len(sample) // 2
    if pairs and sample[1::2].count(0) > 0.2 * pairs and sample[0::2].count(0) < 0.02 * pairs:
        return "utf-16-le"
    if pairs and sample[0::2].count(0) > 0.2 * pairs and sample[1::2].count(0) < 0.02 * pairs:
        return "utf-16-be"
    return "gb18030"
