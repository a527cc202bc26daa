"""The tarball, and what every package takes along."""

import os
import subprocess
import tarfile
import tempfile
import unittest

import pack
import packed

PREFIX = f"lazuli-{packed.version()}-linux-amd64"
COMPLETIONS = {
    "bash": "share/bash-completion/completions/lazuli",
    "zsh": "share/zsh/site-functions/_lazuli",
    "fish": "share/fish/vendor_completions.d/lazuli.fish",
}


class TarballTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        folder = tempfile.mkdtemp(dir=os.environ["TEST_TMPDIR"])
        with tarfile.open(packed.package(".tar.gz")) as archive:
            cls.members = archive.getmembers()
            archive.extractall(folder)
        cls.root = os.path.join(folder, PREFIX)

    def path(self, name):
        return os.path.join(self.root, name)

    def read(self, name):
        with open(self.path(name), encoding="utf-8") as file:
            return file.read()

    def test_everything_is_below_one_folder_and_owned_by_nobody_in_particular(self):
        for member in self.members:
            self.assertEqual(member.name.split("/")[0], PREFIX)
            self.assertEqual((member.uid, member.gid, member.uname, member.gname), (0, 0, "", ""), member.name)
            self.assertEqual(member.mtime, packed.TIME, member.name)
            self.assertIn(member.mode, (0o644, 0o755), member.name)
        names = [member.name for member in self.members]
        self.assertEqual(names, sorted(names))

    def test_the_program_runs(self):
        lines = packed.output(self.path("bin/lazuli"), "--version").splitlines()
        self.assertEqual(lines[0], f"lazuli {packed.version()}")
        self.assertTrue(lines[1].startswith("commit: "), lines)
        self.assertRegex(lines[2], r"^toolchain: (g\+\+|clang) [0-9.]+.*, C\+\+20, glibc 2\.[0-9]+$")
        self.assertEqual(packed.output(self.path("bin/lazuli"), "version").splitlines(), lines)

    def test_documents_are_there(self):
        self.assertIn("emulator", self.read("README.md"))
        self.assertTrue(self.read("LICENSE").startswith("MIT License"))
        self.assertTrue(os.path.exists(self.path("docs/packages.md")))
        self.assertTrue(os.path.exists(self.path("licences/INDEX")))

    def test_fixtures_go_along_without_what_tests_them(self):
        files = ["fixtures/README.md", "fixtures/shell/lazuli.sh", "fixtures/python/src/helper.py",
                 "fixtures/python/tests/test_helper.py", "fixtures/node/test/a.test.js", "fixtures/node/run_tests.sh",
                 "fixtures/node/BUILD.bazel", "fixtures/cpp/helper_test.cc", "docs/a.md"]
        with tempfile.TemporaryDirectory() as source:
            for path in files:
                os.makedirs(os.path.dirname(os.path.join(source, path)), exist_ok=True)
                with open(os.path.join(source, path), "w", encoding="utf-8") as file:
                    file.write(path)
            os.chmod(os.path.join(source, "fixtures/shell/lazuli.sh"), 0o755)
            taken = dict(pack.take(source, files, "fixtures/").files())
        self.assertEqual(sorted(taken), ["README.md", "python/src/helper.py", "shell/lazuli.sh"])
        self.assertEqual(taken["shell/lazuli.sh"].mode, 0o755)
        self.assertEqual(taken["python/src/helper.py"].mode, 0o644)

    def test_links_of_the_readme_lead_somewhere(self):
        text = self.read("README.md")
        for target in {part.split(")")[0].split("#")[0] for part in text.split("](docs/")[1:]}:
            self.assertTrue(os.path.exists(self.path(f"docs/{target}")), target)

    def test_completions_and_manual_are_what_the_program_tells(self):
        for shell, path in COMPLETIONS.items():
            self.assertEqual(self.read(path), packed.output(packed.BINARY, "completion", shell), shell)
        self.assertEqual(self.read("share/man/man1/lazuli.1"), packed.output(packed.BINARY, "manual"))

    def test_manual_tells_of_every_command_and_flag_that_help_lists(self):
        manual = self.read("share/man/man1/lazuli.1").replace("\\-", "-")
        help_text = subprocess.run([packed.BINARY, "--help"], stdout=subprocess.PIPE, text=True, check=False).stdout
        commands = [line.split()[1] for line in help_text.splitlines()
                    if line.strip().startswith("lazuli ") and not line.split()[1].startswith("-")]
        flags = [line.split()[0] for line in help_text.splitlines() if line.startswith("    --")]
        self.assertGreater(len(commands), 5)
        self.assertGreater(len(flags), 20)
        for command in commands:
            self.assertIn(f".B lazuli {command}", manual)
        for flag in flags:
            self.assertIn(f".B {flag}", manual)

    def test_manual_is_clean_for_troff(self):
        done = subprocess.run(["groff", "-man", "-ww", "-Tutf8", "-P-bcu", self.path("share/man/man1/lazuli.1")],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=True)
        self.assertEqual(done.stderr, "")
        self.assertIn("COMMANDS", done.stdout)

    def test_every_command_of_the_usage_is_one(self):
        usage = packed.output(packed.BINARY)
        for line in usage.splitlines():
            if line.startswith("  lazuli ") and not line.split()[1].startswith("-"):
                done = subprocess.run([packed.BINARY, line.split()[1], "--no_such_flag"], stderr=subprocess.PIPE, text=True,
                                      check=False)
                self.assertNotIn("there is no command", done.stderr)
                self.assertEqual(done.returncode, 1)


class CompletionTest(unittest.TestCase):

    def complete_in_bash(self, *words):
        """What bash offers after the last of `words`."""
        script = """source "$1"; shift
          COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); compopt() { :; }
          _lazuli; printf '%s\\n' "${COMPREPLY[@]}" """
        script_path = packed.package(".tar.gz")
        with tarfile.open(script_path) as archive:
            text = archive.extractfile(f"{PREFIX}/{COMPLETIONS['bash']}").read()
        with tempfile.NamedTemporaryFile() as file:
            file.write(text)
            file.flush()
            return packed.output("bash", "-c", script, "bash", file.name, "lazuli", *words).split()

    def test_bash_offers_commands_flags_and_subcommands(self):
        self.assertIn("serve", self.complete_in_bash("s"))
        self.assertEqual(self.complete_in_bash("serve", "--cloc"), ["--clock="])
        # bash takes a word apart at the equals sign.
        self.assertEqual(self.complete_in_bash("serve", "--clock", "=", "m"), [])
        self.assertIn("--https=", self.complete_in_bash("serve", "--clock", "=", "manual", "--h"))
        self.assertIn("--isolate", self.complete_in_bash("run", "--i"))
        self.assertNotIn("--isolate", self.complete_in_bash("serve", "--"))
        self.assertEqual(self.complete_in_bash("run", "--", "l"), [])

    def test_zsh_offers_commands_and_flags(self):
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "_lazuli"), "w", encoding="utf-8") as file:
                file.write(packed.output(packed.BINARY, "completion", "zsh"))
            # The functions of zsh's own completion are replaced by some that print what they are given.
            script = """
              _describe() { print -l -- "${(@P)4}" }
              _arguments() { print -l -- "$@" }
              fpath=("$1" $fpath)
              words=(lazuli "${@:2}"); CURRENT=$#words
              source "$1/_lazuli" """

            def offered(*words):
                return packed.output("zsh", "-f", "-c", script, "zsh", folder, *words).splitlines()

            self.assertIn("serve:run a server until SIGTERM or SIGINT", offered("s"))
            flags = offered("serve", "--")
            self.assertTrue(any(line.startswith("--clock=[") for line in flags), flags)
            self.assertFalse(any(line.startswith("--isolate[") for line in flags), flags)

    def test_fish_offers_commands_and_flags(self):
        with tempfile.TemporaryDirectory() as home:
            script = packed.output(packed.BINARY, "completion", "fish")

            def offered(line):
                done = packed.output("fish", "--no-config", "-c", f"{script}\ncomplete -C '{line}'",
                                     env={"HOME": home, "PATH": "/usr/bin:/bin"})
                return [word.split("\t")[0] for word in done.splitlines()]

            self.assertIn("serve", offered("lazuli s"))
            self.assertIn("--clock", offered("lazuli serve --cl"))
            self.assertNotIn("--isolate", offered("lazuli serve --is"))


if __name__ == "__main__":
    unittest.main()
