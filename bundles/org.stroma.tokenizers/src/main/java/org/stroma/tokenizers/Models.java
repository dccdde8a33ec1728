/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.tokenizers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The model of a tokenizer.json: vocabulary and rules for splitting words.
 *
 * @param json the checked model for the native code
 * @param ids ids by token
 * @param unknown id of the unknown token; -1 if unknown characters are dropped
 * @param notes notes for the user
 */
record Models(ObjectNode json, Map<String, Integer> ids, int unknown, List<String> notes) {
  private static final List<String> KINDS = List.of("WordPiece", "BPE", "Unigram", "WordLevel");
  private static final int SPARE = 100_000; // maximum number of unused ids

  static Models of(Place place) throws IOException {
    if (!place.node().isObject()
        || place.at("vocab").absent()
        || place.at("vocab").node().isEmpty()) {
      throw place.wrong("it has no model with a vocabulary");
    }
    String kind = place.at("type").absent() ? untold(place) : place.at("type").oneOf(KINDS);
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("type", kind);
    return switch (kind) {
      case "WordPiece" -> wordPiece(place, json);
      case "BPE" -> pairs(place, json);
      case "Unigram" -> unigram(place, json);
      default -> wordLevel(place, json);
    };
  }

  /** Infers the type of a model in older files, which do not state it. */
  private static String untold(Place place) {
    return !place.at("merges").absent()
        ? "BPE"
        : place.at("vocab").node().isArray()
            ? "Unigram"
            : place.at("continuing_subword_prefix").absent() ? "WordLevel" : "WordPiece";
  }

  private static Models wordPiece(Place place, ObjectNode json) throws IOException {
    json.put("unk_token", place.at("unk_token").text());
    json.put("continuing_subword_prefix", place.at("continuing_subword_prefix").text());
    json.put("max_input_chars_per_word", place.at("max_input_chars_per_word").whole(1));
    Map<String, Integer> ids = vocabulary(place.at("vocab"), json);
    return new Models(json, ids, known(place.at("unk_token"), ids), List.of());
  }

  private static Models wordLevel(Place place, ObjectNode json) throws IOException {
    json.put("unk_token", place.at("unk_token").text());
    Map<String, Integer> ids = vocabulary(place.at("vocab"), json);
    return new Models(json, ids, known(place.at("unk_token"), ids), List.of());
  }

  private static int known(Place token, Map<String, Integer> ids) throws IOException {
    Integer id = ids.get(token.text());
    if (id == null) {
      throw token.wrong(
          token.path() + " is \"" + token.text() + "\", and model.vocab has no such token");
    }
    return id;
  }

  private static Models pairs(Place place, ObjectNode json) throws IOException {
    Map<String, Integer> ids = vocabulary(place.at("vocab"), json);
    List<String> notes = new ArrayList<>();
    Place dropout = place.at("dropout");
    if (!dropout.absent() && dropout.finite() != 0) {
      if (dropout.finite() < 0 || dropout.finite() > 1) {
        throw dropout.not("a number from 0 to 1, or null");
      }
      notes.add(
          place.file() + " divides words at random (\"dropout\": " + dropout.node()
              + " in its model); it is used without dropout, so that a text has the same tokens every time");
    }
    json.putNull("dropout");
    int unknown = -1;
    String token = place.at("unk_token").textOr(null);
    if (token != null && !ids.containsKey(token)) {
      notes.add(place.file() + " names \"" + token
          + "\" as its unknown token and has no such token; characters that the"
          + " vocabulary lacks are left out");
    } else if (token != null) {
      unknown = ids.get(token);
    }
    json.put("unk_token", unknown < 0 ? null : token);
    String prefix = place.at("continuing_subword_prefix").textOr(null);
    json.put("continuing_subword_prefix", prefix);
    json.put("end_of_word_suffix", place.at("end_of_word_suffix").textOr(null));
    for (String flag : List.of("fuse_unk", "byte_fallback", "ignore_merges")) {
      json.put(flag, place.at(flag).flagOr(false));
    }
    merges(place.at("merges"), ids, prefix == null ? "" : prefix, json.putArray("merges"));
    return new Models(json, ids, unknown, notes);
  }

  /** Reads merges, each a list of two pieces or the pieces separated by a space. */
  private static void merges(Place place, Map<String, Integer> ids, String prefix, ArrayNode merges)
      throws IOException {
    boolean lists = false;
    for (Place merge : place.elements()) {
      JsonNode node = merge.node();
      String first;
      String second;
      if (node.isArray()) {
        lists = true;
        if (node.size() != 2) {
          throw merge.not("two pieces");
        }
        first = merge.at(0).text();
        second = merge.at(1).text();
      } else {
        String line = merge.text();
        if (line.startsWith("#version") && !lists) {
          continue;
        }
        String[] pieces = line.split(" ", -1);
        if (pieces.length != 2) {
          throw merge.not("two pieces with a blank between");
        }
        first = pieces[0];
        second = pieces[1];
      }
      if (!second.startsWith(prefix)) {
        throw merge.wrong(merge.path() + " has the second piece \"" + second
            + "\"; it has to begin with the" + " continuing_subword_prefix \"" + prefix + "\"");
      }
      for (String piece : List.of(first, second, first + second.substring(prefix.length()))) {
        if (!ids.containsKey(piece)) {
          throw merge.wrong(merge.path() + " merges \"" + first + "\" and \"" + second
              + "\", and model.vocab has no token \"" + piece + "\"");
        }
      }
      merges.addArray().add(first).add(second);
    }
  }

  private static Models unigram(Place place, ObjectNode json) throws IOException {
    Map<String, Integer> ids = new HashMap<>();
    ArrayNode vocabulary = JsonNodeFactory.instance.arrayNode();
    for (Place pair : place.at("vocab").elements()) {
      if (!pair.node().isArray() || pair.node().size() != 2) {
        throw pair.not("a piece and its score");
      }
      String piece = pair.at(0).text();
      Integer other = ids.put(piece, vocabulary.size());
      if (other != null) {
        throw pair.wrong("model.vocab has the piece \"" + piece + "\" twice, as " + other + " and "
            + vocabulary.size());
      }
      vocabulary.addArray().add(piece).add(pair.at(1).finite());
    }
    int unknown = place.at("unk_id").whole(0);
    if (unknown >= vocabulary.size()) {
      throw place.wrong("model.unk_id is " + unknown + ", and model.vocab has " + vocabulary.size()
          + " pieces, from 0");
    }
    json.put("unk_id", unknown).put("byte_fallback", place.at("byte_fallback").flagOr(false));
    json.set("vocab", vocabulary);
    return new Models(json, ids, unknown, List.of());
  }

  /** Reads an object of ids by token; ids must be unique. */
  private static Map<String, Integer> vocabulary(Place place, ObjectNode json) throws IOException {
    place.object();
    Map<String, Integer> ids = new LinkedHashMap<>();
    Map<Integer, String> tokens = new HashMap<>();
    for (Iterator<Map.Entry<String, JsonNode>> entries = place.node().fields();
        entries.hasNext(); ) {
      Map.Entry<String, JsonNode> entry = entries.next();
      String token = entry.getKey();
      JsonNode id = entry.getValue();
      if (!id.isIntegralNumber() || !id.canConvertToInt() || id.intValue() < 0) {
        throw place.wrong("model.vocab has the id " + id + " for \"" + token
            + "\"; ids are whole numbers from 0");
      }
      if (id.intValue() > place.node().size() + SPARE) {
        throw place.wrong("model.vocab has " + place.node().size() + " tokens, and the id " + id
            + " for \"" + token + "\"; ids count from 0");
      }
      String other = tokens.put(id.intValue(), token);
      if (other != null) {
        throw place.wrong(
            "model.vocab has the id " + id + " for both \"" + other + "\" and \"" + token + "\"");
      }
      ids.put(token, id.intValue());
    }
    ObjectNode vocabulary = json.putObject("vocab");
    ids.forEach(vocabulary::put);
    return ids;
  }
}
