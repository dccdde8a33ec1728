/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.command;

import java.util.Optional;

/** Tells users when Java has no memory left: whatever the code was at then, it is not its fault. */
public final class Memory {
  private static final int DEEPEST = 50;

  private Memory() {}

  /** What is to be done about a failure that comes of too little memory, in a sentence; empty for any other. */
  public static Optional<String> sentence(Throwable failure) {
    Throwable cause = failure;
    for (int i = 0; cause != null && i < DEEPEST; i++, cause = cause.getCause()) {
      if (cause instanceof OutOfMemoryError) {
        String message = String.valueOf(cause.getMessage());
        if (message.contains("native thread")) {
          return Optional.of(
              "the system lets this process start no more threads; ulimit -u, or the container's limit of processes, has "
                  + "to be higher, or stroma.threads lower");
        }
        long most = Runtime.getRuntime().maxMemory() >> 20;
        return Optional.of(
            "the memory that Java may use, " + most + " MiB, is not enough for this (" + message
                + "); give it more, such as STROMA_JAVA_OPTS=-Xmx"
                + Math.max(2, Math.round(most * 2 / 1024.0)) + "g, where the machine has it");
      }
    }
    return Optional.empty();
  }
}
