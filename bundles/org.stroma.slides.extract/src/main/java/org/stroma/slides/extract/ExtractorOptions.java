/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.extract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.stroma.command.Closest;
import org.stroma.command.UsageException;
import org.stroma.parts.Fault;
import org.stroma.parts.FaultsException;
import org.stroma.parts.PartCatalog;
import org.stroma.parts.PartDescriptor;
import org.stroma.parts.PartKind;
import org.stroma.settings.SettingKeys;
import org.stroma.slides.pixels.ModelFormat;
import org.stroma.slides.pixels.ModelRegistry;
import picocli.CommandLine.Option;

/** The options of {@code extract} that say what computes the features. */
final class ExtractorOptions {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String EXTRACTOR = PartKind.EXTRACTOR.label();

  @Option(
      names = "--extractor",
      paramLabel = "TYPE",
      defaultValue = "colour-statistics",
      description =
          "a part of kind extractor (default: ${DEFAULT-VALUE}, a baseline without a model), or the name of a model that is "
              + "known, such as uni, whose file lies in the folder of models (stroma.models); --list-extractors names them")
  private String extractor;

  @Option(
      names = "--stain",
      paramLabel = "TYPE",
      defaultValue = "",
      description = "a part of kind stain; none if not given")
  private String stain;

  @Option(
      names = "--set",
      paramLabel = "path=value",
      description = "a setting of the extractor or the stain, such as extractor.model=resnet.onnx")
  private List<String> sets = List.of();

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      description =
          "what the model computes on: auto (a GPU where there is one), cpu, gpu (refuses to run without one), gpu:1 (that one); "
              + "default: as the setting stroma.device")
  private String device;

  /**
   * The parts, with their settings.
   *
   * @throws UsageException for options that cannot be
   */
  ObjectNode parts(PartCatalog catalog, ModelRegistry registry) {
    ObjectNode parts = MAPPER.createObjectNode();
    parts.putObject(EXTRACTOR).put("type", extractor);
    if (!stain.isEmpty()) {
      parts.putObject(PartKind.STAIN.label()).put("type", stain);
    }
    sets.forEach(set -> set(parts, set));
    ObjectNode its = (ObjectNode) parts.get(EXTRACTOR);
    if (catalog.part(PartKind.EXTRACTOR, extractor).isEmpty()) {
      if (!registry.knows(extractor)) {
        throw unknown(catalog, registry);
      }
      its.put("type", format(its, registry).extractor());
      its.put("name", extractor.toLowerCase(Locale.ROOT));
    }
    if (device != null) {
      compute(its, catalog);
    }
    return parts;
  }

  private FaultsException unknown(PartCatalog catalog, ModelRegistry registry) {
    List<String> parts = catalog.parts().stream()
        .filter(part -> part.kind() == PartKind.EXTRACTOR)
        .map(PartDescriptor::type)
        .toList();
    List<String> models = registry.all(new ArrayList<>()).stream()
        .map(known -> known.entry().name())
        .toList();
    List<String> all = new ArrayList<>(parts);
    all.addAll(models);
    Fault fault = new Fault(
        "",
        "no installed bundle provides the extractor \"" + extractor
            + "\", and no model is called so; bundles provide " + String.join(", ", parts)
            + ", and models are called " + String.join(", ", models)
            + " (--list-extractors tells more)" + Closest.question(extractor, all),
        new Fault.Wanted(PartKind.EXTRACTOR, extractor));
    return new FaultsException(List.of(fault), true);
  }

  private void set(ObjectNode parts, String set) {
    String[] halves = set.split("=", 2);
    String[] keys = halves[0].split("\\.");
    if (halves.length < 2 || keys.length != 2 || !(parts.get(keys[0]) instanceof ObjectNode part)) {
      throw new UsageException("--set " + set + " has to be extractor.SETTING=value"
          + (stain.isEmpty() ? "" : " or stain.SETTING=value"));
    }
    JsonNode value;
    try {
      value = MAPPER.readTree(halves[1]);
    } catch (IOException e) {
      value = MAPPER.getNodeFactory().textNode(halves[1]);
    }
    part.set(keys[1], value);
  }

  /** As what the model of that name is there; as ONNX where it is nothing, so that the part tells where it looked. */
  private ModelFormat format(ObjectNode its, ModelRegistry registry) {
    if (its.has("model")) {
      Path model = Path.of(its.path("model").asText());
      return Files.isDirectory(model) ? ModelFormat.SAVED_MODEL : ModelFormat.ONNX;
    }
    Map<ModelFormat, Path> files = registry.files(extractor);
    return files.isEmpty() ? ModelFormat.ONNX : files.keySet().iterator().next();
  }

  private void compute(ObjectNode its, PartCatalog catalog) {
    if (device.isBlank() || SettingKeys.DEVICE.refusal(device).isPresent()) {
      throw new UsageException(
          "--device is \"" + device + "\"; it has to be " + SettingKeys.DEVICE.wanted());
    }
    String wanted = device.strip().toLowerCase(Locale.ROOT);
    boolean can =
        catalog
            .part(PartKind.EXTRACTOR, its.path("type").asText())
            .map(PartDescriptor::settings)
            .stream()
            .flatMap(List::stream)
            .anyMatch(setting -> setting.name().equals("device"));
    if (can) {
      its.put("device", wanted);
    } else if (wanted.startsWith("gpu")) {
      throw new UsageException("--device is " + device + ", and the extractor "
          + its.path("type").asText() + " computes on the CPU alone");
    }
  }
}
