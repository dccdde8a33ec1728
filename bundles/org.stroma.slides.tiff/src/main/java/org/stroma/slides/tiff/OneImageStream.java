/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.tiff;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.TreeMap;
import javax.imageio.stream.ImageInputStreamImpl;

/**
 * A TIFF as if one of its images were the only one. TwelveMonkeys reads images that follow each other and none below another,
 * and reads all directories first: here the header leads to the one, no further one follows it, and none is below it.
 */
final class OneImageStream extends ImageInputStreamImpl {
  private static final int BUFFERED = 1 << 13;

  /** Any number for a field that nobody knows. */
  private static final byte[] UNKNOWN = {-1, -1};

  private final TiffBytes in;

  /** What stands at some places instead of what is in the file. */
  private final TreeMap<Long, byte[]> instead = new TreeMap<>();

  private final byte[] buffer = new byte[BUFFERED];
  private int buffered;
  private long start;

  OneImageStream(Directory image) {
    in = image.file();
    instead.put(in.link(), place(image.place()));
    instead.put(image.link(), place(0));
    image.pointers().forEach(entry -> instead.put(entry, UNKNOWN));
  }

  private byte[] place(long place) {
    ByteBuffer bytes = ByteBuffer.allocate(in.big() ? 8 : 4).order(in.order());
    return (in.big() ? bytes.putLong(place) : bytes.putInt((int) place)).array();
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  /** Reads all that is asked for if it is there: callers take less for the end. */
  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    bitOffset = 0;
    int done = 0;
    while (done < length) {
      if (streamPos < start || streamPos >= start + buffered) {
        fill(streamPos);
        if (buffered == 0) {
          return done == 0 ? -1 : done;
        }
      }
      int some = Math.min(length - done, (int) (start + buffered - streamPos));
      System.arraycopy(buffer, (int) (streamPos - start), to, offset + done, some);
      streamPos += some;
      done += some;
    }
    return done;
  }

  private void fill(long from) throws IOException {
    start = from;
    buffered = in.read(from, buffer, BUFFERED);
    instead.subMap(from - Long.BYTES, from + buffered).forEach((at, bytes) -> {
      for (int i = 0; i < bytes.length; i++) {
        long place = at + i - start;
        if (place >= 0 && place < buffered) {
          buffer[(int) place] = bytes[i];
        }
      }
    });
  }

  @Override
  public long length() {
    return in.size();
  }
}
