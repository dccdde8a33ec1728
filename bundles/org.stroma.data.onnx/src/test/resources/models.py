# Copyright the Stroma authors.
# SPDX-License-Identifier: Apache-2.0
"""Makes the models in org/stroma/data/onnx. Run it in this folder; it needs onnx and numpy.

tokens.onnx gives the token with the id i the numbers [i, i * i, 1], plus a tenth of its segment; ids go up to 9.
"""
import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

F, L = TensorProto.FLOAT, TensorProto.INT64


def tensor(name, kind, *shape):
    return helper.make_tensor_value_info(name, kind, shape)


def save(name, nodes, inputs, outputs, weights=()):
    graph = helper.make_graph(nodes, name, inputs, outputs, [numpy_helper.from_array(w, n) for n, w in weights])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8, producer_name="")
    onnx.checker.check_model(model)
    onnx.save(model, "org/stroma/data/onnx/" + name + ".onnx")


table = numpy.array([[i, i * i, 1] for i in range(10)], numpy.float32)
segments = numpy.array([[0, 0, 0], [0.1, 0.1, 0.1]], numpy.float32)
ids, mask, types = (tensor(name, L, "batch", "tokens") for name in ("input_ids", "attention_mask", "token_type_ids"))
save(
    "tokens",
    [
        helper.make_node("Gather", ["table", "input_ids"], ["word"]),
        helper.make_node("Gather", ["segments", "token_type_ids"], ["segment"]),
        helper.make_node("Add", ["word", "segment"], ["sum"]),
        helper.make_node("Cast", ["attention_mask"], ["floats"], to=F),
        helper.make_node("Unsqueeze", ["floats", "last"], ["column"]),
        helper.make_node("Mul", ["sum", "column"], ["vectors"]),
        helper.make_node("ReduceMax", ["vectors"], ["sentence"], axes=[1], keepdims=0),
        helper.make_node("Identity", ["input_ids"], ["same"]),
        helper.make_node("Reshape", ["vectors", "last"], ["flat"]),
    ],
    [ids, mask, types],
    [
        tensor("vectors", F, "batch", "tokens", 3), tensor("sentence", F, "batch", 3), tensor("same", L, "batch", "tokens"),
        tensor("floats", F, "batch", "tokens"), tensor("flat", F, "numbers"),
    ],
    [("table", table), ("segments", segments), ("last", numpy.array([-1], numpy.int64))],
)
save("bare", [helper.make_node("Gather", ["table", "input_ids"], ["vectors"])], [ids], [tensor("vectors", F, "batch", "tokens", 3)],
     [("table", table[:9])])
save("other", [helper.make_node("Identity", ["pixels"], ["same"])], [tensor("pixels", F, "batch", 3)], [tensor("same", F, "batch", 3)])
