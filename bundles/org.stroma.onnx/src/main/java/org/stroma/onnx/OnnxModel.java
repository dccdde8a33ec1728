/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.onnx;

import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;

/** An ONNX model: a ModelProto of operator set {@value #OPERATOR_SET}, weights inside. */
public final class OnnxModel {
  /** Of ONNX 1.12, July 2022: what is much older than that does not read the model. */
  public static final int OPERATOR_SET = 17;

  /** What a message of protocol buffers holds. */
  static final long LARGEST = Integer.MAX_VALUE;

  private static final int IR_VERSION = 8;

  private final Message model;

  /**
   * What a model says of itself.
   *
   * @param name of its graph
   * @param version of Stroma
   * @param doc a sentence
   * @param properties further facts, by name
   */
  public record Facts(String name, String version, String doc, Map<String, String> properties) {}

  /** @param graph a GraphProto */
  OnnxModel(Message graph, Facts facts) {
    model = new Message()
        .integer(1, IR_VERSION)
        .text(2, "Stroma")
        .text(3, facts.version())
        .text(6, facts.doc())
        .message(7, graph)
        .message(8, new Message().text(1, "").integer(2, OPERATOR_SET));
    facts
        .properties()
        .forEach((key, value) -> model.message(14, new Message().text(1, key).text(2, value)));
    if (model.size() > LARGEST) {
      throw tooLarge(model.size());
    }
  }

  static OnnxExportException tooLarge(long size) {
    return new OnnxExportException(
        "", "the model has " + (size >> 20) + " MiB; an ONNX file holds 2,047 MiB at most");
  }

  /** Writes the file; the stream stays open. */
  public void writeTo(OutputStream out) throws IOException {
    CodedOutputStream coded = CodedOutputStream.newInstance(out, 1 << 16);
    model.writeTo(coded);
    coded.flush();
  }
}
