#!/bin/sh
# make-base.sh [--force] [NAME]: makes the base of the sandbox image (default debian:forky-slim) with debootstrap,
# for machines that cannot reach Docker Hub. Run as root on Debian or Ubuntu with debootstrap installed. Does
# nothing when the image exists already; --force makes it again. The mirror is debootstrap's default, or $MIRROR.
set -eu

force=no
if [ "${1:-}" = --force ]; then
  force=yes
  shift
fi
name=${1:-debian:forky-slim}
suite=forky

fail() {
  echo "make-base: $1" >&2
  exit 1
}

command -v docker >/dev/null || fail 'the docker command is missing; install Docker (on Debian: apt-get install docker.io).'
docker version >/dev/null 2>&1 || fail 'the Docker engine does not answer; start it, or add this user to the group docker.'
if [ "$force" = no ] && docker image inspect "$name" >/dev/null 2>&1; then
  echo "make-base: $name exists already."
  exit 0
fi
[ "$(id -u)" = 0 ] || fail 'debootstrap needs root; run this with sudo.'
command -v debootstrap >/dev/null || fail 'debootstrap is missing; install it with: apt-get install debootstrap.'

work=$(mktemp -d /var/tmp/make-base.XXXXXX)
root=$work/root
cleanup() {
  # A debootstrap that was interrupted leaves its mounts behind.
  for mount in "$root/proc" "$root/sys"; do
    if mountpoint -q "$mount" 2>/dev/null; then umount -l "$mount"; fi
  done
  rm -rf --one-file-system "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM HUP

# An older debootstrap does not know the suite: all suites share the script of sid. It finds the keys of the archive
# by itself on Debian; elsewhere the package debian-archive-keyring brings them.
scripts=/usr/share/debootstrap/scripts
script=
if [ ! -e "$scripts/$suite" ]; then
  script=$scripts/sid
fi
set -- --variant=minbase
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
if [ -e "$keyring" ]; then
  set -- "$@" "--keyring=$keyring"
fi
echo "make-base: debootstrap $suite …"
# Without a mirror the last two arguments stay positional: an empty one means the default.
if ! debootstrap "$@" "$suite" "$root" "${MIRROR:-}" ${script:+"$script"} >"$work/log" 2>&1; then
  tail -n 20 "$work/log" >&2
  fail 'debootstrap failed; its last lines are above.'
fi

# What a slim image leaves out. The package lists are fetched again by the build.
rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/*.bin \
  "$root"/var/log/*.log "$root"/var/log/apt "$root"/usr/share/man "$root"/usr/share/info "$root"/usr/share/lintian
find "$root/usr/share/doc" -type f ! -name copyright -delete
find "$root/usr/share/doc" -type d -empty -delete
find "$root/usr/share/locale" -mindepth 1 -maxdepth 1 ! -name locale.alias -exec rm -rf {} +

echo "make-base: importing $name …"
tar -C "$root" --numeric-owner --one-file-system -c . |
  docker import --change 'CMD ["bash"]' - "$name" >/dev/null
docker image inspect --format "make-base: $name is ready ({{.Os}}/{{.Architecture}})." "$name"
