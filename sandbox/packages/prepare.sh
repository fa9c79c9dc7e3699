#!/bin/sh
# The commands, their settings, and /packages as a new volume begins: the packages of the image lie in it as links, so
# that one folder serves require() and import from everywhere, and what a cell installs on purpose takes their place.
set -eu
here=/opt/code-interpreter/packages
cp "$here/pip.conf" /etc/pip.conf
cp "$here/npmrc" /opt/code-interpreter/npm/npmrc
for name in npm npx; do install -m 755 "$here/npm" "/usr/local/bin/$name"; done
for name in pip pip3; do install -m 755 "$here/pip" "/usr/local/bin/$name"; done

modules=/packages/lib/node_modules
site=$(PYTHONUSERBASE=/packages python3 -c 'import site; print(site.getusersitepackages())')
mkdir -p "$modules" "$site" /packages/bin /packages/.cache/tmp
cd /opt/code-interpreter/javascript/node_modules
for name in * @*/*; do
  case $name in
    @*/*) mkdir -p "$modules/${name%/*}" ;;
    @*) continue ;;
  esac
  ln -s "$PWD/$name" "$modules/$name"
done
# Any user may run the cells.
find /packages -type d -exec chmod 777 {} +
ln -s "$modules" /node_modules
