/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Eclipse's p2 director installs features from the p2 site into an empty folder, and what it installed runs. */
class P2IT {
  private static final Path DIRECTOR = Path.of(System.getProperty("it.p2")).normalize();
  private static final Path SITE = Stroma.FEATURES.resolve("target/repository");

  @TempDir
  private Path folder;

  @Test
  void theDirectorInstallsFeaturesThatRun() throws Exception {
    Path installed = folder.resolve("installed");
    Stroma.Result director = install(installed, "stroma-survival", "stroma-cpu");
    assertEquals(0, director.code(), director.toString());

    // stroma-core comes because stroma-survival requires it
    assertEquals(
        Set.of("stroma-core", "stroma-survival", "stroma-cpu"),
        names(installed.resolve("features")).stream()
            .map(n -> n.split("_")[0])
            .collect(Collectors.toSet()));
    Set<String> expected = new TreeSet<>();
    for (String feature : List.of("stroma-core", "stroma-survival", "stroma-cpu")) {
      for (JsonNode bundle :
          Stroma.json(Stroma.FEATURES.resolve(feature + ".json")).path("bundles")) {
        String[] id = bundle.path("id").asText().split(":");
        expected.add(plugin(inDistribution(id[1] + "-" + id[2] + ".jar")));
      }
    }
    expected.add(plugin(director("org.eclipse.osgi-")));
    assertEquals(expected, names(installed.resolve("plugins")));

    Path stroma = asDistribution(installed.resolve("plugins"));
    Stroma.Result doctor = run(stroma, "doctor");
    assertEquals(0, doctor.code(), doctor.toString());
    assertTrue(doctor.out().contains("org.eclipse.osgi 3."), doctor.out());
    assertTrue(doctor.out().contains("All is well."), doctor.out());
    Stroma.Result parts = run(stroma, "parts");
    assertTrue(parts.out().contains("cox"), parts.out());
    assertFalse(parts.out().contains("simclr"), parts.out());
    Stroma.Result validate =
        run(stroma, "validate", Stroma.SAMPLES.resolve("tcga-acc/survival.json").toString());
    assertEquals(0, validate.code(), validate.toString());
  }

  @Test
  void theDirectorRefusesWhatTheSiteLacks() throws Exception {
    Stroma.Result director = install(folder.resolve("installed"), "stroma-unheard-of");
    assertFalse(director.code() == 0, director.toString());
    assertTrue(director.toString().contains("stroma-unheard-of"), director.toString());
  }

  private Stroma.Result install(Path destination, String... features) throws Exception {
    Path java = Files.createDirectory(folder.resolve("java"));
    Files.writeString(java.resolve("content.xml"), thisJava());
    Path configuration = Files.createDirectory(folder.resolve("configuration"));
    try (Stream<Path> jars = Files.list(DIRECTOR)) {
      String bundles = jars.filter(jar -> !jar.equals(director("org.eclipse.equinox.launcher-"))
              && !jar.equals(director("org.eclipse.osgi-")))
          .map(jar -> "reference:" + jar.toUri()
              + (jar.toString().contains("compatibility.state") ? "" : "@4:start"))
          .collect(Collectors.joining(","));
      Files.writeString(
          configuration.resolve("config.ini"),
          "osgi.framework=" + director("org.eclipse.osgi-").toUri() + "\nosgi.bundles=" + bundles
              + "\n");
    }
    return Stroma.run(
        folder,
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-jar",
                director("org.eclipse.equinox.launcher-").toString(),
                "-configuration",
                configuration.toString(),
                "-data",
                folder.resolve("workspace").toString(),
                "-nosplash",
                "-consoleLog",
                "-application",
                "org.eclipse.equinox.p2.director",
                "-metadataRepository",
                java.toUri() + "," + SITE.toUri(),
                "-artifactRepository",
                SITE.toUri().toString(),
                "-installIU",
                Stream.of(features).map(f -> f + ".feature.group").collect(Collectors.joining(",")),
                "-destination",
                destination.toString(),
                "-profile",
                "Stroma",
                "-profileProperties",
                "org.eclipse.update.install.features=true")
            .directory(folder.toFile()));
  }

  /** What an Eclipse says of the Java it runs on, as a repository of p2. */
  private static String thisJava() {
    List<String> provided = Stream.concat(
            ModuleFinder.ofSystem().findAll().stream()
                .flatMap(module -> module.descriptor().exports().stream())
                .filter(export -> !export.isQualified())
                .map(ModuleDescriptor.Exports::source)
                .map(name -> provided("java.package", name, "0.0.0")),
            Stream.of("JavaSE", "JavaSE/compact1").flatMap(name -> Stream.concat(
                    IntStream.range(5, 9).mapToObj(minor -> "1." + minor),
                    IntStream.rangeClosed(9, Runtime.version().feature())
                        .mapToObj(Integer::toString))
                .map(version -> provided("osgi.ee", name, version))))
        .toList();
    return """
        <?xml version='1.0' encoding='UTF-8'?>
        <?metadataRepository version='1.1.0'?>
        <repository name='Java' type='org.eclipse.equinox.internal.p2.metadata.repository.LocalMetadataRepository' version='1'>
          <units size='1'>
            <unit id='a.jre.javase' version='%s' singleton='false'>
              <provides size='%d'>%s%s</provides>
              <touchpoint id='org.eclipse.equinox.p2.native' version='1.0.0'/>
            </unit>
          </units>
        </repository>
        """
        .formatted(
            Runtime.version().feature(),
            provided.size() + 1,
            provided(
                "org.eclipse.equinox.p2.iu",
                "a.jre.javase",
                Integer.toString(Runtime.version().feature())),
            String.join("", provided));
  }

  private static String provided(String namespace, String name, String version) {
    return "<provided namespace='%s' name='%s' version='%s'/>".formatted(namespace, name, version);
  }

  /** A distribution whose bundles, and whose framework, are the installed ones. */
  private Path asDistribution(Path plugins) throws IOException {
    Path home = Files.createDirectory(folder.resolve("stroma"));
    for (String part : List.of("lib", "conf", "extensions")) {
      Files.createSymbolicLink(home.resolve(part), Stroma.DISTRIBUTION.resolve(part));
    }
    Files.createDirectory(home.resolve("bin"));
    // the script follows links to find its home
    Files.copy(
        Stroma.DISTRIBUTION.resolve("bin/stroma"),
        home.resolve("bin/stroma"),
        StandardCopyOption.COPY_ATTRIBUTES);
    Files.createDirectory(home.resolve("framework"));
    Files.createDirectories(home.resolve("bundles/first"));
    Set<String> first = new TreeSet<>();
    try (var jars =
        Files.newDirectoryStream(Stroma.DISTRIBUTION.resolve("bundles/first"), "*.jar")) {
      for (Path jar : jars) {
        first.add(plugin(jar));
      }
    }
    for (String name : names(plugins)) {
      String place = name.startsWith("org.eclipse.osgi_")
          ? "framework"
          : first.contains(name) ? "bundles/first" : "bundles";
      Files.createSymbolicLink(home.resolve(place).resolve(name), plugins.resolve(name));
    }
    return home;
  }

  private Stroma.Result run(Path home, String... arguments) throws Exception {
    List<String> line = Stream.concat(
            Stream.of(home.resolve("bin/stroma").toString()), Stream.of(arguments))
        .toList();
    return Stroma.run(folder, new ProcessBuilder(line).directory(folder.toFile()));
  }

  private static Path inDistribution(String name) {
    Path bundle = Stroma.DISTRIBUTION.resolve("bundles").resolve(name);
    return Files.exists(bundle)
        ? bundle
        : Stroma.DISTRIBUTION.resolve("bundles/first").resolve(name);
  }

  private static Path director(String prefix) {
    try (Stream<Path> jars = Files.list(DIRECTOR)) {
      return jars.filter(jar -> jar.getFileName().toString().startsWith(prefix))
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The name that p2 gives a bundle's file. */
  private static String plugin(Path bundle) throws IOException {
    try (JarFile jar = new JarFile(bundle.toFile())) {
      Attributes manifest = jar.getManifest().getMainAttributes();
      String name = manifest.getValue("Bundle-SymbolicName").split(";")[0].trim();
      return name + "_" + manifest.getValue("Bundle-Version") + ".jar";
    }
  }

  private static Set<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(f -> f.getFileName().toString())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }
}
