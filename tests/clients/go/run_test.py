"""Builds the Go program of this folder and lets it tell its stories, in both modes, each against a server of its own.

One test tells them all, for they share the build, which is most of the work.
"""

import glob
import json
import os
import shutil
import subprocess
import sys

from harness import foreign
from harness.emulator import Emulator, changed
from harness.story import Story

STORIES = ["article", "keys", "secrets", "batch", "credentials"]
# Where Debian's packages lay their Go sources.
GOPATH = "/usr/share/gocode"
CLIENTS = "src/github.com/Azure/azure-sdk-for-go"


def build(scratch):
    """The path of the program, built from what Debian has and nothing else."""
    if not shutil.which("go") or not os.path.isdir(os.path.join(GOPATH, CLIENTS)):
        sys.exit("there are no Go clients: run ./dev setup")
    program = os.path.join(scratch, "clients")
    sources = sorted(glob.glob(os.path.join(os.path.dirname(os.path.abspath(__file__)), "*.go")))
    environment = changed(os.environ, {
        "GO111MODULE": "off", "GOPATH": GOPATH, "GOPROXY": "off", "GOFLAGS": None,
        "GOCACHE": os.path.join(scratch, "go-cache")})
    subprocess.run(["go", "build", "-o", program, *sources], env=environment, check=True)
    return program


def cloud(emulator, scratch):
    """The path of a file that tells go-autorest of a cloud of one's own, under local names."""
    path = os.path.join(scratch, "cloud.json")
    with open(path, "w", encoding="utf-8") as out:
        json.dump({
            "name": "Lazuli",
            "resourceManagerEndpoint": f"{emulator.url}/",
            "activeDirectoryEndpoint": f"{emulator.url}/",
            "galleryEndpoint": f"{emulator.url}/",
            "graphEndpoint": "https://graph.windows.net/",
            "serviceManagementEndpoint": "https://management.core.windows.net/",
            "keyVaultDNSSuffix": f"vault.localhost:{emulator.port}",
            "resourceIdentifiers": {
                "keyVault": "https://vault.azure.net", "batch": "https://batch.core.windows.net/"},
        }, out)
    return path


def main():
    scratch = os.environ["TMPDIR"]
    story = Story("go")
    program = build(scratch)
    for mode in ("transparent", "local"):
        for name in STORIES:
            with Emulator() as emulator:
                environment = emulator.environment(mode)
                if mode == "local":
                    # The one name of a cloud that go-autorest looks for in a file.
                    environment["AZURE_ENVIRONMENT"] = "AZURESTACKCLOUD"
                    environment["AZURE_ENVIRONMENT_FILEPATH"] = cloud(emulator, scratch)
                foreign.tell(story, [program, name], environment, f"{mode}, {name}: ")
    story.finish()


if __name__ == "__main__":
    main()
