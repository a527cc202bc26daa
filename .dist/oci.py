"""An OCI image layout, written without a container engine.

The one layer holds the program with the loader and the libraries of glibc that it names, of the machine that packs: the
program is linked statically but for glibc, whose licence and whose own loading of parts speak against more.
"""

import datetime
import hashlib
import json
import os
import re
import subprocess

from content import Content, compress

# Nobody's on any host.
USER = 10001

LIBRARIES = "lib/x86_64-linux-gnu"
LOADER = "lib64/ld-linux-x86-64.so.2"

# Inside of a container loopback is reached by nobody. Beyond it the server takes no well-known secret, so that whoever
# starts a container has to give one: as an argument, or in FLAGS_admin_secret where only the environment can be set.
ENTRYPOINT = [
    "/usr/bin/lazuli",
    "serve",
    "--grpc=0.0.0.0:7400",
    "--https=0.0.0.0:8443",
    "--tryfromenv=admin_secret,allow_host,clock,start_time,seed,log_level",
]

INDEX_TYPE = "application/vnd.oci.image.index.v1+json"
MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json"
CONFIG_TYPE = "application/vnd.oci.image.config.v1+json"
LAYER_TYPE = "application/vnd.oci.image.layer.v1.tar+gzip"


def libraries_of(binary):
    """The names of the shared libraries that a program asks for."""
    dynamic = subprocess.run(["readelf", "--dynamic", "--wide", binary], check=True, stdout=subprocess.PIPE,
                             text=True).stdout
    return re.findall(r"\(NEEDED\).*\[(.*)\]", dynamic)


def lay_out(shipped):
    """What is in the image's root."""
    content = Content()
    content.add("usr/bin/lazuli", shipped.binary, 0o755)
    for name in libraries_of(shipped.binary_path):
        path = LOADER if name == os.path.basename(LOADER) else f"{LIBRARIES}/{name}"
        with open("/" + path, "rb") as file:
            content.add(path, file.read(), 0o755)
    with open("/" + LOADER, "rb") as file:
        content.add(LOADER, file.read(), 0o755)
    content.add("etc/passwd", (f"root:x:0:0:root:/:/nonexistent\n"
                               f"lazuli:x:{USER}:{USER}:Lazuli:/var/lib/lazuli:/nonexistent\n").encode())
    content.add("etc/group", f"root:x:0:\nlazuli:x:{USER}:\n".encode())
    content.add("etc/nsswitch.conf", b"hosts: files dns\n")
    content.add_folder("tmp", 0o1777)
    # For --data_dir and for --ready_file.
    content.add_folder("var/lib/lazuli", 0o700, USER)
    content.add_folder("run/lazuli", 0o755, USER)
    content.add("usr/share/doc/lazuli/LICENSE", shipped.licence)
    content.add_all(shipped.image_licences, "usr/share/doc/lazuli/licences/")
    return content


def config_of(shipped, diff_id):
    created = datetime.datetime.fromtimestamp(shipped.time, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    labels = {
        "org.opencontainers.image.title": "lazuli",
        "org.opencontainers.image.description": "Local emulator of Azure Key Vault keys and of Azure Batch",
        "org.opencontainers.image.version": shipped.version,
        "org.opencontainers.image.created": created,
        "org.opencontainers.image.licenses": "MIT",
    }
    if shipped.commit:
        labels["org.opencontainers.image.revision"] = shipped.commit
    return {
        "created": created,
        "architecture": "amd64",
        "os": "linux",
        "config": {
            "User": f"{USER}:{USER}",
            "ExposedPorts": {"7400/tcp": {}, "8443/tcp": {}},
            "Env": ["PATH=/usr/bin"],
            "Entrypoint": ENTRYPOINT,
            "WorkingDir": "/var/lib/lazuli",
            "Labels": labels,
            "StopSignal": "SIGTERM",
        },
        "rootfs": {"type": "layers", "diff_ids": [diff_id]},
        "history": [{"created": created, "created_by": "./dev dist"}],
    }


class Layout:
    """The folder of an image, blob by blob."""

    def __init__(self):
        self.content = Content()

    def blob(self, data, media_type):
        """Adds a blob; its descriptor."""
        digest = hashlib.sha256(data).hexdigest()
        self.content.add(f"blobs/sha256/{digest}", data)
        return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(data)}

    def json_blob(self, value, media_type):
        return self.blob(to_json(value), media_type)


def to_json(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def write(shipped, folder):
    layout = Layout()
    tar = lay_out(shipped).tar(shipped.time)
    layer = layout.blob(compress(tar), LAYER_TYPE)
    config = layout.json_blob(config_of(shipped, f"sha256:{hashlib.sha256(tar).hexdigest()}"), CONFIG_TYPE)
    manifest = layout.json_blob({"schemaVersion": 2, "mediaType": MANIFEST_TYPE, "config": config, "layers": [layer]},
                                MANIFEST_TYPE)
    manifest["platform"] = {"architecture": "amd64", "os": "linux"}
    manifest["annotations"] = {"org.opencontainers.image.ref.name": shipped.version}
    layout.content.add("index.json", to_json({"schemaVersion": 2, "mediaType": INDEX_TYPE, "manifests": [manifest]}))
    layout.content.add("oci-layout", to_json({"imageLayoutVersion": "1.0.0"}))
    os.mkdir(folder)
    layout.content.write(folder, shipped.time)
