/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.run.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Version;

class BundleProvenanceTest {
  @TempDir
  private Path folder;

  private String sum;
  private Path jar;

  @BeforeEach
  void aJar() throws Exception {
    jar = Files.writeString(folder.resolve("a.jar"), "code");
    sum = HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(jar)));
  }

  private Bundle bundle(String name, String version) {
    return (Bundle) Proxy.newProxyInstance(
        getClass().getClassLoader(),
        new Class<?>[] {Bundle.class},
        (proxy, method, arguments) -> switch (method.getName()) {
          case "getSymbolicName" -> name;
          case "getVersion" -> new Version(version);
          case "getLocation" -> "reference:" + jar.toUri();
          default -> null;
        });
  }

  /** What is said of a run with those bundles, where others are installed. */
  private List<String> said(String bundles, Bundle... installed) throws Exception {
    Files.writeString(
        folder.resolve("provenance.json"), "{\"bundles\": [" + bundles.replace("SUM", sum) + "]}");
    BundleContext context = (BundleContext) Proxy.newProxyInstance(
        getClass().getClassLoader(),
        new Class<?>[] {BundleContext.class},
        (proxy, method, arguments) -> installed);
    List<String> said = new ArrayList<>();
    new BundleProvenance(context).differences(folder, said::add);
    return said;
  }

  @Test
  void otherVersionsAndOtherContentsAreToldInOneSentence() throws Exception {
    String a = "{\"name\": \"a\", \"version\": \"1.0.0\", \"sha256\": \"SUM\"}";
    assertEquals(List.of(), said(a, bundle("a", "1.0.0"), bundle("new", "1.0.0")));
    assertEquals(
        List.of(folder
            + " was made with other bundles, so results may differ: a was 1.0.0 and is 2.0.0, b was 1.0.0 and is not "
            + "installed; built anew under the same version: c"),
        said(
            a
                + ", {\"name\": \"b\", \"version\": \"1.0.0\", \"sha256\": null}, {\"name\": \"c\", \"version\": \"3.0.0\", \"sha256\": \"00\"}",
            bundle("a", "2.0.0"),
            bundle("c", "3.0.0")));
    assertEquals(
        List.of(),
        said(a, bundle("a", "2.0.0"), bundle("a", "1.0.0")),
        "one of two versions is the same");
    assertEquals(
        List.of(),
        said("{\"name\": \"a\", \"version\": \"1.0.0\", \"sha256\": null}", bundle("a", "1.0.0")));
  }

  @Test
  void aRunThatSaysNothingIsTold() throws Exception {
    List<String> said = new ArrayList<>();
    new BundleProvenance(null).differences(folder.resolve("none"), said::add);
    assertEquals(1, said.size());
  }
}
