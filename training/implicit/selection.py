"""What validation decides: the settings of each model, the weights of their blend, and the model to take."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from recsys.arrays import Features, Ints, Scores
from recsys.config import parse
from recsys.files import sha256_of_json
from recsys.interactions import Histories, Interactions
from training.implicit.contenders import Contender
from training.implicit.experiment import BLEND, ImplicitExperiment, ModelConfig
from training.implicit.lists import best_lists, spoken
from training.implicit.metrics import measured
from training.implicit.reading import Known
from training.implicit.relevant import Relevant, as_interactions, of_users
from training.retrieval import ItemRetriever, RetrieverConfig
from training.retrieval.blend import learn_blend, of_histories, segment_of
from training.tuning import Trial, Tuned, TuningConfig, tune
from training.tuning.study import Settings

Fitted = dict[str, ItemRetriever]
Told = Callable[[str, Trial], None]
"""Hears of each trial, with the name of its model."""
Done = Callable[[int], None]
"""Hears of so many steps."""


@dataclass(frozen=True)
class Selection:
    """What was chosen, and by which figures."""

    tuned: dict[str, Tuned]
    settings: dict[str, RetrieverConfig]
    """The best of each model."""
    fitted: Fitted
    """The models under these settings, fitted on `known.fit_on`; none if there is but one."""
    weights: Scores | None
    """(segments, models) of the blend, learnt on the validation pairs; None if there is but one model."""
    validation: dict[str, float]
    """Model, and blend → the figure that decides."""

    @property
    def best(self) -> str:
        """The model with the highest figure, of equal ones the first."""
        return max(self.validation, key=lambda name: self.validation[name])


@dataclass(frozen=True)
class Judge:
    """The users of the validation pairs, and how their lists are valued."""

    histories: Interactions
    relevant: Relevant
    metric: str

    def value(self, score: Callable[[Histories], Scores]) -> float:
        """The metric of the lists by these scores (SILENT where nothing is said), mean over users."""
        cutoff = int(self.metric.rpartition("_")[2])
        lists: Ints = best_lists(score, self.histories, cutoff)
        return float(measured(lists, self.relevant, (cutoff,))[self.metric].mean())


def select(experiment: ImplicitExperiment, known: Known, told: Told, done: Done) -> Selection:
    """Tune every model that takes part, then learn what each counts in a blend."""
    models = experiment.taking_part(known.columns)
    relevant = known.valid.relevant
    judge = Judge(of_users(known.fit_on, relevant.user_ids), relevant, experiment.select_by)
    tuned = tune_all(models, experiment, known, judge, told, done)
    settings = {name: with_settings(models[name], each.best.settings) for name, each in tuned.items()}
    validation = {name: each.best.value for name, each in tuned.items()}
    if len(models) == 1:
        return Selection(tuned, settings, {}, None, validation)
    fitted = fit_all(settings, known.fit_on, known.content)
    scores = [of_histories(retriever, known.fit_on) for retriever in fitted.values()]
    segments = segment_of(known.fit_on.lengths, experiment.blending)
    later = as_interactions(relevant, known.fit_on)
    weights = learn_blend(scores, known.fit_on, later, segments, experiment.blending)
    validation[BLEND] = judge.value(Contender(fitted, weights, experiment.blending).score)
    return Selection(tuned, settings, fitted, weights, validation)


def tune_all(
    models: Mapping[str, ModelConfig],
    experiment: ImplicitExperiment,
    known: Known,
    judge: Judge,
    told: Told,
    done: Done,
) -> dict[str, Tuned]:
    """One study a model, in turn; each may use an even share of the seconds that are left."""
    began = time.monotonic()
    name_of_data = data_name(experiment, known)
    tuned = {}
    for place, (name, model) in enumerate(models.items()):
        own = model.tuning(experiment.tuning)
        share = share_of_budget(own, time.monotonic() - began, len(models) - place)
        tuned[name] = tune(
            partial(value_of, model, known, judge),
            model.space,
            model.retriever.model_dump(),
            share,
            f"{name_of_data}-{name}",
            partial(hear, told, done, name),
        )
        done(share.trials - len(tuned[name].trials) + tuned[name].resumed)
    return tuned


def hear(told: Told, done: Done, name: str, trial: Trial) -> None:
    """Pass a trial on."""
    told(name, trial)
    done(1)


def value_of(model: ModelConfig, known: Known, judge: Judge, settings: Settings) -> float:
    """The judge's figure of a model under these settings."""
    retriever = with_settings(model, settings).build().fit(known.fit_on, known.content)
    return judge.value(lambda histories: spoken(retriever.score(histories)))


def with_settings(model: ModelConfig, settings: Settings) -> RetrieverConfig:
    """The model's retriever with other settings; raises ConfigError for one it refuses."""
    start = model.retriever
    return parse(type(start), start.model_dump() | settings, source="the search space")


def fit_all(settings: Mapping[str, RetrieverConfig], known: Interactions, content: Features | None) -> Fitted:
    """Every model, fitted."""
    return {name: each.build().fit(known, content) for name, each in settings.items()}


def share_of_budget(tuning: TuningConfig, used: float, models_left: int) -> TuningConfig:
    """The tuning of the next model: an even share of what is left, but not nothing."""
    if tuning.budget_seconds is None:
        return tuning
    left = max((tuning.budget_seconds - used) / models_left, 1e-3)
    return tuning.model_copy(update={"budget_seconds": left})


def data_name(experiment: ImplicitExperiment, known: Known) -> str:
    """Names a study by all that its figures depend on besides the model: files, hold-out, metric."""
    facts = [
        experiment.files.fingerprints(),
        experiment.holdout.model_dump(mode="json"),
        experiment.select_by,
    ]
    return f"implicit-{sha256_of_json(facts)[:12]}"
