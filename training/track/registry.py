"""Registered models: their versions, the aliases `champion` and `challenger`, and the reasons for both."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mlflow import MlflowClient
from mlflow.exceptions import MlflowException, RestException

from recsys.bundle import Bundle
from recsys.errors import BundleError, ConfigError
from recsys.files import publish_folder, staged_folder
from training.track.store import DEFAULT_URI, store

CHAMPION = "champion"
CHALLENGER = "challenger"
BUNDLE_TAG = "bundle"
REASON_TAG = "reason"


@dataclass(frozen=True)
class Version:
    """One version of a registered model."""

    name: str
    number: int
    aliases: tuple[str, ...]
    bundle: str
    """Name of the bundle's folder; its artifact is `bundle/<name>` of the run."""
    run_id: str
    reason: str
    """Why it was promoted or refused; empty before the gate has spoken."""


class Registry:
    """The model registry of a tracking store."""

    def __init__(self, uri: str = DEFAULT_URI) -> None:
        self.uri = uri

    def names(self) -> list[str]:
        """Every registered model."""
        with store(self.uri) as client:
            return sorted(model.name for model in client.search_registered_models())

    def versions(self, name: str) -> list[Version]:
        """All versions of a model, newest first; ConfigError if there is no such model."""
        with store(self.uri) as client:
            try:
                aliases = client.get_registered_model(name).aliases
            except MlflowException as error:
                raise ConfigError(f"there is no registered model {name!r} in {self.uri}") from error
            found = client.search_model_versions(f"name = '{name}'")
        versions = [_version(version, aliases) for version in found]
        return sorted(versions, key=lambda version: -version.number)

    def champion(self, name: str) -> Version | None:
        """The version in service, None before the first."""
        if name not in self.names():
            return None
        return next((version for version in self.versions(name) if CHAMPION in version.aliases), None)

    def find(self, reference: str) -> Version:
        """The version meant by `match@champion` or `match/3`; ConfigError that lists what there is."""
        name, separator, which = reference.partition("@" if "@" in reference else "/")
        if not separator or not which:
            raise ConfigError(f"expected NAME@ALIAS or NAME/VERSION, found {reference!r}")
        versions = self.versions(name)
        for version in versions:
            if which in (*version.aliases, str(version.number)):
                return version
        known = [f"{name}/{version.number}" for version in versions]
        known += [f"{name}@{alias}" for version in versions for alias in version.aliases]
        raise ConfigError(f"there is no {reference}; there are {', '.join(known)}")

    def promote(self, version: Version, reason: str) -> None:
        """Make a version the champion and say why on it; the one before loses the alias, not its version."""
        self._mark(version, CHAMPION, reason)
        if CHALLENGER in self.find(f"{version.name}/{version.number}").aliases:
            with store(self.uri) as client:
                client.delete_registered_model_alias(version.name, CHALLENGER)

    def refuse(self, version: Version, reason: str) -> None:
        """Leave the champion in place; the version becomes the challenger, with the reason on it."""
        self._mark(version, CHALLENGER, reason)

    def _mark(self, version: Version, alias: str, reason: str) -> None:
        with store(self.uri) as client:
            number = str(version.number)
            client.set_model_version_tag(version.name, number, REASON_TAG, reason)
            client.update_model_version(version.name, number, description=reason)
            client.set_registered_model_alias(version.name, alias, number)

    def fetch(self, version: Version, parent: Path) -> Bundle:
        """The version's bundle, written below `parent` and proven; BundleError if it is gone or corrupt."""
        with store(self.uri) as client, staged_folder(parent) as staged:
            path = _download(client, version, staged)
            return Bundle.open(publish_folder(path, parent / version.bundle))


def _download(client: MlflowClient, version: Version, folder: Path) -> Path:
    """The version's bundle as the store has it; BundleError if the store has it no more."""
    label = f"{version.name}/{version.number}"
    if not version.bundle or Path(version.bundle).name != version.bundle:
        raise BundleError(f"{label} names no bundle: this project did not register it")
    try:
        return Path(client.download_artifacts(version.run_id, f"bundle/{version.bundle}", str(folder)))
    except (MlflowException, OSError) as error:
        where = f"run {version.run_id}"
        raise BundleError(f"{label}: {version.bundle} cannot be fetched from {where}: {error}") from error


def register(client: MlflowClient, name: str, source: str, run_id: str, bundle: str) -> Version:
    """A new version of a model, which is created with its first version."""
    try:
        client.create_registered_model(name)
    except (MlflowException, RestException) as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise
    created = client.create_model_version(name, source, run_id, tags={BUNDLE_TAG: bundle})
    return _version(created, {})


def _version(found: Any, aliases: dict[str, Any]) -> Version:
    return Version(
        name=found.name,
        number=int(found.version),
        aliases=tuple(
            alias for alias, number in sorted(aliases.items()) if int(number) == int(found.version)
        ),
        bundle=found.tags.get(BUNDLE_TAG, ""),
        run_id=found.run_id,
        reason=found.tags.get(REASON_TAG, ""),
    )
