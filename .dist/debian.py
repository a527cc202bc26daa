"""The .deb: what Debian's tools and Debian's rules of where things lie ask for."""

import hashlib
import os
import re
import subprocess
import tempfile

from content import Content, compress

CONTROL = """Package: lazuli
Version: {version}
Architecture: amd64
Maintainer: Lazuli maintainers <maintainers@lazuli.invalid>
Installed-Size: {size}
Depends: libc6 (>= {glibc})
Section: devel
Priority: optional
Description: local emulator of Azure Key Vault keys and of Azure Batch under a customer's key
 One process that answers Azure's own clients, unchanged, over HTTPS, and gRPC. A Batch
 account's data is sealed under a customer's key for real: take the key away in a test and
 see what happens.
 .
 A tool for tests, not a place for real secrets.
"""

COPYRIGHT = """{licence}
What is linked in statically has its terms in /usr/share/doc/lazuli/licences: INDEX there says
which text is for what.
"""


def glibc_needed(binary):
    """The least glibc that a program runs on, as "2.35"."""
    versions = subprocess.run(["readelf", "--version-info", "--wide", binary], check=True, stdout=subprocess.PIPE,
                              text=True).stdout
    found = {tuple(map(int, text.split("."))) for text in re.findall(r"GLIBC_([0-9.]+)", versions)}
    return ".".join(map(str, max(found)))


def lay_out(shipped):
    """What the package installs."""
    content = Content()
    content.add("usr/bin/lazuli", shipped.binary, 0o755)
    content.add("usr/share/man/man1/lazuli.1.gz", compress(shipped.manual))
    content.add("usr/share/bash-completion/completions/lazuli", shipped.completions["bash"])
    content.add("usr/share/zsh/vendor-completions/_lazuli", shipped.completions["zsh"])
    content.add("usr/share/fish/vendor_completions.d/lazuli.fish", shipped.completions["fish"])
    content.add_all(shipped.documents, "usr/share/doc/lazuli/")
    content.add("usr/share/doc/lazuli/copyright", COPYRIGHT.format(licence=shipped.licence.decode()).encode())
    content.add("usr/share/doc/lazuli/changelog.gz", compress(shipped.changelog()))
    content.add_all(shipped.licences, "usr/share/doc/lazuli/licences/")
    content.add_all(shipped.fixtures, "usr/share/lazuli/fixtures/")
    return content


def write(shipped, path):
    content = lay_out(shipped)
    # As Debian counts: every file in whole kibibytes, one for all else.
    size = sum((len(entry.data) + 1023) // 1024 if entry.data is not None else 1 for _, entry in content.items())
    sums = "".join(f"{hashlib.md5(entry.data, usedforsecurity=False).hexdigest()}  {name}\n"
                   for name, entry in content.files())
    content.add("DEBIAN/control", CONTROL.format(version=shipped.version, size=size, glibc=shipped.glibc).encode())
    content.add("DEBIAN/md5sums", sums.encode())
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        content.write(folder, shipped.time)
        os.utime(folder, (shipped.time, shipped.time))
        subprocess.run(["dpkg-deb", "--root-owner-group", "-Zxz", "-z3", "--threads-max=1", "--build", folder, path], check=True,
                       stdout=subprocess.DEVNULL, env=dict(os.environ, SOURCE_DATE_EPOCH=str(shipped.time)))
