/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.parts.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.Version;
import org.osgi.framework.dto.BundleDTO;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.stroma.api.Encoder;
import org.stroma.parts.PartCatalog;
import org.stroma.parts.PartDescriptor;
import org.stroma.parts.PartKind;

class InstalledPartsTest {
  private static final String BUNDLES = "reference:file:///opt/stroma/bundles/";
  private static final String COPIES =
      "reference:file:///tmp/stroma-1/bundle7/data/stroma-extensions/";

  private final List<Bundle> bundles = new ArrayList<>();
  private final List<ComponentDescriptionDTO> components = new ArrayList<>();

  @SuppressWarnings("unchecked")
  private static <T> T fake(Class<T> type, Map<String, Object> answers) {
    return (T) Proxy.newProxyInstance(
        type.getClassLoader(),
        new Class<?>[] {type},
        (proxy, method, arguments) -> method.getName().equals("hashCode")
            ? System.identityHashCode(proxy)
            : method.getName().equals("equals")
                ? proxy == arguments[0]
                : answers.get(method.getName()));
  }

  /** A bundle with an encoder. */
  private void encoder(String type, String name, String version, String location) {
    long id = bundles.size() + 1;
    bundles.add(fake(
        Bundle.class,
        Map.of(
            "getSymbolicName",
            name,
            "getVersion",
            new Version(version),
            "getLocation",
            location,
            "getBundleId",
            id,
            "getLastModified",
            id)));
    ComponentDescriptionDTO component = new ComponentDescriptionDTO();
    component.name = "component" + id;
    component.configurationPid = new String[] {"the.same.pid"};
    component.serviceInterfaces = new String[] {Encoder.class.getName()};
    component.properties = Map.of(PartKind.ENCODER.property(), type);
    component.bundle = new BundleDTO();
    component.bundle.id = id;
    components.add(component);
  }

  private PartCatalog catalog(String home) {
    BundleContext context = (BundleContext) Proxy.newProxyInstance(
        getClass().getClassLoader(),
        new Class<?>[] {BundleContext.class},
        (proxy, method, arguments) -> switch (method.getName()) {
          case "getProperty" -> arguments[0].equals("stroma.home") ? home : null;
          case "getBundle" -> bundles.get((int) (long) arguments[0] - 1);
          default -> null;
        });
    return new InstalledParts(
        context,
        fake(
            ServiceComponentRuntime.class,
            Map.of("getComponentDescriptionDTOs", Collections.unmodifiableList(components))));
  }

  private static String used(PartCatalog catalog) {
    PartDescriptor part = catalog.part(PartKind.ENCODER, "abmil").orElseThrow();
    return part.bundle().getSymbolicName() + " " + part.bundle().getVersion();
  }

  @Test
  void whatAnExtensionCallsItselfMakesItNoPartOfTheDistribution() {
    encoder("abmil", "org.stroma.encoder.zabmil", "0.1.0", BUNDLES + "abmil.jar");
    encoder("abmil", "org.stroma.aaa", "9.0.0", COPIES + "1.jar");
    encoder("abmil", "example.first", "99.0.0", COPIES + "2.jar");
    PartCatalog catalog = catalog("/opt/stroma");
    assertEquals("org.stroma.encoder.zabmil 0.1.0", used(catalog));
    assertEquals(2, catalog.flaws().size(), catalog.flaws().toString());
    assertTrue(
        catalog
            .flaws()
            .contains(
                "the encoder abmil of org.stroma.aaa 9.0.0 is not used: org.stroma.encoder.zabmil 0.1.0 of "
                    + "the distribution provides it too, and extensions replace nothing of that"),
        catalog.flaws().toString());
    assertEquals("org.stroma.encoder.zabmil 0.1.0", used(catalog("/opt/stroma/")));
    // as in Eclipse, where nobody knows of a distribution
    assertEquals("org.stroma.encoder.zabmil 0.1.0", used(catalog(null)));
  }

  @Test
  void ofTwoExtensionsTheNewerIsUsedAndOfTheSameVersionTheFirstByName() {
    encoder("abmil", "example.old", "1.0.0", COPIES + "1.jar");
    encoder("abmil", "example.two", "2.0.0", COPIES + "2.jar");
    encoder("abmil", "example.one", "2.0.0", COPIES + "3.jar");
    PartCatalog catalog = catalog("/opt/stroma");
    assertEquals("example.one 2.0.0", used(catalog));
    assertTrue(
        catalog
            .flaws()
            .contains(
                "the encoder abmil of example.two 2.0.0 is not used: example.one 2.0.0 provides it too, in the "
                    + "same version, and is the first by name; take one of them away"),
        catalog.flaws().toString());
    assertTrue(
        catalog
            .flaws()
            .contains(
                "the encoder abmil of example.old 1.0.0 is not used: example.one 2.0.0 provides it too, and is "
                    + "newer"),
        catalog.flaws().toString());
  }

  @Test
  void filtersTakeAnyValue() throws Exception {
    for (String value : List.of(
        "a (1)",
        "*",
        "a*b",
        "\\",
        "a\\",
        "((",
        ")",
        "ä(ü)",
        "=",
        "~<>&|!",
        "/model/heads/os",
        "x".repeat(5000))) {
      String filter = "(&" + Filters.equal("key", value) + Filters.equal("other", "b") + ")";
      Hashtable<String, Object> properties = new Hashtable<>(Map.of("key", value, "other", "b"));
      assertTrue(FrameworkUtil.createFilter(filter).match(properties), filter);
      properties.put("key", value + "?");
      assertFalse(FrameworkUtil.createFilter(filter).match(properties), filter);
    }
  }
}
