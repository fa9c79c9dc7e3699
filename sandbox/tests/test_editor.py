"""The model's editor: what it changes, what it refuses, and that a refusal changes nothing."""

import hashlib
import os
import tempfile
import unittest

from driver import SandboxTest
from kernel import artifacts, textdiff, wire
from kernel.editor import LARGEST_TEXT_BYTES, Editor


class EditorUnit(unittest.TestCase):
    """Without a container, on temporary folders."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        base = os.path.realpath(folder.name)
        self.outputs, self.workspace, self.elsewhere = (os.path.join(base, name) for name in ("outputs", "workspace", "elsewhere"))
        for path in (self.outputs, self.workspace, self.elsewhere):
            os.mkdir(path)
        self.scanner = artifacts.Scanner(self.outputs)
        self.editor = Editor(self.scanner, 50_000_000, self.outputs, self.workspace)

    def put(self, name: str, data: bytes, root: str | None = None) -> str:
        path = os.path.join(root or self.outputs, name)
        with open(path, "wb") as file:
            file.write(data)
        return path

    def get(self, name: str) -> bytes:
        with open(os.path.join(self.outputs, name), "rb") as file:
            return file.read()

    def test_kept_bytes_of_any_kind_come_back_in_place_of_what_stands_there(self):
        data = b"\x00\xff kept"
        done = self.run_edit("restore", "/outputs/new/deep/a.bin".replace("/outputs", self.outputs), data=data)
        self.assertEqual((done["ok"], done["diff"], self.get("new/deep/a.bin")), (True, "", data))
        self.assertEqual(done["artifact"]["sha256"], hashlib.sha256(data).hexdigest())
        self.assertNotIn("same", done["artifact"])
        self.assertEqual(self.scanner.scan().artifacts, [], "it is no artifact of the next cell")
        self.assertTrue(self.run_edit("restore", "new/deep/a.bin", data=data)["artifact"]["same"])
        target = self.put("target", b"safe", self.elsewhere)
        os.symlink(target, os.path.join(self.outputs, "link"))
        os.symlink(self.elsewhere, os.path.join(self.outputs, "way"))
        self.assertTrue(self.run_edit("restore", "link", data=data)["ok"])
        self.assertEqual(self.get("link"), data)
        for path in ("way/target", "../elsewhere/target", target, "con", ""):
            refused = self.run_edit("restore", path, data=data)
            self.assertFalse(refused["ok"], path)
        os.mkdir(os.path.join(self.outputs, "folder"))
        self.assertFalse(self.run_edit("restore", "folder", data=data)["ok"])
        self.assertIn("no room", self.run_edit("restore", "big", data=bytes(50_000_001))["problem"])
        with open(target, "rb") as file:
            self.assertEqual(file.read(), b"safe")

    def test_an_attached_picture_lies_in_its_folder_and_nowhere_else(self):
        attached = os.path.join(self.elsewhere, "attached")
        self.editor = Editor(self.scanner, 50_000_000, self.outputs, self.workspace, attached)
        done = self.run_edit("attach", f"{attached}/1-a.png", data=b"\x89PNG")
        self.assertEqual((done["ok"], done["artifact"], os.listdir(attached)), (True, None, ["1-a.png"]))
        self.assertEqual(os.stat(f"{attached}/1-a.png").st_mode & 0o777, 0o444)
        self.assertTrue(self.run_edit("attach", f"{attached}/1-a.png", data=b"new")["ok"])
        with open(f"{attached}/1-a.png", "rb") as file:
            self.assertEqual(file.read(), b"new")
        for path in (f"{attached}/../x.png", f"{attached}/deep/x.png", f"{self.outputs}/x.png", f"{attached}/", "x.png", attached):
            self.assertFalse(self.run_edit("attach", path, data=b"x")["ok"], path)
        target = self.put("target", b"safe", self.workspace)
        os.symlink(target, f"{attached}/2-b.png")
        self.assertTrue(self.run_edit("attach", f"{attached}/2-b.png", data=b"picture")["ok"])
        with open(target, "rb") as file:
            self.assertEqual(file.read(), b"safe")
        os.rename(attached, attached + "-old")
        os.symlink(self.workspace, attached)
        self.assertFalse(self.run_edit("attach", f"{attached}/target", data=b"x")["ok"])
        self.assertEqual(self.scanner.scan().artifacts, [])

    def run_edit(self, command: str, path: str, **fields) -> dict:
        if command == "view":
            fields = {"limit_chars": 8000, **fields}
        return self.editor.run(wire.Edit("id", command, path, **fields))

    def good(self, command: str, path: str, **fields) -> dict:
        result = self.run_edit(command, path, **fields)
        self.assertTrue(result["ok"], result)
        return result

    def bad(self, words: str, command: str, path: str, **fields) -> str:
        """The edit is refused with these words, and nothing below /outputs is another than before."""

        def everything() -> dict:
            found = {}
            for folder, _, files in os.walk(self.outputs):
                for name in files:
                    path = os.path.join(folder, name)
                    status = os.lstat(path)
                    found[path] = (status.st_ino, status.st_size, status.st_mtime_ns)
            return found

        before = everything()
        result = self.run_edit(command, path, **fields)
        self.assertFalse(result["ok"], result)
        self.assertIn(words, result["problem"])
        self.assertEqual(everything(), before)
        return result["problem"]

    def test_create_writes_what_it_says(self):
        result = self.good("create", "deep/er/a.md", text="one\ntwo\n")
        self.assertEqual(self.get("deep/er/a.md"), b"one\ntwo\n")
        self.assertEqual(result["diff"], "--- /dev/null\n+++ b/deep/er/a.md\n@@ -0,0 +1,2 @@\n+one\n+two")
        self.assertEqual(result["artifact"], {"name": "deep/er/a.md", "bytes": 8, "sha256": hashlib.sha256(b"one\ntwo\n").hexdigest()})
        self.assertEqual(self.scanner.scan().artifacts, [], "not told again")

    def test_a_later_change_by_a_cell_is_told(self):
        self.good("create", "a.md", text="one")
        self.put("a.md", b"three")
        self.assertEqual([a["name"] for a in self.scanner.scan().artifacts], ["a.md"])

    def test_create_over_a_file_shows_the_difference(self):
        self.put("a.md", b"one\ntwo\n")
        os.chmod(os.path.join(self.outputs, "a.md"), 0o640)
        self.assertIn("\n-two\n+2", self.good("create", f"{self.outputs}/a.md", text="one\n2\n")["diff"])
        self.assertEqual(os.stat(os.path.join(self.outputs, "a.md")).st_mode & 0o777, 0o640)
        self.bad("Nothing would change", "create", "a.md", text="one\n2\n")
        self.assertEqual(os.listdir(self.outputs), ["a.md"])

    def test_str_replace(self):
        self.put("a.py", b"a = 1\nb = 1\nc = 2")
        result = self.good("str_replace", "a.py", old="b = 1\n", new="")
        self.assertEqual(self.get("a.py"), b"a = 1\nc = 2")
        self.assertEqual(result["diff"], "--- a/a.py\n+++ b/a.py\n@@ -1,3 +1,2 @@\n a = 1\n-b = 1\n c = 2\n\\ No newline at end of file")

    def test_what_is_not_found_or_not_unique_or_no_change(self):
        self.put("a.py", b"x = 1\n  y  = 2\nx = 1\nz\nx = 1\n")
        self.bad("was not found", "str_replace", "a.py", old="q", new="r")
        self.bad("At line 2 stands a text that differs only in white space", "str_replace", "a.py", old="y = 2", new="r")
        self.bad("3 times in a.py, at lines 1, 3, 5", "str_replace", "a.py", old="x = 1", new="r")
        self.bad("are the same", "str_replace", "a.py", old="z", new="z")
        self.bad("old_str is empty", "str_replace", "a.py", old="", new="z")
        self.bad("no such file", "str_replace", "none.py", old="a", new="z")
        self.bad("no such file", "insert", "none/none.py", line=0, text="z")

    def test_matches_that_overlap_are_not_unique(self):
        self.put("a", b"aaa")
        self.bad("2 times", "str_replace", "a", old="aa", new="b")

    def test_insert(self):
        for start, line, text, want in (
            (b"1\n2\n", 0, "0", b"0\n1\n2\n"),
            (b"1\n2\n", 1, "a\nb\n", b"1\na\nb\n2\n"),
            (b"1\n2\n", 2, "3", b"1\n2\n3\n"),
            (b"1\n2", 2, "3", b"1\n2\n3"),
            (b"1\n2", 1, "a", b"1\na\n2"),
            (b"", 0, "a", b"a\n"),
        ):
            with self.subTest(start=start, line=line):
                self.put("a", start)
                self.good("insert", "a", line=line, text=text)
                self.assertEqual(self.get("a"), want)
        self.put("a", b"1\n2")
        self.bad("has 2 lines", "insert", "a", line=3, text="x")
        self.bad("insert_text is empty", "insert", "a", line=1, text="")

    def test_line_endings_and_byte_order_mark_stay(self):
        self.put("a.csv", b"\xef\xbb\xbfa;b\r\n1;2\r\n3;4\r\n")
        self.good("str_replace", "a.csv", old="1;2\n3", new="5;6\n7")
        self.good("insert", "a.csv", line=0, text="x;y")
        self.assertEqual(self.get("a.csv"), b"\xef\xbb\xbfx;y\r\na;b\r\n5;6\r\n7;4\r\n")
        self.put("mixed", b"a\r\nb\nc\nd")
        self.good("str_replace", "mixed", old="c", new="C\nC")
        self.good("str_replace", "mixed", old="a\nb", new="A\nB")
        self.assertEqual(self.get("mixed"), b"A\nB\nC\nC\nd")

    def test_only_text_can_be_changed(self):
        self.put("a.bin", b"\x89PNG\x00\xff")
        self.put("latin.txt", "größe".encode("latin-1"))
        self.put("utf16.txt", "text".encode("utf-16"))
        for name in ("a.bin", "latin.txt", "utf16.txt"):
            self.bad("not UTF-8 text", "str_replace", name, old="a", new="b")
            self.bad("not UTF-8 text", "view", name)
        self.bad("was not overwritten", "create", "a.bin", text="x")
        self.bad("not valid Unicode", "create", "b.txt", text="\ud800")

    def test_nothing_outside_is_changed(self):
        self.put("user.csv", b"data", self.workspace)
        for path in (self.workspace, "../workspace", "/etc/passwd", ".", "..", self.outputs, "a/../../elsewhere/x"):
            self.bad("lies outside", "create", path, text="x")
        self.bad("cannot be used as a file name", "create", "a\nb", text="x")
        self.bad("cannot be used as a file name", "create", "con.txt", text="x")
        self.bad("not offered to the user", "create", "__pycache__/x", text="x")
        self.bad("empty or has a NUL", "create", "a\0b", text="x")

    def test_an_edit_of_a_workspace_file_changes_a_copy_that_is_gone_on_with(self):
        copy = "changes/workspace/src/a.py"
        os.mkdir(os.path.join(self.workspace, "src"))
        user = self.put("src/a.py", b"\xef\xbb\xbfa = 1\r\nb = 2", self.workspace)
        result = self.good("str_replace", user, old="a = 1", new="a = 3")
        self.assertEqual(self.get(copy), b"\xef\xbb\xbfa = 3\r\nb = 2")
        self.assertEqual((result["artifact"]["name"], "-a = 1" in result["diff"]), (copy, True))
        result = self.good("insert", "../workspace/src/a.py", line=0, text="import os")
        self.assertEqual(self.get(copy), b"\xef\xbb\xbfimport os\r\na = 3\r\nb = 2")
        self.assertNotIn("a = 1", result["diff"])
        with open(user, "rb") as file:
            self.assertEqual(file.read(), b"\xef\xbb\xbfa = 1\r\nb = 2")
        self.assertEqual(self.scanner.scan().artifacts, [], "told once")

    def test_a_new_file_of_the_workspace_is_proposed_and_a_rewrite_shows_what_changes(self):
        result = self.good("create", f"{self.workspace}/new/b.py", text="b = 1\n")
        self.assertEqual((self.get("changes/workspace/new/b.py"), os.listdir(self.workspace)), (b"b = 1\n", []))
        self.assertTrue(result["diff"].startswith("--- /dev/null"))
        self.put("c.py", b"1\n2\n", self.workspace)
        self.assertIn("\n-2\n+3", self.good("create", f"{self.workspace}/c.py", text="1\n3\n")["diff"])
        self.bad("Nothing would change", "create", f"{self.workspace}/c.py", text="1\n3\n")

    def test_what_cannot_be_proposed_leaves_nothing(self):
        secret = self.put("secret.py", b"key = 1\n", self.elsewhere)
        os.symlink(secret, os.path.join(self.workspace, "out.py"))
        os.symlink("nowhere", os.path.join(self.workspace, "loop.py"))
        self.put("real.py", b"x = 1\n", self.workspace)
        os.symlink("real.py", os.path.join(self.workspace, "link.py"))
        os.mkdir(os.path.join(self.workspace, "folder"))
        self.put("a.bin", b"\0", self.workspace)
        self.bad("behind a link", "str_replace", f"{self.workspace}/out.py", old="1", new="2")
        self.bad("no such file", "str_replace", f"{self.workspace}/none/a.py", old="1", new="2")
        self.bad("was not found", "str_replace", f"{self.workspace}/real.py", old="y", new="2")
        self.bad("is a folder", "create", f"{self.workspace}/folder", text="2")
        self.bad("not UTF-8", "str_replace", f"{self.workspace}/a.bin", old="1", new="2")
        self.assertEqual(os.listdir(self.outputs), [])
        self.good("str_replace", f"{self.workspace}/link.py", old="1", new="2")
        self.assertEqual(self.get("changes/workspace/real.py"), b"x = 2\n", "under the name of the file itself")

    def test_no_link_is_followed(self):
        secret = self.put("secret", b"secret", self.elsewhere)
        os.symlink(secret, os.path.join(self.outputs, "link"))
        os.symlink(self.elsewhere, os.path.join(self.outputs, "folder"))
        os.symlink("nowhere", os.path.join(self.outputs, "broken"))
        for name in ("link", "folder/secret", "folder/new", "broken"):
            self.bad("link", "create", name, text="x")
            self.bad("link", "str_replace", name, old="secret", new="x")
        for name in ("link", "folder/secret", "folder"):
            self.bad("lies outside", "view", name)
        self.assertEqual(os.listdir(self.elsewhere), ["secret"])

    def test_pipes_sockets_and_folders_are_refused(self):
        os.mkfifo(os.path.join(self.outputs, "pipe"))
        os.mkdir(os.path.join(self.outputs, "folder"))
        self.bad("not a regular file", "view", "pipe")
        self.bad("not a regular file", "create", "pipe", text="x")
        self.bad("is a folder", "create", "folder", text="x")

    def test_sizes_are_bounded(self):
        self.put("big", b"x" * (LARGEST_TEXT_BYTES + 1))
        self.bad("at most 5,242,880", "str_replace", "big", old="y", new="x")
        self.bad("at most 5,242,880", "create", "new", text="x" * (LARGEST_TEXT_BYTES + 1))
        self.editor = Editor(self.scanner, 1_000_000, self.outputs, self.workspace)
        self.bad("no room", "create", "new", text="x")

    def test_view_numbers_lines(self):
        self.put("a.txt", b"one\r\ntwo\r\nthree", self.workspace)
        path = f"{self.workspace}/a.txt"
        self.assertEqual(self.good("view", path)["text"], "1\tone\n2\ttwo\n3\tthree")
        self.assertEqual(self.good("view", path, range=(2, -1))["text"], "2\ttwo\n3\tthree")
        self.assertEqual(self.good("view", path, range=(2, 2))["text"], "2\ttwo")
        self.assertEqual(self.good("view", path, range=(3, 99))["text"], "3\tthree")
        self.assertEqual(self.good("view", path, limit_chars=13)["text"], "1\tone\n2\ttwo\n[lines 3 to 3 are not shown; view them with view_range [3, 3]]")
        for range in ((0, 2), (4, 5), (3, 2)):
            self.bad("has 3 lines", "view", path, range=range)
        self.put("long", b"x" * 9000 + b"\ny")
        text = self.good("view", "long", limit_chars=100)["text"]
        self.assertIn("[line 1 has 9,000 characters; the rest is not shown]\n[lines 2 to 2 are", text)
        self.put("empty", b"")
        self.assertEqual(self.good("view", "empty")["text"], "(the file is empty)")

    def test_view_of_a_folder_two_levels_deep(self):
        os.makedirs(os.path.join(self.workspace, "a/b/c"))
        self.put("a/b/c/deep", b"x", self.workspace)
        self.put("a/f.csv", b"12345", self.workspace)
        self.put(".hidden", b"", self.workspace)
        os.symlink("/etc", os.path.join(self.workspace, "up"))
        self.assertEqual(self.good("view", self.workspace)["text"], f"{self.workspace}:\na/\na/b/\na/f.csv (5 bytes)\nup (link)")
        self.bad("is a folder", "view", self.workspace, range=(1, 2))

    def test_links_within_the_workspace_can_be_viewed(self):
        self.put("real.txt", b"text", self.workspace)
        os.symlink("real.txt", os.path.join(self.workspace, "link.txt"))
        self.assertEqual(self.good("view", f"{self.workspace}/link.txt")["text"], "1\ttext")


class Diffs(unittest.TestCase):
    def test_places_of_a_change_far_down(self):
        before = "".join(f"{n}\n" for n in range(1, 10_001))
        diff = textdiff.unified(before, before.replace("\n5000\n", "\nx\ny\n"), "f")
        self.assertEqual(diff, "--- a/f\n+++ b/f\n@@ -4997,7 +4997,8 @@\n 4997\n 4998\n 4999\n-5000\n+x\n+y\n 5001\n 5002\n 5003")

    def test_large_rewrites_are_quick_and_bounded(self):
        before, after = ("".join(f"{word} {n}\n" for n in range(100_000)) for word in ("old", "new"))
        diff = textdiff.unified(before, after, "f")
        self.assertLessEqual(len(diff), textdiff.LIMIT_CHARACTERS)
        self.assertIn("@@ -1,100000 +1,100000 @@\n-old 0\n", diff)
        self.assertRegex(diff, r"\[… [\d,]+ more lines of the diff are left out …\]$")

    def test_a_final_newline_counts(self):
        self.assertEqual(
            textdiff.unified("a", "a\n", "f"), "--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a"
        )


class EditorInSandbox(SandboxTest):
    def test_files_go_between_the_editor_and_cells(self):
        created = self.sandbox.edit("create", "/outputs/script.py", text="value = 41\n")
        self.assertEqual((created["ok"], created["artifact"]["name"], created["artifact"]["bytes"]), (True, "script.py", 11))
        self.assertEqual(self.ok("python", "exec(open('script.py').read()); value").result, "41")
        self.assertEqual(self.ok("python", "1").done["artifacts"], [])
        changed = self.sandbox.edit("str_replace", "script.py", old="41", new="42")
        self.assertIn("-value = 41\n+value = 42", changed["diff"])
        run = self.ok("bash", "cat script.py; echo more >>script.py")
        self.assertEqual((run.text(), list(run.artifacts)), ("value = 42\n", ["script.py"]))
        self.assertEqual(self.sandbox.edit("view", "script.py")["text"], "1\tvalue = 42\n2\tmore")

    def test_the_workspace_is_read_and_never_written(self):
        with open(os.path.join(self.sandbox.workspace, "user.txt"), "w") as file:
            file.write("theirs\n")
        self.assertEqual(self.sandbox.edit("view", "/workspace/user.txt")["text"], "1\ttheirs")
        proposed = self.sandbox.edit("create", "/workspace/user.txt", text="ours")
        self.assertEqual((proposed["ok"], proposed["artifact"]["name"]), (True, "changes/workspace/user.txt"))
        with open(os.path.join(self.sandbox.workspace, "user.txt")) as file:
            self.assertEqual(file.read(), "theirs\n")
        self.ok("bash", "ln -sf /workspace/user.txt way; ln -sfn /workspace out")
        self.assertIn("link", self.sandbox.edit("create", "way", text="ours")["problem"])
        self.assertIn("link", self.sandbox.edit("create", "out/user.txt", text="ours")["problem"])

    def test_it_is_refused_while_a_cell_runs(self):
        id = self.sandbox.start("bash", "sleep 1; echo end")
        self.sandbox.connection.until("started", id=id)
        self.assertIn("A cell is running", self.sandbox.edit("create", "late.txt", text="x")["problem"])
        self.assertEqual(self.sandbox.wait(id).text(), "end\n")
        self.assertEqual(self.ok("bash", "ls late.txt || true").text(), "")

    def test_an_edit_that_comes_twice_is_done_once(self):
        message = {"op": "edit", "id": "twice", "command": "insert", "path": "log", "line": 0, "text": "x"}
        self.sandbox.edit("create", "log", text="")
        self.sandbox.connection.send(message)
        self.sandbox.connection.until("edited", id="twice")
        self.sandbox.connection.send(message)
        self.assertEqual(self.ok("bash", "cat log").text(), "x\n")
