/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.arrays;

import io.jhdf.ObjectHeader;
import io.jhdf.api.Group;
import io.jhdf.dataset.DatasetLoader;
import io.jhdf.object.datatype.DataType;
import io.jhdf.object.datatype.StringData;
import io.jhdf.object.datatype.VariableLength;
import io.jhdf.object.message.AttributeMessage;
import io.jhdf.object.message.DataSpaceMessage;
import io.jhdf.object.message.DataTypeMessage;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.stroma.api.data.DataException;

/** Texts in HDF5, of fixed or of variable length. */
final class Hdf5Texts {
  /** More than a table has rows; a header may state any number. */
  private static final long MOST = 10_000_000;

  /** jHDF asks a dataset's group for its path, for messages alone, and our groups are none of its. */
  private static final Group ROOT = (Group) Proxy.newProxyInstance(
      Group.class.getClassLoader(),
      new Class<?>[] {Group.class},
      (proxy, method, arguments) -> method.getName().equals("getPath") ? "/" : null);

  private Hdf5Texts() {}

  private static boolean isText(DataType type) {
    return type instanceof StringData
        || type instanceof VariableLength variable && variable.isVariableLengthString();
  }

  /**
   * The texts of a dataset [N].
   *
   * @param label for messages
   */
  static List<String> of(String label, Hdf5Storage storage, ObjectHeader header, String name) {
    long[] shape =
        header.getMessageOfType(DataSpaceMessage.class).getDataSpace().getDimensionsAsLong();
    DataType type = header.getMessageOfType(DataTypeMessage.class).getDataType();
    if (!isText(type)) {
      throw new DataException(label + " holds no texts");
    }
    if (shape.length != 1 || shape[0] > MOST) {
      throw new DataException(
          label + " has the shape " + Arrays.toString(shape) + "; it has to be a list");
    }
    if (shape[0] == 0) {
      return List.of();
    }
    Object data = DatasetLoader.createDataset(storage, header, name, ROOT).getData();
    return Arrays.stream((Object[]) data)
        .map(text -> text == null ? "" : text.toString())
        .toList();
  }

  /** An attribute of one text; empty where there is none of that name. */
  static Optional<String> attribute(Hdf5Storage storage, ObjectHeader header, String name) {
    for (AttributeMessage message : Hdf5Dataset.messages(storage, header)) {
      if (message.getName().equals(name)
          && message.getDataBuffer() != null
          && isText(message.getDataType())) {
        Object data =
            message.getDataType().fillData(message.getDataBuffer(), new int[] {1}, storage);
        return Optional.of(String.valueOf(((Object[]) data)[0]));
      }
    }
    return Optional.empty();
  }
}
