/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.tokenizers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Reads the post_processor of a tokenizer.json, which adds special tokens around a text. */
final class Processors {
  private static final List<String> KINDS =
      List.of("TemplateProcessing", "BertProcessing", "RobertaProcessing", "ByteLevel", "Sequence");

  private final Map<String, Integer> ids;
  private String framing; // type of the processor that adds special tokens

  /** @param ids ids by token */
  Processors(Map<String, Integer> ids) {
    this.ids = ids;
  }

  /** The checked post_processor for the native code. */
  JsonNode processor(Place place) throws IOException {
    return place.absent() ? NullNode.getInstance() : processor(place, true);
  }

  private ObjectNode processor(Place place, boolean sequences) throws IOException {
    String kind = place.object().at("type").oneOf(KINDS);
    ObjectNode its = JsonNodeFactory.instance.objectNode().put("type", kind);
    switch (kind) {
      case "Sequence" -> {
        if (!sequences) {
          throw place.wrong(place.path() + " is a Sequence within a Sequence");
        }
        ArrayNode all = its.putArray("processors");
        for (Place step : place.at("processors").elements()) {
          all.add(processor(step, false));
        }
      }
      case "ByteLevel" -> its.put(
              "add_prefix_space", place.at("add_prefix_space").flagOr(true))
          .put("trim_offsets", place.at("trim_offsets").flagOr(true))
          .put("use_regex", place.at("use_regex").flagOr(true));
      case "TemplateProcessing" -> {
        alone(place);
        template(place, its);
      }
      default -> {
        alone(place);
        its.set("sep", pair(place.at("sep")));
        its.set("cls", pair(place.at("cls")));
        if (kind.equals("RobertaProcessing")) {
          its.put("trim_offsets", place.at("trim_offsets").flag())
              .put("add_prefix_space", place.at("add_prefix_space").flag());
        }
      }
    }
    return its;
  }

  /** Rejects a second framing processor: the native code cannot nest them. */
  private void alone(Place place) throws IOException {
    if (framing != null) {
      throw place.wrong("both " + framing + " and " + place.path()
          + " put special tokens around a text; one may");
    }
    framing = place.path();
  }

  private JsonNode pair(Place place) throws IOException {
    if (!place.node().isArray() || place.node().size() != 2) {
      throw place.not("a token and its id");
    }
    String token = place.at(0).text();
    return JsonNodeFactory.instance.arrayNode().add(token).add(id(place.at(1), token));
  }

  private int id(Place place, String token) throws IOException {
    int id = place.whole(0);
    Integer its = ids.get(token);
    if (its != null ? its != id : !ids.containsValue(id)) {
      throw place.wrong(place.path() + " is " + id + " for \"" + token + "\"; "
          + (its == null
              ? "the vocabulary has no such id"
              : "in the vocabulary it has the id " + its));
    }
    return id;
  }

  private void template(Place place, ObjectNode its) throws IOException {
    Place specials = place.at("special_tokens").object();
    ObjectNode used = JsonNodeFactory.instance.objectNode();
    ArrayNode single = its.putArray("single");
    int texts = 0;
    for (Place piece : place.at("single").elements()) {
      boolean text = piece.node().has("Sequence");
      if (text == piece.node().has("SpecialToken") || piece.node().size() != 1) {
        throw piece.not("either a Sequence or a SpecialToken");
      }
      String key = text ? "Sequence" : "SpecialToken";
      Place named = piece.at(key);
      String id = named.object().at("id").text();
      if (text) {
        texts++;
        named.at("id").oneOf(List.of("A"));
      } else if (specials.at(id).absent()) {
        throw named.wrong(named.path() + ".id is \"" + id + "\", and " + specials.path()
            + " does not say what that is");
      } else if (!used.has(id)) {
        used.set(id, special(specials.at(id)));
      }
      single
          .addObject()
          .putObject(key)
          .put("id", id)
          .put("type_id", named.at("type_id").whole(0));
    }
    if (texts != 1) {
      throw place.wrong(
          place.path() + ".single has the text " + texts + " times; it has to have it once");
    }
    ArrayNode pair =
        its.putArray("pair"); // required by the format; pairs of texts are not supported
    pair.addObject().putObject("Sequence").put("id", "A").put("type_id", 0);
    pair.addObject().putObject("Sequence").put("id", "B").put("type_id", 1);
    its.set("special_tokens", used);
  }

  private ObjectNode special(Place place) throws IOException {
    ObjectNode its =
        JsonNodeFactory.instance.objectNode().put("id", place.object().at("id").text());
    List<Place> numbers = place.at("ids").elements();
    List<Place> tokens = place.at("tokens").elements();
    if (numbers.size() != tokens.size() || numbers.isEmpty()) {
      throw place.wrong(place.path() + " has " + numbers.size() + " ids and " + tokens.size()
          + " tokens; they belong together");
    }
    ArrayNode allIds = its.putArray("ids");
    ArrayNode allTokens = its.putArray("tokens");
    for (int i = 0; i < numbers.size(); i++) {
      String token = tokens.get(i).text();
      allTokens.add(token);
      allIds.add(id(numbers.get(i), token));
    }
    return its;
  }
}
