/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.web;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Numbers of a model by epoch, in bounded memory: of a long training every second, fourth, eighth, ... epoch stays, and always the
 * last.
 */
final class Curve {
  /** Points that are kept at most, and one more. */
  static final int POINTS = 256;

  /**
   * The numbers of an epoch.
   *
   * @param version counts all that happened, so that a reader can ask for what is new
   * @param epoch from 1
   * @param values one a column
   */
  private record Point(long version, int epoch, double[] values) {}

  private final List<String> columns;
  private List<Point> kept = new ArrayList<>();
  private @Nullable Point last;
  private int stride = 1;
  private int count;

  /** @param columns names of the numbers */
  Curve(List<String> columns) {
    this.columns = List.copyOf(columns);
  }

  List<String> columns() {
    return columns;
  }

  /** @param values one a column, NaN where there is none */
  void add(long version, int epoch, double... values) {
    Point point = new Point(version, epoch, values.clone());
    if (count % stride == 0 && kept.size() == POINTS) {
      List<Point> half = new ArrayList<>();
      for (int i = 0; i < kept.size(); i += 2) {
        half.add(kept.get(i));
      }
      kept = half;
      stride *= 2;
    }
    if (count % stride == 0) {
      kept.add(point);
    }
    last = point;
    count++;
  }

  /** The epoch that came last; 0 before the first. */
  int lastEpoch() {
    return last == null ? 0 : last.epoch();
  }

  /** Whether something came after that version. */
  boolean newer(long version) {
    return last != null && last.version() > version;
  }

  /** What came after a version: {@code epoch} and each column, by name, with as many numbers each. */
  ObjectNode since(long version) {
    List<Point> points =
        new ArrayList<>(kept.stream().filter(point -> point.version() > version).toList());
    if (last != null && last.version() > version && (count - 1) % stride != 0) {
      points.add(last);
    }
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode epochs = json.putArray("epoch");
    points.forEach(point -> epochs.add(point.epoch()));
    ObjectNode numbers = json.putObject("values");
    for (int column = 0; column < columns.size(); column++) {
      ArrayNode values = numbers.putArray(columns.get(column));
      for (Point point : points) {
        number(values, point.values()[column]);
      }
    }
    return json;
  }

  /** JSON has no NaN and no infinity. */
  static void number(ArrayNode array, double value) {
    if (Double.isFinite(value)) {
      array.add(value);
    } else {
      array.addNull();
    }
  }
}
