"""Everything that decides a benchmark of implicit feedback."""

from collections.abc import Mapping
from typing import Self

from pydantic import Field, model_validator

from recsys.config import Config
from training.implicit.holdout import HoldoutConfig
from training.implicit.metrics import MEASURES
from training.implicit.reading import FilesConfig
from training.retrieval import RetrieverConfig
from training.retrieval.blend import BlendConfig
from training.retrieval.content import ContentConfig
from training.tuning import SearchSpace, TuningConfig

AUTO, BLEND, BASELINE = "auto", "blend", "popularity"
Columns = tuple[int, int]
"""First feature, and the one behind the last."""


class ModelConfig(Config):
    """A retriever, and where better settings may be found."""

    retriever: RetrieverConfig
    """Where the search starts from."""
    space: SearchSpace = Field(default_factory=dict)
    """Nothing: the retriever is taken as it stands."""
    trials: int | None = Field(None, ge=1)
    """Instead of `tuning.trials`: a slow model with one setting needs fewer."""

    def tuning(self, common: TuningConfig) -> TuningConfig:
        """As all models are tuned, with its own number of trials; 1 where there is nothing to choose."""
        trials = (self.trials or common.trials) if self.space else 1
        return common.model_copy(update={"trials": trials})


class ImplicitExperiment(Config):
    """Everything that decides a run."""

    files: FilesConfig
    model: str = AUTO
    """One of `models`, or auto: all of them and their blend, of which validation chooses one."""
    models: dict[str, ModelConfig] = Field(min_length=1)
    blend: BlendConfig
    """As it is learnt on a validation file."""
    carved_blend: BlendConfig
    """As it is learnt on pairs carved from train: these are not the future, so a stiffer blend follows them
    less."""
    tuning: TuningConfig
    """`trials` of each model; `budget_seconds` is shared by all."""
    holdout: HoldoutConfig
    select_by: str
    """What is maximised on validation: `recall_at_20`."""
    refit: bool = False
    """Whether the chosen settings are fitted again with the validation pairs, which count as seen then."""
    cutoffs: tuple[int, ...] = Field(min_length=1)
    slate: int = Field(20, ge=1)
    """Places of the lists whose coverage, novelty and share of cold items are measured."""
    seed: int

    @model_validator(mode="after")
    def _names_exist(self) -> Self:
        if BLEND in self.models or AUTO in self.models:
            raise ValueError(f"models must not be called {AUTO} or {BLEND}")
        if self.model not in (AUTO, *self.models):
            raise ValueError(f"model must be {AUTO} or one of {list(self.models)}, found {self.model!r}")
        metrics = [f"{name}_at_{cutoff}" for name in MEASURES for cutoff in self.cutoffs]
        if self.select_by not in metrics:
            raise ValueError(f"select_by must be one of {metrics}, found {self.select_by!r}")
        return self

    @property
    def blending(self) -> BlendConfig:
        """The blend that suits the validation pairs there are."""
        return self.carved_blend if self.files.valid is None else self.blend

    def taking_part(self, columns: Mapping[str, Columns]) -> dict[str, ModelConfig]:
        """The models to tune; `columns` are those of each feature file.

        auto leaves out the content retrievers where there are no features, and with several files adds one
        for each alone, for what an item looks like and what it sounds like count differently.
        """
        if self.model != AUTO:
            return {self.model: self.models[self.model]}
        found = {}
        for name, model in self.models.items():
            if not isinstance(model.retriever, ContentConfig):
                found[name] = model
            elif columns:
                found |= {name: model} | _for_each_file(name, model, model.retriever, columns)
        return found


def _for_each_file(
    name: str, model: ModelConfig, retriever: ContentConfig, columns: Mapping[str, Columns]
) -> dict[str, ModelConfig]:
    if len(columns) < 2 or retriever.columns is not None:
        return {}
    return {
        f"{name}_{file}": model.model_copy(
            update={"retriever": retriever.model_copy(update={"columns": some})}
        )
        for file, some in columns.items()
    }
