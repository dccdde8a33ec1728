#!/bin/sh
# Copyright the Stroma authors. SPDX-License-Identifier: Apache-2.0
# Checks Stroma on a machine with an NVIDIA GPU, and measures it beside PyTorch: run.sh [STROMA [FOLDER]]. README.md tells more.
here=$(cd "$(dirname "$0")" && pwd -P) || exit 2
stroma=${1:-$here/../../runtime/stroma}
folder=${2:-}
[ -n "$folder" ] || folder=$(mktemp -d) || exit 2
exec "${STROMA_GPU_PYTHON:-python3}" "$here/check.py" "$stroma" "$folder"
