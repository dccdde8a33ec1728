/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.stroma.api.TokenizerPart;
import org.stroma.api.data.DataException;
import org.stroma.api.data.ReadContext;
import org.stroma.api.data.Tokenizer;

/**
 * Byte-level BPE (Radford et al. 2019, section 2.2; BPE: Sennrich et al. 2016, section 3.2) from
 * {@code vocab.json} and {@code merges.txt}, as distributed with GPT-2 and RoBERTa. Every character
 * is encoded by its bytes, and a special token spelled out in a text is ordinary text.
 *
 * <p>Id 0 is padding: if id 0 of the file is not a padding token (as in both models), all ids are
 * one higher. Without a {@code classToken}, as in GPT-2, the class token is an additional last id.
 * A text without words has no ids.
 */
@Component(
    configurationPid = BytePairs.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE,
    service = Tokenizer.class)
@Designate(ocd = BytePairs.Settings.class, factory = true)
@TokenizerPart("bpe")
public final class BytePairs extends PretrainedPart {
  static final String PID = "org.stroma.data.huggingface.bpe";

  /** What can be set. */
  @ObjectClassDefinition(
      name = "BPE",
      description = "Byte-level BPE from a vocab.json and a merges.txt, as of GPT-2 and RoBERTa")
  public @interface Settings {
    @AttributeDefinition(description = "the vocab.json: ids by token; it is kept with the run")
    String vocabulary();

    @AttributeDefinition(
        description =
            "the merges.txt: two pieces a line, the first merged first; it is kept with the run")
    String merges();

    @AttributeDefinition(
        description =
            "tokens a text at most, special ones included; its end is left out and the user told",
        min = "2")
    int maxTokens() default 512;

    @AttributeDefinition(
        description =
            "token to put first, <s> for RoBERTa; if empty, one that the vocabulary does not have")
    String classToken() default "";

    @AttributeDefinition(description = "token to put last, </s> for RoBERTa; if empty, none")
    String separatorToken() default "";

    @AttributeDefinition(
        description = "whether to treat the first word as those that follow a blank")
    boolean addPrefixSpace() default false;
  }

  private final Settings settings;

  @Activate
  public BytePairs(Settings settings) {
    super(settings.maxTokens());
    this.settings = settings;
  }

  @Override
  Source source(ReadContext context) {
    Path file = context.resolve(settings.vocabulary());
    Map<String, Integer> ids = vocabulary(file);
    ArrayNode merges = merges(context.resolve(settings.merges()), ids, file);
    long lacking = bytes()
        .codePoints()
        .filter(symbol -> !ids.containsKey(Character.toString(symbol)))
        .count();
    if (lacking > 0) {
      context.note(file + " lacks " + lacking + " of the 256 bytes; they are left out of texts");
    }
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("version", "1.0").putNull("truncation").putNull("padding").putArray("added_tokens");
    json.putNull("normalizer");
    json.putObject("pre_tokenizer")
        .put("type", "ByteLevel")
        .put("add_prefix_space", settings.addPrefixSpace())
        .put("trim_offsets", true)
        .put("use_regex", true);
    json.set("post_processor", template(ids, file));
    json.putNull("decoder");
    ObjectNode model = json.putObject("model");
    model
        .put("type", "BPE")
        .putNull("dropout")
        .putNull("unk_token")
        .putNull("continuing_subword_prefix")
        .putNull("end_of_word_suffix")
        .put("fuse_unk", false);
    ObjectNode vocabulary = model.putObject("vocab");
    ids.forEach(vocabulary::put);
    model.set("merges", merges);
    return new Source(json, file.toString());
  }

  private static Map<String, Integer> vocabulary(Path file) {
    JsonNode json = json(file, "vocab.json");
    if (!json.isObject() || json.isEmpty()) {
      throw new DataException(file + " is no vocab.json: it has to hold an object of ids by token");
    }
    Map<String, Integer> ids = new LinkedHashMap<>();
    Map<Integer, String> tokens = new HashMap<>();
    json.fields().forEachRemaining(entry -> {
      JsonNode id = entry.getValue();
      if (!id.canConvertToInt() || !id.isIntegralNumber() || id.intValue() < 0) {
        throw new DataException(file + " has the id " + id + " for \"" + entry.getKey()
            + "\"; ids are whole numbers from 0");
      }
      String other = tokens.put(id.intValue(), entry.getKey());
      if (other != null) {
        throw new DataException(file + " has the id " + id + " for both \"" + other + "\" and \""
            + entry.getKey() + "\"");
      }
      ids.put(entry.getKey(), id.intValue());
    });
    return ids;
  }

  private static ArrayNode merges(Path file, Map<String, Integer> ids, Path vocabulary) {
    ArrayNode merges = JsonNodeFactory.instance.arrayNode();
    List<String> lines = text(file, "merges.txt").lines().toList();
    Map<String, Integer> seen = new HashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.startsWith("#version") || line.isBlank()) {
        continue;
      }
      String[] pieces = line.split(" ", -1);
      if (pieces.length != 2 || pieces[0].isEmpty() || pieces[1].isEmpty()) {
        throw new DataException(file + " has \"" + line + "\" on line " + (i + 1)
            + "; a merge is two pieces with a blank between");
      }
      for (String piece : List.of(pieces[0], pieces[1], pieces[0] + pieces[1])) {
        if (!ids.containsKey(piece)) {
          throw new DataException(
              file + " merges \"" + line + "\" on line " + (i + 1) + ", and " + vocabulary
                  + " has no token \"" + piece + "\"; the two files have to be of the same model");
        }
      }
      Integer other = seen.put(line, i + 1);
      if (other != null) {
        throw new DataException(file + " merges \"" + line + "\" on lines " + other + " and "
            + (i + 1) + "; each merge stands there once");
      }
      merges.add(line);
    }
    if (merges.isEmpty()) {
      throw new DataException(file + " holds no merge; it has two pieces a line");
    }
    return merges;
  }

  /** The template of special tokens around each text; null if there are none. */
  private JsonNode template(Map<String, Integer> ids, Path file) {
    ObjectNode template = JsonNodeFactory.instance.objectNode();
    template.put("type", "TemplateProcessing");
    ArrayNode single = template.putArray("single");
    ArrayNode pair = template.putArray("pair"); // required by the format, never used
    ObjectNode specials = JsonNodeFactory.instance.objectNode();
    special(settings.classToken(), "classToken", single, specials, ids, file);
    single.addObject().putObject("Sequence").put("id", "A").put("type_id", 0);
    special(settings.separatorToken(), "separatorToken", single, specials, ids, file);
    pair.addObject().putObject("Sequence").put("id", "A").put("type_id", 0);
    pair.addObject().putObject("Sequence").put("id", "B").put("type_id", 1);
    template.set("special_tokens", specials);
    return specials.isEmpty() ? JsonNodeFactory.instance.nullNode() : template;
  }

  private static void special(
      String token,
      String setting,
      ArrayNode single,
      ObjectNode specials,
      Map<String, Integer> ids,
      Path file) {
    if (token.isEmpty()) {
      return;
    }
    if (!ids.containsKey(token)) {
      throw new DataException(
          file + " has no token \"" + token + "\", which " + setting + " names");
    }
    single.addObject().putObject("SpecialToken").put("id", token).put("type_id", 0);
    ObjectNode special = specials.putObject(token).put("id", token);
    special.putArray("ids").add(ids.get(token));
    special.putArray("tokens").add(token);
  }

  /**
   * The characters that represent the 256 bytes: printable ones represent themselves, the others
   * are mapped to 256 and above.
   */
  private static String bytes() {
    StringBuilder symbols = new StringBuilder();
    int next = 256;
    for (int b = 0; b < 256; b++) {
      boolean prints = b > 32 && b < 127 || b > 160 && b != 173;
      symbols.appendCodePoint(prints ? b : next++);
    }
    return symbols.toString();
  }
}
