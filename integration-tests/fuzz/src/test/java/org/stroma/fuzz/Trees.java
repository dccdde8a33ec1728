/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.fuzz;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Changes of JSON that leave it JSON: values of other kinds, keys that go, come or are called otherwise, trees that move. */
final class Trees {
  private static final JsonMapper MAPPER = JsonMapper.builder()
      .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS, JsonReadFeature.ALLOW_TRAILING_COMMA)
      .build();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private record Place(JsonNode parent, String key, int index) {}

  private Trees() {}

  /** A changed copy, or null for what is no JSON. */
  static byte[] changed(byte[] bytes, Random random) {
    try {
      JsonNode root = MAPPER.readTree(bytes);
      int changes = 1 + random.nextInt(3);
      for (int i = 0; i < changes; i++) {
        root = changed(root, random);
      }
      byte[] json = MAPPER.writeValueAsBytes(root);
      return random.nextInt(12) == 0 ? twice(json, random) : json;
    } catch (JsonProcessingException e) {
      return null;
    } catch (java.io.IOException e) {
      return null;
    }
  }

  /** A key that stands twice, or a comment. */
  private static byte[] twice(byte[] json, Random random) {
    String text = new String(json, java.nio.charset.StandardCharsets.UTF_8);
    String changed = random.nextBoolean()
        ? text.replaceFirst("(\"\\w+\":)(\\d+)", "$1$2,$1$2")
        : text.replaceFirst(",", ", // a comment\n /* and one more */ ");
    return changed.getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  private static JsonNode changed(JsonNode root, Random random) {
    List<Place> places = new ArrayList<>();
    List<JsonNode> nodes = new ArrayList<>();
    collect(root, places, nodes);
    if (places.isEmpty()) {
      return value(nodes, root, random);
    }
    Place place = places.get(random.nextInt(places.size()));
    JsonNode old = at(place);
    int kind = random.nextInt(12);
    if (place.parent() instanceof ObjectNode object) {
      switch (kind) {
        case 0 -> object.remove(place.key());
        case 1 -> {
          object.remove(place.key());
          object.set(random.nextBoolean() ? place.key() + "x" : Numbers.text(random), old);
        }
        case 2 -> object.set(Numbers.text(random), old);
        default -> object.set(place.key(), value(nodes, old, random));
      }
    } else if (place.parent() instanceof ArrayNode array) {
      switch (kind) {
        case 0 -> array.remove(place.index());
        case 1 -> array.insert(place.index(), old);
        case 2 -> {
          int many = 1 << random.nextInt(12);
          for (int i = 0; i < many; i++) {
            array.add(old);
          }
        }
        default -> array.set(place.index(), value(nodes, old, random));
      }
    }
    return root;
  }

  private static JsonNode at(Place place) {
    return place.key() == null
        ? place.parent().get(place.index())
        : place.parent().get(place.key());
  }

  private static void collect(JsonNode node, List<Place> places, List<JsonNode> nodes) {
    nodes.add(node);
    if (node instanceof ObjectNode object) {
      object.fields().forEachRemaining(field -> {
        places.add(new Place(object, field.getKey(), -1));
        collect(field.getValue(), places, nodes);
      });
    } else if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        places.add(new Place(array, null, i));
        // of long lists of numbers a few places are enough
        if (i < 64) {
          collect(array.get(i), places, nodes);
        }
      }
    }
  }

  private static JsonNode value(List<JsonNode> nodes, JsonNode old, Random random) {
    return switch (random.nextInt(12)) {
      case 0 -> NODES.nullNode();
      case 1 -> NODES.booleanNode(random.nextBoolean());
      case 2 -> NODES.numberNode(Numbers.whole(random));
      case 3 -> NODES.numberNode(new BigDecimal(
          List.of("0.5", "-0.0", "1e308", "1e400", "1e-400", "1e999999", "-1", "2.5e10")
              .get(random.nextInt(8))));
      case 4 -> old.isNumber()
          ? NODES.numberNode(old.doubleValue() * (random.nextInt(5) - 2))
          : NODES.numberNode(BigInteger.ONE.shiftLeft(1 + random.nextInt(2000)));
      case 5, 6 -> NODES.textNode(
          old.isTextual() && random.nextBoolean()
              ? old.textValue() + Numbers.text(random)
              : Numbers.text(random));
      case 7 -> NODES.arrayNode();
      case 8 -> NODES.objectNode();
      case 9 -> {
        // as deep as some programs allow, and deeper
        JsonNode deep = old;
        int depth = 1 << random.nextInt(10);
        boolean list = random.nextBoolean();
        for (int i = 0; i < depth; i++) {
          deep = list ? NODES.arrayNode().add(deep) : NODES.objectNode().set("a", deep);
        }
        yield deep;
      }
      case 10 -> NODES.arrayNode().add(old.deepCopy()).add(old.deepCopy());
      default -> nodes.get(random.nextInt(nodes.size())).deepCopy();
    };
  }
}
