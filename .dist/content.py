"""What a package holds: files, folders and links by path, in memory, with nothing of the machine that they came from."""

import dataclasses
import gzip
import io
import os
import tarfile


@dataclasses.dataclass(frozen=True)
class Entry:
    """One path. Of `data` and `link` at most one; a folder has neither."""

    mode: int
    data: bytes | None = None
    link: str | None = None
    owner: int = 0  # user and group


class Content:
    """Entries by path, relative and without dots. Folders above an entry come by themselves."""

    def __init__(self):
        self._entries = {}

    def add(self, path, data, mode=0o644):
        self._put(path, Entry(mode, data=data))

    def add_folder(self, path, mode=0o755, owner=0):
        self._put(path, Entry(mode, owner=owner))

    def add_link(self, path, target):
        self._put(path, Entry(0o777, link=target))

    def add_all(self, other, prefix=""):
        for path, entry in other.items():
            self._put(prefix + path, entry)

    def items(self):
        """All entries, folders before what they hold, always in the same order."""
        return sorted(self._entries.items())

    def files(self):
        return [(path, entry) for path, entry in self.items() if entry.data is not None]

    def _put(self, path, entry):
        parts = path.split("/")
        if any(part in ("", ".", "..") for part in parts):
            raise ValueError(f"not a path inside of a package: {path}")
        for i in range(1, len(parts)):
            above = self._entries.setdefault("/".join(parts[:i]), Entry(0o755))
            if above.data is not None or above.link is not None:
                raise ValueError(f"{path} is below what is no folder")
        if path in self._entries and self._entries[path] != entry:
            raise ValueError(f"{path} comes twice")
        self._entries[path] = entry

    def tar(self, time, prefix=""):
        """A tar archive: sorted, owned by numbers alone, every time `time`."""
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
            for path, entry in self.items():
                info = tarfile.TarInfo(prefix + path)
                info.mode, info.mtime, info.uid, info.gid = entry.mode, time, entry.owner, entry.owner
                if entry.data is not None:
                    info.size = len(entry.data)
                    archive.addfile(info, io.BytesIO(entry.data))
                elif entry.link is not None:
                    info.type, info.linkname = tarfile.SYMTYPE, entry.link
                    archive.addfile(info)
                else:
                    info.type = tarfile.DIRTYPE
                    archive.addfile(info)
        return out.getvalue()

    def write(self, folder, time):
        """Lays the entries down in `folder`, which has to be there."""
        for path, entry in self.items():
            place = os.path.join(folder, path)
            if entry.data is not None:
                with open(place, "wb") as file:
                    file.write(entry.data)
            elif entry.link is not None:
                os.symlink(entry.link, place)
                continue
            else:
                os.mkdir(place)
            os.chmod(place, entry.mode)
        # Folders last, since what is written into them changes their times.
        for path, entry in reversed(self.items()):
            os.utime(os.path.join(folder, path), (time, time), follow_symlinks=False)


def compress(data):
    """gzip without a name and a time in it."""
    return gzip.compress(data, compresslevel=6, mtime=0)
