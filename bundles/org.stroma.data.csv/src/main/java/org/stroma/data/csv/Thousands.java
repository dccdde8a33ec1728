/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.csv;

/**
 * Detects points that are thousands separators in a numeric column, where 1.234 beside 987 means
 * 1234.
 *
 * <p>A column with a cell that rules this out (0.5, 12.3, 1234 or 1e5) is accepted. In the others
 * every cell is a whole number below 1,000, or has one to three digits before the point and three
 * after it, as values rounded to three decimals may have by chance. Two signs tell the cases apart.
 * First, with decimal points, numbers with a point are about as large as those without; with
 * thousands separators they are about a thousandth of them when read as decimals. Second, a program
 * that writes 1.230 for a decimal would write 2 as 2.000, so 1.230 beside 2 and 5 indicates
 * thousands separators.
 */
final class Thousands {
  /** The form of a cell. */
  private enum Shape {
    WHOLE,
    POINT,
    DECIMAL,
    OTHER
  }

  private static final int MIN_RATIO = 10;

  private boolean excluded;
  private int wholes;
  private int points;
  private double sumOfWholes;
  private double sumOfPoints;
  private int smallest = Integer.MAX_VALUE;
  private int largest;
  private boolean zeroAtEnd;
  private String pointCell;
  private String wholeCell;

  /**
   * State shared by the columns of a file: decimals in one column make thousands separators in
   * another unlikely.
   */
  static final class File {
    private boolean decimals;
  }

  /** Adds a numeric cell, stripped. */
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
    if (value > 1) { // 0 and 1 are also used as flags
      wholes++;
      sumOfWholes += value;
      smallest = Math.min(smallest, value);
      largest = Math.max(largest, value);
      wholeCell = wholeCell == null ? new String(chars, from, length) : wholeCell;
    }
  }

  private void addPoint(double value, char[] chars, int from, int length) {
    points++;
    sumOfPoints += value;
    zeroAtEnd |= chars[from + length - 1] == '0';
    pointCell = pointCell == null ? new String(chars, from, length) : pointCell;
  }

  private static Shape shape(char[] chars, int from, int end) {
    int at = from;
    while (at < end && chars[at] >= '0' && chars[at] <= '9') {
      at++;
    }
    int leadingDigits = at - from;
    if (at == end) {
      return leadingDigits > 3 ? Shape.OTHER : Shape.WHOLE;
    }
    boolean threeDecimals =
        leadingDigits >= 1 && leadingDigits <= 3 && chars[from] != '0' && end - at == 4;
    for (int i = at + 1; i < end; i++) {
      threeDecimals &= chars[i] >= '0' && chars[i] <= '9';
    }
    return chars[at] != '.' ? Shape.OTHER : threeDecimals ? Shape.POINT : Shape.DECIMAL;
  }

  private static int value(char[] chars, int from, int end) {
    int value = 0;
    for (int i = from; i < end; i++) {
      value = chars[i] == '.' ? value : 10 * value + chars[i] - '0';
    }
    return value;
  }

  /**
   * After all cells were added: a cell whose point probably separates thousands; null if there is
   * no sign.
   */
  String suspect(File file) {
    if (excluded || wholes == 0 || points == 0) {
      return null;
    }
    // one value in a thousand is whole by chance, and wide files have such columns
    boolean enoughWholes = !file.decimals || wholes > 2;
    boolean differInScale = sumOfWholes / wholes >= MIN_RATIO * sumOfPoints / points;
    return enoughWholes && differInScale || zeroAtEnd && smallest < largest ? pointCell : null;
  }

  /** The message about the column, after its name. */
  String sentence() {
    return "holds " + pointCell + " beside " + wholeCell
        + "; the point looks like a separator of thousands: write " + pointCell.replace(".", "")
        + " for " + pointCell + ", or " + wholeCell + ".000 for " + wholeCell
        + " if it is a decimal point";
  }
}
