/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** A console that is open while a test does other things; lines are typed into it. */
final class LiveConsole implements AutoCloseable {
  private final Process process;
  private final OutputStream in;
  private final StringBuilder out = new StringBuilder();

  LiveConsole(Path folder, List<String> options) throws IOException {
    ProcessBuilder builder = Stroma.command(folder, "console").redirectErrorStream(true);
    builder
        .environment()
        .merge("STROMA_JAVA_OPTS", String.join(" ", options), (a, b) -> a + " " + b);
    process = builder.start();
    in = process.getOutputStream();
    Thread reader = new Thread(() -> read(process.getInputStream()), "console-output");
    reader.setDaemon(true);
    reader.start();
  }

  private void read(InputStream stream) {
    byte[] buffer = new byte[8192];
    try {
      for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
        synchronized (out) {
          out.append(new String(buffer, 0, n, StandardCharsets.UTF_8));
        }
      }
    } catch (IOException e) {
      // the process ended
    }
  }

  /** Types a line and returns what is said until it is done. */
  String say(String line) throws IOException, InterruptedException {
    int start = output().length();
    String mark = "done-" + System.nanoTime();
    in.write((line + "\necho " + mark + "\n").getBytes(StandardCharsets.UTF_8));
    in.flush();
    // the mark is echoed where the console shows what is typed; what it prints stands at the start
    // of a line
    String all = await("(?m)^(g! )*" + mark, 120, start);
    return all.substring(0, all.indexOf(mark));
  }

  /** All that has been said so far. */
  String heard() {
    return output();
  }

  private String output() {
    synchronized (out) {
      return out.toString();
    }
  }

  private String await(String pattern, int seconds, int from) throws InterruptedException {
    Pattern wanted = Pattern.compile(pattern);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (System.nanoTime() < deadline) {
      String said = output().substring(from);
      if (wanted.matcher(said).find()) {
        return said;
      }
      Thread.sleep(20);
    }
    throw new AssertionError("the console did not say " + pattern + " within " + seconds + " s but "
        + output().substring(from));
  }

  /** Types a line again and again until what is said matches. */
  String until(String line, String pattern, int seconds) throws IOException, InterruptedException {
    Pattern wanted = Pattern.compile(pattern, Pattern.DOTALL);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    String said = "";
    while (System.nanoTime() < deadline) {
      said = say(line);
      if (wanted.matcher(said).find()) {
        return said;
      }
      Thread.sleep(200);
    }
    throw new AssertionError(
        line + " did not say " + pattern + " within " + seconds + " s but " + said);
  }

  @Override
  public void close() throws IOException, InterruptedException {
    try {
      in.close();
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        throw new AssertionError("the console does not end with its input: " + output());
      }
    } finally {
      process.destroyForcibly();
    }
  }
}
