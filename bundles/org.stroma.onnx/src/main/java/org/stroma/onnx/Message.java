/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A message in the wire format of protocol buffers, written field by field. The numbers of fields are those of onnx.proto. */
final class Message {
  private interface Written {
    void to(CodedOutputStream out) throws IOException;
  }

  private final List<Written> fields = new ArrayList<>();
  private long size;

  /** A whole number or an enum. */
  Message integer(int field, long value) {
    size += CodedOutputStream.computeInt64Size(field, value);
    fields.add(out -> out.writeInt64(field, value));
    return this;
  }

  Message real(int field, float value) {
    size += CodedOutputStream.computeFloatSize(field, value);
    fields.add(out -> out.writeFloat(field, value));
    return this;
  }

  Message text(int field, String value) {
    return bytes(field, ByteString.copyFrom(value, StandardCharsets.UTF_8));
  }

  Message bytes(int field, ByteString value) {
    size += CodedOutputStream.computeBytesSize(field, value);
    fields.add(out -> out.writeBytes(field, value));
    return this;
  }

  /** @param value is not changed any more */
  Message message(int field, Message value) {
    size += CodedOutputStream.computeTagSize(field)
        + CodedOutputStream.computeUInt64SizeNoTag(value.size)
        + value.size;
    fields.add(out -> {
      out.writeTag(field, 2); // a length, and so many bytes
      out.writeUInt64NoTag(value.size);
      value.writeTo(out);
    });
    return this;
  }

  /** Bytes that it takes. */
  long size() {
    return size;
  }

  void writeTo(CodedOutputStream out) throws IOException {
    for (Written field : fields) {
      field.to(out);
    }
  }
}
