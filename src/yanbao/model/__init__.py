"""Driver models: lines by periods, scenarios, checks, sensitivities; computed with the evidence of a workspace."""

from yanbao.model.compile import Compiled, compile_models
from yanbao.model.load import load_model, load_models, model_names
from yanbao.model.model import (
    ALL,
    BASE,
    Absent,
    Axis,
    Cell,
    Check,
    Formula,
    Line,
    Model,
    ModelPeriod,
    Scenario,
    Target,
    Typed,
    Uncertain,
    View,
)
from yanbao.model.parts import read_view
from yanbao.model.spec import ViewSpec
from yanbao.model.views import RECIPE
from yanbao.model.workspace import Computed, compute

__all__ = [
    "ALL",
    "BASE",
    "RECIPE",
    "Absent",
    "Axis",
    "Cell",
    "Check",
    "Compiled",
    "Computed",
    "Formula",
    "Line",
    "Model",
    "ModelPeriod",
    "Scenario",
    "Target",
    "Typed",
    "Uncertain",
    "View",
    "ViewSpec",
    "compile_models",
    "compute",
    "load_model",
    "load_models",
    "model_names",
    "read_view",
]
