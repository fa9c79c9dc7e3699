"""
`manifest.py TARGET`: writes what is really inside the image, as `Manifest` in `src/kernel/sandbox.ts`. Runs at the
end of the build; a package counts when it can be imported or required, not when it is merely installed.
"""

import importlib
import importlib.metadata
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import warnings

#: Import name → distribution. Only what cells are told about; the rest is there as dependencies.
PYTHON = {
    "IPython": "ipython", "PIL": "pillow", "altair": "altair", "bottleneck": "bottleneck", "bs4": "beautifulsoup4",
    "charset_normalizer": "charset-normalizer", "docx": "python-docx", "duckdb": "duckdb", "h5py": "h5py", "html5lib": "html5lib", "ijson": "ijson",
    "ipykernel": "ipykernel", "jinja2": "jinja2", "jupyter_client": "jupyter_client", "lxml.etree": "lxml",
    "matplotlib.pyplot": "matplotlib", "nbformat": "nbformat", "networkx": "networkx", "numexpr": "numexpr",
    "numpy": "numpy", "odf.opendocument": "odfpy", "openpyxl": "openpyxl", "pandas": "pandas",
    "pdfplumber": "pdfplumber", "plotly.express": "plotly", "polars": "polars", "pptx": "python-pptx",
    "pyarrow.parquet": "pyarrow", "pydot": "pydot", "pypdf": "pypdf", "pyreadstat": "pyreadstat",
    "reportlab": "reportlab", "scipy.stats": "scipy", "seaborn": "seaborn", "shapefile": "pyshp", "sklearn.ensemble": "scikit-learn",
    "sqlalchemy": "sqlalchemy", "statsmodels.api": "statsmodels", "sympy": "sympy", "tabulate": "tabulate",
    "tqdm": "tqdm", "xlrd": "xlrd", "xlsxwriter": "xlsxwriter",
}  # fmt: skip
#: Absent without PyPI; the build goes on.
OPTIONAL = {"duckdb", "pdfplumber", "polars", "pptx"}
NODE = ("@duckdb/node-api", "docx", "exceljs", "pptxgenjs")
TOOLS = {
    "bash": ["bash", "--version"], "dot": ["dot", "-V"], "duckdb": ["duckdb", "--version"],
    "jq": ["jq", "--version"], "node": ["node", "--version"], "pdftotext": ["pdftotext", "-v"],
    "npm": ["npm", "--version"], "pip": ["pip", "--version"], "rg": ["rg", "--version"], "socat": ["socat", "-V"],
    "sqlite3": ["sqlite3", "--version"], "tini": ["tini", "--version"], "unzip": ["unzip", "-v"], "zip": ["zip", "-v"],
    "file": ["file", "--version"],
}  # fmt: skip
#: Of layers that not every image has.
OPTIONAL_TOOLS = {"soffice": ["soffice", "--version"]}
NODE_MODULES = "/node_modules"


def run(command: list[str]) -> str:
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    return result.stdout + result.stderr


def python_packages() -> dict[str, str]:
    packages = {}
    for module, distribution in PYTHON.items():
        try:
            top = importlib.import_module(module)
        except ImportError as error:
            if module in OPTIONAL:
                print(f"Not in this image: {module} ({error})")
                continue
            raise
        try:
            packages[distribution] = importlib.metadata.version(distribution)
        except importlib.metadata.PackageNotFoundError:
            packages[distribution] = str(getattr(sys.modules[top.__name__.split(".")[0]], "__version__", ""))
    return dict(sorted(packages.items(), key=lambda item: item[0].lower()))


def node_packages() -> dict[str, str]:
    packages = {}
    for name in NODE:
        run(["node", "-e", f"require({json.dumps(name)})"])
        with open(f"{NODE_MODULES}/{name}/package.json") as file:
            packages[name] = json.load(file)["version"]
    return packages


def tools() -> dict[str, str]:
    versions = {}
    there = {name: command for name, command in OPTIONAL_TOOLS.items() if shutil.which(name)}
    for name, command in (TOOLS | there).items():
        found = re.search(r"\d+(\.\d+)+[a-z]?", run(command))
        if found is None:
            raise SystemExit(f"{command} told no version")
        versions[name] = found.group()
    return versions


def package_indexes() -> dict[str, list[str]]:
    """Where pip and npm load from when nobody says otherwise, in their own words; for pip also where its files lie."""
    # Only here: pip warns those who import it.
    from pip._internal.models.index import PyPI

    return {
        "pip": [PyPI.simple_url, f"https://{PyPI.file_storage_domain}/"],
        "npm": [run(["npm", "config", "get", "registry"]).strip()],
    }


def fonts() -> list[str]:
    families = {line.split(",")[0].strip() for line in run(["fc-list", ":", "family"]).splitlines()}
    return sorted(family for family in families if family)


def main(target: str) -> None:
    warnings.simplefilter("ignore")
    # Nothing of the build's user may be left behind by what is imported here.
    os.environ["HOME"] = os.environ["MPLCONFIGDIR"] = os.environ["npm_config_cache"] = "/tmp/manifest"
    manifest = {
        "python": platform.python_version(),
        "node": run(["node", "--version"]).strip().removeprefix("v"),
        "pythonPackages": python_packages(),
        "nodePackages": node_packages(),
        "tools": tools(),
        "fonts": fonts(),
        "packageIndexes": package_indexes(),
    }
    with open(target, "w") as file:
        json.dump(manifest, file, indent=2, ensure_ascii=False)
    subprocess.run(["rm", "-rf", "/tmp/manifest"], check=True)


if __name__ == "__main__":
    main(sys.argv[1])
