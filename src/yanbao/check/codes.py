"""What each code of a finding proves, in words: the docs page of the proof is made from this table.

A code is the name of one check; it never changes its meaning. One thing that is wrong is reported under one code.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]
Family = Literal["file", "text", "chart", "workbook", "fact", "part", "call", "relation"]


@dataclass(frozen=True)
class Code:
    """A check: `proves` says what holds where it reports nothing."""

    name: str
    family: Family
    proves: str
    severity: Severity = "error"


_ALL = (
    # -- files and pages ------------------------------------------------------------------------------------------
    Code("unreadable", "file", "The file can be opened and read whole, and is of the format its name says."),
    Code("page", "file", "Every page of the document stands in the file, once, in order, and no other page does."),
    Code("block", "file", "Every exhibit and every paragraph of a page stands on that page of the file."),
    Code("file", "file", "Every output that is to be proved is there."),
    # -- texts of a file ------------------------------------------------------------------------------------------
    Code("text-number", "text", "A number in a title or paragraph of a file is the one the document holds there."),
    Code("cell-number", "text", "A number in a table cell of a file is the one the document holds there."),
    Code("note-number", "text", "A number in a note, a speaker's note or an origin line is the document's."),
    Code("label-number", "text", "The printed label of a chart's point is the one the document holds there."),
    Code("axis-tick", "text", "The text of an axis tick is the one the document holds there."),
    Code(
        "approximation",
        "text",
        "A number whose cell is approximate says so with the cell's word (约, 近, 超, 余) wherever it is printed.",
    ),
    Code("structure-number", "text", "Numbers of pages, exhibits and sections in a file are the document's."),
    Code("period", "text", "A date or period in a file is the one the document holds there."),
    Code("quote", "text", "A quoted cell of the evidence stands in the file as it stands in the evidence."),
    Code("literal", "text", "An author's own number stands in the file as the author wrote it."),
    Code("bound-word", "text", "A word that a number decides (rose, above) stands in the file as decided."),
    Code("unit", "text", "Unit lines, units behind numbers and units in column heads are the document's."),
    Code("category", "text", "The names of a chart's categories are the document's, in text and in its data."),
    Code("series-name", "text", "The names of a chart's series are the document's, in text and in its data."),
    Code("number-unknown", "text", "No number stands in a file that the document does not hold at that place."),
    Code("wording", "text", "All other words of a file are the document's, none added, none left out."),
    Code(
        "hidden-text", "text", "What a file shows only on request, or to a screen reader, holds no number of its own."
    ),
    Code(
        "fact-panel", "text", "What the HTML tells on a click about a number is its fact's value, formula and source."
    ),
    Code("number-split", "text", "No number is cut in two or run together with its neighbour."),
    Code("bookmark", "text", "Bookmarks and contents entries lead to the pages they name."),
    # -- charts ---------------------------------------------------------------------------------------------------
    Code("chart", "chart", "Every chart of the document is in the file, with all of its series and points."),
    Code("chart-spec", "chart", "The data of each chart in the HTML are the document's points."),
    Code(
        "chart-xml",
        "chart",
        "The numbers in the chart part of each native chart of the deck are the document's points.",
    ),
    Code("chart-book", "chart", "The workbook behind each native chart of the deck holds the document's points."),
    Code("chart-cache", "chart", "The cached numbers of each chart of the workbook are the document's points."),
    Code("chart-range", "chart", "The chart ranges of the workbook lead to the cells that hold the document's points."),
    Code("chart-axis", "chart", "The axes of a chart in a file reach from the first to the last tick of the document."),
    Code(
        "axis", "chart", "The ticks of each axis are evenly spaced, say their value, and hold all points of the axis."
    ),
    # -- workbook -------------------------------------------------------------------------------------------------
    Code(
        "sheet",
        "workbook",
        "Every exhibit has its sheet; the index and the sheets of inputs, numbers and disclosures are there.",
    ),
    Code("sheet-value", "workbook", "Each value of the workbook is the fact's value in the cell's unit."),
    Code("cached-value", "workbook", "The cached result of each formula is what a second engine computes for it."),
    Code(
        "formula",
        "workbook",
        "Each computed number is a live formula over exactly its inputs, with the fact's result for other inputs, too.",
    ),
    Code("sheet-text", "workbook", "The words of each sheet are the document's."),
    # -- facts ----------------------------------------------------------------------------------------------------
    Code("evidence", "fact", "Each sourced fact is what its cell of the inputs says, read again from the file."),
    Code("computation", "fact", "Each computed fact is the result of its formula over its inputs."),
    Code("fact-unknown", "fact", "Whatever the document ties to a fact is tied to one that it holds."),
    Code("printed", "fact", "Each number is printed as its fact's value, rounded half up to the decimals shown."),
    Code("word-sign", "fact", "Each bound word agrees with the sign of its fact."),
    Code("unit-shown", "fact", "The unit a number is shown in measures what its fact measures."),
    Code("unaccounted", "fact", "No number stands in words that no fact, literal or rule of structure accounts for."),
    Code("literal-reason", "fact", "Each literal has a reason of the closed list: name, title, legal."),
    Code("literal-share", "fact", "At most 2 % of a document's numbers are literals."),
    Code("structure-rule", "fact", "Page, section and exhibit numbers count up; generated numbers obey their rule."),
    Code("period-fact", "fact", "Each period a text names is one its fact is about."),
    Code("as-of", "fact", "A number of another day than its page's says so."),
    Code("point", "fact", "Each point of a chart is its fact's value in the axis' unit."),
    # -- parts that regulation asks for ---------------------------------------------------------------------------
    Code("origin", "part", "Each exhibit has an origin line, in every file."),
    Code("risks", "part", "There is a page of risks, in every file."),
    Code("rating-definitions", "part", "Each band of the rating policy is defined, with its bounds, in every file."),
    Code("certificate", "part", "The analysts' certificate stands in every file as the workspace holds it."),
    Code("disclaimer", "part", "The disclaimer stands in every file as the workspace holds it."),
    Code("notice", "part", "The notice at the foot of each page stands there, in every file."),
    Code("price-day", "part", "Where prices stand, their day stands beside them."),
    # -- the calls that a report makes ------------------------------------------------------------------------------
    Code("call", "call", "Each call is the one yanbao.toml declares, its numbers are facts, and a page prints them."),
    Code("call-rating", "call", "A security is rated as it is called, wherever the report prints a rating of it."),
    Code(
        "call-target",
        "call",
        "Target, price and the expected return of the benchmark, where it is stated, come to the rating's band.",
    ),
    Code("interests", "call", "Interests and the signer's licence stand in every file, for each security called."),
    Code("rating-record", "call", "The distribution of ratings and the ledger's head are those of the ledger itself."),
    # -- relations between the numbers of anybody's report (`check`) -----------------------------------------------
    Code("growth", "relation", "A rate of growth, or a change in points, is that of the two levels it is measured on."),
    Code("compound-growth", "relation", "A compound rate leads from the first level to the last in the years between."),
    Code("total", "relation", "A total is the sum of its parts, each with its sign, within what rounding allows."),
    Code("difference", "relation", "A difference is that of its two numbers."),
    Code("share", "relation", "A share is its part over the whole, and shares of one whole add up."),
    Code("ratio", "relation", "A ratio or multiple is the quotient of its two numbers: a margin, a turnover, a P/E."),
    Code("product", "relation", "A product is that of its factors: price times shares, volume times price."),
    Code("average", "relation", "An average or median is that of the numbers it stands for."),
    Code("identity", "relation", "Statements keep their identities: balance sheet, cash flow, opening and closing."),
    Code("order", "relation", "A rank, an order or a comparison in words agrees with the numbers."),
    Code("direction", "relation", "A word of direction agrees with the sign of its number and with the two levels."),
    Code("same-fact", "relation", "A fact that stands in two places is one number, at the coarser precision."),
    Code("row", "relation", "A row of a table holds numbers of one kind, not one of the row above or below it."),
)

CODES: dict[str, Code] = {code.name: code for code in _ALL}
