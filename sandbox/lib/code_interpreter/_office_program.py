"""
`python3 -I _office_program.py`: one document, opened and saved in another format by LibreOffice, in this process. Standard
input: JSON `{"source", "target", "format", "options"}`, absolute paths; standard output: JSON `{"problem": null or text}`.

It is called as a library (LibreOfficeKit's C interface, to which later versions only append): the program itself wants a
unix socket for its own first instance, and cells get none.
"""

import ctypes
import json
import os
import pathlib
import sys

PROGRAM = "/usr/lib/libreoffice/program"
#: Places in the tables of functions, from LibreOfficeKit.h; the first entry of each is the table's size.
KIT_ERROR, KIT_LOAD = 3, 4
DOCUMENT_SAVE = 2
#: No dialogs; nothing of a document is run, whatever its author has signed.
LOAD_OPTIONS = b"Batch=1,EnableMacrosExecution=false,MacroSecurityLevel=3"

#: Who opens a document runs nothing of it and reaches nobody through it; formulas are computed anew.
SETTINGS = {
    # Not DisableActiveContent: it takes the charts out, too.
    "Common/Security/Scripting": {
        "MacroSecurityLevel": 3, "DisableMacrosExecution": True,
        "BlockUntrustedRefererLinks": True, "DisablePythonRuntime": True, "DisableOLEAutomation": True,
    },
    "Calc/Content/Update": {"Link": 2},
    "Calc/Formula/Load": {"OOXMLRecalcMode": 0, "ODFRecalcMode": 0},
    "Writer/Content/Update": {"Link": 2},
    "Java/VirtualMachine": {"Enable": False},
}  # fmt: skip
INTERNET = {"ooInetProxyType": 0}


def write_profile(folder: pathlib.Path) -> None:
    """A user's settings, before there is a user."""
    items = []
    for path, values in {**{f"org.openoffice.Office.{path}": values for path, values in SETTINGS.items()}, "org.openoffice.Inet/Settings": INTERNET}.items():
        for name, value in values.items():
            told = str(value).lower()
            items.append(f'<item oor:path="/{path}"><prop oor:name="{name}" oor:op="fuse"><value>{told}</value></prop></item>')
    (folder / "user").mkdir(parents=True)
    (folder / "user" / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items xmlns:oor="http://openoffice.org/2001/registry">' + "".join(items) + "</oor:items>\n"
    )


def _function(thing: int, place: int, result, *parameters):
    """The entry of an object's table of functions, with the object as its first argument."""
    table = ctypes.cast(thing, ctypes.POINTER(ctypes.c_void_p))[0]
    address = ctypes.cast(table, ctypes.POINTER(ctypes.c_void_p))[place]
    function = ctypes.CFUNCTYPE(result, ctypes.c_void_p, *parameters)(address)
    return lambda *given: function(thing, *given)


def convert(source: str, target: str, format: str, options: str) -> str | None:
    """@returns: what went wrong, in LibreOffice's words; None when it is done."""
    profile = pathlib.Path(target).parent / "profile"
    write_profile(profile)
    library = ctypes.CDLL(f"{PROGRAM}/libmergedlo.so")
    library.libreofficekit_hook_2.restype = ctypes.c_void_p
    library.libreofficekit_hook_2.argtypes = [ctypes.c_char_p, ctypes.c_char_p]
    kit = library.libreofficekit_hook_2(PROGRAM.encode(), profile.as_uri().encode())
    if not kit:
        return "it does not start"
    error = _function(kit, KIT_ERROR, ctypes.c_char_p)
    document = _function(kit, KIT_LOAD, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p)(pathlib.Path(source).as_uri().encode(), LOAD_OPTIONS)
    if not document:
        return "the file cannot be opened; it may be damaged or locked"
    save = _function(document, DOCUMENT_SAVE, ctypes.c_int, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_char_p)
    if not save(pathlib.Path(target).as_uri().encode(), format.encode(), options.encode()) or not os.path.exists(target):
        return (error() or b"").decode(errors="replace") or f"it cannot be written as {format}"
    return None


def main() -> None:
    asked = json.loads(sys.stdin.buffer.read())
    # What the library says by itself is no answer.
    answer = os.dup(1)
    os.dup2(2, 1)
    problem = convert(asked["source"], asked["target"], asked["format"], asked["options"])
    os.write(answer, json.dumps({"problem": problem}).encode())
    # Its threads would be waited for, and all is written.
    os._exit(0)


if __name__ == "__main__":
    main()
