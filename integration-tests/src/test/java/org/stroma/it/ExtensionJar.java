/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.it;

import aQute.bnd.osgi.Builder;
import aQute.bnd.osgi.Jar;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.tools.ToolProvider;

/** Extensions as their authors make them: compiled against the distribution's API, processed by bnd. */
final class ExtensionJar {
  private final String name;
  private final StringBuilder members = new StringBuilder();
  private final Map<String, String> instructions = new TreeMap<>();
  private int parts;

  /** @param name symbolic name and package */
  ExtensionJar(String name) {
    this.name = name;
    instructions.put("Bundle-SymbolicName", name);
    instructions.put("Bundle-Version", "1.0.0");
    instructions.put("Private-Package", name + ".*");
    instructions.put("-noimportjava", "true");
  }

  /** Another bnd instruction. */
  ExtensionJar with(String instruction, String value) {
    instructions.put(instruction, value);
    return this;
  }

  /** An encoder: the body computes and returns an Encoding from net, input and settings.shift(). */
  ExtensionJar encoder(String type, String body) {
    return part(
        "Encoder", type, "public Encoding encode(Net net, ModalityInput input) { " + body + " }");
  }

  /** A fusion: a body over net, encodings and presence. */
  ExtensionJar fusion(String type, String body) {
    return part(
        "Fusion",
        type,
        "public Fused fuse(Net net, SortedMap<String, Encoding> encodings, SortedMap<String, Operand<TFloat32>> presence) { "
            + body + " }");
  }

  /** A survival head: a body over net and input. */
  ExtensionJar head(String type, String body) {
    return part(
        "Head",
        type,
        "public TargetKind target() { return TargetKind.SURVIVAL; }"
            + " public Operand<TFloat32> predict(Net net, HeadInput input) { " + body + " }"
            + " public Map<Prediction, Operand<TFloat32>> read(Net net, Operand<TFloat32> raw, TargetInfo info) {"
            + " return Map.of(Prediction.RISK, raw); }");
  }

  /** A loss of survival targets: a body over net and input. */
  ExtensionJar loss(String type, String body) {
    return part(
        "Loss",
        type,
        "public Set<TargetKind> targets() { return Set.of(TargetKind.SURVIVAL); }"
            + " public Operand<TFloat32> loss(Net net, LossInput input) { " + body + " }");
  }

  /** Changes the source that was written so far. */
  ExtensionJar replacing(String text, String by) {
    String changed = members.toString().replace(text, by);
    members.setLength(0);
    members.append(changed);
    return this;
  }

  /** Any other member of the class that holds the parts. */
  ExtensionJar member(String source) {
    members.append(source).append('\n');
    return this;
  }

  private ExtensionJar part(String kind, String type, String methods) {
    return part(kind, type, "", methods);
  }

  /** @param activation what the constructor does besides */
  ExtensionJar part(String kind, String type, String activation, String methods) {
    int number = parts++;
    members.append(
        """
        @Component(configurationPid = "%1$s.%5$d", configurationPolicy = ConfigurationPolicy.REQUIRE)
        @Designate(ocd = Part%5$d.Settings.class, factory = true)
        @%2$sPart("%3$s")
        public static final class Part%5$d implements %2$s {
          @ObjectClassDefinition(name = "%3$s", description = "made by a test")
          public @interface Settings {
            @AttributeDefinition(description = "is added", min = "0", max = "4")
            double shift() default 0.5;
          }

          private final Settings settings;

          @Activate
          public Part%5$d(Settings settings) {
            this.settings = settings;
            %4$s
          }

          %6$s
        }
        """
            .formatted(name, kind, type, activation, number, methods));
    return this;
  }

  /** Compiles and writes the jar. */
  Path write(Path file) throws Exception {
    Path work = Files.createTempDirectory("stroma-extension");
    Path source = work.resolve("src").resolve(name.replace('.', '/')).resolve("Parts.java");
    Files.createDirectories(source.getParent());
    Files.writeString(
        source,
        """
        package %s;
        import java.util.*;
        import org.osgi.service.component.annotations.*;
        import org.osgi.service.metatype.annotations.*;
        import org.stroma.api.*;
        import org.stroma.nn.Net;
        import org.tensorflow.Operand;
        import org.tensorflow.types.TFloat32;
        public final class Parts {
          private Parts() {}
        %s
        }
        """
            .formatted(name, members));
    List<File> path = new ArrayList<>();
    try (var jars = Files.walk(Stroma.DISTRIBUTION.resolve("bundles").toRealPath())) {
      jars.filter(f -> f.toString().endsWith(".jar") && !f.toString().contains("linux"))
          .map(Path::toFile)
          .forEach(path::add);
    }
    try (var jars = Files.list(Stroma.DISTRIBUTION.resolve("framework"))) {
      jars.map(Path::toFile).forEach(path::add);
    }
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      if (entry.contains("org.osgi.service")) {
        path.add(new File(entry));
      }
    }
    Path classes = Files.createDirectory(work.resolve("classes"));
    List<String> arguments =
        new ArrayList<>(List.of("-d", classes.toString(), "--release", "17", "-nowarn", "-cp"));
    arguments.add(
        String.join(File.pathSeparator, path.stream().map(File::getPath).toList()));
    arguments.add(source.toString());
    int code = ToolProvider.getSystemJavaCompiler()
        .run(null, System.out, System.err, arguments.toArray(String[]::new));
    if (code != 0) {
      throw new IllegalStateException(
          "the extension does not compile: " + Files.readString(source));
    }
    path.add(0, classes.toFile());
    Path made = work.resolve("made.jar");
    try (Builder builder = new Builder()) {
      builder.setClasspath(path.toArray(File[]::new));
      instructions.forEach(builder::setProperty);
      Jar jar = builder.build();
      if (!builder.getErrors().isEmpty()) {
        throw new IllegalStateException(builder.getErrors().toString());
      }
      jar.write(made.toFile());
    }
    return drop(made, file);
  }

  /** Copies a file to where others look for it, whole at once. */
  static Path drop(Path from, Path to) throws IOException {
    Path partial = to.resolveSibling(to.getFileName() + ".partial");
    Files.copy(from, partial, StandardCopyOption.REPLACE_EXISTING);
    return Files.move(
        partial, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
