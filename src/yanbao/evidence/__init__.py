"""Published tables of a workspace: read, checked, computed, every cell a fact with its origin."""

from yanbao.evidence.bind import FollowOnError
from yanbao.evidence.compute import Calculator
from yanbao.evidence.disagreement import Disagreement, disagreements
from yanbao.evidence.from_store import StoreTables
from yanbao.evidence.load import load_tables, made_table, table_names
from yanbao.evidence.sidecar import Bilingual, Origin, Strict, Text
from yanbao.evidence.table import Evidence, Table
from yanbao.source.toml_file import key_lines, parse_toml, read_text

__all__ = [
    "Bilingual",
    "Calculator",
    "Disagreement",
    "Evidence",
    "FollowOnError",
    "Origin",
    "StoreTables",
    "Strict",
    "Table",
    "Text",
    "disagreements",
    "key_lines",
    "load_tables",
    "made_table",
    "parse_toml",
    "read_text",
    "table_names",
]
