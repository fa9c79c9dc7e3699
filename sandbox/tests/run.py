"""
`python3 run.py [IMAGE] [PATTERN…]`: the sandbox's own tests, against real containers of IMAGE (default
code-interpreter-dev:latest). The patterns choose tests, as `unittest -k` does. Processes that are given the same empty
folder in QUEUE share the test classes among them: each takes the next one when it has done its last. At the end it
prints what took long. Exit status 0 only if all passed.
"""

import os
import sys
import time
import unittest
from collections.abc import Iterator

#: Seconds. What takes less is not told.
SLOW = 3.0


def classes_of(suite: unittest.TestSuite) -> list[list[unittest.TestCase]]:
    """Whole classes, for these share containers; those with many tests come first."""
    classes: dict[type, list[unittest.TestCase]] = {}

    def collect(tests: unittest.TestSuite) -> None:
        for test in tests:
            if isinstance(test, unittest.TestSuite):
                collect(test)
            else:
                classes.setdefault(type(test), []).append(test)

    collect(suite)
    return sorted(classes.values(), key=len, reverse=True)


class Queue(unittest.TestSuite):
    """Takes a class when the one before has run: who has slow ones runs fewer of them."""

    def __init__(self, classes: list[list[unittest.TestCase]], folder: str):
        super().__init__()
        self._classes = classes
        self._folder = folder

    def __iter__(self) -> Iterator[unittest.TestSuite]:
        for tests in self._classes:
            name = f"{type(tests[0]).__module__}.{type(tests[0]).__qualname__}"
            try:
                # Only one process can make it.
                os.close(os.open(os.path.join(self._folder, name), os.O_CREAT | os.O_EXCL))
            except FileExistsError:
                continue
            yield unittest.TestSuite(tests)

    def _removeTestAtIndex(self, index: int) -> None:
        """There is no list of them to remove one from."""


class TimedResult(unittest.TextTestResult):
    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.seconds: dict[str, float] = {}

    def startTest(self, test: unittest.TestCase) -> None:
        self._began = time.monotonic()
        super().startTest(test)

    def stopTest(self, test: unittest.TestCase) -> None:
        super().stopTest(test)
        self.seconds[test.id()] = time.monotonic() - self._began

    def printErrors(self) -> None:
        super().printErrors()
        for name, seconds in sorted(self.seconds.items(), key=lambda item: -item[1]):
            if seconds >= SLOW:
                self.stream.writeln(f"{seconds:6.1f} s  {name}")


def main() -> int:
    arguments = sys.argv[1:]
    if arguments:
        os.environ["SANDBOX_IMAGE"] = arguments.pop(0)
    folder = os.path.dirname(os.path.abspath(__file__))
    sys.path[:0] = [folder, os.path.dirname(folder), os.path.join(os.path.dirname(folder), "lib", "code_interpreter")]
    import driver

    driver.remove_leftovers()
    loader = unittest.TestLoader()
    if arguments:
        loader.testNamePatterns = [f"*{pattern}*" for pattern in arguments]
    suite = loader.discover(folder, pattern="test_*.py")
    if queue := os.environ.get("QUEUE"):
        suite = Queue(classes_of(suite), queue)
    try:
        result = unittest.TextTestRunner(verbosity=2, resultclass=TimedResult).run(suite)
    finally:
        driver.remove_leftovers()
    if result.testsRun == 0:
        print("No test ran.", file=sys.stderr)
        return 1
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
