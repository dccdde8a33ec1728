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
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A checked tokenizer.json. The native code ends the whole process, with every experiment in it, if
 * a file is not as expected. Therefore the parts are parsed one by one and written again, so that
 * it sees only what was understood here. The decoder, truncation and padding of the file are
 * dropped, as they are not used.
 *
 * @param json the checked file for the native code
 * @param ids ids by token, as assigned by the native code
 * @param unknown id of the unknown token; -1 if unknown characters are dropped
 * @param longest maximum length of a text in characters
 * @param notes notes for the user
 */
record TokenizerFile(
    String json, Map<String, Integer> ids, int unknown, int longest, List<String> notes) {
  private static final List<String> FLAGS =
      List.of("single_word", "lstrip", "rstrip", "normalized", "special");

  /** @throws IOException if it cannot be used; the message is one sentence for the user */
  static TokenizerFile of(String text, String name) throws IOException {
    JsonNode node = TokenizerText.json(text, name, "tokenizer.json");
    Place root = new Place(name, "", node);
    if (!node.isObject()) {
      throw new IOException(name + " is no tokenizer.json: it has to hold an object");
    }
    if (!root.at("version").absent()) {
      root.at("version").oneOf(List.of("1.0"));
    }
    Models model = Models.of(root.at("model"));
    Map<String, Integer> ids = new HashMap<>(model.ids());
    ObjectNode json = JsonNodeFactory.instance
        .objectNode()
        .put("version", "1.0")
        .putNull("truncation")
        .putNull("padding");
    json.set("added_tokens", added(root.at("added_tokens"), ids));
    Normalizers normalizers = new Normalizers();
    json.set("normalizer", normalizers.normalizer(root.at("normalizer")));
    json.set("pre_tokenizer", normalizers.divider(root.at("pre_tokenizer")));
    json.set("post_processor", new Processors(ids).processor(root.at("post_processor")));
    json.putNull("decoder");
    json.set("model", model.json());
    for (String unused : List.of("decoder", "truncation", "padding")) {
      if (!root.at(unused).absent()) {
        root.at(unused).object();
      }
    }
    String seen = json.toString();
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(seen)) {
      throw root.wrong("it holds half a character (a lone surrogate such as \\ud800)");
    }
    return new TokenizerFile(
        seen,
        Collections.unmodifiableMap(ids),
        model.unknown(),
        normalizers.longest(),
        List.copyOf(model.notes()));
  }

  /**
   * Reads the added tokens. Their ids are assigned as the native code does it, which ignores those
   * in the file.
   */
  private static ArrayNode added(Place place, Map<String, Integer> ids) throws IOException {
    ArrayNode added = JsonNodeFactory.instance.arrayNode();
    if (place.absent()) {
      return added;
    }
    int own = ids.size();
    int last = -1;
    Set<Integer> taken = new HashSet<>(ids.values());
    for (Place token : place.elements()) {
      ObjectNode its = added.addObject().put("id", token.object().at("id").whole(0));
      String content = token.at("content").text();
      its.put("content", content);
      for (String flag : FLAGS) {
        its.put(flag, token.at(flag).flag());
      }
      if (!content.isEmpty()) {
        int next = last >= own ? last + 1 : own;
        boolean fresh = !ids.containsKey(content);
        if (fresh && !taken.add(next)) {
          throw token.wrong(token.path() + " would get the id " + next + ", the next after the "
              + own + " of model.vocab, and another token has it");
        }
        int id = ids.computeIfAbsent(content, none -> next);
        if (id != its.get("id").intValue()) {
          throw token.wrong(token.path() + " has the id " + its.get("id") + " for \"" + content
              + "\"; " + (fresh ? "the next free one is " : "in model.vocab it has the id ") + id);
        }
        last = Math.max(last, id);
      }
    }
    return added;
  }
}
