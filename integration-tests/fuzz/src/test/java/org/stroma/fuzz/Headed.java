/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;

/** Changes of files with a header of text before their numbers, whose length follows the change. */
final class Headed {
  private Headed() {}

  /** Safetensors: 8 bytes of length, JSON, numbers. */
  static byte[] safetensors(byte[] bytes, Random random) {
    if (bytes.length < 8) {
      return null;
    }
    long length = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (length < 2 || length > bytes.length - 8) {
      return null;
    }
    byte[] header = Arrays.copyOfRange(bytes, 8, 8 + (int) length);
    byte[] changed =
        random.nextInt(4) > 0 ? Trees.changed(header, random) : Texts.changed(header, random);
    if (changed == null) {
      return null;
    }
    byte[] all = Bytes.replaced(bytes, 8, (int) length, changed);
    ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN).putLong(0, changed.length);
    return all;
  }

  /** NumPy: 10 bytes, of which the last two are the length, a Python dictionary, numbers. */
  static byte[] npy(byte[] bytes, Random random) {
    if (bytes.length < 10 || bytes[6] != 1) {
      return null;
    }
    int length = bytes[8] & 0xff | (bytes[9] & 0xff) << 8;
    if (length > bytes.length - 10) {
      return null;
    }
    byte[] changed = Texts.changed(Arrays.copyOfRange(bytes, 10, 10 + length), random);
    if (changed.length > 0xffff) {
      return null;
    }
    byte[] all = Bytes.replaced(bytes, 10, length, changed);
    all[8] = (byte) changed.length;
    all[9] = (byte) (changed.length >> 8);
    return all;
  }
}
