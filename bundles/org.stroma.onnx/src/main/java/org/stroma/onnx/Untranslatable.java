/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.onnx;

/** Why an operation cannot be said in ONNX; told by {@link OnnxExportException} with the operation's name. */
final class Untranslatable extends RuntimeException {
  private static final long serialVersionUID = 1;

  Untranslatable(String reason) {
    super(reason);
  }
}
