/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** A small ONNX model whose weights lie in a file beside it (onnx.proto, ONNX 1.17): y = x + w. */
final class External {
  private External() {}

  static byte[] model() {
    byte[] tensor = all(
        number(1, 4), // dims
        number(2, 1), // float
        bytes(8, text("w")),
        bytes(13, all(bytes(1, text("location")), bytes(2, text("weights.bin")))),
        bytes(13, all(bytes(1, text("offset")), bytes(2, text("16")))),
        bytes(13, all(bytes(1, text("length")), bytes(2, text("16")))),
        number(14, 1));
    byte[] node =
        all(bytes(1, text("x")), bytes(1, text("w")), bytes(2, text("y")), bytes(4, text("Add")));
    byte[] shape = bytes(2, bytes(1, number(1, 4)));
    byte[] type = bytes(2, bytes(1, all(number(1, 1), shape)));
    byte[] graph = all(
        bytes(1, node),
        bytes(2, text("g")),
        bytes(5, tensor),
        bytes(11, all(bytes(1, text("x")), type)),
        bytes(12, all(bytes(1, text("y")), type)));
    return all(number(1, 8), bytes(7, graph), bytes(8, number(2, 17)));
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] number(int field, int value) {
    return new byte[] {(byte) (field << 3), (byte) value};
  }

  private static byte[] bytes(int field, byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(field << 3 | 2);
    out.write(bytes.length & 0x7f | (bytes.length > 127 ? 0x80 : 0));
    if (bytes.length > 127) {
      out.write(bytes.length >> 7);
    }
    out.writeBytes(bytes);
    return out.toByteArray();
  }

  private static byte[] all(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
