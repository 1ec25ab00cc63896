"""The run of the demo: its workspace, its policy layer, its environment.

The mirror is allowed as a person would allow a host: by a line of data in a layer of their own, and by nothing else.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import yaml

from callwarden.demo import network
from callwarden.demo.scenery import Scenery
from callwarden.demo.world import World
from callwarden.launch import interpreter
from callwarden.launch.plan import Plan


def plan(folder: Path, stage: Scenery, data: Path, trust: Path, servers: World) -> Plan:
    path = interpreter.path()
    environment = {
        **os.environ,
        "HOME": str(stage.home),
        "PATH": f"{stage.programs}:{path}" if stage.programs else path,
        "PYTHONPATH": str(interpreter.client(stage.workspace)),
        "PYTHONDONTWRITEBYTECODE": "1",
        "SSL_CERT_FILE": str(trust),
        "HTTPS_PROXY": servers.proxy,
        "DEMO_HOSTS": json.dumps(network.NAMES),
    }
    return Plan(
        program=(interpreter.python(), "agent.py"),
        workspace=stage.workspace,
        home=stage.home,
        data=data,
        user=_layer(folder),
        environment=environment,
    )


def _layer(folder: Path) -> Path:
    layer = folder / "layer"
    layer.mkdir()
    host, _, _ = network.NAMES["mirror"].rpartition(":")
    said = {
        "hosts": {host: {"reason": "the package mirror of the demo"}},
        "shown": {"~/.aws": {"reason": "the doors are to be seen at work, so the planted keys are not hidden"}},
    }
    (layer / "data.yaml").write_text(yaml.safe_dump(said))
    return layer
