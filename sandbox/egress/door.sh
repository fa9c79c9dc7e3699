#!/bin/bash
# The sandbox's end of the proxy: `door.sh listen`, started from outside, so that no cell's end ends it. While no proxy
# shares its socket, each request is answered with a refusal that says why, and its first line goes to stdout.
socket=/run/egress/proxy.sock

if [ "$1" = listen ]; then
  exec 3>&1
  exec socat TCP4-LISTEN:3128,bind=127.0.0.1,reuseaddr,fork,max-children=128,backlog=128 "EXEC:/bin/bash $0,nofork"
fi

if [ -S $socket ]; then
  exec 3>&-
  # One descriptor for both ways: the end of one way is told to the client as such.
  exec socat -t 60 -b 65536 FD:0,shut-down UNIX-CONNECT:$socket
fi

IFS= read -r -t 10 -n 2000 first
# A client that is still writing would not read the answer.
for _ in {1..200}; do
  IFS= read -r -t 2 -n 8000 line || break
  [ "$line" = $'\r' ] && break
done
printf '%s\n' "$first" >&3
text='The network of this sandbox is closed. Only the user can open it, by the name of the host, in the panel.'
printf 'HTTP/1.1 403 The network of this sandbox is closed\r\nContent-Type: text/plain\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s\n' $((${#text} + 1)) "$text"
