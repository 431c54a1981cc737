"""In a small storm over the real programs nothing is lost and nothing is paid twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 240  # A storm on a busy machine takes its time; a quiet one needs half a minute.


def test_a_small_storm_loses_no_fen(tmp_path: Path) -> None:
    file = tmp_path / "storm.json"
    environ = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    ended = subprocess.run(
        [sys.executable, "-m", "chaos", "--seed", "3", "--seconds", "8", "--json", str(file)],
        env=environ, capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stdout + ended.stderr
    told = json.loads(file.read_text())
    assert (told["violations"], told["lost_fen"], told["double_fen"]) == ([], 0, 0)
    assert set(told["promises"].values()) == {0}
    assert told["kills"] > 0
    assert told["orders_paid"] > 0
