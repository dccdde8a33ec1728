/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.parquet;

import io.airlift.compress.Decompressor;
import io.airlift.compress.lz4.Lz4Decompressor;
import io.airlift.compress.snappy.SnappyCompressor;
import io.airlift.compress.snappy.SnappyDecompressor;
import io.airlift.compress.zstd.ZstdDecompressor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.GZIPInputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.stroma.api.data.DataException;

/** Packs and unpacks pages without native code. */
final class Codecs implements CompressionCodecFactory {
  /** Unpacks a page of known size. */
  private interface Unpacker {
    byte[] unpack(byte[] packed, int size) throws IOException;
  }

  @Override
  public BytesInputCompressor getCompressor(CompressionCodecName codec) {
    if (codec != CompressionCodecName.SNAPPY) {
      throw new UnsupportedOperationException("what is written is packed by Snappy");
    }
    return new BytesInputCompressor() {
      @Override
      public BytesInput compress(BytesInput bytes) throws IOException {
        SnappyCompressor snappy = new SnappyCompressor();
        byte[] page = bytes.toInputStream().readAllBytes();
        byte[] packed = new byte[snappy.maxCompressedLength(page.length)];
        return BytesInput.from(
            packed, 0, snappy.compress(page, 0, page.length, packed, 0, packed.length));
      }

      @Override
      public CompressionCodecName getCodecName() {
        return codec;
      }

      @Override
      public void release() {
        // nothing is held
      }
    };
  }

  @Override
  public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
    return switch (codec) {
      case UNCOMPRESSED -> page((packed, size) -> packed);
      case GZIP -> page((packed, size) -> gunzip(packed, size));
      case SNAPPY -> page(by(new SnappyDecompressor()));
      case ZSTD -> page(by(new ZstdDecompressor()));
      case LZ4_RAW -> page(by(new Lz4Decompressor()));
      default -> throw new DataException("is packed by " + codec
          + ", which is not read here; write it with Snappy, Zstandard, gzip or LZ4 (raw), as by pyarrow's "
          + "pq.write_table(pq.read_table(file), file, compression=\"zstd\")");
    };
  }

  @Override
  public void release() {
    // nothing is held
  }

  private static Unpacker by(Decompressor decompressor) {
    return (packed, size) -> {
      byte[] page = new byte[size];
      int got = decompressor.decompress(packed, 0, packed.length, page, 0, size);
      if (got != size) {
        throw new IOException("a page has " + got + " bytes and not " + size);
      }
      return page;
    };
  }

  private static byte[] gunzip(byte[] packed, int size) throws IOException {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
      byte[] page = in.readNBytes(size);
      if (page.length != size || in.read() >= 0) {
        throw new IOException("a page has other than " + size + " bytes");
      }
      return page;
    }
  }

  private static BytesInputDecompressor page(Unpacker unpacker) {
    return new BytesInputDecompressor() {
      @Override
      public BytesInput decompress(BytesInput bytes, int size) throws IOException {
        return BytesInput.from(unpacker.unpack(bytes.toInputStream().readAllBytes(), size));
      }

      @Override
      public void decompress(ByteBuffer input, int packedSize, ByteBuffer output, int size)
          throws IOException {
        byte[] packed = new byte[packedSize];
        input.get(packed);
        output.put(unpacker.unpack(packed, size));
      }

      @Override
      public void release() {
        // nothing is held
      }
    };
  }
}
