"""
`soffice --convert-to FORMAT[:FILTER[:OPTIONS]] [--outdir FOLDER] FILE…`, as people know it, where the program itself cannot
start. FILTER follows from FORMAT. Anything else is refused in words.
"""

import argparse
import pathlib
import shutil
import sys

sys.path.insert(0, "/opt/code-interpreter/lib")

from code_interpreter._office import OfficeError, converted  # noqa: E402

#: They change nothing here.
IGNORED = ("--headless", "--invisible", "--norestore", "--nologo", "--nodefault", "--nofirststartwizard", "--nolockcheck")
REFUSAL = (
    "soffice has no windows, macros, printers or server here. It converts: soffice --convert-to FORMAT [--outdir FOLDER] FILE… "
    "In Python cells: from code_interpreter import render_document, recalculate."
)


class Parser(argparse.ArgumentParser):
    def error(self, message: str):
        print(f"soffice: {message}. {REFUSAL}", file=sys.stderr)
        sys.exit(2)


def main(arguments: list[str]) -> int:
    parser = Parser(prog="soffice", add_help=False)
    parser.add_argument("--convert-to", required=True)
    parser.add_argument("--outdir", default=".", type=pathlib.Path)
    parser.add_argument("files", nargs="+", type=pathlib.Path)
    given = parser.parse_args([one for one in arguments if one not in IGNORED and not one.startswith("-env:")])
    format, _, rest = given.convert_to.partition(":")
    given.outdir.mkdir(parents=True, exist_ok=True)
    failed = 0
    for file in given.files:
        target = given.outdir / f"{file.stem}.{format}"
        try:
            with converted(file, format, rest.partition(":")[2]) as made:
                shutil.copyfile(made, target)
            print(f"convert {file} -> {target}")
        except (OSError, OfficeError) as error:
            print(f"soffice: {error}", file=sys.stderr)
            failed = 1
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
