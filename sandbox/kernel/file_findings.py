"""What is wrong with documents that a cell made, by a confined program of our own."""

import contextlib
import json
import os

from kernel.own_process import OwnProcess
from kernel.schemas import ENVIRONMENT, entries

PROGRAM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "check_files.py")
ENDS = (".xlsx", ".xlsm")
#: Of one cell; others are not looked at.
MAX_FILES = 5
MAX_FILE_BYTES = 10_000_000
TIMEOUT_S = 15.0
LIMIT_BYTES = 256 * 1024


async def add_findings(process: OwnProcess, found: list[dict]) -> None:
    """Adds `findings` to each artifact in which there are some. What cannot be looked at in time has none."""
    wanted = [
        artifact
        for artifact in found
        if artifact["name"].lower().endswith(ENDS) and artifact["bytes"] <= MAX_FILE_BYTES and not artifact.get("same")
    ][:MAX_FILES]
    if not wanted:
        return
    by_name = {artifact["name"]: artifact for artifact in wanted}
    process.begin()
    with contextlib.suppress(OSError):
        printed = await process.run(
            "python3", "-I", PROGRAM,
            env=ENVIRONMENT, timeout_s=TIMEOUT_S, limit_bytes=LIMIT_BYTES, given=json.dumps([*by_name]).encode(),
        )  # fmt: skip
        for told in entries(printed):
            with contextlib.suppress(KeyError, TypeError):
                if told["findings"]:
                    by_name[told["name"]]["findings"] = told["findings"]
