/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.csv;

/**
 * Looks for points that separate thousands in a column of numbers, where 1.234 beside 987 means 1234.
 *
 * <p>Nothing is said of a column with a cell that cannot be meant so: 0.5, 12.3, 1234 or 1e5. In the others every cell is a whole
 * number below 1,000 or has one to three digits before the point and three behind it, as expression that was rounded to three
 * places may have by chance. Two signs tell these apart. Numbers with a point are of the size of those without one where
 * the point is a decimal one, and a thousandth of what they should be where it is not. And a program that writes 1.230
 * writes 2 as 2.000, so 1.230 beside 2 and 5 comes from none that means decimals.
 */
final class Thousands {
  /** What a cell may be. */
  private enum Shape {
    WHOLE,
    POINT,
    DECIMAL,
    OTHER
  }

  private static final int FACTOR = 10;

  private boolean excluded;
  private int wholes;
  private int points;
  private double sumOfWholes;
  private double sumOfPoints;
  private int smallest = Integer.MAX_VALUE;
  private int largest;
  private boolean zeroAtEnd;
  private String point;
  private String whole;

  /** What the columns of one file tell together: a program that writes decimals in one column writes no thousands in another. */
  static final class File {
    private boolean decimals;
  }

  /** Adds a cell of the column that is a number, without blanks around. */
  void add(File file, char[] chars, int from, int length) {
    if (excluded) {
      return;
    }
    int digits =
        from < from + length && (chars[from] == '-' || chars[from] == '+') ? from + 1 : from;
    int end = from + length;
    switch (shape(chars, digits, end)) {
      case WHOLE -> addWhole(value(chars, digits, end), chars, from, length);
      case POINT -> addPoint(value(chars, digits, end) / 1000.0, chars, from, length);
      case DECIMAL -> {
        excluded = true;
        file.decimals = true;
      }
      default -> excluded = true;
    }
  }

  private void addWhole(int value, char[] chars, int from, int length) {
    if (value > 1) { // 0 and 1 stand for much beside counts
      wholes++;
      sumOfWholes += value;
      smallest = Math.min(smallest, value);
      largest = Math.max(largest, value);
      whole = whole == null ? new String(chars, from, length) : whole;
    }
  }

  private void addPoint(double value, char[] chars, int from, int length) {
    points++;
    sumOfPoints += value;
    zeroAtEnd |= chars[from + length - 1] == '0';
    point = point == null ? new String(chars, from, length) : point;
  }

  private static Shape shape(char[] chars, int from, int end) {
    int at = from;
    while (at < end && chars[at] >= '0' && chars[at] <= '9') {
      at++;
    }
    int before = at - from;
    if (at == end) {
      return before > 3 ? Shape.OTHER : Shape.WHOLE;
    }
    boolean three = before >= 1 && before <= 3 && chars[from] != '0' && end - at == 4;
    for (int i = at + 1; i < end; i++) {
      three &= chars[i] >= '0' && chars[i] <= '9';
    }
    return chars[at] != '.' ? Shape.OTHER : three ? Shape.POINT : Shape.DECIMAL;
  }

  private static int value(char[] chars, int from, int end) {
    int value = 0;
    for (int i = from; i < end; i++) {
      value = chars[i] == '.' ? value : 10 * value + chars[i] - '0';
    }
    return value;
  }

  /** A cell with a point that likely separates thousands, once all cells were added; null where there is no sign of it. */
  String suspect(File file) {
    if (excluded || wholes == 0 || points == 0) {
      return null;
    }
    // chance alone makes one whole number of a thousand; a file with many columns has such columns
    boolean enough = !file.decimals || wholes > 2;
    boolean apart = sumOfWholes / wholes >= FACTOR * sumOfPoints / points;
    return enough && apart || zeroAtEnd && smallest < largest ? point : null;
  }

  /** The end of a sentence about the column. */
  String sentence() {
    return "holds " + point + " beside " + whole
        + "; the point looks like a separator of thousands: write " + point.replace(".", "")
        + " for " + point + ", or " + whole + ".000 for " + whole + " if it is a decimal point";
  }
}
