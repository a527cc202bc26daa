"""The OCI image: the layout is what the specification asks for, and what is in it runs."""

import gzip
import hashlib
import io
import json
import os
import subprocess
import tarfile
import tempfile
import unittest
import urllib.request

import oci
import packed


class ImageCase(unittest.TestCase):
    """What tests of the image share."""

    @classmethod
    def setUpClass(cls):
        cls.folder = packed.package("-oci")
        cls.index = json.loads(cls.read("index.json"))

    @classmethod
    def read(cls, path):
        with open(os.path.join(cls.folder, path), "rb") as file:
            return file.read()

    def blob(self, descriptor):
        """What a descriptor points to, which has the digest and the size that it says."""
        algorithm, _, digest = descriptor["digest"].partition(":")
        self.assertEqual(algorithm, "sha256")
        data = self.read(f"blobs/sha256/{digest}")
        self.assertEqual(hashlib.sha256(data).hexdigest(), digest)
        self.assertEqual(len(data), descriptor["size"])
        return data

    def manifest(self):
        return json.loads(self.blob(self.index["manifests"][0]))

    def config(self):
        return json.loads(self.blob(self.manifest()["config"]))

    def layer(self):
        return tarfile.open(fileobj=io.BytesIO(gzip.decompress(self.blob(self.manifest()["layers"][0]))))


class LayoutTest(ImageCase):

    def test_the_layout_is_whole_and_holds_nothing_else(self):
        self.assertEqual(json.loads(self.read("oci-layout")), {"imageLayoutVersion": "1.0.0"})
        self.assertEqual(sorted(os.listdir(self.folder)), ["blobs", "index.json", "oci-layout"])
        self.assertEqual(os.listdir(os.path.join(self.folder, "blobs")), ["sha256"])
        self.assertEqual(self.index["schemaVersion"], 2)
        self.assertEqual(self.index["mediaType"], "application/vnd.oci.image.index.v1+json")
        [manifest_at] = self.index["manifests"]
        self.assertEqual(manifest_at["mediaType"], "application/vnd.oci.image.manifest.v1+json")
        self.assertEqual(manifest_at["platform"], {"architecture": "amd64", "os": "linux"})
        manifest = json.loads(self.blob(manifest_at))
        self.assertEqual(manifest["schemaVersion"], 2)
        self.assertEqual(manifest["mediaType"], manifest_at["mediaType"])
        self.assertEqual(manifest["config"]["mediaType"], "application/vnd.oci.image.config.v1+json")
        [layer_at] = manifest["layers"]
        self.assertEqual(layer_at["mediaType"], "application/vnd.oci.image.layer.v1.tar+gzip")
        config = json.loads(self.blob(manifest["config"]))
        diff_id = hashlib.sha256(gzip.decompress(self.blob(layer_at))).hexdigest()
        self.assertEqual(config["rootfs"], {"type": "layers", "diff_ids": [f"sha256:{diff_id}"]})
        self.assertEqual((config["architecture"], config["os"]), ("amd64", "linux"))
        self.assertEqual(len([entry for entry in config["history"] if not entry.get("empty_layer")]), 1)
        named = {at["digest"].partition(":")[2] for at in (manifest_at, manifest["config"], layer_at)}
        self.assertEqual(set(os.listdir(os.path.join(self.folder, "blobs/sha256"))), named)

    def test_the_config_runs_the_server_as_nobody_in_particular(self):
        config = self.config()["config"]
        self.assertEqual(config["User"], "10001:10001")
        self.assertEqual(config["Entrypoint"][:2], ["/usr/bin/lazuli", "serve"])
        self.assertEqual(set(config["ExposedPorts"]), {"7400/tcp", "8443/tcp"})
        labels = config["Labels"]
        self.assertEqual(labels["org.opencontainers.image.version"], packed.version())
        self.assertEqual(labels["org.opencontainers.image.licenses"], "MIT")
        self.assertEqual(self.config()["created"], "2020-09-13T12:26:40Z")

    def test_the_layer_has_what_the_program_needs(self):
        with self.layer() as layer:
            members = {member.name: member for member in layer.getmembers()}
            passwd = layer.extractfile("etc/passwd").read().decode()
        self.assertIn("lazuli:x:10001:10001:", passwd)
        for name in oci.libraries_of(packed.BINARY):
            self.assertTrue(any(path.endswith("/" + name) for path in members), name)
        self.assertIn("usr/share/doc/lazuli/licences/libc6.txt", members)
        for path, member in members.items():
            self.assertFalse(path.startswith(("/", "./")), path)
            self.assertFalse(member.mode & 0o6000, path)
            own = path in ("var/lib/lazuli", "run/lazuli")
            self.assertEqual((member.uid, member.gid), (10001, 10001) if own else (0, 0), path)


class RootTest(ImageCase):
    """The layer, unpacked and run in: chroot(2) stands for the container."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = folder.name
        os.chmod(self.root, 0o755)
        with self.layer() as layer:
            for member in layer.getmembers():
                member.uid, member.gid = os.getuid(), os.getgid()
                layer.extract(member, self.root)

    def inside(self, *command):
        """`command` in the image's root, as its user where this test may take one on."""
        user = ["--userspec=10001:10001"] if os.getuid() == 0 else []
        return packed.as_root("chroot", *user, self.root, *command)

    def entrypoint(self, *more):
        # The ports are any: what else runs on this machine may have the image's own.
        return self.inside(*self.config()["config"]["Entrypoint"], "--grpc=0.0.0.0:0", "--https=0.0.0.0:0", *more)

    def test_every_library_comes_from_the_image(self):
        needed = packed.output(*self.inside("/lib64/ld-linux-x86-64.so.2", "--list", "/usr/bin/lazuli"))
        self.assertNotIn("not found", needed)

    def test_without_a_secret_it_says_what_to_do(self):
        done = subprocess.run(self.entrypoint(), stderr=subprocess.PIPE, text=True, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn("--admin_secret", done.stderr)

    def test_it_serves_with_a_secret_from_the_command_line(self):
        self.serve(self.entrypoint("--clock=manual", f"--admin_secret={packed.SECRET}"))

    def test_it_serves_with_a_secret_from_the_environment(self):
        os.environ["FLAGS_admin_secret"], os.environ["FLAGS_clock"] = packed.SECRET, "manual"
        try:
            self.serve(self.entrypoint())
        finally:
            del os.environ["FLAGS_admin_secret"], os.environ["FLAGS_clock"]

    def serve(self, command):
        with packed.server(command) as ready:
            port = ready["grpc"].rpartition(":")[2]
            client = self.inside("/usr/bin/lazuli")
            clock = packed.call(client, f"127.0.0.1:{port}", "Emulator/GetClock", {}, f"--admin_secret={packed.SECRET}")
            self.assertEqual(clock["mode"], "manual")
            https = ready["https"].rpartition(":")[2]
            direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            with direct.open(f"http://127.0.0.1:{https}/healthz", timeout=10) as answer:
                self.assertEqual(answer.status, 200)


if __name__ == "__main__":
    unittest.main()
