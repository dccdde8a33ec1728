/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.launcher;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A command as it goes to the bundles, and what comes back. Both are maps of types of the JDK, which all class loaders share. A
 * package of types of its own that the framework hands on ({@code org.osgi.framework.system.packages.extra}) would be typed on both
 * sides, but the bundle of the commands would then resolve nowhere but behind this launcher, and it is installed into Eclipse too.
 * Its counterpart, which reads these keys and writes those of the answer, is {@code org.stroma.console.LauncherCommands}.
 *
 * @param arguments the command and its own
 * @param out for results
 * @param err for progress and for what is wrong
 * @param folder that relative paths are relative to, absolute; null for the process's own
 */
record CommandRequest(List<String> arguments, PrintStream out, PrintStream err, Path folder) {
  Map<String, Object> asMap() {
    Map<String, Object> map = new HashMap<>();
    map.put("arguments", arguments);
    map.put("out", out);
    map.put("err", err);
    map.put("folder", folder);
    return map;
  }

  /** The exit code of an answer; null stands for an interrupt before there was one. */
  static int code(Map<String, Object> answer) {
    return answer == null ? ExitCode.INTERRUPTED.number() : (Integer) answer.get("code");
  }

  /** The paths of what a command wrote. */
  static List<Path> files(Map<String, Object> answer) {
    return answer == null
        ? List.of()
        : ((Collection<?>) answer.get("files")).stream().map(Path.class::cast).toList();
  }

  /** What is wrong: each as a JSON pointer, which may be empty, and a message. */
  static List<Result.Fault> faults(Map<String, Object> answer) {
    if (answer == null) {
      return List.of(new Result.Fault("", "interrupted"));
    }
    return ((Collection<?>) answer.get("faults"))
        .stream()
            .map(fault -> (Map.Entry<?, ?>) fault)
            .map(fault -> new Result.Fault((String) fault.getKey(), (String) fault.getValue()))
            .toList();
  }
}
