"""The tarball: for any place, /usr/local among them."""

from content import Content, compress


def lay_out(shipped):
    content = Content()
    content.add("bin/lazuli", shipped.binary, 0o755)
    content.add("share/man/man1/lazuli.1", shipped.manual)
    content.add("share/bash-completion/completions/lazuli", shipped.completions["bash"])
    content.add("share/zsh/site-functions/_lazuli", shipped.completions["zsh"])
    content.add("share/fish/vendor_completions.d/lazuli.fish", shipped.completions["fish"])
    content.add("LICENSE", shipped.licence)
    content.add_all(shipped.documents)
    content.add_all(shipped.licences, "licences/")
    content.add_all(shipped.fixtures, "fixtures/")
    return content


def write(shipped, path):
    with open(path, "wb") as file:
        file.write(compress(lay_out(shipped).tar(shipped.time, f"lazuli-{shipped.version}-linux-amd64/")))
