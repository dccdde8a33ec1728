/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stroma.api.data.DataException;
import org.stroma.command.Progress;
import org.stroma.command.UsageException;
import org.stroma.run.Provenance;
import org.stroma.runtime.Experiments;
import picocli.CommandLine;

/** What is told before anything is computed. */
class UnfinishedTest {
  @TempDir
  private Path folder;

  /** A service that nobody may ask. */
  private static <T> T silent(Class<T> service) {
    return service.cast(Proxy.newProxyInstance(
        service.getClassLoader(), new Class<?>[] {service}, (proxy, method, arguments) -> {
          throw new AssertionError(method + " was called");
        }));
  }

  private int verify(String... arguments) throws Exception {
    VerifyCommand.Call call =
        (VerifyCommand.Call) new VerifyCommand(silent(Experiments.class), silent(Provenance.class))
            .call(new PrintStream(OutputStream.nullOutputStream()), Progress.SILENT);
    new CommandLine(call).parseArgs(arguments);
    return call.call();
  }

  @Test
  void aRunThatWasNotFinishedIsNotVerified() throws Exception {
    Files.writeString(folder.resolve("experiment.json"), "{}");
    Path results = Files.createDirectories(folder.resolve("unfinished/results"));
    assertEquals(
        folder
            + " holds a run that was not finished (no fold is done); run --resume goes on with it",
        assertThrows(DataException.class, () -> verify(folder.toString())).getMessage());
    Files.writeString(results.resolve("repeat-0-fold-0-0123456789abcdef.json"), "{}");
    assertEquals(
        folder
            + " holds a run that was not finished (1 fold is done); run --resume goes on with it",
        assertThrows(DataException.class, () -> verify(folder.toString())).getMessage());
  }

  @Test
  void toleranceHasToBeANumberBelowOne() {
    for (String wrong : new String[] {"-1", "1", "NaN"}) {
      assertThrows(UsageException.class, () -> verify(folder.toString(), "--tolerance", wrong));
    }
  }
}
