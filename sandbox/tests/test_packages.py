"""pip and npm in cells: what they install works at once, is no artifact, is told with versions, and comes back."""

import os
import tempfile
import time
import unittest
import uuid

import package_index
from driver import SandboxTest
from kernel import wire
from kernel.packages import Packages, is_package

PORT = 8765
ENVIRONMENT = {
    "PIP_INDEX_URL": f"http://127.0.0.1:{PORT}/simple",
    "npm_config_registry": f"http://127.0.0.1:{PORT}/",
    # As in a real session: a proxy that lets nothing out, and not for this machine.
    "http_proxy": "http://127.0.0.1:9",
    "https_proxy": "http://127.0.0.1:9",
    "NO_PROXY": "localhost,127.0.0.1,::1",
}


def package(manager: str, name: str, version: str, from_index: bool = True) -> dict:
    return {"manager": manager, "name": name, "version": version, "fromIndex": from_index}


class Installing(SandboxTest):
    options = {"env": ENVIRONMENT}

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        run = cls.sandbox.run("python", package_index.cell(PORT))
        assert run.text() == "listening\n", run.lines

    def install(self, *packages: tuple[str, str, str], timeout_s: float = 60) -> dict:
        id = uuid.uuid4().hex
        asked = [dict(zip(("manager", "name", "version"), each, strict=True)) for each in packages]
        self.sandbox.connection.send({"op": "install", "id": id, "packages": asked, "timeoutMs": round(timeout_s * 1000)})
        return self.sandbox.connection.until("installed", id=id)

    def tearDown(self) -> None:
        self.run_cell("bash", "cd /outputs; pip uninstall -qy tiny-wheel tiny-needed; npm uninstall -s tiny-js @tiny/scoped; rm -rf *; true")

    def test_pip_in_bash_then_import_in_the_running_kernel(self):
        failed = self.run_cell("python", "import tiny_wheel")
        self.assertEqual(failed.enames, ["ModuleNotFoundError"])
        run = self.ok("bash", "pip install tiny-wheel")
        self.assertIn("Successfully installed tiny-needed-0.3 tiny-wheel-1.2.0", run.text())
        self.assertNotIn("\x1b", run.text() + run.text("stderr"))
        self.assertEqual(run.done["artifacts"], [])
        wanted = [package("pip", "tiny-needed", "0.3"), package("pip", "tiny-wheel", "1.2.0")]
        self.assertEqual(run.done["packages"], {"installed": wanted, "removed": []})
        after = self.ok("python", "import tiny_wheel, tiny_needed\ntiny_wheel.version, tiny_needed.version")
        self.assertEqual(after.result, "('1.2.0', '0.3')")
        self.assertNotIn("packages", after.done)

    def test_pip_unpacks_on_the_disk(self):
        self.ok("bash", "pip config debug >/dev/null; test -w /packages/.cache/tmp")
        run = self.ok("bash", "cd /packages/.cache && rm -rf tmp && pip install tiny-needed && test -d tmp && ls -A tmp")
        self.assertTrue(run.text().splitlines()[-1].startswith("Successfully installed"), run.text())

    def test_pip_as_magic_and_as_command_in_python(self):
        for command, version in (("%pip install tiny-wheel==1.0", "1.0"), ("!pip install --upgrade tiny-wheel", "1.2.0")):
            run = self.ok("python", command)
            self.assertIn(package("pip", "tiny-wheel", version), run.done["packages"]["installed"])
            self.assertEqual(self.ok("python", "from importlib.metadata import version\nversion('tiny-wheel')").result, f"'{version}'")

    def test_pip_keeps_the_image_s_own_packages(self):
        run = self.ok("bash", "pip install tiny-wheel")
        self.assertIn("Requirement already satisfied: numpy", run.text())
        self.assertIn("/usr/lib/", self.ok("python", "import numpy; numpy.__file__").result)

    def test_npm_in_bash_then_require_and_import_in_the_running_kernel(self):
        self.assertEqual(self.run_cell("javascript", "require('tiny-js')").status, "error")
        self.assertEqual(self.run_cell("javascript", "await import('@tiny/scoped')").status, "error")
        run = self.ok("bash", "npm install tiny-js @tiny/scoped")
        self.assertIn("added 2 packages", run.text())
        self.assertEqual(run.done["artifacts"], [])
        wanted = [package("npm", "@tiny/scoped", "2.0.0"), package("npm", "tiny-js", "3.1.0")]
        self.assertEqual(run.done["packages"], {"installed": wanted, "removed": []})
        shown = self.ok("javascript", "import scoped from '@tiny/scoped';\n[require('tiny-js').version, scoped.version]")
        self.assertEqual(shown.result, "[ '3.1.0', '2.0.0' ]")
        for wrong in ("require('tiny-js/none')", "await import('tiny-js/none.js')", "require('tiny-none')", "await import('@tiny/none')"):
            self.assertIn("Cannot find", self.run_cell("javascript", wrong).errors[0]["evalue"], wrong)
        self.assertEqual(self.ok("bash", "cd /tmp; echo 'import t from \"tiny-js\"; console.log(t.version)' >t.mjs; node t.mjs").text(), "3.1.0\n")

    def test_npm_takes_the_place_of_the_image_s_package_only_when_asked(self):
        before = self.ok("javascript", "require('exceljs/package.json').version").result
        run = self.ok("bash", "npm install exceljs")
        self.assertEqual(run.done["packages"]["installed"], [package("npm", "exceljs", "99.0.0")])
        self.assertEqual(self.ok("bash", "node -p 'require(\"exceljs\").version'").text(), "99.0.0\n")
        self.assertNotIn("99", before)
        self.ok("bash", "npm uninstall exceljs")

    def test_npm_in_a_project_stays_in_the_project(self):
        run = self.ok("bash", "mkdir app && cd app && npm init -y >/dev/null && npm install tiny-js && node -p 'require(\"tiny-js\").version'")
        self.assertIn("3.1.0", run.text())
        self.assertNotIn("packages", run.done)
        self.assertIn("app/package-lock.json", run.artifacts)

    def test_what_was_removed_is_told(self):
        self.ok("bash", "pip install tiny-needed; npm install tiny-js")
        run = self.ok("bash", "pip uninstall -y tiny-needed; npm uninstall tiny-js")
        gone = [package("pip", "tiny-needed", "0.3"), package("npm", "tiny-js", "3.1.0")]
        self.assertEqual(run.done["packages"], {"installed": [], "removed": gone})

    def test_a_wheel_from_a_file_is_told_as_such(self):
        run = self.ok("bash", "pip install --no-deps /tmp/index/simple/tiny-wheel/tiny_wheel-1.0-py3-none-any.whl")
        self.assertEqual(run.done["packages"]["installed"], [package("pip", "tiny-wheel", "1.0", from_index=False)])

    def test_a_failed_cell_that_installed_tells_it_too(self):
        run = self.run_cell("bash", "pip install tiny-needed; exit 3")
        self.assertEqual(run.status, "error")
        self.assertEqual(run.done["packages"]["installed"], [package("pip", "tiny-needed", "0.3")])

    def test_installed_again_in_the_versions_of_before(self):
        asked = (("pip", "tiny-wheel", "1.0"), ("pip", "tiny-needed", "0.3"), ("npm", "tiny-js", "3.0.0"))
        answer = self.install(*asked)
        self.assertEqual(answer["missing"], [], answer["text"])
        self.assertEqual(self.ok("bash", "python3 -c 'import tiny_wheel; print(tiny_wheel.version)'; node -p 'require(\"tiny-js\").version'").text(), "1.0\n3.0.0\n")
        # What was asked for is no news of the next cell.
        self.assertNotIn("packages", self.ok("bash", "true").done)

    def test_one_that_cannot_be_had_does_not_cost_the_others(self):
        answer = self.install(("pip", "tiny-needed", "7.7"), ("pip", "tiny-wheel", "1.2.0"), ("npm", "no-such", "1.0.0"), ("npm", "tiny-js", "3.1.0"))
        self.assertEqual([each["name"] for each in answer["missing"]], ["tiny-needed", "no-such"])
        self.assertIn("7.7", answer["text"])

    def test_installing_again_ends_at_its_time_limit_and_at_a_stop(self):
        held = {"manager": "npm", "name": "held", "version": "1.0.0"}
        answer = self.install(("npm", "held", "1.0.0"), timeout_s=2)
        self.assertEqual(len(answer["missing"]), 1)
        self.sandbox.connection.send({"op": "install", "id": "held", "timeoutMs": 60_000, "packages": [held]})
        time.sleep(1)
        self.sandbox.connection.send({"op": "interrupt"})
        self.assertEqual(len(self.sandbox.connection.until("installed", timeout_s=10, id="held")["missing"]), 1)
        self.assertFalse([line for line in self.sandbox.processes() if "npm-cli" in line])
        self.ok("bash", "true")

    def test_nothing_but_names_and_versions_is_taken(self):
        for name, version in (("--index-url=x", "1"), ("../x", "1"), ("x", "1 --pre"), ("x", "file:/tmp/x"), ("", "1"), ("x", "")):
            id = uuid.uuid4().hex
            self.sandbox.connection.send({"op": "install", "id": id, "timeoutMs": 1000, "packages": [{"manager": "pip", "name": name, "version": version}]})
            self.assertIn("A package is", self.sandbox.connection.until("fault", id=id)["message"])


class BesideTheImage(SandboxTest):
    def test_pip_goes_before_the_image_s_packages_when_asked_to(self):
        # A newer one of a package that the image has, as pip leaves it.
        self.ok("bash", "mkdir -p $(python3 -m site --user-site)/tabulate && echo 'mine = True' >$(python3 -m site --user-site)/tabulate/__init__.py")
        self.assertEqual(self.ok("python", "import tabulate; tabulate.mine").result, "True")
        self.assertEqual(self.ok("bash", "python3 -c 'import tabulate; print(tabulate.mine)'").text(), "True\n")
        self.ok("bash", "rm -r $(python3 -m site --user-site)/tabulate")

    def test_no_package_keeps_the_kernel_from_starting(self):
        self.ok("bash", "cd $(python3 -m site --user-site) && for name in IPython ipykernel zmq tornado traitlets; do echo 'raise SystemExit(9)' >$name.py; done")
        self.assertEqual(self.run_cell("python", "import os; os._exit(1)").status, "killed")
        self.assertEqual(self.ok("python", "1 + 1").result, "2")
        self.ok("bash", "cd $(python3 -m site --user-site) && rm *.py")


class PackagesOfTheDisk(SandboxTest):
    options = {"env": {"CI_OUTPUTS_LIMIT_BYTES": str(50 * 1024 * 1024)}}

    def test_the_disk_limit_counts_packages(self):
        run = self.run_cell("bash", "while true; do head -c 10M /dev/zero >>/packages/big; sleep 0.1; done", timeout_s=60)
        self.assertEqual((run.status, run.enames[0]), ("error", "OutputsFull"))
        self.assertIn("/packages", run.errors[0]["evalue"])
        self.ok("bash", "rm /packages/big")


class Names(unittest.TestCase):
    def test_names_that_managers_take(self):
        for manager, name, version in (("pip", "ruamel.yaml", "0.18.6"), ("pip", "torch", "2.9.0+cpu"), ("npm", "@scope/name", "1.0.0-rc.1"), ("npm", "JSONStream", "1.3.5")):
            self.assertTrue(is_package(manager, name, version), name)

    def test_and_what_they_would_read_as_something_else(self):
        for manager, name, version in (("pip", "-r", "1"), ("pip", "a/b", "1"), ("pip", "a", "1;x"), ("pip", "a\n", "1"), ("npm", "../a", "1.0.0"), ("npm", "a", "git+ssh://x"), ("npm", "a", "-1"), ("gem", "a", "1")):
            self.assertFalse(is_package(manager, name, version), name)

    def test_lines_of_the_host_are_checked(self):
        with self.assertRaises(wire.WireError):
            wire.parse_line(b'{"op":"install","id":"i","timeoutMs":1,"packages":[7]}')
        with self.assertRaises(wire.WireError):
            wire.parse_line(b'{"op":"install","id":"i","timeoutMs":1,"packages":{}}')


class HostileFolders(unittest.TestCase):
    def setUp(self) -> None:
        self.site, self.modules = tempfile.mkdtemp(), tempfile.mkdtemp()
        self.packages = Packages(self.site, self.modules)

    def folder(self, *parts: str, **files: str) -> str:
        path = os.path.join(*parts)
        os.makedirs(path)
        for name, text in files.items():
            with open(os.path.join(path, name.replace("_", ".")), "w") as file:
                file.write(text)
        return path

    def test_names_that_could_be_options_or_paths_are_passed_over(self):
        for name in ("--pre-1.0.dist-info", "x y-1.dist-info", "ok-1.0.dist-info", "~k-1.0.dist-info"):
            self.folder(self.site, name)
        self.assertEqual([each["name"] for each in self.packages.changes()["installed"]], ["ok"])

    def test_a_description_that_is_no_small_file_is_passed_over(self):
        os.mkfifo(os.path.join(self.folder(self.modules, "pipe"), "package.json"))
        os.symlink("/etc/passwd", os.path.join(self.folder(self.modules, "link"), "package.json"))
        for name, text in (("deep", "[" * 200_000), ("list", "[]"), ("number", '{"version": 7}'), ("good", '{"version": "1.0.0"}')):
            self.folder(self.modules, name, package_json=text)
        with open(os.path.join(self.folder(self.modules, "huge"), "package.json"), "w") as file:
            file.truncate(1 << 33)
        os.symlink(self.modules + "/good", self.modules + "/linked")
        self.assertEqual([each["name"] for each in self.packages.changes()["installed"]], ["good"])

    def test_thousands_are_bounded(self):
        for number in range(1200):
            os.makedirs(f"{self.site}/p{number}-1.0.dist-info")
        self.assertEqual(len(self.packages.changes()["installed"]), 500)

    def test_looks_again_only_when_a_folder_changed(self):
        self.folder(self.modules, "@a", "b", package_json='{"version": "1.0.0"}')
        self.assertEqual(len(self.packages.changes()["installed"]), 1)
        self.assertIsNone(self.packages.changes())
        self.folder(self.modules, "@a", "c", package_json='{"version": "2.0.0"}')
        self.assertEqual([each["name"] for each in self.packages.changes()["installed"]], ["@a/c"])
