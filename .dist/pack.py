#!/usr/bin/python3
"""Packs the program: a tarball, a Debian package and an OCI image. `./dev dist` calls it; docs/packages.md tells more.

The same inputs give the same bytes, whenever, wherever and by whomever they are packed.
"""

import argparse
import dataclasses
import datetime
import os
import subprocess
import sys

import debian
import licences
import oci
import tarball
from content import Content

# What the image takes along of the system.
IMAGE_PACKAGES = ["libc6"]


@dataclasses.dataclass
class Shipped:
    """All that goes into packages, wherever each of them puts it."""

    binary_path: str
    binary: bytes
    version: str
    commit: str  # empty: the program does not know
    time: int  # of every file, in seconds
    glibc: str
    manual: bytes
    completions: dict
    licence: bytes
    documents: Content
    licences: Content
    image_licences: Content  # the same and those of the libraries that the image holds
    fixtures: Content

    def changelog(self):
        """Debian's, of the one version that is packed."""
        date = datetime.datetime.fromtimestamp(self.time, datetime.timezone.utc).strftime("%a, %d %b %Y %H:%M:%S +0000")
        return (f"lazuli ({self.version}) stable; urgency=low\n\n  * Built from commit {self.commit or 'unknown'}.\n\n"
                f" -- Lazuli maintainers <maintainers@lazuli.invalid>  {date}\n").encode()


def output_of(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout


def read(path):
    with open(path, "rb") as file:
        return file.read()


def goes_along(path):
    """Whether a file is of use without the tree: not what builds and tests there."""
    *folders, name = path.split("/")
    return (name not in ("BUILD.bazel", "run_tests.sh") and "_test." not in name and
            not {"test", "tests"}.intersection(folders))


def take(source, paths, prefix=""):
    """Files of the source tree below `prefix`, without that prefix."""
    content = Content()
    for path in paths:
        if path.startswith(prefix) and goes_along(path):
            place = os.path.join(source, path)
            content.add(path[len(prefix):], read(place), 0o755 if os.access(place, os.X_OK) else 0o644)
    return content


def gather(arguments):
    with open(arguments.files, encoding="utf-8") as file:
        paths = file.read().split()
    facts = dict(line.split(": ", 1) if ": " in line else line.split(" ", 1)
                 for line in output_of(arguments.binary, "--version").decode().splitlines())
    source_licences = {"boringssl": arguments.boringssl_licence}
    commit = facts["commit"] if facts["commit"] != "not recorded" else ""
    return Shipped(
        binary_path=arguments.binary,
        binary=read(arguments.binary),
        version=facts["lazuli"],
        commit=commit,
        time=arguments.time,
        glibc=debian.glibc_needed(arguments.binary),
        manual=output_of(arguments.binary, "manual"),
        completions={shell: output_of(arguments.binary, "completion", shell) for shell in ("bash", "zsh", "fish")},
        licence=read(os.path.join(arguments.source, "LICENSE")),
        documents=take(arguments.source, [path for path in paths if path.endswith(".md") and "fixtures/" not in path]),
        licences=licences.collect(arguments.link_line, source_licences),
        image_licences=licences.collect(arguments.link_line, source_licences, IMAGE_PACKAGES),
        fixtures=take(arguments.source, paths, "fixtures/"),
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True, help="the program, as it ships")
    parser.add_argument("--link_line", required=True, help="what //.dist:link_line makes")
    parser.add_argument("--boringssl_licence", required=True, help="LICENSE of BoringSSL's source tree")
    parser.add_argument("--source", required=True, help="the source tree")
    parser.add_argument("--files", required=True, help="a file that lists the files of the tree that go along")
    parser.add_argument("--time", required=True, type=int, help="of all files, in seconds since 1970")
    parser.add_argument("--out", required=True, help="a folder that is there")
    arguments = parser.parse_args()
    # Debian's tools take the modes of folders that they make themselves from it.
    os.umask(0o022)
    try:
        shipped = gather(arguments)
    except licences.MissingLicence as error:
        sys.exit(f"pack: {error}")
    name = os.path.join(arguments.out, f"lazuli-{shipped.version}-linux-amd64.tar.gz")
    tarball.write(shipped, name)
    print(name)
    name = os.path.join(arguments.out, f"lazuli_{shipped.version}_amd64.deb")
    debian.write(shipped, name)
    print(name)
    name = os.path.join(arguments.out, f"lazuli-{shipped.version}-oci")
    oci.write(shipped, name)
    print(name)


if __name__ == "__main__":
    main()
