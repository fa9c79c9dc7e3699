"""Queries run in the user's process: no object's code is called, nothing is consumed, computed or read, and none is believed."""

import time

from driver import SandboxTest

ALL = {"row": 0, "rows": 100, "column": 0, "columns": 50}
#: Each call of an object's own code leaves its name in `touched`.
TRIPWIRES = """
import builtins, time, types
touched = []
builtins.touched_by_queries = touched
def trip(name):
    def tripped(*_args, **_named):
        touched.append(name)
        raise RuntimeError(name)
    return tripped
def wired(*leave):
    special = ['__repr__', '__str__', '__len__', '__iter__', '__next__', '__eq__', '__hash__', '__bool__', '__sizeof__', '__dir__',
               '__array__', '__getitem__', '__contains__', '__index__', '__int__', '__float__', '__format__', '__call__', '__lt__',
               '__reduce_ex__', '__array_interface__', '__dataframe__', '__arrow_c_stream__', '__getattr__', '__length_hint__']
    plain = ['dtype', 'shape', 'size', 'columns', 'index', 'values', 'name', 'nbytes', 'isoformat', 'num_rows', 'num_columns', 'iloc',
             'schema', '_mgr', 'memory_usage', 'estimated_size', 'keys', 'items', 'compute', 'collect', 'to_arrow', 'bit_length', 'dict']
    made = {name: trip(name) for name in special if name not in leave}
    return {**made, **{name: property(trip(name)) for name in [*plain, '__class__'] if name not in leave}}
class Meta(type):
    __getattr__ = trip('metaclass __getattr__')
    __repr__ = trip('metaclass __repr__')
    __len__ = trip('metaclass __len__')
    __instancecheck__ = __subclasscheck__ = trip('metaclass check')
    __eq__ = trip('metaclass __eq__')
    __hash__ = type.__hash__
"""
OBJECTS = TRIPWIRES + """
import numpy as np, pandas as pd, collections, decimal, enum, fractions
Plain = type('Plain', (), wired())
plain = Plain.__new__(Plain)
Asked = type('Asked', (), {**wired(), '__getattribute__': trip('__getattribute__')})
asked = object.__new__(Asked)
OfMeta = Meta('OfMeta', (), wired())
of_meta = object.__new__(OfMeta)
# Classes that say they come from a library, or are one of its own.
Lying = type('ndarray', (), {**wired(), '__module__': 'numpy'})
lying = object.__new__(Lying)
Pretender = type('DataFrame', (), {**wired('__class__'), '__module__': 'pandas', '__class__': property(lambda self: touched.append('__class__') or pd.DataFrame)})
pretender = object.__new__(Pretender)
BuiltIn = type('int', (), {**wired(), '__module__': 'builtins'})
built_in = object.__new__(BuiltIn)
# Classes derived from what is known.
mine = {base.__name__: type('My' + base.__name__, (base,), wired()) for base in (int, float, str, bytes, list, tuple, dict, set, frozenset)}
my_int, my_text = int.__new__(mine['int'], 5), str.__new__(mine['str'], 'text')
my_list, my_dict = list.__new__(mine['list']), dict.__new__(mine['dict'])
list.extend(my_list, [1, 2]); dict.update(my_dict, a=1)
MyArray = type('MyArray', (np.ndarray,), wired())
my_array = np.ndarray.__new__(MyArray, (2, 3))
MyFrame = type('MyFrame', (pd.DataFrame,), wired('_mgr'))
my_frame = object.__new__(MyFrame); object.__setattr__(my_frame, '_mgr', pd.DataFrame({'a': [1, 2]})._mgr)
# What holds them. (Of what lies in a column, pandas itself asks the `__class__` when it counts missing values.)
Boxed = type('Boxed', (), wired('__class__'))
in_cell = Boxed.__new__(Boxed)
listed, keyed = [plain, asked, of_meta, lying], {'key': plain, 'other': built_in}
boxed = np.empty(4, dtype=object); boxed[0], boxed[1], boxed[2], boxed[3] = 1, 2, 3, 4
cells = pd.DataFrame({'o': boxed}); cells._mgr.blocks[0].values[0, :3] = 0
for at, each in enumerate([in_cell] * 3): cells._mgr.blocks[0].values[0, at] = each
of_objects = np.array([None, None], dtype=object); of_objects[0], of_objects[1] = in_cell, in_cell
zero = np.empty((), dtype=object); zero[()] = plain
record = np.empty(1, dtype=[('o', object)]); record['o'][0] = plain
record_of = record[0]
queued, counted = collections.deque([plain]), collections.OrderedDict(a=plain)
Point = collections.namedtuple('Point', 'x y'); point = Point(plain, 1)
class Colour(enum.Enum):
    RED = 1
    __repr__ = __str__ = __len__ = trip('enum')
colour = Colour.RED
ranged = cells['o']
arranged = pd.Index([1, 2])
"""
LAZY = TRIPWIRES + """
import io, itertools, sys
consumed = []
def numbers():
    for n in range(3):
        consumed.append(n)
        yield n
generator, mapped, zipped, chained = numbers(), map(consumed.append, [1, 2]), zip(numbers()), itertools.chain(numbers())
filtered, counted, opened = filter(consumed.append, [1]), enumerate(numbers()), io.StringIO('a\\nb')
async def later(): consumed.append('later')
coroutine = later()
# What libraries of lazy frames are like: everything asks for the result.
dask = types.ModuleType('dask.dataframe'); sys.modules['dask.dataframe'] = dask
dask.DataFrame = type('DataFrame', (), {**wired(), '__module__': 'dask.dataframe'})
lazy = dask.DataFrame.__new__(dask.DataFrame)
in_list = [lazy, generator]
"""
CYCLES = """
cycle = []; cycle.append(cycle)
keyed = {}; keyed['self'] = keyed
class Node: pass
node = Node(); node.next = node; node.parent = [node, {'node': node}]
deep = []
for _ in range(100_000): deep = [deep]
wide = [[list(range(100)) for _ in range(100)] for _ in range(100)]
huge_text, huge_bytes, huge_int = 'é' * 50_000_000, b'x' * 50_000_000, 1 << 10_000_000
huge_name = {'k' * 1_000_000: 'v' * 1_000_000}
"""


class Hostile(SandboxTest):
    def setUp(self) -> None:
        # What one test makes is not another's.
        self.sandbox.connection.send({"op": "restart", "id": self.id()})
        self.sandbox.connection.until("restarted", id=self.id())

    def look(self, *without: str) -> dict[str, dict]:
        """Everything that the panel can ask, of every variable. Returns what is told of each."""
        told = {each["name"]: each for each in self.answered("variables")["variables"]}
        for name, each in told.items():
            if name in without:
                continue
            self.sandbox.query("variableValue", {"name": name})
            if each["table"]:
                page = self.answered("tablePage", {"name": name, **ALL})
                for column in range(min(page["columnCount"], 3)):
                    self.answered("columnSummary", {"name": name, "column": column})
                    view = {"filters": [{"column": column, "op": "contains", "values": ["x"]}], "sorts": [{"column": column, "descending": True}]}
                    self.answered("tablePage", {"name": name, **ALL, "view": view})
        return told

    def touched(self) -> str:
        return self.ok("python", "import builtins; list(builtins.touched_by_queries)").result

    def test_no_code_of_an_object_is_called_and_none_is_believed(self):
        self.ok("python", OBJECTS + "touched.clear()")
        told = self.look()
        self.assertEqual(self.touched(), "[]")
        shown = {name: (each["type"], each["preview"], each["table"]) for name, each in told.items()}
        self.assertEqual(shown["plain"], ("Plain", "<Plain>", False))
        self.assertEqual(shown["asked"], ("Asked", "<Asked>", False))
        self.assertEqual(shown["of_meta"], ("OfMeta", "<OfMeta>", False))
        self.assertEqual(shown["lying"], ("ndarray", "<ndarray>", False))
        self.assertEqual(shown["pretender"], ("DataFrame", "<DataFrame>", False))
        self.assertEqual(shown["built_in"], ("int", "<int>", False))
        self.assertEqual(shown["listed"][1], "[<Plain>, <Asked>, <OfMeta>, <ndarray>]")
        self.assertEqual((told["my_frame"]["shape"], shown["my_frame"]), ("2 × 1", ("MyFrame", "a", True)))
        self.assertEqual((told["my_array"]["shape"], shown["my_array"][2]), ("2 × 3", True))
        self.assertEqual((told["my_list"]["shape"], told["my_dict"]["shape"]), ("2", "1"))
        self.assertEqual(shown["colour"][0], "Colour")

    def test_nothing_is_consumed_and_nothing_lazy_is_computed(self):
        self.ok("python", LAZY + "touched.clear()")
        told = self.look()
        self.assertEqual((told["generator"]["preview"], told["lazy"]["preview"]), ("<generator>", "<DataFrame>"))
        self.assertEqual(told["in_list"]["preview"], "[<DataFrame>, <generator>]")
        self.assertEqual(self.ok("python", "consumed, touched").result, "([], [])")
        after = "next(generator), next(zipped), next(chained), next(counted), opened.read(), coroutine.close()"
        self.assertEqual(self.ok("python", after).result, "(0, (0,), 0, (0, 0), 'a\\nb', None)")

    def test_state_is_what_it_was(self):
        self.ok("python", """
import random, numpy as np, pandas as pd, sys, gc, decimal, warnings
random.seed(1); np.random.seed(1)
df = pd.DataFrame({"a": [3, 1, 2], "s": ["x", None, "y"]}); view = df["a"]; kept = dict(a=[1], b={2})
def state():
    return dict(random=random.getstate(), numpy=np.random.get_state()[1].tolist(), table=df.to_json(), attrs=df.attrs, kept=kept, alias=view.tolist(),
                names=sorted(name for name in globals() if name[0] != '_'), option=pd.get_option('display.max_rows'), recursion=sys.getrecursionlimit(),
                gc=gc.get_threshold(), decimal=decimal.getcontext().prec, errors=np.geterr(), hooks=(sys.displayhook, sys.excepthook, type(sys.stdout)),
                count=get_ipython().execution_count - len(In), handlers=[__import__('signal').getsignal(n) for n in (2, 14)])
before = None
before = {key: repr(value) for key, value in state().items()}
""")
        self.assertEqual(self.ok("python", "len(before)").result, "15")
        self.look()
        for code in ("df.", "kept['", "view.to_"):
            self.answered("complete", {"code": code, "cursor": len(code)})
        self.answered("inspect", {"code": "df", "cursor": 1})
        self.answered("names", {"cells": ["df['a'] = 1; del kept"]})
        after = self.ok("python", "{key: (before[key], repr(value)) for key, value in state().items() if before[key] != repr(value)}")
        self.assertEqual(after.result, "{}")

    def test_what_is_deep_wide_large_or_in_a_circle_is_cut(self):
        self.ok("python", CYCLES)
        began_at = time.monotonic()
        told = self.look()
        self.assertLess(time.monotonic() - began_at, 20)
        self.assertTrue(all(len(each["preview"]) <= 200 for each in told.values()))
        value = self.answered("variableValue", {"name": "node"})
        self.assertIn("<Node>", value["tree"])
        for name in ("deep", "wide", "cycle", "keyed", "huge_text", "huge_name"):
            self.answered("variableValue", {"name": name})
        self.assertEqual(told["huge_int"]["preview"], "<int of 10000001 bits>")

    def test_a_file_of_10_gb_in_memory_is_not_read(self):
        self.ok("python", """
import numpy as np, os
with open('/tmp/big', 'wb') as file: file.truncate(10 * 1024**3)
flat = np.memmap('/tmp/big', dtype='float64', mode='r')
table = np.memmap('/tmp/big', dtype='uint8', mode='r', shape=(5 * 1024**3, 2))
turned, strided, low = table.T, flat[::7], np.memmap('/tmp/big', dtype='uint8', mode='r', shape=(2, 5 * 1024**3))
import pandas as pd
framed = pd.DataFrame(flat, copy=False)
def resident(): return int(open('/proc/self/statm').read().split()[1]) * 4096 // 10**6
resident()
""")
        before = int(self.ok("python", "resident()").result)
        began_at = time.monotonic()
        told = {each["name"]: each for each in self.answered("variables")["variables"]}
        self.assertEqual((told["flat"]["shape"], told["flat"]["bytes"]), ("1,342,177,280", 10 * 1024**3))
        self.assertEqual(told["turned"]["shape"], "2 × 5,368,709,120")
        for name in ("flat", "table", "turned", "strided", "framed"):
            page = self.answered("tablePage", {"name": name, **ALL})
            self.assertEqual(page["cells"][0][0], "0" if name in ("table", "turned") else "0.0")
        for params in ({"row": 900_000_000, "rows": 100}, {"row": 0, "rows": 100}):
            self.answered("tablePage", {"name": "flat", **ALL, **params})
        # What would have to read all of it says so, and does not begin.
        self.assertEqual(self.sandbox.query("columnSummary", {"name": "flat", "column": 0})["reason"], "refused")
        sort = {"filters": [], "sorts": [{"column": 0, "descending": True}]}
        self.assertEqual(self.sandbox.query("tablePage", {"name": "flat", **ALL, "view": sort})["reason"], "refused")
        self.assertLess(time.monotonic() - began_at, 20)
        self.assertLess(int(self.ok("python", "resident()").result) - before, 100)
        run = self.ok("python", "del flat, table, turned, strided, low, framed; os.remove('/tmp/big')")
        self.assertEqual(run.done["stateLost"], False)

    def test_one_variable_that_takes_long_does_not_hide_the_others(self):
        self.ok("python", """
import time, pandas as pd
slow, quick = pd.DataFrame({"slow": [1]}), [5]
real = pd.DataFrame.memory_usage
def stubborn(self, *args, **named):
    if list(self.columns) == ["slow"]:
        while True:
            try: time.sleep(0.01)
            except Exception: pass
    return real(self, *args, **named)
pd.DataFrame.memory_usage = stubborn
for n in range(20): globals()[f"slow_{n}"] = slow
""")
        began_at = time.monotonic()
        told = {each["name"]: each for each in self.answered("variables")["variables"]}
        self.assertLess(time.monotonic() - began_at, 5)
        self.assertEqual((told["slow"]["type"], told["slow"]["bytes"], told["quick"]["preview"]), ("DataFrame", None, "[5]"))
        self.assertEqual(self.ok("python", "pd.DataFrame.memory_usage = real; quick").result, "[5]")

    def test_the_total_has_a_limit_and_the_rest_is_shown_by_name(self):
        self.ok("python", """
import time, pandas as pd
one, real = pd.DataFrame({"a": [1]}), pd.DataFrame.memory_usage
pd.DataFrame.memory_usage = lambda self, *args, **named: time.sleep(60)
for n in range(400): globals()[f"slow_{n}"] = one
last = 5
""")
        began_at = time.monotonic()
        answer = self.answered("variables", timeout_s=5)
        self.assertLess(time.monotonic() - began_at, 4.9)
        told = {each["name"]: each for each in answer["variables"]}
        self.assertEqual((len([name for name in told if name.startswith("slow_")]), told["last"]["type"]), (400, "int"))
        self.ok("python", "pd.DataFrame.memory_usage = real")

    def test_a_running_cell_is_said_to_be_running(self):
        id = self.sandbox.start("bash", "sleep 2")
        self.sandbox.connection.until("started", id=id)
        for name in ("variables", "tablePage", "columnSummary", "variableValue"):
            result = self.sandbox.query(name, {"name": "df", "column": 0, **ALL})
            self.assertEqual((result["reason"], result["problem"]), ("busy", "A cell is running. Ask again when it has ended."))
        self.assertEqual(self.sandbox.wait(id).status, "ok")
        self.answered("variables")
