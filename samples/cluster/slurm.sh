#!/bin/bash
# A run on a Slurm cluster: a job a shard, and one that puts them together when all are done.
#   slurm.sh EXPERIMENT.json OUT [SHARDS] [--set path=value]...
# STROMA is the program; experiment, data and OUT lie on a file system that all machines see.
#SBATCH --cpus-per-task=4
#SBATCH --mem=16G
#SBATCH --time=12:00:00
set -eu
: "${STROMA:=stroma}"
if [ -n "${SLURM_ARRAY_TASK_ID:-}" ]; then
  experiment=$1 out=$2 shards=$3
  shift 3
  # --resume: a job that ran out of time, or was preempted, is submitted again and goes on
  STROMA_JAVA_OPTS="-Dstroma.threads=$SLURM_CPUS_PER_TASK ${STROMA_JAVA_OPTS:-}" exec "$STROMA" run "$experiment" "$@" \
    --shard "$SLURM_ARRAY_TASK_ID/$shards" --out "$out.shards/$SLURM_ARRAY_TASK_ID" --resume
fi
experiment=$(realpath "$1") out=$(realpath -m "$2") shards=${3:-5}
shift $(($# < 3 ? $# : 3))
array=$(sbatch --parsable --array="0-$((shards - 1))" "$0" "$experiment" "$out" "$shards" "$@")
folders=
for ((i = 0; i < shards; i++)); do folders+=" $(printf %q "$out.shards/$i")"; done
sbatch --dependency="afterok:$array" --cpus-per-task=1 --mem=8G \
  --wrap "$(printf %q "$STROMA") merge$folders --out $(printf %q "$out") && rm -r $(printf %q "$out.shards")"
