"""
An index for pip and a registry for npm with a few tiny packages, made of nothing: as code of a cell that serves them on
the sandbox's own 127.0.0.1, or (`python3 package_index.py FOLDER ADDRESS [ADDRESS]`) as files for another server, the
second address for the files that the index leads to.
"""

import sys

MAKE = r'''
import base64, hashlib, io, json, os, subprocess, sys, tarfile, zipfile
ROOT, HERE, FILES = {places}
def put(path, data):
    os.makedirs(os.path.dirname(f"{ROOT}/{path}"), exist_ok=True)
    with open(f"{ROOT}/{path}", "wb") as file: file.write(data if isinstance(data, bytes) else data.encode())
def wheel(name, version, needs=""):
    file, info = f"{name}-{version}-py3-none-any.whl", f"{name}-{version}.dist-info"
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr(f"{name}.py", f"version = {version!r}\n")
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needs}")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    put(f"simple/{name}/{file}", data.getvalue())
    with open(f"{ROOT}/simple/{name}/index.html", "a") as page: page.write(f'<a href="{FILES}/simple/{name.replace("_", "-")}/{file}">{file}</a>\n')
def tarball(name, versions):
    described = {}
    for version in versions:
        said = {"name": name, "version": version, "main": "main.js"}
        data = io.BytesIO()
        with tarfile.open(fileobj=data, mode="w:gz") as archive:
            for path, text in (("package.json", json.dumps(said)), ("main.js", f"exports.version = {version!r};\n")):
                entry = tarfile.TarInfo(f"package/{path}")
                entry.size = len(text)
                archive.addfile(entry, io.BytesIO(text.encode()))
        file = f"files/{name.replace('/', '-')}-{version}.tgz"
        put(file, data.getvalue())
        integrity = "sha512-" + base64.b64encode(hashlib.sha512(data.getvalue()).digest()).decode()
        described[version] = {**said, "dist": {"tarball": f"{HERE}/{file}", "integrity": integrity}}
    put(name.replace("/", "%2f"), json.dumps({"name": name, "dist-tags": {"latest": versions[-1]}, "versions": described}))
put("simple/tiny_needed/.keep", ""); put("simple/tiny_wheel/.keep", "")
wheel("tiny_wheel", "1.0"); wheel("tiny_wheel", "1.2.0", "Requires-Dist: tiny-needed\nRequires-Dist: numpy\n"); wheel("tiny_needed", "0.3")
os.rename(f"{ROOT}/simple/tiny_wheel", f"{ROOT}/simple/tiny-wheel"); os.rename(f"{ROOT}/simple/tiny_needed", f"{ROOT}/simple/tiny-needed")
tarball("tiny-js", ["3.0.0", "3.1.0"]); tarball("@tiny/scoped", ["2.0.0"]); tarball("exceljs", ["99.0.0"])
'''

SERVE = r'''
SERVER = """
import http.server, os, sys, time
class Handler(http.server.SimpleHTTPRequestHandler):
    def do_GET(self):
        if self.path.startswith("/held"): time.sleep(600)
        super().do_GET()
    def translate_path(self, path):
        plain = os.path.join("/tmp/index", path.lstrip("/").split("?")[0])
        return plain if os.path.isfile(plain) else super().translate_path(path)
    def log_message(self, *words): pass
os.chdir("/tmp/index")
server = http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
print("listening", flush=True)
server.serve_forever()
"""
server = subprocess.Popen([sys.executable, "-c", SERVER, HERE.rpartition(":")[2]], stdout=subprocess.PIPE, text=True)
print(server.stdout.readline().strip())
'''


def making(root: str, here: str, files: str) -> str:
    return MAKE.replace("{places}", repr((root, here, files)))


def cell(port: int) -> str:
    return making("/tmp/index", f"http://127.0.0.1:{port}", f"http://127.0.0.1:{port}") + SERVE


if __name__ == "__main__":
    exec(making(sys.argv[1], sys.argv[2], sys.argv[-1]))
