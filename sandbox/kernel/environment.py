"""Folders and variables that cells find; the root file system is read-only and the user may have any number."""

import contextlib
import os
import shutil

#: Share of /tmp, in space and in files.
LEAST_FREE = 0.02
FONT_CACHE = "/opt/code-interpreter/image/matplotlib"
PUBLIC_CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
#: Where programs look for the name of a file with the authorities they trust.
CERTIFICATE_VARIABLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "PIP_CERT", "NODE_EXTRA_CA_CERTS")
CERTIFICATES = "/tmp/.bridge/certificates.pem"


def prepare() -> None:
    home = os.environ.setdefault("HOME", "/tmp/home")
    os.makedirs(home, mode=0o700, exist_ok=True)
    os.environ.setdefault("USER", "sandbox")
    os.environ.setdefault("LOGNAME", "sandbox")
    os.environ.setdefault("LANG", "C.UTF-8")
    config = os.environ.setdefault("MPLCONFIGDIR", f"{home}/.matplotlib")
    # Matplotlib's list of fonts, made with the image: searching them again takes seconds.
    with contextlib.suppress(OSError):
        shutil.copytree(FONT_CACHE, config, dirs_exist_ok=True)
    trust(os.environ.pop("CI_CERTIFICATES", ""))


def trust(certificates: str) -> None:
    """Authorities (PEM) that programs are to trust besides the public ones, as networks have them that inspect TLS."""
    if not certificates:
        return
    os.makedirs(os.path.dirname(CERTIFICATES), mode=0o700, exist_ok=True)
    with open(PUBLIC_CERTIFICATES) as public, open(CERTIFICATES, "w") as bundle:
        bundle.write(f"{public.read()}\n{certificates}\n")
    os.environ.update(dict.fromkeys(CERTIFICATE_VARIABLES, CERTIFICATES))


def make_room() -> bool:
    """Empties /tmp when it is so full that no kernel could start; the bridge's own folder stays. True if it did."""
    space = os.statvfs("/tmp")
    files_left = space.f_files == 0 or space.f_favail > space.f_files * LEAST_FREE
    if files_left and space.f_bavail > space.f_blocks * LEAST_FREE:
        return False
    for entry in os.scandir("/tmp"):
        if entry.name == ".bridge":
            continue
        with contextlib.suppress(OSError):
            if entry.is_dir(follow_symlinks=False):
                shutil.rmtree(entry.path, ignore_errors=True)
            else:
                os.unlink(entry.path)
    prepare()
    return True
