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

/**
 * Reads the parts of a tokenizer.json that change a text before tokenization: normalizer and
 * pre_tokenizer.
 */
final class Normalizers {
  private static final int DEEPEST = 8;
  private static final List<String> KINDS = List.of(
      "BertNormalizer",
      "Strip",
      "StripAccents",
      "NFC",
      "NFD",
      "NFKC",
      "NFKD",
      "Lowercase",
      "Nmt",
      "Precompiled",
      "Replace",
      "Prepend",
      "ByteLevel",
      "Sequence");
  private static final List<String> DIVIDERS = List.of(
      "BertPreTokenizer",
      "ByteLevel",
      "CharDelimiterSplit",
      "Metaspace",
      "Whitespace",
      "WhitespaceSplit",
      "Split",
      "Punctuation",
      "Digits",
      "UnicodeScripts",
      "FixedLength",
      "Sequence");
  private static final List<String> BEHAVIORS =
      List.of("Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous");

  private int longest = Integer.MAX_VALUE;

  /** Maximum length of a text in characters, by the regular expressions read so far. */
  int longest() {
    return longest;
  }

  /** The checked normalizer for the native code. */
  JsonNode normalizer(Place place) throws IOException {
    return place.absent() ? NullNode.getInstance() : normalizer(place, 0);
  }

  private ObjectNode normalizer(Place place, int depth) throws IOException {
    String kind = kind(place, KINDS, depth);
    ObjectNode its = JsonNodeFactory.instance.objectNode().put("type", kind);
    switch (kind) {
      case "BertNormalizer" -> {
        its.put("clean_text", place.at("clean_text").flag());
        its.put("handle_chinese_chars", place.at("handle_chinese_chars").flag());
        Place accents = place.at("strip_accents");
        its.set("strip_accents", accents.absent() ? NullNode.getInstance() : accents.node());
        accents.flagOr(false);
        its.put("lowercase", place.at("lowercase").flag());
      }
      case "Strip" -> its.put("strip_left", place.at("strip_left").flag())
          .put("strip_right", place.at("strip_right").flag());
      case "Precompiled" -> its.put(
          "precompiled_charsmap", charsmap(place.at("precompiled_charsmap")));
      case "Replace" -> {
        its.set("pattern", pattern(place.at("pattern"), false));
        its.put("content", place.at("content").text());
      }
      case "Prepend" -> its.put("prepend", filled(place.at("prepend")));
      case "Sequence" -> {
        ArrayNode all = its.putArray("normalizers");
        for (Place step : place.at("normalizers").elements()) {
          all.add(normalizer(step, depth + 1));
        }
      }
      default -> {}
    }
    return its;
  }

  private static String charsmap(Place place) throws IOException {
    if (place.absent() || place.node().asText("").isEmpty()) {
      throw place.not(
          "SentencePiece's rules in base64; a model without any has no such normalizer");
    }
    String fault = Charsmap.fault(place.text());
    if (fault != null) {
      throw place.wrong(place.path() + " " + fault);
    }
    return place.text();
  }

  /** The checked pre_tokenizer for the native code. */
  JsonNode divider(Place place) throws IOException {
    return place.absent() ? NullNode.getInstance() : divider(place, 0);
  }

  private ObjectNode divider(Place place, int depth) throws IOException {
    String kind = kind(place, DIVIDERS, depth);
    ObjectNode its = JsonNodeFactory.instance.objectNode().put("type", kind);
    switch (kind) {
      case "ByteLevel" -> its.put(
              "add_prefix_space", place.at("add_prefix_space").flag())
          .put("trim_offsets", place.at("trim_offsets").flagOr(true))
          .put("use_regex", place.at("use_regex").flagOr(true));
      case "CharDelimiterSplit" -> its.put("delimiter", character(place.at("delimiter")));
      case "Metaspace" -> metaspace(place, its);
      case "Split" -> {
        its.set("pattern", pattern(place.at("pattern"), true));
        its.put("behavior", place.at("behavior").oneOf(BEHAVIORS))
            .put("invert", place.at("invert").flag());
      }
      case "Punctuation" -> its.put(
          "behavior",
          place.at("behavior").absent() ? "Isolated" : place.at("behavior").oneOf(BEHAVIORS));
      case "Digits" -> its.put(
          "individual_digits", place.at("individual_digits").flag());
      case "FixedLength" -> its.put(
          "length", place.at("length").absent() ? 5 : place.at("length").whole(1));
      case "Sequence" -> {
        ArrayNode all = its.putArray("pretokenizers");
        for (Place step : place.at("pretokenizers").elements()) {
          all.add(divider(step, depth + 1));
        }
      }
      default -> {}
    }
    return its;
  }

  private static void metaspace(Place place, ObjectNode its) throws IOException {
    its.put("replacement", character(place.at("replacement")));
    String scheme = place.at("prepend_scheme").absent()
        ? "always"
        : place.at("prepend_scheme").oneOf(List.of("always", "never", "first"));
    if (!place.at("add_prefix_space").flagOr(true)) { // the form of older files
      if (!place.at("prepend_scheme").absent() && !scheme.equals("never")) {
        throw place.wrong(place.path()
            + " says both \"add_prefix_space\": false and \"prepend_scheme\": \"" + scheme + "\"");
      }
      scheme = "never";
    }
    its.put("prepend_scheme", scheme).put("split", place.at("split").flagOr(true));
  }

  /** Reads a literal or regular-expression pattern. */
  private JsonNode pattern(Place place, boolean mayBeEmpty) throws IOException {
    place.object();
    Place string = place.at("String");
    Place regex = place.at("Regex");
    if (string.absent() == regex.absent()) {
      throw place.wrong(place.path() + " has to hold either a String or a Regex");
    }
    if (regex.absent()) {
      return JsonNodeFactory.instance.objectNode().put("String", filled(string));
    }
    try {
      Backtracking backtracking = Backtracking.of(filled(regex));
      if (backtracking.empty() && !mayBeEmpty) {
        throw new IllegalArgumentException("matches where there is nothing");
      }
      longest = Math.min(longest, backtracking.longest());
    } catch (IllegalArgumentException e) {
      throw regex.wrong(regex.path() + " is a regular expression that " + e.getMessage());
    }
    return JsonNodeFactory.instance.objectNode().put("Regex", regex.text());
  }

  private static String kind(Place place, List<String> kinds, int depth) throws IOException {
    if (depth > DEEPEST) {
      throw place.wrong(place.path() + " lies more than " + DEEPEST + " sequences deep");
    }
    return place.object().at("type").oneOf(kinds);
  }

  private static String filled(Place place) throws IOException {
    if (place.text().isEmpty()) {
      throw place.not("a string that is not empty");
    }
    return place.text();
  }

  private static String character(Place place) throws IOException {
    if (place.text().codePointCount(0, place.text().length()) != 1) {
      throw place.not("one character");
    }
    return place.text();
  }
}
