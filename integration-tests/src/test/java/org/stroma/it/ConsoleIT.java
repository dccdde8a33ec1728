/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsoleIT {
  /** Types into the console on a pseudo terminal: a line each, waiting for what follows it. */
  private static final String TYPIST =
      """
      import fcntl, os, pty, select, signal, struct, sys, termios, time
      pid, fd = pty.fork()
      if pid == 0:
          os.environ['TERM'] = 'xterm'
          for s in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP):
              signal.signal(s, signal.SIG_DFL)  # what runs in the background has them ignored
          os.execv(sys.argv[1], [sys.argv[1], 'console'])
      fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack('HHHH', 40, 160, 0, 0))
      def wait(text):
          heard, end = b'', time.time() + 60
          while text not in heard and time.time() < end:
              if select.select([fd], [], [], 0.1)[0]:
                  try:
                      heard += os.read(fd, 65536)
                  except OSError:
                      break
          print(text in heard, heard, flush=True)
      wait(b'stroma> ')
      for typed, heard in zip(sys.argv[2::2], sys.argv[3::2]):
          os.write(fd, typed.encode().decode('unicode_escape').encode())
          wait(heard.encode())
      try:
          os.write(fd, b'\\x04')
      except OSError:
          pass
      sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
      """;

  @TempDir
  private Path folder;

  private Stroma.Result console(String lines) throws Exception {
    Path input = Files.writeString(folder.resolve("input"), lines);
    return Stroma.run(folder, Stroma.command(folder, "console").redirectInput(input.toFile()));
  }

  /** Asks for an encoder that nobody provides. */
  private void waiting() throws IOException {
    SimulatedCohort.write(folder, 40);
    String text = Files.readString(folder.resolve("experiment.json"));
    Files.writeString(
        folder.resolve("waiting.json"),
        text.replaceFirst(
            Pattern.quote("\"genomic-mlp\", \"hidden1\": 8, \"hidden2\": 0"), "\"radiomics-mlp\""));
  }

  @Test
  void commandsGiveValuesThatPipe() throws Exception {
    Files.createDirectory(folder.resolve("sub"));
    Stroma.Result result = console(
        """
        stroma:parts encoder | grep attention
        each (parts fusion) { echo "a fusion: $($it type)" }
        (parts head) size
        describe adamw | grep learningRate
        run -h
        help stroma:why
        parts tail
        $exception code
        describe $nothing
        schema | grep json-schema.org
        list
        simulate -h | grep planted
        echo 'a text
        of two lines'
        fly
        help
        validaet
        cd sub
        pwd
        parts fusion > fusions.txt
        parts fusion | grep gated >> fusions.txt
        describe genomic-mpl > none.txt
        parts fusion > fusions.txt
        cat fusions.txt | grep Gated
        """);
    assertEquals(0, result.code(), result.toString());
    List<String> out = result.out().lines().toList();
    assertTrue(out.stream().anyMatch(l -> l.startsWith("encoder    abmil ")), result.out());
    assertFalse(result.out().contains("encoder    mean-pool"), result.out());
    assertTrue(out.contains("a fusion: late"), result.out());
    assertTrue(out.contains("9"), result.out());
    assertTrue(result.out().contains("learningRate     learning rate"), result.out());
    assertTrue(result.out().contains("Usage: stroma run [-hV]"), result.out());
    assertTrue(result.out().contains("Usage: stroma why [-hV]"), result.out());
    assertTrue(out.contains("2"), "the code of the failed command: " + result.out());
    assertTrue(result.out().contains("https://json-schema.org/draft/2020-12/schema"), result.out());
    assertTrue(result.out().contains("with planted signal"), result.out());
    assertTrue(result.out().contains("a text\nof two lines"), result.out());
    assertEquals(6, result.complaints().size(), result.err());
    assertTrue(result.complaints().get(0).contains("there is no kind \"tail\""), result.err());
    assertTrue(result.complaints().get(1).contains("a variable that is not set"), result.err());
    assertTrue(result.complaints().get(2).endsWith("Command not found: fly"), result.err());
    for (String group : List.of(
        "Experiments", "Experiments in the background", "Data", "What is installed", "Here")) {
      assertTrue(out.contains(group), group + " in " + result.out());
    }
    assertTrue(
        result.complaints().get(3).endsWith("Command not found: validaet; did you mean validate?"),
        result.err());
    assertTrue(out.contains(folder.resolve("sub").toString()), result.out());
    assertTrue(result.complaints().get(4).endsWith("did you mean genomic-mlp?"), result.err());
    assertTrue(
        result.complaints().get(5).contains("fusions.txt exists already; >> appends to it"),
        result.err());
    assertEquals(7, Files.readAllLines(folder.resolve("sub/fusions.txt")).size());
    assertFalse(Files.exists(folder.resolve("sub/none.txt")), "what failed has no result");
    assertFalse((result.out() + result.err()).contains("\tat "), result.err());
  }

  @Test
  void experimentsRunInTheBackground() throws Exception {
    waiting();
    Files.createDirectory(folder.resolve("explored"));
    try (LiveConsole console = new LiveConsole(folder, List.of())) {
      console.say("start experiment.json --out first --set training.epochs=100000");
      console.say("start experiment.json --out second --set training.epochs=2");
      console.say("start waiting.json");
      String list = console.until("list", "1 +running.*2 +queued.*3 +waiting", 60);
      assertTrue(
          list.contains("for the encoder \"radiomics-mlp\" of /modalities/a/encoder/type"), list);
      String why = console.say("why 3");
      assertTrue(
          why.contains("/modalities/a/encoder/type: the encoder \"radiomics-mlp\" is missing"),
          why);
      assertTrue(why.contains("genomic-mlp") && why.contains("dropped into extensions/"), why);
      assertTrue(console
          .say("start experiment.json --out first")
          .contains("is where experiment 1 (simulated) writes"));
      String wrong = console.say("start experiment.json --set training.epochs=0");
      assertTrue(wrong.contains("/training/epochs: is 0"), wrong);
      assertEquals(List.of(), listening());
      console.until("list", "1 +running.*epoch", 60);
      assertTrue(console.say("stop 1").matches("(?s).*1 +stopped .*"));
      String watched = console.say("watch 2");
      assertTrue(watched.matches("(?s).*2 +done .*" + folder.getFileName() + "/second.*"), watched);
      assertTrue(Files.exists(folder.resolve("second/metrics.json")));
      assertFalse(Files.exists(folder.resolve("first/metrics.json")));
      assertTrue(console.say("list").matches("(?s).*1 +stopped .*2 +done .*3 +waiting .*"));
      assertTrue(console.say("watch 9").contains("there is no experiment 9; there are 1, 2, 3"));
      // told at once, and not when its turn comes
      assertTrue(console
          .say("start experiment.json --out second")
          .contains("second exists already; name another place"));
      assertTrue(console.say("restart 3").contains("has not ended: it is waiting"));
      String both = console.say("stop 3 1");
      assertTrue(both.matches("(?s).*3 +stopped .*1 +stopped .*"), both);
      console.say("cd explored");
      console.say("start ../experiment.json --set training.epochs=1");
      console.say("restart 2");
      console.until("list", "4 +done +took .*5 +done +took .*second-2", 60);
      assertTrue(Files.exists(folder.resolve("explored/runs/simulated/metrics.json")));
      String notices = console.heard();
      assertTrue(notices.contains("experiment 4 (simulated) is done after "), notices);
      assertFalse(notices.contains("experiment 1 (simulated) is stopped"), notices);
      console.say("cd ..");
      // the live view, and the console goes on
      String address = console.say("web");
      Matcher port =
          Pattern.compile("http://127\\.0\\.0\\.1:(\\d+)/\\?token=\\w{32}").matcher(address);
      assertTrue(port.find(), address);
      String listening = listening().toString();
      assertTrue(
          listening.contains(String.format(Locale.ROOT, ":%04X ", Integer.valueOf(port.group(1)))),
          listening);
      String again = console.say("web");
      assertTrue(again.contains(port.group()), again);
      // one that runs does not keep the console from ending
      console.say("start experiment.json --out last --set training.epochs=100000");
      console.until("list", "6 +running", 30);
    }
    CommandsIT.assertNoPartialFiles(folder);
  }

  /** Sockets of the console's process on which it listens. */
  private static List<String> listening() throws IOException {
    long pid = ProcessHandle.current()
        .descendants()
        .filter(p -> p.info().commandLine().orElse("").endsWith("org.stroma.launcher.Main console"))
        .findFirst()
        .orElseThrow()
        .pid();
    Set<String> sockets = new HashSet<>();
    try (var descriptors = Files.list(Path.of("/proc/" + pid + "/fd"))) {
      for (Path descriptor : descriptors.toList()) {
        String target = Files.isSymbolicLink(descriptor)
            ? Files.readSymbolicLink(descriptor).toString()
            : "";
        if (target.startsWith("socket:[")) {
          sockets.add(target.substring(8, target.length() - 1));
        }
      }
    }
    List<String> found = new ArrayList<>();
    for (String protocol : List.of("tcp", "tcp6")) {
      for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/net/" + protocol))) {
        String[] fields = line.strip().split(" +");
        if (fields.length > 9 && fields[3].equals("0A") && sockets.contains(fields[9])) {
          found.add(line);
        }
      }
    }
    return found;
  }

  @Test
  void whyTellsWhatWouldSatisfyAnExperiment() throws Exception {
    waiting();
    Stroma.Result missing = Stroma.run(folder, "why", "waiting.json");
    assertEquals(4, missing.code(), missing.toString());
    assertTrue(
        missing.out().contains("a bundle with a part of kind encoder and type \"radiomics-mlp\""),
        missing.out());
    Stroma.Result fine = Stroma.run(folder, "why", "experiment.json");
    assertEquals(0, fine.code(), fine.toString());
    assertTrue(fine.out().contains("lacks nothing"), fine.out());
    Stroma.Result wrong =
        Stroma.run(folder, "why", "experiment.json", "--set", "model.fusion.heads=0");
    assertEquals(2, wrong.code(), wrong.toString());
    assertTrue(wrong.out().contains("/model/fusion/heads: is 0"), wrong.out());
    Stroma.Result headless = Stroma.run(folder, "start", "experiment.json");
    assertEquals(2, headless.code(), headless.toString());
    assertTrue(headless.err().contains("stroma console"), headless.err());
  }

  @Test
  void theTabulatorCompletes() throws Exception {
    SimulatedCohort.write(folder, 8);
    Files.createDirectory(folder.resolve("explored"));
    String program = Stroma.DISTRIBUTION.resolve("bin/stroma").toString();
    ProcessBuilder builder = new ProcessBuilder(
            "python3",
            "-c",
            TYPIST,
            program,
            "desc\\t",
            "describe ",
            "genomic-\\t",
            "genomic-mlp ",
            "\\n",
            "genomic-mlp (encoder)",
            "parts fus\\t",
            "parts fusion ",
            "\\n",
            "Gated multimodal units",
            "validate experi\\t",
            "validate experiment.json ",
            "--s\\t",
            "--set ",
            "\\x03",
            "stroma> ",
            "evaluate exp\\t",
            "evaluate explored/",
            "\\x03",
            "stroma> ",
            // a notice leaves the line that is being typed
            "start experiment.json --set training.epochs=1 --set evaluation.split.folds=2\\n",
            "stroma> ",
            "descr",
            "is done after",
            "ibe adamw\\n",
            "adamw (optimizer)",
            // what still runs is asked about, and goes on
            "start experiment.json --set training.epochs=100000\\n",
            "stroma> ",
            "exit\\n",
            "stop it and exit? [y/N] ",
            "n\\n",
            "stroma> ",
            "list\\n",
            "2   ",
            "exit\\n",
            "[y/N] ",
            "y\\n",
            "")
        .directory(folder.toFile());
    builder
        .environment()
        .put("STROMA_JAVA_OPTS", "-Xmx1g -Dstroma.cache=" + folder.resolve("cache"));
    Stroma.Result result = Stroma.run(folder, builder);
    assertEquals(0, result.code(), result.toString());
    assertNotEquals(0, result.out().lines().count());
    result.out().lines().forEach(line -> assertTrue(line.startsWith("True"), result.toString()));
    assertTrue(
        Files.exists(folder.resolve("cache/console-history")),
        "lines are remembered beside the log");
  }
}
