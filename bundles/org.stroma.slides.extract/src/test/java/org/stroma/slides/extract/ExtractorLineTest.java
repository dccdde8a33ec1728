/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.extract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class ExtractorLineTest {
  private static String line(String json) throws JsonProcessingException {
    return ExtractorLine.of(new ObjectMapper().readTree(json)).toString();
  }

  /** The second is what an extraction wrote before models had names. */
  @Test
  void whatWasExtractedBeforeModelsHadNamesIsStillTheSame() throws JsonProcessingException {
    assertEquals(
        "{\"type\":\"onnx\",\"model\":\"general.onnx\",\"inputSize\":32,\"interpolation\":\"bilinear\","
            + "\"mean\":[0.485,0.456,0.406],\"deviation\":[0.229,0.224,0.225],\"layout\":\"auto\",\"output\":\"\","
            + "\"pool\":false,\"batch\":32,\"threads\":0}",
        line(
            "{\"type\":\"onnx\",\"name\":\"\",\"model\":\"general.onnx\",\"inputSize\":32,\"resize\":0,"
                + "\"interpolation\":\"auto\",\"mean\":[],\"deviation\":[],\"layout\":\"auto\",\"output\":\"\","
                + "\"pool\":false,\"tokens\":\"auto\",\"registers\":-1,\"batch\":32,\"threads\":0,\"device\":\"cpu\"}"));
    assertEquals(
        "{\"type\":\"savedmodel\",\"interpolation\":\"bicubic\",\"mean\":[0,0,0],\"deviation\":[0.229,0.224,0.225],"
            + "\"tokens\":\"class\"}",
        line(
            "{\"type\":\"savedmodel\",\"interpolation\":\"bicubic\",\"mean\":[0,0,0],\"tokens\":\"class\"}"));
    assertEquals("{\"type\":\"mine\",\"name\":\"\"}", line("{\"type\":\"mine\",\"name\":\"\"}"));
  }

  @Test
  void aNameAndWhatItTellsAreInIt() throws JsonProcessingException {
    assertEquals(
        "{\"type\":\"onnx\",\"name\":\"uni\",\"interpolation\":\"auto\",\"mean\":[]}",
        line(
            "{\"type\":\"onnx\",\"name\":\"uni\",\"resize\":0,\"interpolation\":\"auto\",\"mean\":[],\"device\":\"\"}"));
  }
}
