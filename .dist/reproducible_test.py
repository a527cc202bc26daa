"""The same inputs give the same bytes, and nothing of the machine is among them."""

import filecmp
import os
import re
import shutil
import tempfile
import unittest

import licences
import packed


class ReproducibleTest(unittest.TestCase):

    def test_another_folder_zone_language_and_mask_give_the_same_bytes(self):
        with tempfile.TemporaryDirectory(dir=os.environ["TEST_TMPDIR"]) as folder:
            # Copies: other times, and not the links of the test's data.
            source = os.path.join(folder, "a", "source")
            for path in packed.files_to_ship():
                os.makedirs(os.path.dirname(os.path.join(source, path)), exist_ok=True)
                shutil.copy(os.path.join(packed.SOURCE, path), os.path.join(source, path))
            out = os.path.join(folder, "out")
            os.mkdir(out)
            environment = dict(os.environ, TZ="Asia/Kathmandu", LC_ALL="C", SOURCE_DATE_EPOCH="1")
            packed.pack(out, source, env=environment, cwd="/", umask=0o077)
            self.assert_same(packed.packages(), out)

    def assert_same(self, left, right):
        difference = filecmp.dircmp(left, right)
        self.assertEqual(difference.left_only + difference.right_only, [])
        _, mismatch, errors = filecmp.cmpfiles(left, right, difference.common_files, shallow=False)
        self.assertEqual(mismatch + errors, [], left)
        for name in difference.common_dirs:
            self.assert_same(os.path.join(left, name), os.path.join(right, name))

    def test_the_program_holds_no_place_of_this_machine(self):
        with open(packed.BINARY, "rb") as file:
            text = file.read()
        real = os.path.realpath(packed.BINARY)
        for place in {os.getcwd(), os.path.dirname(real), real.split("/execroot/")[0], os.path.expanduser("~") + "/."}:
            self.assertNotIn(place.encode() + b"/", text)
        # The compiler's date and time would be among the strings like this.
        self.assertIsNone(re.search(rb"(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ 0-9]\d 20\d\d\0", text))


class LicencesTest(unittest.TestCase):

    SOURCES = {"boringssl": packed.BORINGSSL_LICENCE}

    def test_each_archive_of_the_link_line_has_its_text(self):
        content = dict(licences.collect(packed.LINK_LINE, self.SOURCES).items())
        lines = content["INDEX"].data.decode().splitlines()
        text_of = {}
        for line in lines:
            if line.endswith(".a") or ".a " in line:
                for archive in line.split(": ")[2].split():
                    text_of[archive] = line.split(": ")[0]
        archives, repositories = licences.read_link_line(packed.LINK_LINE)
        # What is known to be in: else nothing at all would do.
        for archive in ("libgrpc_unsecure.a", "libupb.a", "libprotobuf.a", "libabsl_base.a", "libre2.a", "libcares.a",
                        "libz.a", "libboost_json.a", "libstdc++.a"):
            self.assertIn(archive, archives)
        self.assertIn("boringssl", repositories)
        for archive in archives:
            text = content[text_of[archive]].data.lower()
            self.assertIn(b"copyright", text, archive)
            self.assertIn(b"licen", text, archive)
        self.assertIn(b"OpenSSL License", content["boringssl.txt"].data)
        self.assertIn(b"GCC RUNTIME LIBRARY EXCEPTION", content[text_of["libstdc++.a"]].data)

    def test_what_the_texts_refer_to_goes_along(self):
        content = dict(licences.collect(packed.LINK_LINE, self.SOURCES).items())
        self.assertIn("common/Apache-2.0", content)
        for path, entry in content.items():
            for name in licences.common_licences_in(entry.data or b""):
                self.assertIn(f"common/{name}", content, path)

    def test_what_is_linked_without_a_text_is_refused(self):
        for line in ("flag -l:libnowhere.a", "flag -Wl,-Bstatic\nflag -lnowhere", "repository elsewhere"):
            with tempfile.NamedTemporaryFile("w") as file:
                file.write(line + "\n")
                file.flush()
                with self.assertRaises(licences.MissingLicence, msg=line):
                    licences.collect(file.name, self.SOURCES)


if __name__ == "__main__":
    unittest.main()
