/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import org.stroma.api.data.Learned;

/** What transforms and tokenizers learned, as a prediction finds it: written as JSON with the run, and read again. */
public final class Stored {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<Map<String, Object>> VALUES = new TypeReference<>() {};

  private Stored() {}

  /** The same after it was written and read. */
  public static Learned again(Learned learned) {
    return of(json(learned));
  }

  /** What a run writes. */
  public static String json(Learned learned) {
    try {
      return JSON.writeValueAsString(learned.values());
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("what was learned cannot be written as JSON: " + e, e);
    }
  }

  /** What is read of JSON, an object. */
  public static Learned of(String json) {
    try {
      return Learned.of(JSON.readValue(json, VALUES));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(json + " is no object of JSON: " + e.getMessage(), e);
    }
  }
}
