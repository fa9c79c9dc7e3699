"""
Writes the system call filter of cells, as the kernel takes it, to the file named by the argument. A read-only mount
does not keep anyone from talking to a program of the host through a unix socket that lies in it, so a cell gets no
unix socket that could connect. Made when the image is built: at run time nobody can change it.
"""

import errno
import socket
import sys

from seccomp import ALLOW, ERRNO, MASKED_EQ, Arg, Attr, SyscallFilter

#: Everything else is refused, among it AF_UNIX, and AF_VSOCK, which reaches the host of a virtual machine.
FAMILIES = (socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK)
#: Above the highest family that Linux knows.
FAMILIES_END = 64
#: Only these stay with the peer they were made with. A datagram pair can be connected to another socket.
PAIR_TYPES = (socket.SOCK_STREAM, socket.SOCK_SEQPACKET)
TYPE_MASK = 0xF
#: The kernel reads 32 bits of what is an int; a comparison of all 64 could be passed by.
INT_MASK = 0xFFFFFFFF


def main(path: str) -> None:
    calls = SyscallFilter(defaction=ALLOW)
    # Another instruction set's numbers are another way into the same calls.
    calls.set_attr(Attr.ACT_BADARCH, ERRNO(errno.ENOSYS))
    for family in range(FAMILIES_END):
        if family not in FAMILIES:
            calls.add_rule(ERRNO(errno.EACCES), "socket", Arg(0, MASKED_EQ, INT_MASK, family))
    for kind in range(TYPE_MASK + 1):
        if kind not in PAIR_TYPES:
            calls.add_rule(ERRNO(errno.EACCES), "socketpair", Arg(1, MASKED_EQ, TYPE_MASK, kind))
    # It makes sockets without the call.
    calls.add_rule(ERRNO(errno.ENOSYS), "io_uring_setup")
    with open(path, "wb") as file:
        calls.export_bpf(file)


if __name__ == "__main__":
    main(sys.argv[1])
