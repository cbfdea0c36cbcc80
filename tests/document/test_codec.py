"""A document survives its JSON form: a build folder keeps it, a proof starts from it."""

from __future__ import annotations

import json

import pytest

import sample
from yanbao.document.codec import from_json, to_json
from yanbao.errors import ReadError


def test_a_document_comes_back_from_json_as_it_was() -> None:
    document = sample.document()
    assert from_json(json.loads(json.dumps(to_json(document)))) == document


@pytest.mark.parametrize("data", [None, [], {"title": 1}, {"pages": [{}]}, {"title": "x", "nonsense": 1}])
def test_what_is_no_document_is_refused(data: object) -> None:
    with pytest.raises(ReadError, match="not a document"):
        from_json(data)
