#!/bin/sh
# LibreOffice without windows, for looking at documents and computing formulas, and the fonts that are as wide as Calibri
# and Cambria, so that lines break where they do in Office.
set -eu
export DEBIAN_FRONTEND=noninteractive
apt-get update
apt-get install -y libreoffice-calc-nogui libreoffice-writer-nogui libreoffice-impress-nogui \
  fonts-crosextra-carlito fonts-crosextra-caladea
rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/* /var/cache/debconf/*-old
fc-cache --system-only
install -m 755 /opt/code-interpreter/image/soffice /usr/local/bin/soffice
ln -s soffice /usr/local/bin/libreoffice
