"""The build folder: manifest, atomic swap, trace, diff, roll."""

from yanbao.build.builder import Builder, Result, build
from yanbao.build.difference import Change, difference
from yanbao.build.folder import FORMATS, Build, read_build
from yanbao.build.roll import KINDS as STALE_KINDS
from yanbao.build.roll import Stale, roll
from yanbao.build.trace import Node, Trace, trace

__all__ = [
    "FORMATS",
    "STALE_KINDS",
    "Build",
    "Builder",
    "Change",
    "Node",
    "Result",
    "Stale",
    "Trace",
    "build",
    "difference",
    "read_build",
    "roll",
    "trace",
]
