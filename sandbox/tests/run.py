"""
`python3 run.py [IMAGE] [PATTERN…]`: the sandbox's own tests, against real containers of IMAGE (default
code-interpreter-dev:latest). The patterns choose tests, as `unittest -k` does. SHARD=2/3 runs the second third of the
test classes. Exit status 0 only if all passed.
"""

import os
import sys
import unittest


def shard_of(suite: unittest.TestSuite, shard: str) -> unittest.TestSuite:
    """Whole classes, for these share containers; those with many tests are dealt out first."""
    classes: dict[type, list[unittest.TestCase]] = {}

    def collect(tests: unittest.TestSuite) -> None:
        for test in tests:
            if isinstance(test, unittest.TestSuite):
                collect(test)
            else:
                classes.setdefault(type(test), []).append(test)

    collect(suite)
    number, count = map(int, shard.split("/"))
    dealt = sorted(classes.values(), key=len, reverse=True)[number - 1 :: count]
    return unittest.TestSuite(unittest.TestSuite(tests) for tests in dealt)


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
    suite = shard_of(loader.discover(folder, pattern="test_*.py"), os.environ.get("SHARD", "1/1"))
    try:
        result = unittest.TextTestRunner(verbosity=2).run(suite)
    finally:
        driver.remove_leftovers()
    if result.testsRun == 0:
        print("No test ran.", file=sys.stderr)
        return 1
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
