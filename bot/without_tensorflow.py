"""Rasa imports TensorFlow, and with it keras and jax, even where nothing calls it: ten seconds and 300 MB for each process.

Neither our classifier nor the rules need it. `keep_out` puts hollow modules in its place, in which every name is an empty class:
enough for Rasa's class statements and annotations. Whoever makes something of such a class gets one clear sentence.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

KEPT_OUT = frozenset({"tensorflow", "tensorflow_addons", "tensorflow_hub", "tensorflow_text", "keras", "jax"})


class TensorFlowIsAway(RuntimeError):
    """Something asked TensorFlow to work, in a process that runs without it."""


class _HollowType(type):
    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _hollow(name)

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        # A decorator with or without arguments gives back what it decorates; everything else is work.
        if not args and cls.__module__ == __name__:
            return lambda decorated: decorated
        if len(args) == 1 and callable(args[0]) and not kwargs:
            return args[0]
        raise TensorFlowIsAway("this process runs without TensorFlow; the pipeline in config.yml must not need it")


def _hollow(name: str) -> type:
    return _HollowType(name, (), {"__module__": __name__})


class _HollowModule(ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        made = _hollow(name)
        setattr(self, name, made)
        return made


class _Finder(MetaPathFinder, Loader):
    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if fullname.partition(".")[0] not in KEPT_OUT:
            return None
        return ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _HollowModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        module.__dict__["__version__"] = "0"


def keep_out() -> None:
    """Let no later import in this process load TensorFlow. To be called before anything of Rasa is imported."""
    if "tensorflow" not in sys.modules and not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())
