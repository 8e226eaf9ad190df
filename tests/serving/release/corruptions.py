"""Ways in which a folder of a release can be wrong: by accident, or with a manifest that says it is right."""

import io
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import onnx
import pyarrow as pa
from onnx import TensorProto, helper

from recsys.digests import digests_of
from recsys.files import canonical_json, sha256_of_json
from recsys.folders import MANIFEST

TERABYTES = 2**40
"""Numbers; four times as many bytes."""


@dataclass(frozen=True)
class Corruption:
    """Does something to a copy of a folder, and says which folder to serve."""

    what: str
    part: str
    """Of a release."""
    make: Callable[[Path], Path]


def corruptions_of(part, folder, rng):
    """By accident: the manifest no longer says what is there."""
    made = [
        ("is renamed", renamed), ("has another file", extra), ("has no manifest", lost),
        ("has a deep manifest", partial(manifest_of, text="[" * 1_000_000)),
        ("has a manifest of nothing", partial(manifest_of, text="")),
        ("has a list as manifest", partial(manifest_of, text="[]")),
    ]  # fmt: skip
    for file in sorted(path.name for path in folder.iterdir()):
        made += [
            (f"{file}: a bit is flipped", partial(flipped, file=file, at=rng.random(), bit=rng.integers(8))),
            (f"{file}: cut short", partial(cut, file=file, share=rng.random())),
            (f"{file}: emptied", partial(cut, file=file, share=0)),
            (f"{file}: missing", partial(missing, file=file)),
            (f"{file}: a link", partial(linked, file=file)),
            (f"{file}: a folder", partial(foldered, file=file)),
        ]
    return [Corruption(f"{part} {what}", part, make) for what, make in made]


def renamed(folder):
    return folder.rename(folder.with_name(f"{folder.name[:-1]}{'0' if folder.name[-1] != '0' else '1'}"))


def extra(folder):
    (folder / "more.onnx").write_bytes(b"more")
    return folder


def lost(folder):
    (folder / MANIFEST).unlink()
    return folder


def manifest_of(folder, text):
    (folder / MANIFEST).write_text(text)
    return folder


def flipped(folder, file, at, bit):
    content = bytearray((folder / file).read_bytes())
    content[int(at * len(content))] ^= 1 << int(bit)
    (folder / file).write_bytes(content)
    return folder


def cut(folder, file, share):
    content = (folder / file).read_bytes()
    (folder / file).write_bytes(content[: int(share * len(content))])
    return folder


def missing(folder, file):
    (folder / file).unlink()
    return folder


def linked(folder, file):
    """The same content, which somebody can change after it was proven."""
    elsewhere = folder.parent / f"{folder.name}-{file}"
    (folder / file).rename(elsewhere)
    (folder / file).symlink_to(elsewhere)
    return folder


def foldered(folder, file):
    (folder / file).unlink()
    (folder / file).mkdir()
    return folder


def rewritten(folder, facts=None, files=None, manifest=None):
    """Consistent again: hashes and name are those of the changed content."""
    said = json.loads((folder / MANIFEST).read_text())
    for name, content in (files or {}).items():
        (folder / name).write_bytes(content((folder / name).read_bytes()))
    if facts:
        facts(said["facts"])
    said["files"] = digests_of(folder, said["files"])
    if manifest:
        manifest(said)
    (folder / MANIFEST).write_text(canonical_json(said))
    return folder.rename(folder.with_name(f"{said.get('kind', 'none')}-{sha256_of_json(said)[:16]}"))


def setting(*path_and_value):
    """Sets what stands at a path of keys."""
    *path, last, value = path_and_value

    def change(values):
        for key in path:
            values = values[key]
        values[last] = value

    return change


def without(*path):
    def change(values):
        for key in path[:-1]:
            values = values[key]
        del values[path[-1]]

    return change


def changing(*path_and_how):
    """Replaces what stands at a path by what a function makes of it."""
    *path, last, how = path_and_how

    def change(values):
        for key in path:
            values = values[key]
        values[last] = how(values[last])

    return change


def forged(part, folder, other):
    """With a manifest that says so: only what is inside shows that it is wrong. `other` has other graphs."""
    if part == "snapshot":
        made = [*forged_manifest(), *forged_snapshot()]
    elif part == "match":
        made = [*forged_manifest(), *forged_bundle(), *forged_match(), *forged_graphs("rank.onnx", other)]
    else:
        made = [*forged_manifest(), *forged_bundle(), *forged_items(), *forged_retrieval()]
        made += forged_lifts() if part == "inspiration" else forged_graphs("rank_gmv.onnx", other)
    return [Corruption(f"{part} {what}", part, partial(rewritten, **change)) for what, change in made]


def in_anothers_place(sources):
    """Nothing is wrong with the folder but where it is to be served."""
    return [
        Corruption(f"{part} is what is served as {name}", part, lambda _, path=path: path)
        for part in sources
        for name, path in sources.items()
        if name != part
    ]


def forged_manifest():
    names = ("../evil", "/etc/hostname", "a/b", ".", "..", "", "nul\0", MANIFEST, "nothing.there")
    yield from (
        (f"lists the file {name!r}", {"manifest": setting("files", name, "0" * 64)}) for name in names
    )
    yield "lists files as a list", {"manifest": setting("files", [])}
    yield "lists a hash as a number", {"manifest": changing("files", lambda found: dict.fromkeys(found, 1))}
    yield "is of another kind", {"manifest": setting("kind", "lists")}
    yield "is of no kind", {"manifest": without("kind")}
    yield "has no facts", {"manifest": without("facts")}
    yield "has facts as a list", {"manifest": setting("facts", [])}
    yield "has a fact that nobody knows", {"facts": setting("command", "run")}


def forged_bundle():
    yield "is of another recipe", {"facts": setting("recipe", "fraud")}
    yield (
        "has foreign features",
        {"facts": changing("feature_names", lambda found: [*found[:-1], "shoe_size"])},
    )
    yield "lacks a feature", {"facts": changing("feature_names", lambda found: found[:-1])}
    yield "has features in another order", {"facts": changing("feature_names", lambda found: found[::-1])}
    yield "has no golden rows", {"facts": setting("golden", [])}
    yield "has no models", {"facts": setting("models", {})}
    yield "has a seed that is no number", {"facts": setting("seed", "x")}


def forged_match():
    one = ("golden", 0)
    yield "has a wrong golden score", {"facts": changing(*one, "scores", "rank", lambda score: score + 1)}
    yield "has a golden score out of range", {"facts": setting(*one, "scores", "rank", 1e300)}
    yield "has a short golden row", {"facts": changing(*one, "features", lambda found: found[:-1])}
    yield "has a golden row of a feature out of range", {"facts": setting(*one, "features", 0, "much")}
    yield (
        "has a calibration that falls",
        {"facts": changing("models", "invite", "calibration", "probability", lambda found: found[::-1])},
    )
    yield "has an uncalibrated probability", {"facts": setting("models", "invite", "calibration", None)}
    yield "has a link nobody knows", {"facts": setting("models", "rank", "link", "cosine")}
    yield "names a graph that is not there", {"facts": setting("models", "rank", "graph", "rank9.onnx")}
    yield "names the manifest as graph", {"facts": setting("models", "rank", "graph", MANIFEST)}
    yield (
        "keeps more at each stage",
        {"facts": changing("models", "rank", "cascade", "keep", lambda it: it[::-1])},
    )
    yield (
        "has a stage twice",
        {"facts": changing("models", "rank", "cascade", "graphs", lambda found: [found[0], *found[:-1]])},
    )
    yield (
        "has a reason nobody knows",
        {"facts": changing("reason_groups", lambda found: dict.fromkeys(found, "luck"))},
    )


def forged_items():
    for objective in ("gmv", "followers"):
        yield f"lacks a model for {objective}", {"facts": without("models", f"rank_{objective}")}
    one = ("golden", 0, "scores", "rank_gmv")
    yield "has a wrong golden score", {"facts": changing(*one, lambda score: score + 1)}


def forged_retrieval():
    at = "retrieval"
    yield "has no retrieval", {"facts": setting(at, None)}
    yield "retrieves something else", {"facts": setting(at, "surface", "creators")}
    yield "compares other content", {"facts": changing(at, "content_width", lambda width: width + 1)}
    yield "has other signals", {"facts": changing(at, "signals", lambda found: found[::-1])}
    yield "has no golden requests", {"facts": setting(at, "golden", [])}
    yield (
        "has wrong golden scores",
        {"facts": changing(at, "golden", 0, "scores", lambda it: [s + 1 for s in it])},
    )
    yield "has golden items that are not there", {"facts": setting(at, "golden", 0, "history", [10**9, 1])}
    yield "has a golden row that is not there", {"facts": setting(at, "golden", 0, "row", 10**9)}
    yield "has a reranker nobody knows", {"facts": setting(at, "rerankers", [{"kind": "shuffle"}])}
    yield "has no weight that is known", {"facts": setting(at, "events", "weights", "sold", "much")}
    yield "has items that are no array", {"files": {"items.npy": lambda _: b"\x93NUMPY nothing"}}
    yield "has items of Python", {"files": {"items.npy": lambda _: saved(np.array([{}], object))}}
    yield "has items out of order", {"files": {"items.npy": lambda content: saved(loaded(content)[::-1])}}
    yield "has items as fractions", {"files": {"items.npy": lambda content: saved(loaded(content) / 2)}}
    yield "claims terabytes of items", {"files": {"items.npy": lambda _: claimed(TERABYTES)}}


def forged_lifts():
    yield "has lifts that are no lifts", {"files": {"lifts.json": lambda _: b"{}"}}
    yield "has deep lifts", {"files": {"lifts.json": lambda _: b"[" * 1_000_000}}


def saved(array):
    sink = io.BytesIO()
    np.save(sink, array)
    return sink.getvalue()


def loaded(content):
    return np.load(io.BytesIO(content))


def claimed(count):
    """An array file whose header promises more than there is."""
    sink = io.BytesIO()
    np.lib.format.write_array_header_1_0(sink, {"descr": "<i8", "fortran_order": False, "shape": (count,)})
    return sink.getvalue()


def forged_graphs(file, other):
    for what, change in GRAPHS.items():
        yield f"{file} {what}", {"files": {file: partial(of_model, change)}}
    yield f"{file} is no model", {"files": {file: lambda _: b"no model"}}
    yield f"{file} is empty", {"files": {file: lambda _: b""}}
    yield f"{file} is half a model", {"files": {file: lambda content: content[: len(content) // 2]}}
    yield f"{file} is another bundle's", {"files": {file: lambda _: other}}


def of_model(change, content):
    model = onnx.load_from_string(content)
    change(model)
    return model.SerializeToString(deterministic=True)


def before_the_end(model, *nodes, **constants):
    """The score goes through more nodes: the first takes `raw`, the last gives `score`."""
    for node in model.graph.node:
        node.output[:] = ["raw" if name == "score" else name for name in node.output]
    model.graph.node.extend(nodes)
    model.graph.initializer.extend(
        helper.make_tensor(name, TensorProto.INT64, [len(values)], values)
        for name, values in constants.items()
    )


def foreign_operator(model):
    before_the_end(model, helper.make_node("Crash", ["raw"], ["score"], domain="com.example"))
    model.opset_import.append(helper.make_opsetid("com.example", 1))


def forbidden_operator(model):
    before_the_end(model, helper.make_node("Sign", ["raw"], ["score"]))


def loop(model):
    body = helper.make_graph([helper.make_node("Identity", ["raw"], ["kept"])], "body", [], [])
    body.output.append(helper.make_tensor_value_info("kept", TensorProto.FLOAT, None))
    before_the_end(model, helper.make_node("If", ["raw"], ["score"], then_branch=body, else_branch=body))


def function(model):
    opset = helper.make_opsetid("", 21)
    node = helper.make_node("Identity", ["x"], ["y"])
    model.functions.append(helper.make_function("local", "Twice", ["x"], ["y"], [node], [opset]))


def outside(model):
    tensor = model.graph.initializer.add()
    tensor.name, tensor.data_type, tensor.data_location = "secret", TensorProto.FLOAT, TensorProto.EXTERNAL
    tensor.dims.extend([4])
    tensor.external_data.add(key="location", value="../../secret.bin")


def huge_constant(model):
    tensor = model.graph.initializer.add()
    tensor.name, tensor.data_type, tensor.raw_data = "huge", TensorProto.FLOAT, bytes(16)
    tensor.dims.extend([TERABYTES])
    before_the_end(model, helper.make_node("Add", ["raw", "huge"], ["score"]))


def negative_size(model):
    tensor = model.graph.initializer.add()
    tensor.name, tensor.data_type, tensor.raw_data = "less", TensorProto.FLOAT, bytes(16)
    tensor.dims.extend([-4])
    before_the_end(model, helper.make_node("Add", ["raw", "less"], ["score"]))


def huge_answer(model):
    nodes = [
        helper.make_node("Unsqueeze", ["raw", "one"], ["tall"]),
        helper.make_node("Expand", ["tall", "shape"], ["wide"]),
        helper.make_node("ReduceMax", ["wide", "one"], ["score"], keepdims=0),
    ]
    before_the_end(model, *nodes, one=[1], shape=[1, TERABYTES])


def unknown_value(model):
    """NaN in a number that no golden row comes by."""
    tensor = model.graph.initializer.add()
    tensor.CopyFrom(helper.make_tensor("unknown", TensorProto.FLOAT, [2], [0.0, float("nan")]))
    before_the_end(
        model,
        helper.make_node("Gather", ["unknown", "first"], ["nought"]),
        helper.make_node("Add", ["raw", "nought"], ["score"]),
        first=[0],
    )


def other_end(model):
    model.graph.output[0].name = "scores"
    for node in model.graph.node:
        node.output[:] = ["scores" if name == "score" else name for name in node.output]


def other_features(model):
    for entry in model.metadata_props:
        if entry.key == "feature_names":
            entry.value = json.dumps(json.loads(entry.value)[::-1])


def no_features(model):
    del model.metadata_props[:]


def wider(model):
    model.graph.input[0].type.tensor_type.shape.dim[1].dim_value += 1


def double_input(model):
    model.graph.input[0].type.tensor_type.elem_type = TensorProto.DOUBLE


def later_opset(model):
    model.opset_import[0].version = 9_999


GRAPHS = {
    "runs a foreign operator": foreign_operator, "runs a forbidden operator": forbidden_operator,
    "branches": loop, "defines a function": function, "reads another file": outside,
    "claims terabytes": huge_constant, "has a negative size": negative_size,
    "answers in terabytes": huge_answer, "holds NaN": unknown_value, "has another end": other_end,
    "has features in another order": other_features, "does not name its features": no_features,
    "reads one more feature": wider, "reads doubles": double_input, "is of a later version": later_opset,
}  # fmt: skip


def forged_snapshot():
    yield (
        "has foreign features",
        {"facts": changing("feature_names", lambda found: [*found[:-1], "shoe_size"])},
    )
    yield "has no moment", {"facts": setting("as_of", "yesterday")}
    yield "has no markets", {"facts": setting("markets", [])}
    yield "has fewer categories", {"facts": changing("categories", lambda found: found[:1])}
    yield "has fewer groups of an audience", {"facts": setting("vocabularies", "gender", ["female"])}
    yield "has a part that is no table", {"files": {"creators.arrow": lambda _: b"ARROW1\0\0"}}
    yield "has half a part", {"files": {"creators.arrow": lambda content: content[: len(content) // 2]}}
    for what, change in TABLES.items():
        yield what, {"files": {"creators.arrow": partial(of_table, change)}}
    yield (
        "has no history of half its creators",
        {"files": {"creator_days.arrow": partial(of_table, lambda table: table.slice(0, len(table) // 2))}},
    )


def of_table(change, content):
    table = change(pa.ipc.open_file(pa.BufferReader(content)).read_all())
    sink = io.BytesIO()
    with pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


def column(name, values):
    """A table whose column is replaced by what a function makes of it."""

    def change(table):
        return table.set_column(table.schema.get_field_index(name), name, values(table[name]))

    return change


TABLES = {
    "has no ids": lambda table: table.drop_columns(["id"]),
    "has ids out of order": column("id", lambda ids: ids.take(pa.array(range(len(ids) - 1, -1, -1)))),
    "has an id twice": column("id", lambda ids: pa.array([ids[0].as_py(), *ids.to_pylist()[:-1]])),
    "has narrow ids": column("id", lambda ids: ids.cast(pa.int32())),
    "has ids as text": column("id", lambda ids: ids.cast(pa.string())),
    "has NULLs": column("followers", lambda found: pa.array([None, *found.to_pylist()[1:]], found.type)),
    "lacks a column": lambda table: table.drop_columns(["followers"]),
    "has a column as text": column("followers", lambda found: found.cast(pa.string())),
    "has codes of no market": column("market", lambda found: pa.array([99] * len(found), found.type)),
    "has a code below 0": column("market", lambda found: pa.array([-9] * len(found), found.type)),
    "has a vector as one number": column("audience_gender", lambda found: pa.array([0.5] * len(found))),
}


def copied(folder, parent):
    """A copy to corrupt."""
    return shutil.copytree(folder, parent / folder.name)
