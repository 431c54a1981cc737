"""Run the sandbox: ``python -m shebao.sandbox --port 8100 --credentials DIR``."""

from __future__ import annotations

import argparse
from fractions import Fraction
from pathlib import Path

from shebao.sandbox.main import main
from shebao.sandbox.town import Settings
from shebao.sandbox.wechat.signing import Signer


def run() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(prog="python -m shebao.sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8100)
    parser.add_argument("--credentials", type=Path, required=True)
    parser.add_argument("--state", type=Path, help="folder of the ledger")
    parser.add_argument("--people", type=Path, help="TOML or JSON of the people who are known")
    parser.add_argument("--time-factor", type=Fraction, default=Fraction(1, 60))
    parser.add_argument("--signer", type=Signer, default=Signer.PUBLIC_KEY, choices=list(Signer))
    parser.add_argument("--probe-one-in", type=int, default=20)
    parser.add_argument("--public-url")
    asked = parser.parse_args()
    settings = Settings(
        folder=asked.state,
        people=asked.people,
        time_factor=asked.time_factor,
        signer=asked.signer,
        probe_one_in=asked.probe_one_in,
        public_url=asked.public_url,
    )
    main(asked.host, asked.port, asked.credentials, settings)


if __name__ == "__main__":
    run()
