#!/bin/sh
# install-pypi.sh REQUIREMENTS TARGET: installs each requirement that PyPI can give into TARGET, on top of
# Debian's packages (a dependency that Debian has is not installed again). Never fails: without PyPI, TARGET is
# an empty folder.
requirements=$1
target=$2
index=${PIP_INDEX_URL}
mkdir -p "$target"

if [ -s extra-ca.pem ]; then
  cat /etc/ssl/certs/ca-certificates.crt extra-ca.pem >ca-bundle.pem
  export PIP_CERT=$PWD/ca-bundle.pem
fi
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore

reachable() {
  python3 - "$index" <<'PYTHON'
import os, ssl, sys, urllib.request
context = ssl.create_default_context(cafile=os.environ.get("PIP_CERT"))
for attempt in (1, 2):
    try:
        urllib.request.urlopen(sys.argv[1].rstrip("/") + "/duckdb/", timeout=8, context=context).close()
        sys.exit(0)
    except Exception as error:
        print(f"The package index does not answer (attempt {attempt}): {error}")
sys.exit(1)
PYTHON
}

if ! reachable; then
  echo "Building without polars, python-pptx, pdfplumber and the Python module of DuckDB."
  exit 0
fi
# One by one: a package without a wheel for this Python must not cost the others.
while read -r requirement; do
  [ -n "$requirement" ] || continue
  timeout 300 python3 -m pip install --break-system-packages --only-binary :all: --timeout 15 --retries 1 \
    --index-url "$index" "$requirement" || echo "Left out: $requirement"
done <"$requirements"
for folder in /usr/local/lib/python3*/dist-packages; do
  [ -d "$folder" ] && cp -a "$folder/." "$target/"
done
exit 0
