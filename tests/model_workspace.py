"""A small workspace with a driver model: the starter, an outlook computed from its evidence, a scenario, an exhibit."""

from __future__ import annotations

from pathlib import Path

from workspaces import change, starter

OUTLOOK = """# 配网投资展望
title = { zh = "配网投资测算", en = "Distribution grid outlook" }
origin = "house"
as_of = 2024-06-30
periods = ["2019:2023", "2024E:2025E"]

[lines.total]
label = { zh = "两网投资", en = "Both grids" }
unit = "亿元"
actual = "grid.total"
estimate = "prev(total) * (1 + growth)"

[lines.growth]
label = { zh = "投资增速", en = "Growth" }
unit = "%"
actual = "yoy(total, prev(total))"
values = { 2024E = "10.0", 2025E = "8.0" }
reason = { zh = "国网年中上调全年投资计划", en = "State Grid raised its plan at mid-year" }

[lines.share]
label = { zh = "配网占比", en = "Distribution share" }
unit = "%"
kind = "exact"
value = "40"
reason = { zh = "规划过半的政策目标", en = "the plan asks for more than half" }

[lines.dist]
label = { zh = "配网投资", en = "Distribution" }
unit = "亿元"
formula = "total * share"

[lines.two_years]
label = { zh = "两年合计", en = "Two years" }
unit = "亿元"
once = true
formula = "sum(dist[2024E:2025E])"

[scenarios.high]
label = { zh = "乐观", en = "High" }
reason = { zh = "配网改造提前", en = "the refit comes early" }
set = { share = "45" }

[[checks]]
label = "配网是两网的一部分"
condition = "dist <= total"
"""

VIEWS = """
[uncertain.growth]
distribution = "triangular"
low = "5"
mode = "8"
high = "12"
reason = "各省规划"

[[views]]
id = "by_share"
kind = "one-way"
of = "two_years"
across = { line = "share", steps = ["35", "40", "45"] }

[[views]]
id = "grid"
kind = "two-way"
title = { zh = "占比与增速", en = "Share and growth" }
of = "dist[2025E]"
across = { line = "growth[2025E]", steps = ["6", "8.0", "10"] }
down = { line = "share", steps = ["40", "50"] }

[[views]]
id = "tornado"
kind = "tornado"
of = "dist[2025E]"
lines = { "growth[2024E]" = ["5", "12"], share = ["35", "50"] }

[[views]]
id = "cases"
kind = "scenarios"
of = ["dist[2025E]", "two_years"]

[[views]]
id = "fan"
kind = "fan"
of = "dist"
draws = 1000
seed = 7
quantiles = ["5%", "50%", "95%"]

[[views]]
id = "even"
kind = "solve"
title = { zh = "达到目标所需占比", en = "Share that reaches the target" }
of = "dist[2025E]"
for = "share"
target = "3500"
between = ["30", "60"]
"""

CHAPTER = """
## 配网投资2025年有望达到{outlook.dist[2025E]:,.0}

2024—2025年配网投资合计{outlook.two_years:,.0}，乐观情形下为{outlook_high.two_years:,.0}；配网占比{outlook.share}。

```exhibit model-table
kind = "forecast"
title = "配网投资测算"
data = "outlook"
transpose = true
rows = "2022:2025E"
```

```exhibit model-chart
kind = "bar-line"
title = "乐观情形下的配网投资与增速"
data = "outlook_high"
bars = ["dist"]
lines = ["growth"]
rows = "2020:2025E"
```
"""

VIEW_PAGES = (
    "".join(
        f"""
## 敏感性：{{outlook_even.now:,.0}}

```exhibit view-{name.replace("_", "-")}
kind = "plain"
title = "敏感性"
data = "outlook_{name}"
```
"""
        for name in ("by_share", "grid", "tornado", "cases", "fan")
    )
    + """
## 配网占比达{outlook_even.solution:.1}时投资{outlook_even.reached:,.0}

```exhibit view-even
kind = "plain"
title = "所需占比"
data = "outlook_even"
transpose = true
```
"""
)


def outlook(folder: Path, model: str = OUTLOOK, chapter: str = CHAPTER) -> Path:
    """Write the starter with the model `outlook` and a page of it into `folder`, and return it."""
    starter(folder)
    (folder / "models").mkdir()
    (folder / "models" / "outlook.toml").write_text(model, "utf-8")
    change(folder, "yanbao.toml", "[origins.swsc]", '[origins.house]\ntext = "本所测算"\n\n[origins.swsc]')
    path = folder / "report" / "01-grid.md"
    path.write_text(path.read_text("utf-8") + chapter, "utf-8")
    return folder
