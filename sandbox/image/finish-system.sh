#!/bin/sh
# Last step of the heavy layers: folders, user, font caches, compiled modules. They are made here because the
# root file system is read-only at run time.
set -eu
# The optional packages, after Debian's own: nothing of the system is shadowed. A `.pth` file also serves
# `python3 -I`.
echo /opt/code-interpreter/pypi >/usr/lib/python3/dist-packages/code-interpreter.pth
python3 -m compileall -q -j 0 /opt/code-interpreter/pypi || true

useradd --uid 1000 --user-group --home-dir /tmp/home --no-create-home --shell /bin/bash sandbox
mkdir -p /outputs /workspace
chmod 1777 /outputs

fc-cache --system-only
mkdir -p /opt/code-interpreter/image/matplotlib
MPLCONFIGDIR=/opt/code-interpreter/image/matplotlib \
  MATPLOTLIBRC=/opt/code-interpreter/image/matplotlibrc \
  python3 -W error -c 'import matplotlib.font_manager, sys; sys.exit(not matplotlib.font_manager.fontManager.ttflist)'
chmod -R a+rX /opt/code-interpreter
