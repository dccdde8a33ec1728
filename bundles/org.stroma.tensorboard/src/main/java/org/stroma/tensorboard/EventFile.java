/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.tensorboard;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.zip.CRC32C;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.Summary;

/**
 * A file of TensorBoard's events: TFRecords (length, its masked CRC32C, data, their masked CRC32C, all little-endian) of TensorFlow's
 * {@code Event} messages, the first of which names the version of the format. Every write ends with a whole record on disk, so that
 * TensorBoard can look on, and what a killed run leaves is readable.
 */
final class EventFile implements AutoCloseable {
  /** The version that TensorBoard wants to be told. */
  private static final String VERSION = "brain.Event:2";

  private final OutputStream out;

  /** A file that is not there yet, in a folder that is made where it is not there. */
  EventFile(Path file, double seconds) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    out = new BufferedOutputStream(Files.newOutputStream(file, StandardOpenOption.CREATE_NEW));
    write(Event.newBuilder().setWallTime(seconds).setFileVersion(VERSION).build());
  }

  /**
   * Writes numbers.
   *
   * @param scalars by tag
   * @param step what TensorBoard draws them over
   * @param seconds since 1970
   */
  void scalars(Map<String, Double> scalars, long step, double seconds) throws IOException {
    Summary.Builder summary = Summary.newBuilder();
    scalars.forEach((tag, value) -> summary.addValue(
        Summary.Value.newBuilder().setTag(tag).setSimpleValue(value.floatValue())));
    write(Event.newBuilder()
        .setWallTime(seconds)
        .setStep(step)
        .setSummary(summary)
        .build());
  }

  private void write(Event event) throws IOException {
    byte[] data = event.toByteArray();
    byte[] length = ByteBuffer.allocate(8)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(data.length)
        .array();
    out.write(length);
    out.write(masked(length));
    out.write(data);
    out.write(masked(data));
    out.flush();
  }

  /** A sum that is not that of the sum's own bytes: rotated by 15 bits, and a constant added. */
  private static byte[] masked(byte[] bytes) {
    CRC32C sum = new CRC32C();
    sum.update(bytes);
    int masked = Integer.rotateRight((int) sum.getValue(), 15) + 0xa282ead8;
    return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(masked).array();
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
