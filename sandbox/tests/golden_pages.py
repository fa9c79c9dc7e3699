"""
Pages of documents as golden pictures, small and grey: what moved, vanished or was cut is seen, fonts that are drawn a little
otherwise are not. `UPDATE_GOLDEN=1` writes them to `sandbox/tests/golden`. The comparing is done in the sandbox, which has
the library.
"""

import base64
import os
import pathlib
import shutil

from driver import SandboxTest

GOLDEN = pathlib.Path(__file__).parent / "golden"
#: Of the pixels of the small picture: a line of text that moved is several times as much.
TOLERATED_SHARE = 0.003
SMALL = """
import base64, io
from PIL import Image, ImageChops
def small(data):
    page = Image.open(io.BytesIO(base64.b64decode(data))).convert("L")
    return page.resize((360, round(360 * page.height / page.width)), Image.BOX)
def written(page):
    out = io.BytesIO()
    page.quantize(16).save(out, "PNG", optimize=True)
    return base64.b64encode(out.getvalue()).decode()
def share(seen, golden):
    seen = small(seen)
    golden = Image.open(golden).convert("L")
    if seen.size != golden.size:
        return 1
    differing = ImageChops.difference(seen, golden).point(lambda level: 255 if level > 60 else 0)
    return sum(differing.histogram()[255:]) / (seen.width * seen.height)
"""


def compare(test: SandboxTest, name: str, png: str) -> None:
    """Fails when the page (base64) is not what its golden picture shows."""
    if os.environ.get("UPDATE_GOLDEN") == "1":
        GOLDEN.mkdir(exist_ok=True)
        written = test.ok("python", SMALL + f"print(written(small({png!r})))").text()
        (GOLDEN / f"{name}.png").write_bytes(base64.b64decode(written))
    test.assertLess(differing(test, name, png), TOLERATED_SHARE, name)


def differing(test: SandboxTest, name: str, png: str) -> float:
    """The share of the pixels that are not as in the golden picture; 1: it has another size."""
    golden = GOLDEN / f"{name}.png"
    test.assertTrue(golden.exists(), f"{name} has no golden picture; UPDATE_GOLDEN=1 writes it")
    copy = pathlib.Path(test.sandbox.workspace, golden.name)
    shutil.copyfile(golden, copy)
    copy.chmod(0o644)
    return float(test.ok("python", SMALL + f"print(share({png!r}, '/workspace/{golden.name}'))").text())
