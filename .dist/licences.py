"""The licence texts of what is linked into the program, found from its link line.

An archive of the system belongs to a Debian package, and the package has a file of copyrights. So a library that is
added to the program brings its text along by itself, or packing fails.
"""

import os
import re
import subprocess

from content import Content

# Repositories of the workspace that are made of this project's own code around libraries of the system.
OWN_REPOSITORIES = {"com_github_grpc_grpc"}

# What the compiler adds to every link, statically: see .bazelrc.
TOOLCHAIN = ["libstdc++.a", "libgcc.a", "libgcc_eh.a"]

COMMON_LICENCES = "/usr/share/common-licenses"


class MissingLicence(Exception):
    pass


def read_link_line(path):
    """The names of the archives that are linked statically, and the outside repositories, from //.dist:link_line."""
    archives, repositories, static = [], [], False
    with open(path, encoding="utf-8") as file:
        for line in file:
            kind, _, word = line.rstrip("\n").partition(" ")
            if kind == "repository":
                repositories.append(word)
            elif word in ("-Wl,-Bstatic", "-Wl,-Bdynamic"):
                static = word == "-Wl,-Bstatic"
            elif word.startswith("-l:"):
                archives.append(word[3:])
            elif word.startswith("-l") and static:
                archives.append(f"lib{word[2:]}.a")
    archives += TOOLCHAIN
    return sorted(set(archives)), sorted(set(repositories))


def run(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def places_of(archives):
    """Where the linker finds each archive."""
    folders = run("g++", "-print-search-dirs").split("libraries: =")[1].split("\n")[0].split(":")
    places = {}
    for archive in archives:
        found = [path for path in (os.path.join(folder, archive) for folder in folders) if os.path.exists(path)]
        if not found:
            raise MissingLicence(f"the linker's archive {archive} is not to be found")
        places[archive] = os.path.realpath(found[0])
    return places


def packages_of(paths):
    """The Debian package that each file of the system came with, without its architecture."""
    # What no package knows is simply not in the answer.
    found = subprocess.run(["dpkg-query", "-S", *sorted(set(paths))], check=False, stdout=subprocess.PIPE,
                           stderr=subprocess.DEVNULL, text=True).stdout
    packages = {line.split(": ")[1]: line.split(":")[0] for line in found.splitlines()}
    for path in paths:
        if path not in packages:
            raise MissingLicence(f"{path} belongs to no package")
    return packages


def copyright_of(package):
    path = f"/usr/share/doc/{package}/copyright"
    if not os.path.exists(path):
        raise MissingLicence(f"the package {package} has no {path}")
    with open(path, "rb") as file:
        return file.read()


def version_of(package):
    return run("dpkg-query", "-W", "-f", "${Version}\n", package).split("\n")[0]


def common_licences_in(text):
    """The licences that a Debian file of copyrights points to instead of quoting them."""
    names = re.findall(rb"/usr/share/common-licenses/([A-Za-z0-9.+-]*[A-Za-z0-9])", text)
    return sorted({name.decode() for name in names})


def collect(link_line, source_licences, more_packages=()):
    """A folder's content: a text for each package, and INDEX, which says what each is for.

    source_licences: the licence's file for each repository that is built from its source.
    more_packages: Debian packages of which something goes along without being linked in.
    """
    archives, repositories = read_link_line(link_line)
    places = places_of(archives)
    packages = packages_of(places.values())
    held = {}  # package -> what of it is there
    for archive in archives:
        held.setdefault(packages[places[archive]], []).append(archive)
    for package in more_packages:
        held.setdefault(package, []).append("shared libraries")

    content, index, common = Content(), [], set()
    names = {}  # text -> its file: parts of one library often have the same
    for package, parts in sorted(held.items()):
        text = copyright_of(package)
        common.update(common_licences_in(text))
        name = names.setdefault(text, f"{package}.txt")
        content.add(name, text)
        index.append(f"{name}: {package} {version_of(package)}: {' '.join(parts)}\n")
    for repository in repositories:
        if repository in OWN_REPOSITORIES:
            continue
        if repository not in source_licences:
            raise MissingLicence(f"nobody has said where the licence of @{repository} is: see .dist/pack.py")
        with open(source_licences[repository], "rb") as file:
            content.add(f"{repository}.txt", file.read())
        index.append(f"{repository}.txt: built from its own source tree\n")
    for name in sorted(common):
        path = os.path.join(COMMON_LICENCES, name)
        if not os.path.exists(path):
            raise MissingLicence(f"there is no {path}")
        with open(path, "rb") as file:
            content.add(f"common/{name}", file.read())
    content.add("INDEX", ("What is linked into lazuli, and under which terms.\n\n" + "".join(index) +
                          "common/: licences that the texts refer to.\n").encode())
    return content
