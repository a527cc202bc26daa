"""The .deb: installed into a root of the test's own, run there, and removed without a trace."""

import hashlib
import os
import subprocess
import tempfile
import unittest

import packed


def listing(folder):
    """Every path below `folder`, but the package manager's own notes."""
    found = []
    for above, folders, files in os.walk(folder):
        for name in folders + files:
            path = os.path.relpath(os.path.join(above, name), folder)
            if not path.startswith("var/lib/dpkg/"):
                found.append(path)
    return sorted(found)


class DebianTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.deb = packed.package(".deb")

    def field(self, name):
        return packed.output("dpkg-deb", "--field", self.deb, name).strip()

    def test_control_says_what_it_is(self):
        self.assertEqual(self.field("Package"), "lazuli")
        self.assertEqual(self.field("Version"), packed.version())
        self.assertEqual(self.field("Architecture"), "amd64")
        self.assertRegex(self.field("Depends"), r"^libc6 \(>= 2\.[0-9]+\)$")

    def test_it_depends_on_the_newest_glibc_that_the_program_names(self):
        symbols = packed.output("objdump", "-T", packed.BINARY)
        versions = {word.strip("()") for line in symbols.splitlines() for word in line.split() if "GLIBC_2" in word}
        newest = max(tuple(map(int, name.removeprefix("GLIBC_").split("."))) for name in versions)
        self.assertEqual(self.field("Depends"), f"libc6 (>= {newest[0]}.{newest[1]})")

    def test_everything_is_roots_and_lies_below_usr(self):
        for line in packed.output("dpkg-deb", "--contents", self.deb).splitlines():
            mode, owner, _, _, _, path = line.split(maxsplit=5)
            self.assertEqual(owner, "root/root", line)
            self.assertTrue(path == "./" or path.startswith("./usr/"), line)
            self.assertIn(mode, ("drwxr-xr-x", "-rw-r--r--", "-rwxr-xr-x"), line)

    def test_the_sums_are_those_of_the_files(self):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(["dpkg-deb", "--raw-extract", self.deb, folder], check=True)
            with open(os.path.join(folder, "DEBIAN/md5sums"), encoding="utf-8") as file:
                sums = dict(reversed(line.split()) for line in file)
            files = {path for path in listing(folder)
                     if os.path.isfile(os.path.join(folder, path)) and not path.startswith("DEBIAN/")}
            self.assertEqual(set(sums), files)
            for path, md5 in sums.items():
                with open(os.path.join(folder, path), "rb") as file:
                    self.assertEqual(hashlib.md5(file.read(), usedforsecurity=False).hexdigest(), md5, path)

    def test_installed_run_and_removed_without_a_trace(self):
        with tempfile.TemporaryDirectory() as root:
            notes = os.path.join(root, "var/lib/dpkg")
            os.makedirs(os.path.join(notes, "info"))
            os.makedirs(os.path.join(notes, "updates"))
            # The root has nothing but what the package asks for, as this machine has it.
            with open(os.path.join(notes, "status"), "w", encoding="utf-8") as file:
                file.write(packed.output("dpkg-query", "--status", "libc6"))
            before = listing(root)

            def dpkg(*arguments):
                subprocess.run(packed.as_root("dpkg", f"--root={root}", "--log=/dev/null", *arguments), check=True,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

            dpkg("--install", self.deb)
            dpkg("--verify", "lazuli")
            program = os.path.join(root, "usr/bin/lazuli")
            self.assertIn(f"lazuli {packed.version()}", packed.output(program, "--version"))
            command = [program, "serve", "--grpc=127.0.0.1:0", "--https=127.0.0.1:0", "--clock=manual"]
            with packed.server(command) as ready:
                clock = packed.call([program], ready["grpc"], "Emulator/GetClock", {})
                self.assertEqual(clock["mode"], "manual")
            for path in ("usr/share/man/man1/lazuli.1.gz", "usr/share/doc/lazuli/copyright",
                         "usr/share/doc/lazuli/licences/INDEX", "usr/share/bash-completion/completions/lazuli"):
                self.assertTrue(os.path.exists(os.path.join(root, path)), path)
            dpkg("--purge", "lazuli")
            self.assertEqual(listing(root), before)


if __name__ == "__main__":
    unittest.main()
