"""The errors users meet. Each message names what is wrong, what was expected and what was found."""


class RecsysError(Exception):
    """Anything this project raises on purpose; the command line exits with `exit_code`."""

    exit_code = 1


class TableError(RecsysError):
    """Input data that cannot be used: missing, of the wrong type, or against the data contract."""


class ConfigError(RecsysError):
    """A configuration or command that cannot be followed."""

    exit_code = 2


class RequestError(RecsysError):
    """A brief or request that cannot be answered as asked."""

    exit_code = 2


class UnknownIdError(RequestError):
    """An id of a creator, brand or product that the snapshot does not have."""


class NotServedError(RequestError):
    """A question that what is served here cannot answer, whoever is asked about."""


class BundleError(RecsysError):
    """A bundle or snapshot that is corrupt, foreign, or does not fit its partner."""
