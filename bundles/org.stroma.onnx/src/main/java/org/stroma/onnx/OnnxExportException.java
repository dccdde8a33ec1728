/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.onnx;

/** A graph that cannot be said in ONNX. The message is a sentence. */
public final class OnnxExportException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String operation;

  OnnxExportException(String operation, String message) {
    super(message);
    this.operation = operation;
  }

  /** The name, in the graph, of the operation that has no counterpart; empty where it is none of them. */
  public String operation() {
    return operation;
  }

  /** The same with what has built the operation, in words. */
  public OnnxExportException by(String builder) {
    return new OnnxExportException(operation, getMessage() + "; " + builder + " has built it");
  }
}
