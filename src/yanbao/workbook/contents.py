"""What stands in the cells of a model's workbook: the model, its inputs and scenarios, data from outside."""

from __future__ import annotations

import hashlib
from fractions import Fraction

from yanbao.author.binding import default_decimals
from yanbao.evidence import Bilingual, Origin
from yanbao.fact.fact import Fact, Source
from yanbao.model.model import ALL, BASE, Absent, Check, Formula, Line, Typed
from yanbao.quantity import Quantity
from yanbao.quantity.unit import Unit
from yanbao.render.xlsx.grid import Address
from yanbao.render.xlsx.number_format import cell_value, is_percent, plain_code, shown_unit
from yanbao.workbook.formulas import Formulas
from yanbao.workbook.layout import (
    CASES_ROW,
    CHECK_ROW,
    CHOICE_ROW,
    CODE,
    FIRST,
    FROM_ROW,
    HEAD_ROW,
    ITEM,
    LEGEND_ROW,
    LIVE,
    TITLE_ROW,
    UNIT,
    Layout,
    check_code,
    groups,
    input_code,
)
from yanbao.workbook.sheet import Cell, Kind, Look, Row, Sheet
from yanbao.workbook.subject import Subject
from yanbao.workbook.words import WORDS

_DASH = "—"
_VERDICT = '[=0]"√";[Red][=1]"×";General'


def version(text: str) -> str:
    """Return what tells whether a model's file is the one that a workbook was made from."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def scenario_names(subject: Subject) -> dict[str, str]:
    """Return what each scenario is called in the list to choose from: each name once, without MATCH's wildcards."""
    names: dict[str, str] = {}
    for scenario in subject.scenarios:
        own = WORDS[subject.language]["base"]
        label = own if scenario == BASE else _said(subject.model.scenarios[scenario].label, subject, scenario)
        label = label.translate(str.maketrans("*?~", "＊？～")).strip()[:60] or scenario
        taken = {name.casefold() for name in names.values()}
        names[scenario] = f"{label} ({scenario})" if label.casefold() in taken else label
    return names


def _said(text: Bilingual | None, subject: Subject, otherwise: str = "") -> str:
    if text is None:
        return otherwise
    return text.get(subject.language) or text.zh or text.en or otherwise


class Contents:
    """Fills the sheets of one workbook; `scenario` is the one that is chosen in it."""

    def __init__(
        self, subject: Subject, layout: Layout, outside: dict[str, Fact], origins: dict[str, Origin], scenario: str
    ) -> None:
        self._subject = subject
        self._layout = layout
        self._outside = outside
        self._origins = origins
        self._scenario = scenario
        self._words = WORDS[subject.language]
        self._formulas = Formulas(subject, layout)
        self._estimates = {period.key for period in subject.model.periods if period.estimate}

    def sheets(self) -> list[Sheet]:
        """Return the sheets in order."""
        found = [self._model(), self._inputs()]
        return [*found, self._data()] if self._layout.data else found

    # the model

    def _model(self) -> Sheet:
        sheet = Sheet(self._layout.names["model"], frozen=(HEAD_ROW + 1, FIRST), head=HEAD_ROW)
        own, model = self._words, self._subject.model
        self._top(sheet)
        sheet.words(CHOICE_ROW, ITEM, own["scenario"], Look("label", row="total"))
        names = scenario_names(self._subject)
        sheet.words(CHOICE_ROW, CODE, names[self._scenario], Look("choice"), own["choose"])
        sheet.words(LEGEND_ROW, ITEM, own["legend"], Look("muted"))
        self._heads(sheet, HEAD_ROW, own["formula"])
        self._under_headings(sheet, list(model.lines.values()), self._layout.model_rows)
        for line in model.lines.values():
            self._line(sheet, line)
        if model.checks:
            for column in range(self._layout.last_column + 2):
                sheet.words(self._layout.check_rows[0] - 1, column, "" if column else own["checks"], Look("group"))
            self._checks(sheet)
        self._fit(sheet, HEAD_ROW, basis=60)
        return sheet

    def _top(self, sheet: Sheet) -> None:
        """Set what the workbook is of, and what tells on the way back whether the model's file is still the same."""
        model, own = self._subject.model, self._words
        sheet.words(TITLE_ROW, ITEM, _said(model.spec.title, self._subject, model.id), Look("title"))
        origin = self._origin(model.spec.origin)
        text = own["from"].format(own["computed"].format(origin), model.spec.as_of.isoformat())
        sheet.words(FROM_ROW, ITEM, text, Look("muted"))
        sheet.words(TITLE_ROW, self._layout.last_column + 1, model.file, Look("muted"))
        sheet.words(FROM_ROW, self._layout.last_column + 1, own["version"].format(version(model.text)), Look("muted"))

    def _heads(self, sheet: Sheet, row: int, last: str) -> None:
        own = self._words
        for column, text in ((ITEM, own["item"]), (CODE, own["code"]), (UNIT, own["unit"])):
            sheet.words(row, column, text, Look("head"))
        for key, column in self._layout.columns.items():
            text = own["whole"] if key == ALL else key
            sheet.words(row, column, text, Look("head", right=True, estimate=key in self._estimates))
        sheet.words(row, self._layout.last_column + 1, last, Look("head", indented=True))

    def _under_headings(self, sheet: Sheet, lines: list[Line], rows: dict[str, int]) -> None:
        found = groups(lines)
        if len(found) == 1 and not found[0][0]:
            return
        for _, members in found:
            text = _said(members[0].group, self._subject, self._words["ungrouped"])
            for column in range(self._layout.last_column + 2):
                sheet.words(rows[members[0].id] - 1, column, "" if column else text, Look("group"))

    def _line(self, sheet: Sheet, line: Line) -> None:
        at, role = self._layout.model_rows[line.id], line.role
        label = _said(line.label, self._subject, line.id)
        sheet.words(at, ITEM, label, Look("label", row=role))
        sheet.words(at, CODE, line.id, Look("code", row=role))
        sheet.words(at, UNIT, shown(line.unit, self._subject.language), Look("unit", row=role))
        for row in self._layout.columns:
            column = self._layout.columns[row]
            if row not in line.cells:
                sheet.words(at, column, "", Look("missing", row=role, estimate=row in self._estimates))
                continue
            sheet.put(at, column, self._value(line, row))
        sheet.words(at, self._layout.last_column + 1, _algorithm(line), Look("text", row=role))

    def _value(self, line: Line, row: str) -> Cell:
        fact, estimate = self._subject.fact(line.id, row, self._scenario), row in self._estimates
        formula = self._formulas.line(line.id, row)
        if formula is None:
            look = Look("missing", row=line.role, estimate=estimate, right=True)
            reason = fact.missing or ""
            blank = not line.is_input and isinstance(line.cells[row], Absent)
            return Cell(look, "" if blank else _DASH, note=self._words["missing"].format(reason))
        return self._computed(fact, formula, line.role, estimate)

    def _computed(self, fact: Fact, formula: str, role: Row, estimate: bool, unit: Quantity | None = None) -> Cell:
        quantity = fact.quantity or self._subject.quantity(fact.id) if unit is None else unit
        code = _code(quantity) if quantity is not None else "General"
        kind: Kind = "link" if "!" in formula else "formula"
        number = cell_value(fact.quantity) if fact.quantity is not None else None
        text = None if number is not None else self._words["no_meaning"]
        return Cell(Look(kind, code, role, estimate, right=True), text, number, formula)

    def _checks(self, sheet: Sheet) -> None:
        own, case = self._words, self._layout
        for number, (check, at) in enumerate(zip(self._subject.model.checks, case.check_rows, strict=True)):
            sheet.words(at, ITEM, _said(check.label, self._subject, check.text), Look("label"))
            sheet.words(at, CODE, check_code(number), Look("code"))
            sheet.words(at, UNIT, "", Look("unit"))
            for row, column in case.columns.items():
                sheet.put(at, column, self._check(check, row))
            sheet.words(at, case.last_column + 1, check.text, Look("text"))
        sheet.words(CHECK_ROW, ITEM, own["checks"], Look("label", row="total"))
        first, last = case.check_rows[0] + 1, case.check_rows[-1] + 1
        where = f"{_letter(FIRST)}{first}:{_letter(case.last_column)}{last}"
        code = f'[=0]"{own["all_hold"]}";[Red]0"{own["failing"]}"'
        sheet.put(CHECK_ROW, CODE, Cell(Look("verdict", code), None, Fraction(0), f"SUM({where})"))

    def _check(self, check: Check, row: str) -> Cell:
        estimate = row in self._estimates
        empty = Cell(Look("missing", estimate=estimate), "")
        if row not in check.rows and not (check.rows == (ALL,) and row == next(iter(self._layout.columns))):
            return empty
        formula = self._formulas.check(check, ALL if check.rows == (ALL,) else row)
        if formula is None:
            return Cell(Look("missing", estimate=estimate, right=True), _DASH)
        return Cell(Look("verdict", _VERDICT, estimate=estimate, right=True), None, Fraction(0), formula)

    # the inputs

    def _inputs(self) -> Sheet:
        layout, own = self._layout, self._words
        sheet = Sheet(layout.names["inputs"], frozen=(layout.inputs_head + 1, FIRST), head=layout.inputs_head)
        sheet.tab = "inputs"
        self._top(sheet)
        number = Fraction(self._subject.scenarios.index(self._scenario) + 1)
        sheet.words(CHOICE_ROW, ITEM, f"{own['scenario']} {own['number']}", Look("label", row="total"))
        sheet.put(CHOICE_ROW, CODE, Cell(Look("link", "0"), None, number, self._formulas.case()))
        for column, text in ((ITEM, own["scenario"]), (CODE, own["code"]), (UNIT, own["number"]), (FIRST, own["why"])):
            sheet.words(CASES_ROW - 1, column, text, Look("head"))
        for column in range(FIRST + 1, layout.last_column + 2):
            sheet.words(CASES_ROW - 1, column, "", Look("head"))
        for at, (scenario, name) in enumerate(scenario_names(self._subject).items()):
            row = CASES_ROW + at
            found = self._subject.model.scenarios.get(scenario)
            why = own["base_why"] if found is None else _said(found.reason, self._subject)
            sheet.words(row, ITEM, name, Look("label"))
            sheet.words(row, CODE, scenario, Look("code"))
            sheet.put(row, UNIT, Cell(Look("unit", "0"), None, Fraction(at + 1)))
            sheet.words(row, FIRST, why, Look("muted"))
        self._heads(sheet, layout.inputs_head, own["basis"])
        rows = {line: layout.input_rows[line, block.rows[0]] for line, block in layout.blocks.items()}
        self._under_headings(sheet, [block.line for block in layout.blocks.values()], rows)
        for block in layout.blocks.values():
            for scenario in block.rows:
                self._input_row(sheet, block.line, scenario)
        self._fit(sheet, layout.inputs_head, basis=60)
        return sheet

    def _input_row(self, sheet: Sheet, line: Line, scenario: str) -> None:
        layout, own = self._layout, self._words
        block, at = layout.blocks[line.id], layout.input_rows[line.id, scenario]
        label = _said(line.label, self._subject, line.id)
        kind: Row = line.role
        if len(block.rows) > 1:
            kind = "live" if scenario == LIVE else "scenario"
            name = scenario_names(self._subject).get(scenario, "")
            label = own["live"].format(label) if scenario == LIVE else own["of_scenario"].format(name)
        sheet.words(at, ITEM, label, Look("label", row=kind))
        sheet.words(at, CODE, input_code(block, scenario), Look("code", row=kind))
        sheet.words(at, UNIT, shown(line.unit, self._subject.language), Look("unit", row=kind))
        reasons: dict[str, None] = {}
        for row, column in layout.columns.items():
            estimate = row in self._estimates
            if row not in (block.held if scenario == BASE else block.switched):
                sheet.words(at, column, "", Look("missing", row=kind, estimate=estimate))
                continue
            cell = self._input(line, scenario, row, kind)
            sheet.put(at, column, cell)
            if cell.note and cell.look.kind == "input":
                reasons[cell.note.replace("\n", own["semicolon"])] = None
        basis = own["semicolon"].join(reasons)
        sheet.words(at, layout.last_column + 1, basis, Look("text", row=kind))

    def _input(self, line: Line, scenario: str, row: str, kind: Row) -> Cell:
        estimate = row in self._estimates
        if scenario == LIVE:
            fact = self._subject.fact(line.id, row, self._scenario)
            return self._computed(fact, self._formulas.live(line.id, row), kind, estimate)
        fact = self._subject.fact(line.id, row, scenario)
        typed = (
            line.cells[row] if scenario == BASE else self._subject.model.scenarios[scenario].cells.get((line.id, row))
        )
        if isinstance(typed, Typed):
            look = Look("input", _code(typed.quantity), kind, estimate, right=True)
            return Cell(look, None, cell_value(typed.quantity), note=self._note(typed))
        if scenario != BASE:
            cell = self._computed(fact, self._formulas.as_base(line.id, row), kind, estimate)
            return cell._replace(note=self._words["same"])
        formula = self._formulas.computed(line.id, row, "inputs") if isinstance(typed, Formula) else None
        if formula is None:
            note = self._words["missing"].format(fact.missing or "")
            return Cell(Look("missing", row=kind, estimate=estimate, right=True), _DASH, note=note)
        return self._computed(fact, formula, kind, estimate)

    def _note(self, typed: Typed) -> str:
        own, parts = self._words, []
        if typed.reason is not None:
            parts.append(own["reason"].format(_said(typed.reason, self._subject)))
        if typed.source is not None or typed.origin_line is not None:
            origin = self._origin(typed.source or self._subject.model.spec.origin)
            lines = [own["line"].format(typed.origin_line)] if typed.origin_line is not None else []
            parts.append(own["source"].format(own["comma"].join([origin, *lines])))
        return "\n".join(parts)

    def _origin(self, origin: str | Bilingual) -> str:
        if isinstance(origin, str):
            return _said(self._origins[origin].text, self._subject, origin)
        return _said(origin, self._subject)

    # data from outside

    def _data(self) -> Sheet:
        layout, own = self._layout, self._words
        sheet = Sheet(layout.names["data"], frozen=(0, FIRST), tab="data")
        sheet.words(TITLE_ROW, ITEM, own["data"], Look("title"))
        sheet.words(FROM_ROW, ITEM, own["outside"], Look("muted"))
        for block in layout.data:
            table = self._subject.evidence.tables[block.table]
            at = layout.data_rows[block.table, ""]
            sheet.words(at, ITEM, _said(table.sidecar.title, self._subject, table.id), Look("head"))
            sheet.words(at, CODE, table.id, Look("head"), own["where"].format(table.file))
            sheet.words(at, UNIT, own["unit"], Look("head"))
            for place, row in enumerate(block.rows):
                sheet.words(at, FIRST + place, own["whole"] if row == ALL else row, Look("head", right=True))
            for column in block.columns:
                self._data_row(sheet, table.id, column, block.rows)
        for at in sorted({column for _, column in sheet.cells}):
            sheet.fit(CHOICE_ROW, at, *((8, 40) if at < FIRST else (11, 22)))
        return sheet

    def _data_row(self, sheet: Sheet, table_id: str, column: str, rows: tuple[str, ...]) -> None:
        table, at = self._subject.evidence.tables[table_id], self._layout.data_rows[table_id, column]
        home = table.columns[column]
        sheet.words(at, ITEM, _said(home.spec.label, self._subject, column), Look("label"))
        sheet.words(at, CODE, f"{table_id}.{column}", Look("code"))
        sheet.words(at, UNIT, shown(home.unit, self._subject.language), Look("unit"))
        for place, row in enumerate(rows):
            fact = self._outside.get(f"{table_id}.{column}@{row}")
            cell = Cell(Look("missing"), "") if fact is None else self._datum(fact)
            sheet.put(at, FIRST + place, cell)

    def _datum(self, fact: Fact) -> Cell:
        formula = self._formulas.data(fact)
        if formula is not None:
            return self._computed(fact, formula, "body", estimate=False, unit=fact.quantity)
        note = self._provenance(fact)
        if fact.quantity is None:
            text = fact.text if fact.text is not None else _DASH
            note = self._words["missing"].format(fact.missing) if fact.missing else note
            return Cell(Look("missing", right=True), text, note=note)
        return Cell(Look("input", _code(fact.quantity), right=True), None, cell_value(fact.quantity), note=note)

    def _provenance(self, fact: Fact) -> str:
        own, source = self._words, fact.lineage
        if not isinstance(source, Source):
            return ""
        parts = [source.origin] if source.origin else []
        parts += [own["line"].format(source.origin_line)] if source.origin_line is not None else []
        where = own["file_line"].format(source.file, source.file_line)
        return "\n".join(filter(None, [own["source"].format(own["comma"].join(parts)) if parts else "", where]))

    def _fit(self, sheet: Sheet, head: int, basis: float) -> None:
        sheet.fit(head, ITEM, 18, 46)
        sheet.fit(head, CODE, 12, 30)
        sheet.fit(head, UNIT, 7, 16)
        for column in self._layout.columns.values():
            numbers = [
                len(_plain_text(cell))
                for (row, at), cell in sheet.cells.items()
                if at == column and row > head and cell.number is not None
            ]
            sheet.widths[column] = max(9.5, *(size * 1.05 + 2.5 for size in numbers)) if numbers else 9.5
        sheet.fit(head, self._layout.last_column + 1, 16, basis)


def shown(unit: Unit, language: str) -> str:
    """Return a line's unit as its own column says it: a percentage says so there too."""
    return "%" if is_percent(unit) else shown_unit(unit, language)


def _code(quantity: Quantity) -> str:
    return plain_code(default_decimals(quantity), is_percent(quantity.unit))


def _plain_text(cell: Cell) -> str:
    assert cell.number is not None
    code = cell.look.number_format
    digits = len(code.partition(".")[2].rstrip('%"'))
    number = cell.number * 100 if code.endswith("%") else cell.number
    return f"{float(number):,.{digits}f}" + ("%" if code.endswith("%") else "")


def _algorithm(line: Line) -> str:
    """Return the formulas of a line in the model's own language, each once, with the periods it is for."""
    found: dict[str, None] = {}
    for cell in line.cells.values():
        if isinstance(cell, Formula):
            found[cell.text.strip()] = None
    return "  |  ".join(found)


def _letter(column: int) -> str:
    return Address("", 0, column).a1[:-1]
