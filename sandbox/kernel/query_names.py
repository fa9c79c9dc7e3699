"""
Which names of the session a cell's code reads, and which it sets or changes: by Python's own `ast` and `symtable`, on
code that IPython's own transformers have translated. Nothing of the code runs, and none of the user's objects is called.
"""

import ast
import builtins
import re
import symtable
import types

MAX_CELLS = 200
MAX_NAMES = 500
MAX_CHARACTERS = 200_000
#: Cell magics whose body is Python that runs in the session.
PYTHON_MAGICS = {"time", "timeit", "prun", "capture"}
#: Methods that change the object they belong to, of the types everybody uses.
MUTATING = {
    "add", "append", "appendleft", "clear", "difference_update", "discard", "extend",
    "extendleft", "fill", "insert", "intersection_update", "itemset", "partition", "pop", "popitem", "popleft", "put",
    "remove", "reverse", "rotate", "setdefault", "setflags", "sort", "symmetric_difference_update", "update",
}  # fmt: skip
MUTATING_PREFIX = ("set_", "add_", "update_")
NOT_NAMES = {*dir(builtins), "get_ipython", "display", "In", "Out", "_", "__", "___", "exit", "quit"}
IN_SHELL = re.compile(r"(?<![\\$])(?:\$\{?|\{)([A-Za-z_]\w*)")


def names(asked, params: dict) -> dict:
    """`cells`: Python codes → for each its names, null where it is no Python."""
    namespace = asked.shell.user_ns

    def is_module(name: str) -> bool:
        return type(dict.get(namespace, name)) is types.ModuleType

    return {"cells": [names_of(str(code), is_module) for code in list(params["cells"])[:MAX_CELLS]]}


def names_of(code: str, is_module=lambda name: False) -> dict | None:
    """`uses`: read before the code itself sets them; `sets`: set, changed or deleted; `imports`: modules among those."""
    if len(code) > MAX_CHARACTERS:
        return None
    try:
        found = _Names(is_module)
        found.code(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    sets = {name for name in found.sets if name not in NOT_NAMES or name in found.bound}
    uses = {name for name in found.uses if name not in NOT_NAMES}
    imports = {name for name in found.imports if name not in found.assigned}
    return {key: sorted(each)[:MAX_NAMES] for key, each in (("uses", uses), ("sets", sets), ("imports", imports))}


def _translated(code: str) -> str:
    from IPython.core.inputtransformer2 import TransformerManager

    # One of our own: the shell's may have been given transformers by the user.
    return TransformerManager().transform_cell(code)


class _Names(ast.NodeVisitor):
    """Goes through the code in the order in which it runs; branches and loops may not run."""

    def __init__(self, is_module):
        self.is_module = is_module
        self.uses: set[str] = set()
        self.sets: set[str] = set()
        self.imports: set[str] = set()
        self.assigned: set[str] = set()
        #: By a statement, not by a method.
        self.bound: set[str] = set()
        self._defined: set[str] = set()
        #: Variables of comprehensions around the place.
        self._local: list[set[str]] = []

    def code(self, code: str) -> None:
        self._all(ast.parse(_translated(code)).body)

    def _all(self, nodes) -> None:
        for node in nodes:
            if node is not None:
                self.visit(node)

    def _maybe(self, nodes) -> set[str]:
        """Names that are set at the end of what need not run."""
        before = set(self._defined)
        self._all(nodes)
        after, self._defined = self._defined, before
        return after

    def _use(self, name: str) -> None:
        if name not in self._defined and not any(name in names for names in self._local):
            self.uses.add(name)

    def _bind(self, name: str) -> None:
        if any(name in names for names in self._local):
            return
        self.sets.add(name)
        self.bound.add(name)
        self._defined.add(name)

    def _assign(self, name: str) -> None:
        self.assigned.add(name)
        self._bind(name)

    def _change(self, target: ast.expr) -> None:
        """`df['a']`, `df.a`, `df.loc[0]`: an object of that name is another one now."""
        while isinstance(target, ast.Attribute | ast.Subscript | ast.Starred):
            target = target.value
        if isinstance(target, ast.Name) and not any(target.id in names for names in self._local):
            self._use(target.id)
            if target.id not in self.imports and not self.is_module(target.id):
                self.sets.add(target.id)

    # ---- Expressions ----------------------------------------------------------------------------------------

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self._use(node.id)
        else:
            self._assign(node.id)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self.visit(node.value)
        if not isinstance(node.ctx, ast.Load):
            self._change(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        self._all([node.value, node.slice])
        if not isinstance(node.ctx, ast.Load):
            self._change(node)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self._all([node.value, node.target])

    def visit_Call(self, node: ast.Call) -> None:
        if self._is_magic(node):
            return
        self.generic_visit(node)
        if isinstance(node.func, ast.Attribute):
            name = node.func.attr
            in_place = any(
                word.arg == "inplace" and isinstance(word.value, ast.Constant) and word.value.value is True for word in node.keywords
            )
            if in_place or name in MUTATING or name.startswith(MUTATING_PREFIX):
                self._change(node.func)

    def _is_magic(self, node: ast.Call) -> bool:
        """`get_ipython().run_line_magic('time', 'x = 1')`, as IPython translates it."""
        target = node.func
        if not (isinstance(target, ast.Attribute) and isinstance(target.value, ast.Call)):
            return False
        if not (isinstance(target.value.func, ast.Name) and target.value.func.id == "get_ipython"):
            return False
        given = [each.value if isinstance(each, ast.Constant) and isinstance(each.value, str) else "" for each in node.args]
        if target.attr in ("system", "getoutput") and given:
            self._in_shell(given[0])
        elif target.attr == "run_line_magic" and len(given) == 2:
            self._magic(given[0], "", given[1])
        elif target.attr == "run_cell_magic" and len(given) == 3:
            self._magic(*given)
        return True

    def _magic(self, name: str, line: str, body: str) -> None:
        if name in PYTHON_MAGICS:
            if name == "timeit":
                # It runs in a function of its own: nothing stays.
                inner = _Names(self.is_module)
                inner.code(_without_options(f"{line}\n{body}"))
                self.uses |= inner.uses - self._defined
                return
            self.code(_without_options(body))
            if name == "capture" and line.strip() and not line.strip().startswith("-"):
                self._assign(line.split()[0])
        else:
            self._in_shell(line)
            self._in_shell(body)

    def _in_shell(self, text: str) -> None:
        for name in IN_SHELL.findall(text):
            self._use(name)

    def _comprehension(self, node) -> None:
        own: set[str] = set()
        for index, part in enumerate(node.generators):
            # The first is looked at outside.
            if index == 0:
                self.visit(part.iter)
                self._local.append(own)
            else:
                self.visit(part.iter)
            own.update(each.id for each in ast.walk(part.target) if isinstance(each, ast.Name))
            self._all(part.ifs)
        self._all([node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt])
        self._local.pop()

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension

    # ---- Scopes of their own --------------------------------------------------------------------------------

    def _scope(self, node) -> None:
        """Global names of a function or class, by the compiler's own table."""

        def look(table: symtable.SymbolTable) -> None:
            for symbol in table.get_symbols():
                name = symbol.get_name()
                if symbol.is_global() and symbol.is_referenced():
                    self._use(name)
                if symbol.is_declared_global() and symbol.is_assigned():
                    self.sets.add(name)
            for child in table.get_children():
                look(child)

        for child in symtable.symtable(ast.unparse(node), "<cell>", "exec").get_children():
            look(child)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._scope(node)
        self._all([*node.args.defaults, *node.args.kw_defaults])

    def _function(self, node) -> None:
        self._all([*node.decorator_list, *node.args.defaults, *node.args.kw_defaults])
        every = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs, node.args.vararg, node.args.kwarg]
        self._all([node.returns, *(each.annotation for each in every if each is not None)])
        # A function that calls itself needs nobody else's.
        self._assign(node.name)
        self._scope(node)

    visit_FunctionDef = visit_AsyncFunctionDef = _function

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._all([*node.decorator_list, *node.bases, *node.keywords])
        self._scope(node)
        self._assign(node.name)

    # ---- Statements -----------------------------------------------------------------------------------------

    def visit_Assign(self, node: ast.Assign) -> None:
        self._all([node.value, *node.targets])

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self.visit(node.value)
        if isinstance(node.target, ast.Name):
            self._use(node.target.id)
        self.visit(node.target)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self._all([node.annotation, node.value])
        if node.value is not None:
            self.visit(node.target)

    def visit_Delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            if isinstance(target, ast.Name):
                self._use(target.id)
                self._defined.discard(target.id)
                self.sets.add(target.id)
                self.bound.add(target.id)
                self.assigned.add(target.id)
            else:
                self.visit(target)

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            name = alias.asname or alias.name.split(".")[0]
            self.imports.add(name)
            self._bind(name)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            if alias.name != "*":
                name = alias.asname or alias.name
                self.imports.add(name)
                self._bind(name)

    def _loop(self, node) -> None:
        self.visit(node.iter)
        # What comes after the loop takes its variable for set, or it would fail.
        self.visit(node.target)
        self._maybe(node.body)
        self._maybe(node.orelse)

    visit_For = visit_AsyncFor = _loop

    def visit_While(self, node: ast.While) -> None:
        self.visit(node.test)
        self._maybe(node.body)
        self._maybe(node.orelse)

    def visit_If(self, node: ast.If) -> None:
        self.visit(node.test)
        self._defined |= self._maybe(node.body) & self._maybe(node.orelse)

    def visit_Try(self, node) -> None:
        done = self._maybe([*node.body, *node.orelse])
        for handler in node.handlers:
            own = [ast.Name(handler.name, ast.Store())] if handler.name else []
            done &= self._maybe([handler.type, *own, *handler.body])
        self._defined |= done
        self._all(node.finalbody)

    visit_TryStar = visit_Try

    def visit_Match(self, node: ast.Match) -> None:
        self.visit(node.subject)
        for case in node.cases:
            self._maybe([case.pattern, case.guard, *case.body])

    def _capture(self, node) -> None:
        self.generic_visit(node)
        name = node.rest if isinstance(node, ast.MatchMapping) else node.name
        if name is not None:
            self._assign(name)

    visit_MatchAs = visit_MatchStar = visit_MatchMapping = _capture


def _without_options(code: str) -> str:
    """`%time`, `%timeit -n 10 f(x)`: what stands before the code is no code."""
    lines = code.strip().split("\n")
    lines[0] = re.sub(r"^(?:\s*-[a-zA-Z]\s*\d*)+\s*", "", lines[0])
    return "\n".join(lines)
