"""Publishes, as a process of its own that is killed at one of its file operations.

`publishing.py FOLDER KILLED_AT PART=PATH …`: SIGKILL before the operation with that number, from 0; -1 lets
it finish and prints how many there were.
"""

import os
import signal
import sys
from pathlib import Path

from serving.release.publish import publish

# Python tells of these before they are done. What is opened to be read changes nothing.
OPERATIONS = {
    "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "os.symlink", "os.chmod", "os.truncate",
    "shutil.copyfile", "shutil.rmtree", "fcntl.flock",
}  # fmt: skip
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class Killer:
    """Counts file operations, and ends the process at one of them."""

    def __init__(self, killed_at):
        self.killed_at, self.count = killed_at, 0

    def __call__(self, event, args):
        if event in OPERATIONS or (event == "open" and args[2] & WRITING and is_path(args[0])):
            self.operation()

    def operation(self):
        if self.count == self.killed_at:
            os.kill(os.getpid(), signal.SIGKILL)
        self.count += 1

    def before(self, function):
        """The function, which is an operation too: Python does not tell of it."""

        def counted(*args):
            self.operation()
            return function(*args)

        return counted


def is_path(opened):
    return isinstance(opened, str | bytes | os.PathLike) and not str(opened).startswith("/dev/")


def main():
    folder, killed_at, *parts = sys.argv[1:]
    given = {name: Path(path) for name, _, path in (part.partition("=") for part in parts)}
    killer = Killer(int(killed_at))
    sys.addaudithook(killer)
    os.fsync, os.write = killer.before(os.fsync), killer.before(os.write)
    publish(Path(folder), given, kept=1)
    print(killer.count)


if __name__ == "__main__":
    main()
