"""A house brings its own font files: taken over by every output, or refused with every mistake at its line."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

import house_fonts
from workspaces import starter
from yanbao import build as building
from yanbao.author import compose
from yanbao.cli.commands import app
from yanbao.errors import WorkspaceError

REGULAR, BOLD = "fonts/Gothic-Regular.ttf", "fonts/Gothic-Bold.ttf"
THEME = f'[fonts]\ntext = "{house_fonts.FAMILY}"\nfiles = ["{REGULAR}", "{BOLD}"]\n'


def themed(folder: Path, theme: str = THEME, **files: bytes) -> Path:
    """The starter with a theme; `files` are the fonts by the stem of their names."""
    workspace = starter(folder)
    (workspace / "theme" / "fonts").mkdir(parents=True)
    (workspace / "theme" / "theme.toml").write_text(theme, "utf-8")
    given = {"Gothic-Regular": house_fonts.static(400), "Gothic-Bold": house_fonts.static(700)} | files
    for stem, data in given.items():
        (workspace / "theme" / "fonts" / f"{stem}.ttf").write_bytes(data)
    return workspace


def mistakes(workspace: Path) -> list[str]:
    with pytest.raises(WorkspaceError) as caught:
        compose(workspace)
    return [str(mistake) for mistake in caught.value.mistakes]


def test_every_output_takes_the_font_and_the_build_proves(tmp_path: Path) -> None:
    workspace = themed(tmp_path / "w")
    made = building.build(workspace, tmp_path / "out")
    (warning,) = made.warnings
    assert warning.startswith("theme/theme.toml: fonts.text: Desk Gothic lacks ")
    assert b"DeskGothic-Bold" in (made.folder / "report.pdf").read_bytes()
    assert '--font:"Desk Gothic", "Noto Sans SC"' in (made.folder / "report.html").read_text("utf-8")
    for name in ("pptx", "xlsx"):
        with zipfile.ZipFile(made.folder / f"report.{name}") as archive:
            assert any(house_fonts.FAMILY.encode() in archive.read(part) for part in archive.namelist())
    assert (made.inputs / "theme" / REGULAR).read_bytes() == house_fonts.static(400)
    from yanbao.check.proof import prove

    proof = prove(made.document, made.inputs, made.outputs)
    assert proof.ok, proof.to_text()
    again = building.build(workspace, tmp_path / "again")
    assert [path.read_bytes() for path in again.outputs] == [path.read_bytes() for path in made.outputs]


def test_the_command_prints_the_warning_beside_its_output(tmp_path: Path) -> None:
    workspace = themed(tmp_path / "w")
    run = CliRunner().invoke(app, ["build", str(workspace), "--out", str(tmp_path / "out"), "-f", "xlsx"])
    assert run.exit_code == 0
    assert "warning: theme/theme.toml: fonts.text: Desk Gothic lacks " in run.stderr


def test_fonts_of_deck_and_workbook_may_be_others(tmp_path: Path) -> None:
    theme = compose(themed(tmp_path / "w", 'font_deck_zh = "SimHei"\n' + THEME)).theme
    assert (theme.font_deck_zh, theme.font_deck_latin) == ("SimHei", house_fonts.FAMILY)


def _italic(font) -> None:  # type: ignore[no-untyped-def]
    font["OS/2"].fsSelection |= 1


def _restricted(font) -> None:  # type: ignore[no-untyped-def]
    font["OS/2"].fsType = 2


@pytest.mark.parametrize(
    ("theme", "files", "expected"),
    [
        (
            THEME.replace("Desk", "Other"),
            {},
            "fonts.files.0: 'fonts/Gothic-Regular.ttf' holds Desk Gothic, not 'Other Gothic'",
        ),
        (THEME.replace(BOLD, "../../bold.ttf"), {}, "fonts.files.1: '../../bold.ttf' is outside the theme folder"),
        (THEME.replace(BOLD, "/etc/bold.ttf"), {}, "is outside the theme folder"),
        (THEME.replace(BOLD, "fonts/none.ttf"), {}, "there is no file 'fonts/none.ttf' in theme/"),
        (THEME.replace(BOLD, "fonts/a.ttc"), {}, "'fonts/a.ttc' is none of .ttf, .otf"),
        (THEME.replace(BOLD, "a\\u0000b.ttf"), {}, "is no file name"),
        (THEME.replace(f', "{BOLD}"', ""), {}, "fonts.files: 'fonts/Gothic-Regular.ttf' is of weight 400"),
        (
            THEME,
            {"Gothic-Bold": house_fonts.static(400)},
            "is of weight 400 and 'fonts/Gothic-Bold.ttf' is of weight 400",
        ),
        (THEME, {"Gothic-Bold": house_fonts.static(700, drawn=400)}, "it is no true bold"),
        (THEME, {"Gothic-Bold": house_fonts.variable()}, "is variable and holds both weights"),
        (
            THEME.replace(f', "{BOLD}"', ""),
            {"Gothic-Regular": house_fonts.variable(low=300, high=600)},
            "has weights from 300 to 600: it holds no bold",
        ),
        (THEME, {"Gothic-Bold": b"not a font"}, "'fonts/Gothic-Bold.ttf' is no TrueType or OpenType font"),
        (THEME, {"Gothic-Bold": house_fonts.static(700)[:900]}, "is damaged"),
        (THEME, {"Gothic-Bold": house_fonts.changed(house_fonts.static(700), _italic)}, "is italic"),
        (THEME, {"Gothic-Bold": house_fonts.changed(house_fonts.static(700), _restricted)}, "does not allow embedding"),
        (THEME, {"Gothic-Bold": bytes(48 * 2**20 + 1)}, "has 50,331,649 bytes; at most 50,331,648 are read"),
        (THEME.replace("Desk Gothic", "Noto Sans SC"), {}, "fonts.text: Noto Sans SC comes with yanbao"),
        (THEME.replace("Desk Gothic", "a;b"), {}, "fonts.text: string should match pattern"),
        (THEME.replace("files", "file"), {}, "did you mean `files`?"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, theme: str, files: dict[str, bytes], expected: str) -> None:
    found = mistakes(themed(tmp_path / "w", theme, **files))
    assert expected in "\n".join(found)
    assert all(mistake.startswith("theme/theme.toml:") and mistake[17].isdigit() for mistake in found)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    theme = 'logo = "none.png"\n' + THEME.replace("Desk", "Other")
    found = mistakes(themed(tmp_path / "w", theme, **{"Gothic-Bold": b"x"}))
    assert [mistake.split(": ")[0] + " " + mistake.split(": ")[1] for mistake in found] == [
        "theme/theme.toml:1 logo",
        "theme/theme.toml:4 fonts.files.0",
        "theme/theme.toml:4 fonts.files.1",
    ]


def test_a_variable_font_alone_does(tmp_path: Path) -> None:
    theme = THEME.replace(f', "{BOLD}"', "")
    font = compose(themed(tmp_path / "w", theme, **{"Gothic-Regular": house_fonts.variable()})).theme.font
    assert font is not None
    assert font.regular == font.bold
