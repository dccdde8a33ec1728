/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.parts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.stroma.command.Closest;

/** Reads the places of a file that ask for parts, and checks their settings against what the installed parts declare. */
public final class PartSettings {
  private final PartCatalog catalog;
  private final Faults faults;

  public PartSettings(PartCatalog catalog, Faults faults) {
    this.catalog = catalog;
    this.faults = faults;
  }

  /**
   * Parts outside of an experiment, by the labels of their kinds; their defaults are written into the object.
   *
   * @throws FaultsException with every fault
   */
  public static List<PartUse> parts(ObjectNode wanted, PartCatalog catalog) {
    Faults faults = new Faults();
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    JsonSection top = JsonSection.top(faults, wanted, out);
    PartSettings settings = new PartSettings(catalog, faults);
    List<PartUse> uses = new ArrayList<>();
    for (PartKind kind : PartKind.values()) {
      if (wanted.has(kind.label())) {
        uses.add(settings.part(top, kind.label(), kind, null, List.of()));
      }
    }
    top.close();
    faults.throwIfAny();
    wanted.setAll(out);
    return uses;
  }

  /**
   * The part that an object under a key names.
   *
   * @param fallback the type where the key or its type is missing; null where it is required
   * @param others keys of the object that are not the part's
   */
  public PartUse part(
      JsonSection parent, String key, PartKind kind, String fallback, List<String> others) {
    if (fallback != null
        && (!parent.in.has(key) || parent.in.get(key) instanceof ObjectNode o && !o.has("type"))) {
      parent.in.withObject("/" + key).put("type", fallback);
    }
    return self(parent.section(key, true), kind, others);
  }

  /**
   * The parts that a list under a key names.
   *
   * @param fallback the types where the key is missing; none where that means no parts
   */
  public List<PartUse> list(JsonSection parent, String key, PartKind kind, List<String> fallback) {
    return list(parent, key, kind, fallback, parent.in.has(key));
  }

  /**
   * The same of a list that may be empty, which means no parts.
   *
   * @param fallback the types where the key is missing
   */
  public List<PartUse> optional(
      JsonSection parent, String key, PartKind kind, List<String> fallback) {
    return list(parent, key, kind, fallback, false);
  }

  private List<PartUse> list(
      JsonSection parent, String key, PartKind kind, List<String> fallback, boolean required) {
    if (!parent.in.has(key) && !fallback.isEmpty()) {
      ArrayNode types = parent.in.putArray(key);
      fallback.forEach(type -> types.addObject().put("type", type));
    }
    List<PartUse> uses = new ArrayList<>();
    for (JsonSection section : parent.list(key, required)) {
      uses.add(self(section, kind, List.of()));
    }
    return uses;
  }

  /** This object as a part: its type, then the settings that the part declares. */
  public PartUse self(JsonSection section, PartKind kind, List<String> others) {
    if (!section.given) {
      return null;
    }
    String type = section.text("type", null);
    if (type == null) {
      return null;
    }
    PartDescriptor part = catalog.part(kind, type).orElse(null);
    if (part == null) {
      List<String> there = catalog.parts().stream()
          .filter(p -> p.kind() == kind)
          .map(PartDescriptor::type)
          .toList();
      faults.missing(new Fault(
          section.at("type"),
          "no installed bundle provides the " + kind.label() + " \"" + type + "\"; installed are "
              + there + "; drop a bundle that provides it into extensions/"
              + Closest.question(type, there),
          new Fault.Wanted(kind, type)));
      return null;
    }
    Map<String, Object> settings = new LinkedHashMap<>();
    for (Setting setting : part.settings()) {
      JsonNode node = section.in.get(setting.name());
      if (node != null) {
        section.out.set(setting.name(), node);
        try {
          settings.put(setting.name(), setting.parse(node));
        } catch (Setting.Misfit e) {
          faults.add(section.at(setting.name()), e.getMessage());
        }
      } else if (setting.required()) {
        faults.add(section.at(setting.name()), "is missing; it has to be " + setting.wanted());
      } else if (setting.preset() != null) {
        section.out.set(setting.name(), Json.MAPPER.valueToTree(setting.preset()));
      }
    }
    List<String> known = new ArrayList<>(List.of("type"));
    known.addAll(others);
    part.settings().forEach(s -> known.add(s.name()));
    section.unknown(known);
    return new PartUse(section.pointer, kind, type, settings);
  }
}
