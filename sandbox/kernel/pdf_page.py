"""
One page of a PDF as a picture, drawn by poppler. The file may be anybody's: it is given to two small programs with
limits of memory, processor time and wall-clock time, and what they cannot do is one of PROBLEMS. As a program: JSON
`{"pdf": BASE64, "page": 1}` on standard input, the answer on standard output.
"""

import base64
import json
import os
import re
import resource
import signal
import struct
import subprocess
import sys
import time

MAX_PDF_BYTES = 32 * 1024 * 1024
#: The longest side of a picture in pixels: what a model sees without shrinking it, and sharp on a fine screen.
EDGE_PIXELS = 1568
#: A PNG of more than this is a photograph; as JPEG it is a tenth.
PNG_BYTES = 768 * 1024
PICTURE_BYTES = 3 * 1024 * 1024
#: For all that is done with one page.
TIME_S = 10.0
MEMORY_BYTES = 1024**3
#: `encrypted`: it wants a password. `damaged`: no PDF, or its page cannot be drawn. `large`: the file, or what drawing
#: it takes. `slow`: it took too long. `missing`: it has no such page.
PROBLEMS = ("encrypted", "damaged", "large", "slow", "missing")

#: Where the system keeps them, whatever a cell has put into PATH.
FOLDER = "/usr/bin"
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": "/nonexistent"}


class Problem(Exception):
    """Its text is one of PROBLEMS."""


def draw(pdf: bytes, page: int) -> dict:
    """
    `{"pages", "page", "mime", "base64", "width", "height"}`, the size of the paper in CSS pixels; or `{"problem"}`.
    `page` counts from 1.
    """
    until = time.monotonic() + TIME_S
    try:
        if len(pdf) > MAX_PDF_BYTES:
            raise Problem("large")
        if b"%PDF-" not in pdf[:1024]:
            raise Problem("damaged")
        pages, long_side = _facts(pdf, page, until)
        mime, picture, (wide, high) = _picture(pdf, page, until)
    except Problem as problem:
        return {"problem": str(problem)}
    scale = long_side * 96 / 72 / max(wide, high)
    size = {"width": round(wide * scale, 1), "height": round(high * scale, 1)}
    return {"pages": pages, "page": page, "mime": mime, "base64": base64.b64encode(picture).decode(), **size}


def _facts(pdf: bytes, page: int, until: float) -> tuple[int, float]:
    """How many pages there are, and the longer side of this one in points."""
    told = _run(pdf, until, "pdfinfo", "-f", str(page), "-l", str(page), "-").decode(errors="replace")
    count = re.search(r"^Pages:\s+(\d+)$", told, re.MULTILINE)
    if count is None or int(count[1]) < 1:
        raise Problem("damaged")
    if not 1 <= page <= int(count[1]):
        raise Problem("missing")
    size = re.search(r"^Page\s+\d+ size:\s+([\d.]+) x ([\d.]+) pts", told, re.MULTILINE)
    if size is None or min(float(size[1]), float(size[2])) <= 0:
        raise Problem("damaged")
    return int(count[1]), max(float(size[1]), float(size[2]))


def _picture(pdf: bytes, page: int, until: float) -> tuple[str, bytes, tuple[int, int]]:
    """Its type, its bytes, and its width and height in pixels."""
    where = ("-q", "-f", str(page), "-l", str(page), "-singlefile", "-cropbox", "-scale-to", str(EDGE_PIXELS))
    png = _run(pdf, until, "pdftoppm", *where, "-png", "-")
    if not png.startswith(b"\x89PNG\r\n\x1a\n") or len(png) < 24:
        raise Problem("damaged")
    size = struct.unpack(">II", png[16:24])
    if min(size) < 1:
        raise Problem("damaged")
    if len(png) <= PNG_BYTES:
        return "image/png", png, size
    jpeg = _run(pdf, until, "pdftoppm", *where, "-jpeg", "-jpegopt", "quality=85", "-")
    if jpeg.startswith(b"\xff\xd8") and len(jpeg) <= PICTURE_BYTES:
        return "image/jpeg", jpeg, size
    raise Problem("large")


def _run(pdf: bytes, until: float, program: str, *options: str) -> bytes:
    """What it printed. @raises Problem"""
    limits = ("prlimit", f"--as={MEMORY_BYTES}", f"--cpu={int(TIME_S)}", "--core=0", "--fsize=0")
    try:
        done = subprocess.run(
            [os.path.join(FOLDER, limits[0]), *limits[1:], os.path.join(FOLDER, program), *options],
            input=pdf, capture_output=True, timeout=max(0.1, until - time.monotonic()), cwd="/", env=ENVIRONMENT,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise Problem("slow") from None
    except (OSError, MemoryError):
        raise Problem("large") from None
    said = done.stderr[-4000:].decode(errors="replace")
    if "Incorrect password" in said:
        raise Problem("encrypted")
    if "Wrong page range" in said and options[1] != "1":
        raise Problem("missing")
    if -done.returncode in (signal.SIGXCPU, signal.SIGKILL):
        raise Problem("slow")
    if re.search("bad_alloc|out of memory|allocate memory", said, re.IGNORECASE):
        raise Problem("large")
    if done.returncode != 0:
        raise Problem("damaged")
    return done.stdout


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (2 * MEMORY_BYTES, 2 * MEMORY_BYTES))
    asked = json.loads(sys.stdin.buffer.read())
    try:
        pdf = base64.b64decode(asked["pdf"])
    except ValueError:
        pdf = b""
    print(json.dumps(draw(pdf, asked["page"])))


if __name__ == "__main__":
    main()
