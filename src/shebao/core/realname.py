"""Real name (实名核验): whether a name and a number belong together, as a registry says."""

from __future__ import annotations

from enum import StrEnum


class RealNameVerdict(StrEnum):
    """What the registry says of a name and a number."""

    MATCH = "match"  # 一致
    MISMATCH = "mismatch"  # 不一致: the number is somebody else's.
    UNKNOWN = "unknown"  # 库中无此号: nobody has this number.
    BLOCKED = "blocked"  # 该号码已停用: reported lost, or its owner has died.
