"""The most memory a process had, as the system keeps it."""

from pathlib import Path

from recsys.errors import ConfigError

STATUS = Path("/proc/self/status")
KIBIBYTES_PER_MB = 2**10


def peak_mb() -> float:
    """The most this process had in RAM; raises ConfigError where there is no /proc.

    Not `getrusage`: its peak begins with that of the process this one was started from.
    """
    if not STATUS.exists():
        raise ConfigError(f"the peak of memory is read from {STATUS}, which this system lacks")
    (line,) = [line for line in STATUS.read_text().splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1]) / KIBIBYTES_PER_MB
