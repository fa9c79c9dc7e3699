"""What an editor asks about code: IPython's own completion and help, as its `complete_request` and `inspect_request`."""

import types

from query_text import is_known, is_of, module_name

MAX_MATCHES = 500
MAX_HELP_CHARACTERS = 100_000


def complete(asked, params: dict) -> dict:
    """`code`, `cursor` (characters) → matches for the text between two places of the code."""
    code, cursor = _place(params)
    asked.shell.Completer.use_jedi = False
    reply = asked.shell.kernel.do_complete(code, cursor)
    matches = [str(match)[:1000] for match in reply["matches"][:MAX_MATCHES]]
    return {"matches": matches, "start": int(reply["cursor_start"]), "end": int(reply["cursor_end"])}


def inspect(asked, params: dict) -> dict:
    """`code`, `cursor` → the help for what lies there as plain text (ANSI colours may be in it); null: nothing known."""
    from ipykernel.ipkernel import token_at_cursor

    code, cursor = _place(params)
    name = token_at_cursor(code, cursor)
    found = asked.shell._object_find(name) if name else None
    if found is None or not found.found:
        return {"text": None}
    # Help for an object of the user's own making is that of its class: all else would call its code.
    shown = found.obj
    if not _is_plain(shown):
        shown = type(shown)
        name = type.__getattribute__(shown, "__name__")
    bundle = asked.shell.inspector._get_info(shown, name, None, found, 0, omit_sections=["string_form", "length"])
    return {"text": str(bundle["text/plain"])[:MAX_HELP_CHARACTERS]}


def _is_plain(thing) -> bool:
    kinds = (type, types.ModuleType, types.FunctionType, types.BuiltinFunctionType, types.MethodType)
    return is_of(thing, *kinds) or (is_known(type(thing)) and module_name(type(thing)) == "builtins")


def _place(params: dict) -> tuple[str, int]:
    code = str(params["code"])
    return code, max(0, min(int(params["cursor"]), len(code)))
