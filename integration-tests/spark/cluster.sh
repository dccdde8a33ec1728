#!/bin/bash
# A Spark cluster on the loopback address, for one command: a master and two workers of one core each, from Spark's jars.
#   cluster.sh JARS FOLDER [--kill PATTERN] OPTIONS...
# OPTIONS are those of spark-submit after --master. FOLDER takes logs and the executors' folders. --kill ends an executor by kill -9 as soon
# as a file is there that fits PATTERN; where that never happens, the script fails with 99. WORKERS=1 starts one; WORKERS=0 is no cluster, but
# Spark with two threads in one process.
set -eu
jars=$1 folder=$2
shift 2
pattern=
if [ "$1" = --kill ]; then
  pattern=$2
  shift 2
fi
mkdir -p "$folder/work" "$folder/tmp"
folder=$(cd "$folder" && pwd)
ln -sfn "$(cd "$jars" && pwd)" "$folder/jars" # where workers look for what executors need
export SPARK_LOCAL_IP=127.0.0.1 SPARK_HOME=$folder SPARK_SCALA_VERSION=2.13 SPARK_LOCAL_DIRS=$folder/tmp SPARK_NO_DAEMONIZE=1
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
# Spark's own scripts say these
opens=()
for p in lang lang.invoke lang.reflect io net nio util util.concurrent util.concurrent.atomic; do opens+=("--add-opens=java.base/java.$p=ALL-UNNAMED"); done
for p in jdk.internal.ref sun.nio.ch sun.nio.cs sun.security.action sun.util.calendar; do opens+=("--add-opens=java.base/$p=ALL-UNNAMED"); done
spark() { exec "$java" -cp "$jars/*" "${opens[@]}" -Xmx512m -XX:TieredStopAtLevel=1 "org.apache.spark.deploy.$1" "${@:2}"; }

pids=()
end() {
  trap - EXIT INT TERM
  # a worker that is told to end takes its executors with it
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${pids[@]}"; do
    for _ in $(seq 100); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
    kill -9 "$pid" 2>/dev/null || true
  done
  rm -f "$folder/jars"
}
trap end EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

wait_for() { # FILE TEXT TIMES
  for _ in $(seq 600); do
    [ "$(grep -c "$2" "$1" 2>/dev/null || true)" -ge "$3" ] 2>/dev/null && return
    sleep 0.1
  done
  echo "cluster.sh: no \"$2\" in $1 after 60 s" >&2
  exit 98
}

url='local[2]'
workers=()
if [ "${WORKERS:-2}" -gt 0 ]; then
  spark master.Master --host 127.0.0.1 --port 0 --webui-port 0 >"$folder/master.log" 2>&1 &
  pids+=($!)
  wait_for "$folder/master.log" 'Starting Spark master at' 1
  url=$(sed -n 's/.*Starting Spark master at \(spark:[^ ]*\).*/\1/p' "$folder/master.log")
  for i in $(seq "${WORKERS:-2}"); do
    spark worker.Worker --host 127.0.0.1 --webui-port 0 --cores 1 --memory 3g --work-dir "$folder/work" "$url" >"$folder/worker$i.log" 2>&1 &
    pids+=($!)
    workers+=($!)
  done
  wait_for "$folder/master.log" 'Registering worker' "${#workers[@]}"
fi

spark SparkSubmit --master "$url" --conf spark.driver.host=127.0.0.1 --conf spark.ui.enabled=false --conf spark.executor.memory=1g "$@" &
driver=$!
pids+=("$driver")
if [ -n "$pattern" ]; then
  killed=
  while [ -z "$killed" ] && kill -0 "$driver" 2>/dev/null; do
    sleep 0.2
    compgen -G "$pattern" >/dev/null || continue
    executor=$(pgrep -P "${workers[0]}" | head -n 1)
    [ -n "$executor" ] && kill -9 "$executor" && killed=$executor
  done
  [ -n "$killed" ] || { echo "cluster.sh: it ended before an executor was killed" >&2; exit 99; }
  echo "cluster.sh: executor killed" >&2
fi
code=0
wait "$driver" || code=$?
exit "$code"
