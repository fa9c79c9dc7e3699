#!/bin/sh
# install-pypi.sh REQUIREMENTS TARGET: installs each requirement that PyPI can give into TARGET, on top of
# Debian's packages (a dependency that Debian has is not installed again). Never fails: without PyPI, TARGET is
# an empty folder.
requirements=$1
target=$2
mkdir -p "$target"

if [ -s extra-ca.pem ]; then
  cat /etc/ssl/certs/ca-certificates.crt extra-ca.pem >ca-bundle.pem
  export PIP_CERT=$PWD/ca-bundle.pem
fi
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore

# pip knows where its index is, also when the machine names another one.
reachable() {
  timeout 40 python3 -m pip index versions pdfplumber --timeout 8 --retries 1 >/dev/null
}

if ! reachable; then
  echo "Building without polars, python-pptx, pdfplumber and the Python module of DuckDB."
  exit 0
fi
# One by one: a package without a wheel for this Python must not cost the others.
while read -r requirement; do
  [ -n "$requirement" ] || continue
  timeout 300 python3 -m pip install --break-system-packages --only-binary :all: --timeout 15 --retries 1 "$requirement" || echo "Left out: $requirement"
done <"$requirements"
for folder in /usr/local/lib/python3*/dist-packages; do
  [ -d "$folder" ] && cp -a "$folder/." "$target/"
done
exit 0
