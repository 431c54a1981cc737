"""Family: which processes a process has started, asked of the system."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_PROCESSES: Final = Path("/proc")  # Linux has it, macOS has not.
_PARENT: Final = 1  # Position after the name in /proc/PID/stat.


@dataclass(frozen=True, slots=True)
class Process:
    """A running process."""

    pid: int
    parent: int
    command: str


def children(pid: int) -> list[Process]:
    """The processes a process has started and that still run."""
    everybody = _listed() if _PROCESSES.is_dir() else _shown()
    return [process for process in everybody if process.parent == pid]


def web_workers(serve: int) -> list[int]:
    """The web workers of a serving program."""
    return [one.pid for one in children(serve)]


def connections(postmaster: int) -> list[int]:
    """The processes in which PostgreSQL serves one connection each."""
    return [one.pid for one in children(postmaster) if "postgres: shebao shebao" in one.command]


def _listed() -> list[Process]:
    found = []
    for folder in _PROCESSES.glob("[0-9]*"):
        try:
            stat = (folder / "stat").read_text().rpartition(")")[2].split()
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue  # It ended while we looked.
        found.append(Process(int(folder.name), int(stat[_PARENT]), command))
    return found


def _shown() -> list[Process]:
    command = ["/bin/ps", "-Aww", "-o", "pid=,ppid=,args="]
    shown = subprocess.run(command, capture_output=True, text=True, check=True)
    rows = [line.split(None, 2) for line in shown.stdout.splitlines()]
    return [Process(int(pid), int(parent), " ".join(rest)) for pid, parent, *rest in rows]
