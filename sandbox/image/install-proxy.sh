#!/bin/sh
# install-proxy.sh TARGET: Squid and Unbound from Debian, without what their packages bring for a server (systemd,
# databases, helpers): the programs, the libraries that this image lacks, and a key pair. The proxy never decrypts;
# Squid asks for a certificate before it is told to look at TLS at all.
set -eu
target=$1

libraries() {
  find /usr/lib /lib -name '*.so*' | sort
}

libraries >/tmp/before
apt-get update
apt-get install -y squid-openssl unbound
mkdir -p "$target"
for program in /usr/sbin/squid /usr/sbin/unbound; do
  cp --parents "$program" "$target"
  ldd "$program" | awk '$3 ~ /^\// {print $3}'
done | sort -u >/tmp/needed
while read -r library; do
  real=$(readlink -f "$library")
  # What the image has is not copied, whatever link leads to it.
  if ! grep -qxF "$real" /tmp/before; then
    mkdir -p "$target/usr/lib/$(basename "$(dirname "$real")")"
    cp -L "$library" "$target/usr/lib/$(basename "$(dirname "$real")")/$(basename "$library")"
  fi
done </tmp/needed
mkdir -p "$target/opt/code-interpreter/egress"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 36500 -subj /CN=proxy \
  -keyout "$target/opt/code-interpreter/egress/key.pem" -out "$target/opt/code-interpreter/egress/certificate.pem"
chmod a+r "$target/opt/code-interpreter/egress/key.pem"
