package org.stroma.fuzz;
import java.nio.file.Path;
import java.util.*;
public final class Main {
  public static void main(String[] a) throws Exception { try { go(); } catch (Throwable t) { t.printStackTrace(); } finally { System.exit(0); } }
  static void go() throws Exception {
    int total = Integer.getInteger("fuzz.inputs", 5000);
    int first = Integer.getInteger("fuzz.first", 0);
    long seed = Long.getLong("fuzz.seed", 1);
    String kinds = System.getProperty("fuzz.kinds", "");
    Path folder = Path.of(System.getProperty("fuzz.folder", "/tmp/fuzz-out"));
    Fuzzer fuzzer = new Fuzzer(folder);
    List<Reading> all = Boolean.getBoolean("fuzz.commands") ? new Commands(folder.resolve("commands")).readings() : Readings.all();
    for (Reading r : all) {
      if (!kinds.isEmpty() && !List.of(kinds.split(",")).contains(r.name())) continue;
      int n = kinds.isEmpty() ? Math.max(1, total * r.share() / 1000) : total;
      r.corpus();
      long t = System.nanoTime();
      fuzzer.run(r, seed, first, n);
      System.out.printf("%s: %d in %.1f s%n", r.name(), n, (System.nanoTime() - t) / 1e9);
    }
    System.out.print(fuzzer.summary());
    fuzzer.findings().forEach((k, v) -> System.out.println(k + "\n    " + v));
    System.exit(0);
  }
}
