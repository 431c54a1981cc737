"""Machine: what the kernel says our processes used, and how busy everybody else is."""

from __future__ import annotations

import os
import resource
import time
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256

PROC: Final = Path("/proc")
_CHECKS: Final = 500
_TICK_US: Final = 1_000_000 / os.sysconf("SC_CLK_TCK")
_PARENT, _REAPED = 1, (13, 14)  # Positions after the name in /proc/PID/stat.


def cpu_us(pid: int) -> float:
    """The CPU time a process has used in all its threads; nought where there is no /proc."""
    try:
        tasks = [(task / "schedstat").read_text() for task in (PROC / str(pid) / "task").iterdir()]
    except OSError:
        return 0.0
    return sum(int(line.split()[0]) for line in tasks) / 1000


def family_cpu_us(pid: int) -> float:
    """The CPU time of a process, of its children, and of the children it has buried."""
    try:
        stat = _stat(pid)
    except OSError:
        return 0.0
    buried = sum(int(stat[place]) for place in _REAPED) * _TICK_US
    return cpu_us(pid) + sum(cpu_us(child) for child in _children(pid)) + buried


def peak_mb() -> float:
    """The most memory this process has held so far, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def load() -> str:
    """How busy the machine is, in words for the head of the table.

    A busy machine makes every figure worse. What one signature check takes just now, beside the
    17 µs it takes on the quiet machine our limits come from, says by how much.
    """
    busy, _, _ = os.getloadavg()
    return f"{os.cpu_count()} cores, load {busy:.1f}, signature check {_check_us():.0f} µs"


def _children(pid: int) -> list[int]:
    found = []
    for folder in PROC.glob("[0-9]*"):
        try:
            if int(_stat(int(folder.name))[_PARENT]) == pid:
                found.append(int(folder.name))
        except OSError:
            continue  # It ended while we looked.
    return found


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the name, which may hold anything."""
    return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()


def _check_us() -> float:
    """The CPU time of one RSA check: always the same work."""
    key, padding, digest = generate_private_key(65537, 2048), PKCS1v15(), SHA256()
    signature, public = key.sign(b"the same", padding, digest), key.public_key()
    began = time.process_time_ns()
    for _ in range(_CHECKS):
        public.verify(signature, b"the same", padding, digest)
    return (time.process_time_ns() - began) / 1000 / _CHECKS
