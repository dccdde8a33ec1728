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
 * A command sent to the bundles, and its answer. Both are maps of JDK types, which all class
 * loaders share. Own types exported by the framework
 * ({@code org.osgi.framework.system.packages.extra}) would be typed on both sides, but then the
 * console bundle would resolve only behind this launcher, and it is also installed into Eclipse.
 * The counterpart that reads these keys and writes those of the answer is
 * {@code org.stroma.console.LauncherCommands}.
 *
 * @param arguments the command followed by its arguments
 * @param out stream for results
 * @param err stream for progress and errors
 * @param folder absolute base of relative paths; null for the working directory of the process
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

  /**
   * The exit code of an answer. A null answer means that the command was interrupted before it
   * started.
   */
  static int code(Map<String, Object> answer) {
    return answer == null ? ExitCode.INTERRUPTED.number() : (Integer) answer.get("code");
  }

  /** The paths of the files that a command wrote. */
  static List<Path> files(Map<String, Object> answer) {
    return answer == null
        ? List.of()
        : ((Collection<?>) answer.get("files")).stream().map(Path.class::cast).toList();
  }

  /** The errors: each a JSON pointer, possibly empty, and a message. */
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
