/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an extension can do to a running Stroma, and what it cannot. */
class ExtensionsIT {
  private static final String ENCODE =
      "return Encoding.of(net.layerNorm(\"norm\", net.dense(\"projection\","
          + " net.tf().math.add(input.vectors().values(), net.tf().constant((float) settings.shift())), net.embedDim())));";

  @TempDir
  private Path folder;

  private Path extensions;

  @BeforeEach
  void aCohort() throws IOException {
    SimulatedCohort.write(folder, 40);
    extensions = Files.createDirectory(folder.resolve("extensions"));
  }

  private List<String> options(String... more) {
    return java.util.stream.Stream.concat(
            java.util.stream.Stream.of("-Dstroma.extensions=" + extensions),
            java.util.Arrays.stream(more))
        .toList();
  }

  /** The simulated cohort's experiment with another encoder for modality a. */
  private void experiment(String file, String encoder, int epochs) throws IOException {
    ObjectNode json = (ObjectNode) new ObjectMapper().readTree(SimulatedCohort.EXPERIMENT);
    ((ObjectNode) json.path("modalities").path("a")).putObject("encoder").put("type", encoder);
    ((ObjectNode) json.path("training")).put("epochs", epochs);
    Files.writeString(folder.resolve(file), json.toString());
  }

  @Test
  void anEncoderComesAndGoesWhileStromaRuns() throws Exception {
    experiment("waits.json", "late-comer", 2);
    experiment("long.json", "late-comer", 100_000);
    Path jar = new ExtensionJar("example.late")
        .encoder("late-comer", ENCODE)
        .write(folder.resolve("late.jar"));
    try (LiveConsole console = new LiveConsole(folder, options("-Dstroma.jobs=2"))) {
      assertFalse(console.say("stroma:parts encoder").contains("late-comer"));
      console.say("stroma:start waits.json --out waited");
      console.until("stroma:list", "waiting", 20);
      String why = console.say("stroma:why waits.json");
      assertTrue(why.contains("/modalities/a/encoder") && why.contains("late-comer"), why);

      ExtensionJar.drop(jar, extensions.resolve("late.jar"));
      console.until("stroma:list", "done", 60);
      assertTrue(Files.exists(folder.resolve("waited/metrics.json")));
      assertTrue(console.say("stroma:parts encoder").contains("late-comer"));
      String schema = console.say("stroma:schema");
      assertTrue(
          schema.contains("encoder.late-comer")
              && schema.matches("(?s).*\"shift\" : \\{[^}]*\"maximum\" : 4.*"),
          schema);

      console.say("stroma:start long.json --out lost");
      console.say("stroma:start experiment.json --out other --set training.epochs=100000");
      console.until("stroma:list", "running.*running", 30);
      for (String out : List.of("lost", "other")) {
        long deadline = System.nanoTime() + 60_000_000_000L;
        while (!Files.exists(folder.resolve(out + "/experiment.json"))
            && System.nanoTime() < deadline) {
          Thread.sleep(50);
        }
      }
      Files.delete(extensions.resolve("late.jar"));
      String list = console.until("stroma:list", "failed", 30);
      assertTrue(list.contains("running"), "nothing else notices: " + list);
      String told = console.say("stroma:why 2");
      assertTrue(told.contains("late-comer went away while the experiment used it"), told);
      assertFalse(console.say("stroma:parts encoder").contains("late-comer"));
      console.say("stroma:stop 3");
      console.until("stroma:list", "stopped", 30);
      CommandsIT.assertNoPartialFiles(folder.resolve("lost"));
    }
  }

  /** A constant is in the loss that is told, and teaches nothing; a penalty of the embedding teaches. */
  @Test
  void aLossThatAnEncoderAddsIsPartOfWhatIsMinimised() throws Exception {
    String embedding = ENCODE.replace("return Encoding.of(", "var e = ").replace("));", ");");
    new ExtensionJar("example.added")
        .encoder("plain", ENCODE)
        .encoder("constant", "net.addLoss(\"five\", net.tf().constant(5f)); " + ENCODE)
        .encoder(
            "penalty",
            embedding
                + " net.addLoss(\"size\", net.tf().math.mean(net.tf().math.square(e), net.tf().array(0, 1)));"
                + " return Encoding.of(e);")
        .write(extensions.resolve("added.jar"));
    Map<String, Double> losses = new java.util.TreeMap<>();
    Map<String, String> predictions = new java.util.TreeMap<>();
    for (String type : List.of("plain", "constant", "penalty")) {
      experiment(type + ".json", type, 2);
      Stroma.Result run =
          Stroma.runWith(folder, options(), "run", type + ".json", "--out", "out-" + type);
      assertEquals(0, run.code(), run.err());
      String history = Files.readString(folder.resolve("out-" + type + "/history.csv"));
      List<String> names = List.of(history.lines().findFirst().orElseThrow().split(","));
      String[] first = history.lines().skip(1).findFirst().orElseThrow().split(",");
      losses.put(type, Double.parseDouble(first[names.indexOf("loss")]));
      predictions.put(type, Files.readString(folder.resolve("out-" + type + "/predictions.csv")));
    }
    assertEquals(losses.get("plain") + 5, losses.get("constant"), 1e-3);
    assertEquals(predictions.get("plain"), predictions.get("constant"));
    assertTrue(losses.get("penalty") > losses.get("plain") + 0.1, losses::toString);
    assertNotEquals(predictions.get("plain"), predictions.get("penalty"));
  }

  @Test
  void aFusionAHeadAndALossFromThreeExtensionsTrainTogether() throws Exception {
    new ExtensionJar("example.fusion")
        .fusion(
            "presence-sum",
            "var sum = net.tf().constant(0f); Operand<TFloat32> all = null;"
                + " for (String name : encodings.keySet()) {"
                + " var x = net.tf().math.mul(encodings.get(name).embedding(), net.expand(presence.get(name), 1));"
                + " all = all == null ? x : net.tf().math.add(all, x); }"
                + " return Fused.of(all);")
        .write(folder.resolve("fusion.jar"));
    new ExtensionJar("example.head")
        .head("linear-risk", "return net.dense(\"risk\", input.embedding(), 1);")
        .write(folder.resolve("head.jar"));
    new ExtensionJar("example.loss")
        .loss(
            "exponential",
            // exponential survival times: hazard exp(r), time in units of 1000
            "var tf = net.tf(); var target = input.target().requireSurvival();"
                + " var r = tf.reshape(input.output().raw(), tf.array(-1));"
                + " var time = tf.math.mul(target.time(), tf.constant(0.001f));"
                + " var nll = tf.math.sub(tf.math.mul(time, tf.math.exp(r)), tf.math.mul(target.event(), r));"
                + " return net.mean(tf.math.mul(nll, target.observedMask()), 0, false);")
        .write(folder.resolve("loss.jar"));
    ObjectNode json = (ObjectNode) new ObjectMapper().readTree(SimulatedCohort.EXPERIMENT);
    ObjectNode model = (ObjectNode) json.path("model");
    model.putObject("fusion").put("type", "presence-sum");
    model.withObject("/heads/os").removeAll().put("type", "linear-risk").put("target", "os");
    json.putArray("losses").addObject().put("type", "exponential").put("head", "os");
    Files.writeString(folder.resolve("three.json"), json.toString());
    assertEquals(4, Stroma.run(folder, "run", "three.json", "--out", "without").code());
    try (LiveConsole console = new LiveConsole(folder, options())) {
      console.say("stroma:start three.json --out three");
      String why = console.until("stroma:why 1", "linear-risk", 20);
      assertTrue(why.contains("presence-sum") && why.contains("exponential"), why);
      for (String jar : List.of("fusion.jar", "head.jar", "loss.jar")) {
        ExtensionJar.drop(folder.resolve(jar), extensions.resolve(jar));
      }
      console.until("stroma:list", "done", 60);
      for (String part :
          List.of("fusion +presence-sum", "head +linear-risk", "loss +exponential")) {
        assertTrue(console.say("stroma:parts").matches("(?s).*" + part + ".*"), part);
      }
      for (String jar : List.of("fusion.jar", "head.jar", "loss.jar")) {
        Files.delete(extensions.resolve(jar));
      }
      console.until("stroma:parts", "^(?!.*(presence-sum|linear-risk|exponential))", 20);
    }
    double c = Stroma.json(folder.resolve("three/metrics.json"))
        .path("mean")
        .path("os")
        .path("c_index")
        .asDouble();
    assertTrue(c > 0.6, "the planted signal is found: c-index " + c);
    String provenance = Files.readString(folder.resolve("three/provenance.json"));
    for (String bundle : List.of("example.fusion", "example.head", "example.loss")) {
      assertTrue(provenance.contains(bundle), bundle);
    }
  }

  @Test
  void whatIsNoUsableBundleIsNamedAndTheRestWorks() throws Exception {
    Files.writeString(extensions.resolve("garbage.jar"), "this is no jar");
    new ExtensionJar("example.good").encoder("good", ENCODE).write(extensions.resolve("good.jar"));
    Files.copy(extensions.resolve("good.jar"), extensions.resolve("good-again.jar"));
    rewrite(
        extensions.resolve("good.jar"),
        extensions.resolve("nameless.jar"),
        m -> m.remove(new Attributes.Name("Bundle-SymbolicName")));
    rewrite(extensions.resolve("good.jar"), extensions.resolve("syntax.jar"), m -> {
      m.putValue("Bundle-SymbolicName", "example.syntax");
      m.putValue("Import-Package", "a.b;version=\"[1.0\",,");
    });
    rewrite(extensions.resolve("good.jar"), extensions.resolve("lonely.jar"), m -> {
      m.putValue("Bundle-SymbolicName", "example.lonely");
      m.putValue(
          "Import-Package", m.getValue("Import-Package") + ",com.nowhere;version=\"[3.0,4)\"");
    });
    rewrite(extensions.resolve("good.jar"), extensions.resolve("java.jar"), m -> {
      m.putValue("Bundle-SymbolicName", "example.java");
      m.putValue("Require-Capability", "osgi.ee;filter:=\"(&(osgi.ee=JavaSE)(version=99))\"");
    });
    new ExtensionJar("example.copy")
        .with("Private-Package", "example.copy.*,org.stroma.api.*")
        .encoder("copy", ENCODE)
        .write(extensions.resolve("copy.jar"));
    Files.move(
        new ExtensionJar("example.umlaut").encoder("umlaut", ENCODE).write(folder.resolve("u.jar")),
        extensions.resolve("ü n%.jar"));
    new ExtensionJar("example.bounds")
        .part(
            "Encoder",
            "bounds",
            "",
            "public Encoding encode(Net net, ModalityInput input) { return null; }")
        .replacing("default 0.5", "default 7")
        .write(extensions.resolve("bounds.jar"));
    new ExtensionJar("example.throwing")
        .with("Bundle-Activator", "example.throwing.Parts$Activator")
        .member(activator(
            "System.out.println(\"noise\"); throw new IllegalStateException(\"no licence\");"))
        .write(extensions.resolve("throwing.jar"));
    new ExtensionJar("example.hanging")
        .with("Bundle-Activator", "example.hanging.Parts$Activator")
        .member(activator(
            "while (true) { try { Thread.sleep(1000); } catch (InterruptedException e) { } }"))
        .write(extensions.resolve("hanging.jar"));

    Stroma.Result parts =
        Stroma.runWith(folder, options("-Dstroma.extensions.startSeconds=2"), "parts", "encoder");
    assertEquals(0, parts.code(), parts.toString());
    assertTrue(parts.out().contains("good") && parts.out().contains("genomic-mlp"), parts.out());
    Stroma.Result doctor =
        Stroma.runWith(folder, options("-Dstroma.extensions.startSeconds=2"), "doctor");
    assertEquals(1, doctor.code(), doctor.toString());
    assertFalse(parts.out().contains("noise"), "standard output is for results");
    assertTrue(parts.out().contains("umlaut") && !parts.out().contains(" bounds "), parts.out());
    assertTrue(
        doctor
            .out()
            .contains(
                "bounds of example.bounds 1.0.0 cannot be used: the default of its setting shift is not a number from 0 to 4"),
        doctor.out());
    Map<String, String> reasons = Map.of(
        "copy.jar", "which is Stroma's own",
        "garbage.jar", "it is no jar",
        "good.jar", "is installed already",
        "nameless.jar", "has no Bundle-SymbolicName",
        "syntax.jar", "it cannot be installed",
        "lonely.jar", "it needs the package com.nowhere, which no bundle here provides",
        "java.jar", "it needs Java 99",
        "throwing.jar", "it fails when it is started: IllegalStateException: no licence",
        "hanging.jar", "does not come to an end of its start");
    reasons.forEach((file, reason) -> {
      assertEquals(
          1,
          parts.complaints().stream()
              .filter(l -> l.contains("extension " + file) && l.contains(reason))
              .count(),
          file + ": " + reason + "\n" + parts.err());
      assertTrue(
          doctor.out().lines().anyMatch(l -> l.contains(file) && l.contains(reason)),
          file + "\n" + doctor.out());
    });
    assertFalse(parts.err().contains("\tat "), parts.err());
  }

  private static String activator(String body) {
    return "public static final class Activator implements org.osgi.framework.BundleActivator {"
        + " public void start(org.osgi.framework.BundleContext c) throws Exception { " + body + " }"
        + " public void stop(org.osgi.framework.BundleContext c) {} }";
  }

  @Test
  void partsThatMisbehaveEndTheirExperimentAlone() throws Exception {
    Map<String, String> reasons = Map.of(
        "throws-at-start", "no such licence",
        "throws", "failed while it was built: NullPointerException",
        "nothing", "it returns null",
        "wide", "gives an embedding of shape [?, 7]; it has to be [?, 16]",
        "endless", "did not end building within 2 s",
        "recursive", "failed while it was built: StackOverflowError",
        "hangs-at-start",
            "hangs-at-start of example.bad 1.0.0 does not come to an end of its start within 2 s",
        "fails-to-load", "fails-to-load of example.bad 1.0.0 does not start: NumberFormatException",
        "rows", "TensorFlow cannot run what the parts have built");
    String forever =
        "try { while (settings.shift() < 5) { Thread.sleep(100); } } catch (InterruptedException e) { throw new Error(e); }";
    new ExtensionJar("example.bad")
        .part(
            "Encoder",
            "throws-at-start",
            "if (settings != null) { throw new IllegalArgumentException(\"no such licence\"); }",
            "public Encoding encode(Net net, ModalityInput input) { return null; }")
        .part(
            "Encoder",
            "hangs-at-start",
            forever,
            "public Encoding encode(Net net, ModalityInput input) { return null; }")
        .part(
            "Encoder",
            "fails-to-load",
            "",
            "static final int NUMBER = Integer.parseInt(\"x\"); public Encoding encode(Net net, ModalityInput input) { return null; }")
        .part(
            "Encoder",
            "hangs-at-end",
            "",
            "public Encoding encode(Net net, ModalityInput input) { " + ENCODE
                + " } @Deactivate void end() { " + forever + " }")
        .encoder("throws", "String s = null; s.length(); return null;")
        .encoder("nothing", "return null;")
        .encoder("wide", "return Encoding.of(net.dense(\"x\", input.vectors().values(), 7));")
        .encoder("endless", "while (settings.shift() < 5) { Thread.onSpinWait(); } return null;")
        .encoder("recursive", "return encode(net, input);")
        .encoder(
            "rows",
            "var x = net.dense(\"x\", input.vectors().values(), net.embedDim());"
                + " return Encoding.of(net.tf().concat(List.of(x, x), net.tf().constant(0)));")
        .write(extensions.resolve("bad.jar"));
    new ExtensionJar("example.clinging")
        .with("Bundle-Activator", "example.clinging.Parts$Activator")
        .member(
            activator("")
                .replace(
                    "stop(org.osgi.framework.BundleContext c) {",
                    "stop(org.osgi.framework.BundleContext c) { while (c != null) { Thread.onSpinWait(); }"))
        .encoder("clinging", ENCODE)
        .write(extensions.resolve("clinging.jar"));
    experiment("hangs-at-end.json", "hangs-at-end", 1);
    List<String> options = options("-Dstroma.buildSeconds=2", "-Dstroma.extensions.startSeconds=2");
    try (LiveConsole console = new LiveConsole(folder, options)) {
      for (Map.Entry<String, String> reason : reasons.entrySet()) {
        experiment(reason.getKey() + ".json", reason.getKey(), 1);
        String said =
            console.say("stroma:run " + reason.getKey() + ".json --out out-" + reason.getKey());
        assertTrue(
            said.contains("stroma: ") && said.contains(reason.getValue()), reason + "\n" + said);
        assertFalse(said.contains("\tat "), said);
      }
      console.say("stroma:run hangs-at-end.json --out hung");
      assertTrue(Files.exists(folder.resolve("hung/metrics.json")), "its result is there");
      String after = console.say("stroma:run experiment.json --out after --set training.epochs=2");
      assertTrue(Files.exists(folder.resolve("after/metrics.json")), after);
      Files.delete(extensions.resolve("clinging.jar"));
      console.until("stroma:parts encoder", "^(?!.*clinging)", 20);
      String well = console.say("stroma:run experiment.json --out well --set training.epochs=2");
      assertTrue(Files.exists(folder.resolve("well/metrics.json")), well);
    }
  }

  @Test
  void thePolicyDecidesWhoIsTrusted() throws Exception {
    Path jar = new ExtensionJar("example.trusted")
        .encoder("trusted", ENCODE)
        .write(extensions.resolve("trusted.jar"));
    Path list = folder.resolve("list");
    List<String> listed =
        options("-Dstroma.extensions.policy=listed", "-Dstroma.extensions.list=" + list);
    try (LiveConsole console = new LiveConsole(folder, listed)) {
      String doctor = console.say("stroma:doctor");
      String sum = HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(jar)));
      assertTrue(doctor.contains("extension trusted.jar is refused: its SHA-256 " + sum), doctor);
      assertFalse(console.say("stroma:parts encoder").contains("trusted"));
      Files.writeString(list, sum + "  trusted.jar\n");
      console.until("stroma:parts encoder", "trusted", 10);
      Files.writeString(list, "");
      console.until("stroma:doctor", "trusted.jar is refused", 10);
      assertFalse(console.say("stroma:parts encoder").contains("trusted"));
    }
    Stroma.Result unsigned =
        Stroma.runWith(folder, options("-Dstroma.extensions.policy=signed"), "parts", "encoder");
    assertTrue(
        unsigned.complaints().stream().anyMatch(l -> l.contains("is refused: it has to be signed")),
        unsigned.err());
  }

  @Test
  void whatAnExtensionCallsItselfMakesItNoPartOfTheDistribution() throws Exception {
    // the part, the PID and a newer version of one of ours, under a name like ours
    new ExtensionJar("org.stroma.evil")
        .encoder("genomic-mlp", "throw new IllegalStateException(\"not ours\");")
        .replacing(
            "configurationPid = \"org.stroma.evil.0\"",
            "configurationPid = \"org.stroma.encoder.genomicmlp\"")
        .write(extensions.resolve("evil.jar"));
    new ExtensionJar("org.stroma.second")
        .encoder("twice", ENCODE)
        .write(extensions.resolve("a.jar"));
    new ExtensionJar("example.first").encoder("twice", ENCODE).write(extensions.resolve("b.jar"));
    new ExtensionJar("example.namesake")
        .with("Bundle-SymbolicName", "org.stroma.encoder.clam")
        .encoder("namesake", ENCODE)
        .write(extensions.resolve("clam.jar"));
    Stroma.Result run = Stroma.runWith(
        folder, options(), "run", "experiment.json", "--out", "out", "--set", "training.epochs=1");
    assertEquals(0, run.code(), run.toString());
    String hidden =
        "the encoder genomic-mlp of org.stroma.evil 1.0.0 is not used: org.stroma.encoder.genomicmlp 0.1.0";
    String second =
        "the encoder twice of org.stroma.second 1.0.0 is not used: example.first 1.0.0 provides it too, in the same version";
    assertEquals(1, run.complaints().stream().filter(l -> l.contains(hidden)).count(), run.err());
    assertEquals(1, run.complaints().stream().filter(l -> l.contains(second)).count(), run.err());
    assertTrue(
        run.complaints().stream()
            .anyMatch(
                l -> l.contains("clam.jar")
                    && l.contains(
                        "it bears the name org.stroma.encoder.clam of a bundle of the distribution, which extensions cannot replace")),
        run.err());
    List<String> sums = new java.util.ArrayList<>();
    for (String jar : List.of("evil.jar", "a.jar", "b.jar")) {
      sums.add(HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256")
              .digest(Files.readAllBytes(extensions.resolve(jar)))));
    }
    Path list = Files.write(folder.resolve("list"), sums);
    Stroma.Result doctor = Stroma.runWith(
        folder,
        options("-Dstroma.extensions.policy=listed", "-Dstroma.extensions.list=" + list),
        "doctor");
    assertEquals(1, doctor.code(), doctor.toString());
    for (String said : List.of(
        "Policy      listed: jars whose SHA-256 stands in " + list,
        "not covered: bundles/",
        "extension evil.jar (org.stroma.evil 1.0.0) is refused: it provides the encoder genomic-mlp, as org.stroma.encoder.genomicmlp",
        "extension b.jar (example.first 1.0.0) is refused: it provides the encoder twice, as org.stroma.second 1.0.0 does",
        "stroma.extensions.policy = listed (-Dstroma.extensions.policy)")) {
      assertTrue(doctor.out().contains(said), said + "\n" + doctor.out());
    }
    // what the run was made with is there no more
    Stroma.Result predict = Stroma.run(folder, "predict", "out", "patients.csv", "--out", "p.csv");
    assertEquals(0, predict.code(), predict.toString());
    assertEquals(
        1,
        predict
            .err()
            .lines()
            .filter(l -> l.startsWith("out was made with other bundles")
                && l.contains("org.stroma.evil was 1.0.0 and is not installed"))
            .count(),
        predict.err());
  }

  /** An extension that was built against 1.0 in a Stroma whose API is 1.1, and in one whose API is 2.0. */
  @Test
  void anOlderMinorVersionWorksAndAnotherMajorIsRefusedInWords() throws Exception {
    new ExtensionJar("example.older")
        .encoder("older", ENCODE)
        .write(extensions.resolve("older.jar"));
    Path minor = distribution("1.1");
    Stroma.Result works = Stroma.run(folder, at(minor, "describe", "older"));
    assertEquals(0, works.code(), works.toString());
    experiment("older.json", "older", 2);
    Stroma.Result run = Stroma.run(folder, at(minor, "run", "older.json", "--out", "older"));
    assertEquals(0, run.code(), run.toString());

    Path major = distribution("2.0");
    Stroma.Result refused = Stroma.run(folder, at(major, "doctor"));
    assertEquals(1, refused.code(), refused.toString());
    assertTrue(
        refused
            .out()
            .contains(
                "it needs the package org.stroma.api in version [1.0.0,2.0.0), and here is 2.0.0: it was built for "
                    + "an older Stroma and has to be built against this one"),
        refused.out());
    Stroma.Result why = Stroma.run(folder, at(major, "why", "older.json"));
    assertEquals(4, why.code(), why.toString());
    assertTrue(why.out().contains("it was built for an older Stroma"), why.toString());
  }

  private ProcessBuilder at(Path home, String... arguments) {
    ProcessBuilder builder = Stroma.command(folder, arguments);
    builder.command().set(0, home.resolve("bin/stroma").toString());
    builder
        .environment()
        .merge("STROMA_JAVA_OPTS", "-Dstroma.extensions=" + extensions, (a, b) -> a + " " + b);
    return builder;
  }

  /** The distribution as it would be with another version of all its packages. */
  private Path distribution(String version) throws IOException {
    Path home = Stroma.scratch();
    for (String part : List.of("bin", "lib", "framework", "conf")) {
      Files.createSymbolicLink(
          home.resolve(part), Stroma.DISTRIBUTION.resolve(part).toRealPath());
    }
    Path bundles = Files.createDirectory(home.resolve("bundles"));
    Files.createSymbolicLink(
        bundles.resolve("first"), Stroma.DISTRIBUTION.resolve("bundles/first").toRealPath());
    // bin/stroma finds its home by following links
    Files.delete(home.resolve("bin"));
    Files.createDirectory(home.resolve("bin"));
    Files.copy(
        Stroma.DISTRIBUTION.resolve("bin/stroma"),
        home.resolve("bin/stroma"),
        java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
    String major = version.substring(0, 1);
    try (var jars = Files.list(Stroma.DISTRIBUTION.resolve("bundles"))) {
      for (Path jar : jars.filter(f -> f.toString().endsWith(".jar")).toList()) {
        Path target = bundles.resolve(jar.getFileName());
        if (jar.getFileName().toString().startsWith("org.stroma.")
            && !jar.toString().contains("org.stroma.tensorflow")) {
          rewrite(jar, target, manifest -> {
            for (String header : List.of("Export-Package", "Import-Package")) {
              String value = manifest.getValue(header);
              if (value != null) {
                manifest.putValue(header, renumbered(value, version, major));
              }
            }
          });
        } else {
          Files.createSymbolicLink(target, jar.toRealPath());
        }
      }
    }
    return home;
  }

  private static String renumbered(String header, String version, String major) {
    StringBuilder out = new StringBuilder();
    for (String clause : header.split(",(?=[a-zA-Z])")) {
      String changed =
          clause.startsWith("org.stroma.") && !clause.startsWith("org.stroma.tensorflow")
              ? clause
                  .replaceAll("version=\"1\\.0\\.0\"", "version=\"" + version + ".0\"")
                  .replaceAll(
                      "version=\"\\[1\\.0,[0-9.]+\\)\"",
                      "version=\"[" + version + "," + (Integer.parseInt(major) + 1) + ")\"")
              : clause;
      out.append(out.isEmpty() ? "" : ",").append(changed);
    }
    return out.toString();
  }

  private interface Change {
    void of(Attributes manifest);
  }

  private static void rewrite(Path from, Path to, Change change) throws IOException {
    try (JarFile jar = new JarFile(from.toFile())) {
      Manifest manifest = new Manifest(jar.getManifest());
      change.of(manifest.getMainAttributes());
      try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(to), manifest)) {
        for (var entry : jar.stream()
            .filter(e -> !e.getName().equals("META-INF/MANIFEST.MF"))
            .toList()) {
          out.putNextEntry(new ZipEntry(entry.getName()));
          out.write(jar.getInputStream(entry).readAllBytes());
          out.closeEntry();
        }
      }
    }
  }
}
