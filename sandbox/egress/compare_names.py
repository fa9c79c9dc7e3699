"""
Squid's helper: does TLS ask for the name that the connection was opened for? Lines are `channel host sni`; a client
that names no server sends `-`. Without the comparison an open host could stand in for another one on the same servers.
"""

import sys

for line in sys.stdin:
    channel, host, asked, *_ = [*line.split(), "", ""]
    same = asked not in ("", "-") and asked.lower().rstrip(".") == host.lower().rstrip(".")
    print(channel, "OK" if same else "ERR", flush=True)
