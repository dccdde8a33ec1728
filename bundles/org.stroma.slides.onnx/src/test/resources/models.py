# Copyright the Stroma authors.
# SPDX-License-Identifier: Apache-2.0
"""Makes the models in org/stroma/slides/onnx, and expected.json: what ONNX's reference implementation computes with them.

Run it in this folder; it needs onnx and numpy.
"""
import json

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

FOLDER = "org/stroma/slides/onnx/"
MEAN, DEVIATION = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
random = numpy.random.default_rng(3)


def tensor(name, kind, shape):
    return helper.make_tensor_value_info(name, kind, shape)


def save(name, nodes, inputs, outputs, weights=()):
    graph = helper.make_graph(nodes, name, inputs, outputs, [numpy_helper.from_array(w, n) for n, w in weights])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8, producer_name="")
    onnx.checker.check_model(model)
    onnx.save(model, FOLDER + name + ".onnx")
    return model


def weight(*shape):
    return random.normal(size=shape).astype(numpy.float32)


F, H, L = TensorProto.FLOAT, TensorProto.FLOAT16, TensorProto.INT64

# any batch, any size; features [B, 4], pooled [B, 5, 1, 1], a map [B, 5, h, w], tokens [B, 5, places]
general = save(
    "general",
    [
        helper.make_node("Conv", ["pixels", "kernel", "bias"], ["raw"], kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Tanh", ["raw"], ["map"]),
        helper.make_node("GlobalAveragePool", ["map"], ["pooled"]),
        helper.make_node("Flatten", ["pooled"], ["flat"]),
        helper.make_node("Gemm", ["flat", "matrix"], ["features"]),
        helper.make_node("Reshape", ["map", "tokens shape"], ["tokens"]),
    ],
    [tensor("pixels", F, ["batch", 3, "height", "width"])],
    [
        tensor("features", F, ["batch", 4]), tensor("pooled", F, ["batch", 5, 1, 1]),
        tensor("map", F, ["batch", 5, "h", "w"]), tensor("tokens", F, ["batch", 5, "places"]),
    ],
    [
        ("kernel", weight(5, 3, 2, 2)), ("bias", weight(5)), ("matrix", weight(5, 4)),
        ("tokens shape", numpy.array([0, 5, -1], numpy.int64)),
    ],
)

# a batch of two, colours last, 4 x 4 pixels
fixed = save(
    "fixed",
    [
        helper.make_node("Transpose", ["pixels"], ["turned"], perm=[0, 3, 1, 2]),
        helper.make_node("Flatten", ["turned"], ["flat"]),
        helper.make_node("Gemm", ["flat", "matrix"], ["features"]),
    ],
    [tensor("pixels", F, [2, 4, 4, 3])],
    [tensor("features", F, [2, 3])],
    [("matrix", weight(48, 3))],
)

# 16 bits
save(
    "half", [helper.make_node("GlobalAveragePool", ["pixels"], ["features"])],
    [tensor("pixels", H, ["batch", 3, "height", "width"])], [tensor("features", H, ["batch", 3, 1, 1])],
)

# no image models
save("words", [helper.make_node("Identity", ["ids"], ["same"])], [tensor("ids", L, ["batch", 7])], [tensor("same", L, ["batch", 7])])
save(
    "two", [helper.make_node("Add", ["a", "b"], ["sum"])],
    [tensor("a", F, ["batch", 3, 4, 4]), tensor("b", F, ["batch", 3, 4, 4])], [tensor("sum", F, ["batch", 3, 4, 4])],
)

# Tokens as those of a vision transformer of 224 pixels: a class token of 100, 101, ..., four registers of a million, and
# for each of 16 x 16 places its mean red, times 1, 2, ... That can be worked by hand.
red = numpy.zeros((8, 3, 14, 14), numpy.float32)
for channel in range(8):
    red[channel, 0] = (channel + 1) / 196
save(
    "tokens",
    [
        helper.make_node("Conv", ["pixels", "red"], ["map"], kernel_shape=[14, 14], strides=[14, 14]),
        helper.make_node("Reshape", ["map", "places shape"], ["turned"]),
        helper.make_node("Transpose", ["turned"], ["places"], perm=[0, 2, 1]),
        helper.make_node("ReduceMean", ["places"], ["mean"], axes=[1], keepdims=1),
        helper.make_node("Mul", ["mean", "zero"], ["nothing"]),
        helper.make_node("Add", ["nothing", "first"], ["prefix"]),
        helper.make_node("Concat", ["prefix", "places"], ["tokens"], axis=1),
    ],
    [tensor("pixels", F, ["batch", 3, 224, 224])],
    [tensor("tokens", F, ["batch", 261, 8])],
    [
        ("red", red), ("places shape", numpy.array([0, 8, 256], numpy.int64)), ("zero", numpy.zeros(1, numpy.float32)),
        ("first", numpy.concatenate([numpy.arange(100, 108)[None], numpy.full((4, 8), 1e6)])[None].astype(numpy.float32)),
    ],
)


def put(shape, values):
    return {"shape": list(shape), "values": [round(float(v), 7) for v in values.ravel()]}


picture = random.integers(0, 256, (4, 4, 3), dtype=numpy.uint8)
numbers = ((picture / 255.0 - MEAN) / DEVIATION).astype(numpy.float32)
evaluator = ReferenceEvaluator(general)
names = ["features", "pooled", "map"]
general_outputs = dict(zip(names, evaluator.run(names, {"pixels": numbers.transpose(2, 0, 1)[None]})))
fixed_output = ReferenceEvaluator(fixed).run(["features"], {"pixels": numpy.stack([numbers, 0 * numbers])})[0][:1]
result = {
    "input": {"picture": {"shape": [4, 4, 3], "values": picture.ravel().tolist()}},
    "output": {
        "features": put([4], general_outputs["features"]),
        "pooled": put([5], general_outputs["pooled"]),
        "map": put([5], general_outputs["map"].mean(axis=(2, 3))),
        "fixed": put([3], fixed_output),
        "half": put([3], numbers.mean(axis=(0, 1))),
    },
}
with open(FOLDER + "expected.json", "w") as file:
    json.dump(result, file, separators=(",", ":"))
