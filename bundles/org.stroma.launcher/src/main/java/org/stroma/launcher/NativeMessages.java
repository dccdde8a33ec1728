/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.launcher;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.file.Path;

/**
 * Redirects the messages of native libraries to the log. They write to file descriptor 2, and
 * TensorFlow has no setting to silence them. bin/stroma passes standard error as a second
 * descriptor, which Java then uses, while descriptor 2 becomes the log. The JDK has no API for
 * this, so reflection is used; if it fails, messages stay on the screen.
 */
final class NativeMessages {
  private static final int STANDARD_ERROR = 2;

  /** Strong reference: the descriptor would be closed on garbage collection. */
  @SuppressWarnings("UnusedVariable")
  private static FileOutputStream log;

  private NativeMessages() {}

  /** @param descriptor second descriptor of standard error; null if there is none */
  static void into(Path file, String descriptor) {
    if (descriptor == null || !descriptor.matches("[3-9]")) {
      return;
    }
    try {
      Field number = FileDescriptor.class.getDeclaredField("fd");
      number.setAccessible(true);
      Method close =
          Class.forName("sun.nio.fs.UnixNativeDispatcher").getDeclaredMethod("close", int.class);
      close.setAccessible(true);
      FileDescriptor screen = new FileDescriptor();
      number.setInt(screen, Integer.parseInt(descriptor));
      if (!screen.valid()) {
        return;
      }
      PrintStream err = new PrintStream(new FileOutputStream(screen), true);
      // probe first, so that a failure changes nothing
      new FileOutputStream(file.toFile(), true).close();
      close.invoke(null, STANDARD_ERROR);
      // the system assigns the lowest free descriptor, the one just closed
      log = new FileOutputStream(file.toFile(), true);
      System.setErr(err);
    } catch (ReflectiveOperationException | RuntimeException | IOException e) {
      java.util.logging.Logger.getLogger("org.stroma.launcher")
          .log(java.util.logging.Level.FINE, "messages of native libraries go to the screen", e);
    }
  }
}
