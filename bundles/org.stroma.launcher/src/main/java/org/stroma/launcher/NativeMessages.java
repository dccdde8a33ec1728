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
 * Native libraries write to file descriptor 2 whatever they think, and TensorFlow has no setting that keeps it quiet. bin/stroma
 * gives standard error a second time, as another descriptor: ours goes there, and 2 becomes the log. The JDK has no word for that,
 * so this reaches into it; where it is another one than thought, all goes to the screen as before.
 */
final class NativeMessages {
  private static final int STANDARD_ERROR = 2;

  /** Kept, or the descriptor would be closed when nobody refers to it. */
  @SuppressWarnings("UnusedVariable")
  private static FileOutputStream log;

  private NativeMessages() {}

  /** @param descriptor of standard error, beside 2; null for none */
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
      // the file is opened before, so that what cannot be opened leaves all as it is
      new FileOutputStream(file.toFile(), true).close();
      close.invoke(null, STANDARD_ERROR);
      // the lowest that is free is the one that was just closed
      log = new FileOutputStream(file.toFile(), true);
      System.setErr(err);
    } catch (ReflectiveOperationException | RuntimeException | IOException e) {
      java.util.logging.Logger.getLogger("org.stroma.launcher")
          .log(java.util.logging.Level.FINE, "messages of native libraries go to the screen", e);
    }
  }
}
