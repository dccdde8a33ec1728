/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.parts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;

class PartSettingsTest {
  /** A catalog with one encoder, whose units have a default and whose width has none, and one metric. */
  private static final PartCatalog CATALOG = new PartCatalog() {
    private PartDescriptor descriptor(PartKind kind, String type, Setting... settings) {
      return new PartDescriptor(
          kind,
          type,
          "pid." + type,
          type,
          null,
          type,
          "",
          new PartDescriptor.Facts("", "", "", ""),
          List.of(settings));
    }

    private Setting number(String name, Object preset) {
      return new Setting(
          name, Setting.Type.INTEGER, false, preset, preset == null, 1.0, 9.0, List.of(), "");
    }

    @Override
    public List<PartDescriptor> parts() {
      return List.of(
          descriptor(PartKind.ENCODER, "mlp", number("units", 4), number("width", null)),
          descriptor(PartKind.METRIC, "mae"),
          descriptor(PartKind.METRIC, "auc"));
    }

    @Override
    public Optional<PartDescriptor> part(PartKind kind, String type) {
      return parts().stream()
          .filter(part -> part.kind() == kind && part.type().equals(type))
          .findFirst();
    }

    @Override
    public List<String> flaws() {
      return List.of();
    }

    @Override
    public boolean ofDistribution(Bundle bundle) {
      return true;
    }
  };

  private final Faults faults = new Faults();
  private final PartSettings settings = new PartSettings(CATALOG, faults);
  private final ObjectNode out = Json.MAPPER.createObjectNode();

  private JsonSection section(String json) throws Exception {
    return JsonSection.top(faults, (ObjectNode) Json.MAPPER.readTree(json), out);
  }

  private List<String> told() {
    return assertThrows(FaultsException.class, faults::throwIfAny).faults().stream()
        .map(Fault::toString)
        .toList();
  }

  @Test
  void whatIsGivenGoesToThePartAndDefaultsAreWrittenOut() throws Exception {
    JsonSection s = section("{\"encoder\": {\"type\": \"mlp\", \"width\": 3}}");
    assertEquals(
        new PartUse("/encoder", PartKind.ENCODER, "mlp", Map.of("width", 3)),
        settings.part(s, "encoder", PartKind.ENCODER, null, List.of()));
    assertEquals("{\"encoder\":{\"type\":\"mlp\",\"units\":4,\"width\":3}}", out.toString());
    assertTrue(faults.isEmpty());
  }

  @Test
  void aTypeThatIsNotGivenIsTheUsualOne() throws Exception {
    JsonSection s = section("{\"encoder\": {\"width\": 3}}");
    assertEquals(
        "mlp", settings.part(s, "encoder", PartKind.ENCODER, "mlp", List.of()).type());
    assertEquals(
        List.of("/metrics/0", "/metrics/1"),
        settings.list(s, "metrics", PartKind.METRIC, List.of("mae", "auc")).stream()
            .map(PartUse::slot)
            .toList());
    assertEquals("[{\"type\":\"mae\"},{\"type\":\"auc\"}]", out.get("metrics").toString());
    assertEquals(List.of(), settings.list(s, "others", PartKind.METRIC, List.of()));
    assertTrue(faults.isEmpty());
  }

  @Test
  void faultsOfSettingsAreToldWithTheirPlace() throws Exception {
    JsonSection s = section("{\"encoder\": {\"type\": \"mlp\", \"units\": 0, \"unist\": 1}}");
    settings.part(s, "encoder", PartKind.ENCODER, null, List.of());
    assertEquals(
        List.of(
            "/encoder/units: is 0; units has to be a whole number from 1 to 9",
            "/encoder/width: is missing; it has to be a whole number from 1 to 9",
            "/encoder/unist: is not known here; known are type, units, width; did you mean units?"),
        told());
  }

  @Test
  void aPartThatIsNotInstalledIsWanted() throws Exception {
    JsonSection s = section("{\"encoder\": {\"type\": \"mpl\"}, \"metrics\": []}");
    settings.part(s, "encoder", PartKind.ENCODER, null, List.of());
    FaultsException missing = assertThrows(FaultsException.class, faults::throwIfAny);
    assertTrue(missing.partMissing());
    assertEquals(
        new Fault.Wanted(PartKind.ENCODER, "mpl"), missing.faults().get(0).wanted());
    assertTrue(missing.getMessage().contains("did you mean mlp?"), missing.getMessage());
    settings.list(s, "metrics", PartKind.METRIC, List.of("mae"));
    assertTrue(told().get(1).contains("with one at least"), told().toString());
  }
}
