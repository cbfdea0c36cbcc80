"""`yanbao sign` and `yanbao publish`: who answers for a build, and its calls into the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from yanbao.cli.screen import TableFormat, data, fail, problem, say, table

if TYPE_CHECKING:
    from yanbao.build.signing import State, Waive
    from yanbao.rating import Entry

Out = Annotated[Path, typer.Argument(help="A build folder.")]
Workspace = Annotated[Path, typer.Option("--workspace", "-w", help="The folder with yanbao.toml and signatures.csv.")]


class Form(str, Enum):
    """How a result is printed."""

    text = "text"
    json = "json"


Printed = Annotated[Form, typer.Option("--format", "-f", help="text or json.")]


def sign(
    out: Out,
    role: Annotated[str | None, typer.Option("--role", "-r", help="The role, as yanbao.toml calls it.")] = None,
    name: Annotated[str | None, typer.Option("--name", "-n", help="Who signs.")] = None,
    waive: Annotated[
        list[str] | None,
        typer.Option(
            "--waive", metavar="CODE@PLACE", help="A finding that may stand; repeat it, with a --reason each."
        ),
    ] = None,
    reason: Annotated[list[str] | None, typer.Option("--reason", help="Why; one for each --waive.")] = None,
    show: Annotated[bool, typer.Option("--show", help="Print how far the sign-off is, and sign nothing.")] = False,
    workspace: Workspace = Path(),
    form: Printed = Form.text,
) -> None:
    """Sign a build in a role of the workspace: draft, reviewer, quality, compliance, or what yanbao.toml names.

    The proof is run by each signature; a finding has to be mended, or waived with a reason that is kept beside the
    signature. A signature is under the bytes of one build: once any of them differs, it is void.

    Exit code 0: signed, or shown; 1: refused, with every reason; 2: can't run.

    Examples:

        yanbao sign out --role author --name 沈砚 -w my-sector
        yanbao sign out --role quality --name 陆衡 --waive "as-of@document.json, page 3" --reason "注中已说明"
        yanbao sign out --show -w my-sector
    """
    from yanbao.build import signing

    if show:
        with fail():
            state = signing.state_of(out, workspace)
        _show(state, form)
        return
    if role is None or name is None:
        raise typer.BadParameter("--role and --name say who signs; --show prints how far the sign-off is")
    waived = _waived(waive or [], reason or [])
    with _refused():
        signature = signing.sign(out, workspace, role, name, waived)
        state = signing.state_of(out, workspace)
    if form is Form.json:
        data(state.to_json())
        return
    say(f"{role} signed: {signature.name}, build {signature.build[:12]}…")
    for waiver in signature.waived:
        say(f"  waived {waiver.key}: {waiver.reason}")
    say("next: " + (f"yanbao sign {out} --role {state.next.id}" if state.next else f"yanbao publish {out}"))


def publish(
    out: Out,
    workspace: Workspace = Path(),
    head: Annotated[
        Path | None, typer.Option("--head", metavar="FILE", help="A file that gets the ledger's new head as a line.")
    ] = None,
    tag: Annotated[
        str | None, typer.Option("--tag", metavar="NAME", help="An annotated Git tag whose message carries the head.")
    ] = None,
    form: Printed = Form.text,
) -> None:
    """Enter the calls of a proved build that all have signed in the ledger, and print its new head.

    The head, `COUNT HASH`, goes into publication.json of the build, into the file and the tag that are named: keep one
    of them outside of the ledger, for `yanbao ledger verify --head`.

    Exit code 0: published; 1: refused, with every reason; 2: can't run.

    Example: `yanbao publish out -w my-sector --head heads.txt`
    """
    from yanbao.build import publishing

    with _refused():
        done = publishing.publish(out, workspace, head_file=head, tag=tag)
    if form is Form.json:
        data({**done.to_json(), "rows": [_row(entry) for entry in done.entries]})
        return
    heads = ["entry", "action", "call", "security", "name", "rating", "what", "value"]
    rows = [[str(cell) for cell in _row(entry).values()] for entry in done.entries]
    table(f"{len(rows)} entries of {done.ledger}", heads, rows, TableFormat.table)
    say(str(done.head))


def _row(entry: Entry) -> dict[str, Any]:
    """Return an entry as it is printed: a rating at its price, or an estimate."""
    rated = entry.rating != ""
    amount = entry.price if rated else entry.value
    unit = entry.currency if rated else entry.unit
    return {
        "entry": entry.entry,
        "action": entry.action,
        "call": entry.call,
        "security": entry.security,
        "name": entry.name,
        "rating": entry.rating,
        "what": ("price" if amount is not None else "") if rated else f"{entry.measure} {entry.period}",
        "value": "" if amount is None else f"{amount:f} {unit}",
    }


def _waived(keys: list[str], reasons: list[str]) -> list[Waive]:
    from yanbao.build.signing import Waive

    if len(keys) != len(reasons):
        raise typer.BadParameter(f"{len(keys)} --waive and {len(reasons)} --reason: each waiver needs its own reason")
    found: list[Waive] = []
    for key, reason in zip(keys, reasons, strict=True):
        code, sign_, place = key.partition("@")
        if not (code and sign_ and place):
            raise typer.BadParameter(f"--waive {key}: write CODE@PLACE, as a refusal prints it")
        found.append(Waive(code, place, reason))
    return found


@contextmanager
def _refused() -> Iterator[None]:
    """Turn a refusal into its reasons and exit code 1, any other error into exit code 2."""
    from yanbao.errors import SignOffError

    with fail():
        try:
            yield
        except SignOffError as error:
            problem(error)
            raise typer.Exit(1) from error


def _show(state: State, form: Form) -> None:
    if form is Form.json:
        data(state.to_json())
        return
    say(f"build {state.build}")
    for what in state.altered:
        say(f"altered: {what}: every signature is void")
    for step in state.steps:
        if step.signature is not None:
            said = f"signed by {step.signature.name}, {step.signature.signed:%Y-%m-%d %H:%M} UTC"
        elif step.void is not None:
            said = f"void: {step.void.name} signed another build, {step.void.signed:%Y-%m-%d %H:%M} UTC"
        else:
            said = "not signed"
        say(f"  {step.role.id}: {said}")
        for waiver in step.signature.waived if step.signature else ():
            say(f"    waived {waiver.key}: {waiver.reason}")
    say("complete: yanbao publish" if state.complete else "not complete")
