"""
The editor of the model: view, create, str_replace and insert, between cells. Only files below `/outputs` are
changed: for a file of the workspace it is a copy below `/outputs/changes`, which the user is shown as a proposal.
What is viewed may also lie in the workspace. No link is followed on the way to a file that changes, and a file is
replaced as a whole or not at all. Pictures of the user's messages go to `/tmp/attached`, for code to read.
"""

import contextlib
import errno
import os
import posixpath
import stat
import uuid

from kernel import artifacts, names, wire
from kernel.text_edits import BOM, EditError, Text, changed, numbered
from kernel.textdiff import unified

OUTPUTS, WORKSPACE, ATTACHED = "/outputs", "/workspace", "/tmp/attached"
#: Below /outputs: a copy there, under its whole path, is proposed as the new content of a file of the workspace.
CHANGES = "changes"
LARGEST_TEXT_BYTES = 5 * 1024 * 1024
LARGEST_VIEW_BYTES = 20 * 1024 * 1024
MAX_LISTED_ENTRIES = 200
USE_CODE = "use python or bash for it"


class Editor:
    def __init__(self, scanner: artifacts.Scanner, limit_bytes: int, outputs: str = OUTPUTS, workspace: str = WORKSPACE, attached: str = ATTACHED):
        self._scanner = scanner
        self._limit_bytes = limit_bytes
        self._outputs = outputs
        self._workspace = workspace
        self._attached = attached

    def run(self, request: wire.Edit) -> dict:
        """The `result` of an `edited` line."""
        try:
            if "\0" in request.path or request.path == "":
                raise EditError("The path is empty or has a NUL character.")
            if request.command == "view":
                return _done(text=self._view(request))
            if request.command == "restore":
                return self._restore(request)
            if request.command == "attach":
                return self._attach(request)
            return self._change(request)
        except EditError as error:
            return {"ok": False, "problem": str(error)}
        except UnicodeEncodeError:
            return {"ok": False, "problem": "The text or the path has characters that are not valid Unicode. Nothing was changed."}
        except OSError as error:
            return {"ok": False, "problem": f"{request.path}: {_words(error)} Nothing was changed."}

    # Changing

    def _restore(self, request: wire.Edit) -> dict:
        """Bytes that the host has kept, of any kind, in place of what stands there."""
        name = self._name_below_outputs(request.path)
        *folders, last = name.split("/")
        folder = self._open_folder(folders, create=True)
        try:
            self._check_room(len(request.data))
            _replace(folder, last, request.data)
            return _done(artifact=self._scanner.told(folder, last, name))
        except artifacts.LeftOut as left_out:
            return _done(refused={"name": names.printable(name), "reason": str(left_out)})
        finally:
            os.close(folder)

    def _attach(self, request: wire.Edit) -> dict:
        """A picture of the user's message, for code: beside the outputs, and no artifact."""
        folder, name = posixpath.split(request.path)
        if folder != self._attached or names.reason_to_refuse(name):
            raise EditError(f"{request.path} is no place for an attached file.")
        *above, last = self._attached[1:].split("/")
        parent = _open_chain(above)
        try:
            with contextlib.suppress(FileExistsError):
                os.mkdir(last, dir_fd=parent)
            place = os.open(last, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=parent)
        finally:
            os.close(parent)
        try:
            _replace(place, name, request.data, mode=0o444)
        finally:
            os.close(place)
        return _done()

    def _change(self, request: wire.Edit) -> dict:
        original = self._original(request.path)
        name = self._name_below_outputs(request.path if original is None else self._copy_of(original))
        *folders, last = name.split("/")
        first = None if original is None else self._read_original(original, name, request)
        if first is not None:
            # Nothing is made for an edit that cannot be done.
            changed(first, request)
        folder = self._open_folder(folders, create=request.command == "create" or first is not None)
        try:
            before = self._read(folder, last, request) if first is None else first
            after = changed(before, request)
            if before is not None and before.encoded() == after.encoded():
                raise EditError(f"Nothing would change in {request.path}: the file has this content already.")
            data = after.encoded()
            self._check_space(len(data), request.path)
            _replace(folder, last, data)
            diff = unified(None if before is None else before.raw, after.raw, name)
            try:
                return _done(diff=diff, artifact=self._scanner.told(folder, last, name))
            except artifacts.LeftOut as left_out:
                return _done(diff=diff, refused={"name": names.printable(name), "reason": str(left_out)})
        finally:
            os.close(folder)

    # Proposing

    def _original(self, path: str) -> str | None:
        """The file of the workspace that is meant, with links followed; None: it is one below /outputs."""
        asked = posixpath.normpath(posixpath.join(self._outputs, path))
        if not asked.startswith(f"{self._workspace}/"):
            return None
        real = os.path.realpath(asked)
        if not real.startswith(f"{self._workspace}/"):
            raise EditError(f"{path} lies outside {self._workspace}, behind a link. Nothing was changed.")
        return real

    def _copy_of(self, original: str) -> str:
        return f"{self._outputs}/{CHANGES}{WORKSPACE}{original[len(self._workspace) :]}"

    def _read_original(self, original: str, name: str, request: wire.Edit) -> Text | None:
        """What the first change of a file begins with. None: there is a copy already, or no such file."""
        self._check_shown(original, request.path)
        *folders, last = name.split("/")
        try:
            copies = self._open_folder(folders, create=False)
            try:
                os.stat(last, dir_fd=copies, follow_symlinks=False)
                return None
            finally:
                os.close(copies)
        except FileNotFoundError:
            pass
        *folders, last = original[1:].split("/")
        try:
            folder = _open_chain(folders)
        except FileNotFoundError:
            folder = None
        try:
            if folder is None:
                raise FileNotFoundError(errno.ENOENT, "No such folder")
            return _decode(_read_regular(last, folder, LARGEST_TEXT_BYTES, request.path), request.path)
        except FileNotFoundError:
            if request.command == "create":
                return None
            raise
        finally:
            if folder is not None:
                os.close(folder)

    def _check_shown(self, original: str, path: str) -> None:
        """What is hidden looks empty here: a change of it would take everything away."""
        # Over a hidden file lies an empty device, over a folder an empty file system. With several folders of the user,
        # the first component is one of them.
        own = os.stat(self._workspace).st_dev != os.stat("/").st_dev
        place = self._workspace
        device = os.stat(place).st_dev
        for depth, component in enumerate(original[len(self._workspace) + 1 :].split("/")):
            place = f"{place}/{component}"
            try:
                status = os.lstat(place)
            except FileNotFoundError:
                return
            other = status.st_dev != device and (own or depth > 0)
            if stat.S_ISCHR(status.st_mode) or (other and stat.S_ISDIR(status.st_mode) and not os.listdir(place)):
                raise EditError(
                    f"{path} is hidden in the sandbox, because it holds secrets: it only looks empty here. No change of it can be "
                    "proposed. Nothing was changed."
                )
            device = status.st_dev

    # Names and folders

    def _name_below_outputs(self, path: str) -> str:
        full = posixpath.normpath(posixpath.join(self._outputs, path))
        if not full.startswith(f"{self._outputs}/"):
            raise EditError(
                f"{path} lies outside {self._outputs} and {self._workspace}. Only files below {self._outputs} can be changed, and "
                f"changes of files below {self._workspace} proposed. Nothing was changed."
            )
        name = full[len(self._outputs) + 1 :]
        if reason := names.reason_to_refuse(name):
            raise EditError(f"{path} cannot be used as a file name: {reason}. Nothing was changed.")
        components = name.split("/")
        if len(components) - 1 > artifacts.MAX_DEPTH or artifacts.PASSED_OVER & set(components):
            raise EditError(f"Files at {path} are not offered to the user. Choose another path. Nothing was changed.")
        return name

    def _open_folder(self, folders: list[str], create: bool) -> int:
        """Each folder on the way is opened by itself, never through a link."""
        folder = os.open(self._outputs, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            for name in folders:
                if create:
                    with contextlib.suppress(FileExistsError):
                        os.mkdir(name, dir_fd=folder)
                below = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
                os.close(folder)
                folder = below
            return folder
        except BaseException:
            os.close(folder)
            raise

    def _read(self, folder: int, name: str, request: wire.Edit) -> Text | None:
        """None: there is no such file, and it is to be created."""
        try:
            data = _read_regular(name, folder, LARGEST_TEXT_BYTES, request.path)
        except FileNotFoundError:
            if request.command == "create":
                return None
            raise
        try:
            return _decode(data, request.path)
        except EditError:
            if request.command != "create":
                raise
            raise EditError(
                f"{request.path} exists and is no text, so it was not overwritten. Choose another name, or {USE_CODE}."
            ) from None

    def _check_space(self, size: int, path: str) -> None:
        if size > LARGEST_TEXT_BYTES:
            raise EditError(
                f"{path} would have {size:,} bytes; the editor writes at most {LARGEST_TEXT_BYTES:,}. Nothing was changed; {USE_CODE}."
            )
        self._check_room(size)

    def _check_room(self, size: int) -> None:
        used = artifacts.used(self._outputs).bytes
        if used + size > self._limit_bytes:
            raise EditError(
                f"The files in {self._outputs} take {used / 1024**2:,.0f} MiB of {self._limit_bytes / 1024**2:,.0f} MiB, so there "
                "is no room. Delete files there first. Nothing was changed."
            )

    # Viewing

    def _view(self, request: wire.Edit) -> str:
        asked = posixpath.normpath(posixpath.join(self._outputs, request.path))
        # Links of the workspace are followed as far as they stay below it; from there on the path has none.
        path = os.path.realpath(asked)
        roots = (self._outputs, self._workspace)
        if not any(path == root or path.startswith(f"{root}/") for root in roots):
            raise EditError(f"{request.path} lies outside {roots[0]} and {roots[1]}; to look at other files, {USE_CODE}.")
        *folders, last = path[1:].split("/")
        folder = _open_chain(folders)
        try:
            if stat.S_ISDIR(os.stat(last, dir_fd=folder, follow_symlinks=False).st_mode):
                if request.range is not None:
                    raise EditError(f"{request.path} is a folder; view_range is for files.")
                return _listing(f"/proc/self/fd/{folder}/{last}", asked, request.limit_chars)
            text = _decode(_read_regular(last, folder, LARGEST_VIEW_BYTES, request.path), request.path)
        finally:
            os.close(folder)
        return numbered(text.raw, request)


def _done(text: str = "", diff: str = "", artifact: dict | None = None, refused: dict | None = None) -> dict:
    return {"ok": True, "text": text, "diff": diff, "artifact": artifact, "refused": refused}


def _words(error: OSError) -> str:
    if error.errno == errno.ENOENT:
        return "There is no such file or folder."
    if error.errno in (errno.ELOOP, errno.ENOTDIR):
        return "The path goes through a link, or through something that is not a folder."
    if error.errno == errno.ENOSPC:
        return "The disk of the sandbox is full."
    return f"It cannot be opened: {error.strerror}."


def _decode(data: bytes, path: str) -> Text:
    bom = data.startswith(BOM)
    try:
        text = data[len(BOM) if bom else 0 :].decode()
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise EditError(f"{path} is not UTF-8 text, so the editor cannot read it; {USE_CODE}.")
    return Text(text, bom)


def _open_chain(folders: list[str]) -> int:
    folder = os.open("/", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    for name in folders:
        try:
            below = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
        finally:
            os.close(folder)
        folder = below
    return folder


def _read_regular(name: str, folder: int, limit_bytes: int, path: str) -> bytes:
    # Not blocking: a pipe without a writer would hold us for ever.
    try:
        file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise EditError(f"{path} is a symbolic link, which the editor does not follow. Nothing was changed.") from None
        raise
    try:
        status = os.fstat(file)
        if stat.S_ISDIR(status.st_mode):
            raise EditError(f"{path} is a folder. Nothing was changed.")
        if not stat.S_ISREG(status.st_mode):
            raise EditError(f"{path} is not a regular file. Nothing was changed.")
        with open(file, "rb", closefd=False) as opened:
            data = opened.read(limit_bytes + 1)
    finally:
        os.close(file)
    if len(data) > limit_bytes:
        size = max(status.st_size, len(data))
        raise EditError(f"{path} has {size:,} bytes; the editor takes at most {limit_bytes:,}. Nothing was changed; {USE_CODE}.")
    return data


def _replace(folder: int, name: str, data: bytes, mode: int | None = None) -> None:
    """The old file or the new one, never a part of it; its permissions stay unless they are given."""
    new_name = f".{uuid.uuid4().hex}.new"
    if mode is None:
        try:
            mode = stat.S_IMODE(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode) & 0o777
        except FileNotFoundError:
            mode = 0o644
    file = os.open(new_name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, mode, dir_fd=folder)
    try:
        with os.fdopen(file, "wb") as opened:
            opened.write(data)
            os.fchmod(file, mode)
        os.replace(new_name, name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(new_name, dir_fd=folder)
        raise


def _listing(folder: str, shown_as: str, limit_chars: int) -> str:
    """Files and folders two levels deep, with sizes; hidden ones are left out."""
    rows: list[str] = []

    def add(path: str, prefix: str, depth: int) -> None:
        with os.scandir(path) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                if len(rows) > MAX_LISTED_ENTRIES:
                    return
                if entry.name.startswith(".") or entry.name == "node_modules":
                    continue
                name = names.printable(prefix + entry.name)
                try:
                    if entry.is_dir(follow_symlinks=False):
                        rows.append(f"{name}/")
                        if depth < 2:
                            add(entry.path, f"{prefix}{entry.name}/", depth + 1)
                    elif entry.is_symlink():
                        rows.append(f"{name} (link)")
                    else:
                        rows.append(f"{name} ({entry.stat(follow_symlinks=False).st_size:,} bytes)")
                except OSError:
                    rows.append(f"{name} (cannot be read)")

    add(folder, "", 1)
    more = len(rows) > MAX_LISTED_ENTRIES
    text = "\n".join([f"{names.printable(shown_as)}:", *(rows[:MAX_LISTED_ENTRIES] or ["(empty)"])])
    if more or len(text) > limit_chars:
        text = f"{text[:limit_chars]}\n[there are more entries; list them with bash]"
    return text
