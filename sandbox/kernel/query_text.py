"""
Values as text and as JSON without calling code of the user's objects: of known types their value, of others the class
and what lies in the instance.
"""

import sys
import types

MAX_DEPTH = 6
#: Types of these modules (by their first name) are written by their own `repr`.
KNOWN_MODULES = frozenset(
    "builtins datetime decimal fractions uuid pathlib ipaddress re range collections numpy pandas pyarrow polars zoneinfo".split()
)
CODE = (type, types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.ModuleType, types.GeneratorType)
#: What a class is, as Python itself knows it: a metaclass can give other answers under these names.
NAME_OF, MODULE_OF, MRO_OF, FLAGS_OF = (vars(type)[name] for name in ("__name__", "__module__", "__mro__", "__flags__"))
#: `Py_TPFLAGS_HEAPTYPE`: every class that Python code makes, and some of C.
MADE_BY_CODE = 1 << 9
#: Of integers beyond this only the size is told: writing them takes long.
MAX_INT_BITS = 4096


def class_name(kind: type) -> str:
    return NAME_OF.__get__(kind)


def module_name(kind: type) -> str:
    name = MODULE_OF.__get__(kind)
    return name if type(name) is str else ""


def type_name(value) -> str:
    """As it is called in code: `DataFrame`, `int`, `Invoice`."""
    return class_name(type(value))[:80]


def is_of(value, *bases: type) -> bool:
    """As `isinstance`, but neither the object's `__class__` nor a metaclass is asked."""
    return any(base is each for each in MRO_OF.__get__(type(value)) for base in bases)


def is_one(kind: type, *kinds: type) -> bool:
    """As `in`, but no metaclass is asked what is equal."""
    return any(kind is each for each in kinds)


def is_known(kind: type) -> bool:
    """Of a library's own, and not only by what it says: it is what that module has under this name."""
    name = module_name(kind)
    if name.partition(".")[0] not in KNOWN_MODULES:
        return False
    if not FLAGS_OF.__get__(kind) & MADE_BY_CODE:
        return True
    found = sys.modules.get(name)
    return type(found) is types.ModuleType and vars(found).get(class_name(kind)) is kind


def cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: max(limit - 1, 0)] + "…"


def scalar_text(value, limit: int) -> str | None:
    """None: it is no scalar that is known."""
    kind = type(value)
    if kind is str:
        return cut(value, limit)
    if is_of(value, *CODE):
        return None
    if kind is int and value.bit_length() > MAX_INT_BITS:
        return f"<int of {value.bit_length()} bits>"
    if value is None or is_one(kind, bool, int, float, complex):
        return repr(value)
    if is_one(kind, bytes, bytearray):
        return cut(repr(bytes(value[:limit])), limit)
    if is_one(kind, list, tuple, dict, set, frozenset) or not is_known(kind):
        return None
    if hasattr(kind, "__iter__") and not hasattr(kind, "isoformat") and module_name(kind).partition(".")[0] != "numpy":
        return None
    if holds_others(value):
        return None
    return cut(str(value), limit)


def holds_others(value) -> bool:
    """An array or a record of numpy: it writes what lies in it, which may be anything."""
    numpy = sys.modules.get("numpy")
    if numpy is None:
        return False
    return is_of(value, numpy.ndarray) or (is_of(value, numpy.void) and value.dtype.hasobject)


def cell_text(value, limit: int) -> str:
    """For a table's cell: strings as they are."""
    text = scalar_text(value, limit)
    return preview(value, limit) if text is None else text


def preview(value, limit: int = 120, depth: int = 0) -> str:
    """One line."""
    kind = type(value)
    if kind is str:
        return cut(repr(value[: limit + 1]), limit)
    if is_of(value, type):
        return f"class {class_name(value)}"
    if is_one(kind, types.FunctionType, types.BuiltinFunctionType, types.MethodType):
        return f"{value.__name__}()"
    text = scalar_text(value, limit)
    if text is not None:
        return text
    if is_one(kind, list, tuple, set, frozenset, dict) and depth < 4:
        return _contents(value, limit, depth)
    return f"<{type_name(value)}>"


def _contents(value, limit: int, depth: int) -> str:
    opening, closing = {"list": "[]", "tuple": "()", "dict": "{}"}.get(type_name(value), "{}")
    parts: list[str] = []
    left = limit - 2
    items = dict.items(value) if type(value) is dict else value
    for item in items:
        if type(value) is dict:
            part = f"{preview(item[0], left, depth + 1)}: {preview(item[1], max(left, 8), depth + 1)}"
        else:
            part = preview(item, max(left, 8), depth + 1)
        left -= len(part) + 2
        if left < 0:
            parts.append("…")
            break
        parts.append(part)
    return cut(opening + ", ".join(parts) + closing, limit)


def tree(value, budget: list[int], depth: int = 0):
    """
    A JSON value for a tree: at most `budget[0]` nodes. What is cut off ends with a key or an item `…`; of objects of an
    unknown class `{"<Class>": {attributes}}`.
    """
    budget[0] -= 1
    kind = type(value)
    if value is None or kind is bool:
        return value
    if kind is int and abs(value) < 2**53:
        return value
    if kind is float and value - value == 0:
        return value
    text = scalar_text(value, 2000)
    if text is not None:
        return text
    if depth >= MAX_DEPTH or budget[0] <= 0:
        return preview(value)
    if is_of(value, dict):
        return _tree_of(dict.items(value), dict.__len__(value), budget, depth)
    for base in (list, tuple, set, frozenset):
        if is_of(value, base):
            items = []
            for item in base.__iter__(value):
                if budget[0] <= 0:
                    items.append(f"… {base.__len__(value) - len(items)} more")
                    break
                items.append(tree(item, budget, depth + 1))
            return items
    attributes = instance_attributes(value)
    if not attributes:
        return preview(value)
    return {f"<{type_name(value)}>": _tree_of(attributes.items(), len(attributes), budget, depth)}


def _tree_of(items, length: int, budget: list[int], depth: int) -> dict:
    shown: dict = {}
    for key, item in items:
        if budget[0] <= 0:
            shown["…"] = f"{length - len(shown)} more"
            break
        shown[cell_text(key, 200)] = tree(item, budget, depth + 1)
    return shown


def instance_attributes(value) -> dict:
    """What lies in the instance itself; no property is called."""
    try:
        attributes = object.__getattribute__(value, "__dict__")
    except Exception:
        return {}
    return dict(attributes) if type(attributes) is dict else {}
