"""
What the host asks the live Python kernel between cells. No cell: no execution count, no history, no output. It comes as
a message of a type of its own on the shell channel, so that it runs in the main thread, in order with the cells, and no
name that a cell has set is on its way.
"""

from dataclasses import dataclass

import query_code
import query_data
import query_names
from query_limits import Cancelled, Refused, TimeLimit, TimeOver, silence

MESSAGE = "code_interpreter_query_request"
REPLY = "code_interpreter_query_reply"
MAX_PROBLEM_CHARACTERS = 500


@dataclass
class Asked:
    """What a query works with."""

    shell: object
    limit: TimeLimit


#: Name → function of (asked, params): its answer, as JSON can hold it. It never calls code of the user's objects
#: without a time limit, and copies no object as a whole.
QUERIES = {
    "complete": query_code.complete,
    "inspect": query_code.inspect,
    "names": query_names.names,
    "variables": query_data.variables,
    "valueOf": query_data.value_of,
    "tablePage": query_data.table_page,
    "columnSummary": query_data.column_summary,
}


def answer(shell, interrupts, content: dict) -> dict:
    """Never raises: `{"ok": true, "answer": …}` or `{"ok": false, "reason": …, "problem": …}`."""
    limit = TimeLimit()
    try:
        with silence(), interrupts.stops(Cancelled), limit.within(float(content["timeout_s"])):
            function = QUERIES.get(content["name"])
            if function is None:
                return _refused("unknown", f"The sandbox knows no query {str(content['name'])[:60]!r}.")
            return {"ok": True, "answer": function(Asked(shell, limit), dict(content["params"]))}
    except Refused as refused:
        return _refused("refused", str(refused))
    except TimeOver:
        return _refused("timeout", "It took too long and was ended. Variables are kept.")
    except Cancelled:
        return _refused("cancelled", "It was stopped. Variables are kept.")
    except MemoryError:
        return _refused("failed", "The sandbox has not enough memory left for it.")
    except BaseException as error:
        # Also SystemExit of an object's own method: a query ends no kernel.
        return _refused("failed", _described(error))
    finally:
        limit.clear()


def _refused(reason: str, problem: str) -> dict:
    return {"ok": False, "reason": reason, "problem": problem[:MAX_PROBLEM_CHARACTERS]}


def _described(error: BaseException) -> str:
    """Without the error's own text where its class is the user's."""
    kind = type.__getattribute__(type(error), "__name__")
    if type.__getattribute__(type(error), "__module__") == "__main__":
        return f"The object raised {kind}."
    try:
        text = " ".join(str(argument) for argument in error.args if isinstance(argument, str | int | float))
    except BaseException:
        text = ""
    return f"{kind}: {text[:300]}" if text else f"{kind}."
