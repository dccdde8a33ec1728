/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.tokenizers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Upper bound on the backtracking of a regular expression in a tokenizer.json. The native code
 * (Oniguruma) aborts a match after ten million backtracking steps and then ends the whole process,
 * so this must be prevented.
 *
 * @param steps coefficients of the bound: a text of n characters takes at most the sum of
 *     {@code steps[i]} n^i steps
 * @param empty whether it can match the empty string
 * @param sure whether it always matches
 */
record Backtracking(double[] steps, boolean empty, boolean sure) {
  private static final double MOST = 5e6; // half of the limit, as normalisation may lengthen a text
  private static final int REPEATS = 1000; // higher counts are treated as unbounded

  private static final Backtracking NOTHING = new Backtracking(new double[] {1}, true, true);
  private static final Backtracking CHARACTER = new Backtracking(new double[] {1}, false, false);
  private static final Backtracking ASSERTION = new Backtracking(new double[] {1}, true, false);

  /**
   * @throws IllegalArgumentException if it cannot be bounded; the message is the end of a
   *     sentence
   */
  static Backtracking of(String regex) {
    Parser parser = new Parser(regex);
    Backtracking all = parser.alternatives(0).bound(false);
    if (parser.at < regex.length()) {
      throw new IllegalArgumentException("has a ) too many");
    }
    if (all.longest() < 1000) {
      throw new IllegalArgumentException(
          "can match in so many ways that a text could take it for ever");
    }
    return all;
  }

  /** Maximum length of a text in characters. */
  int longest() {
    int longest = 0;
    for (int step = 1 << 30; step > 0; step /= 2) {
      longest += at(longest + step) <= MOST && longest + step > 0 ? step : 0;
    }
    return longest;
  }

  private double at(double n) {
    double sum = 0;
    for (int i = steps.length - 1; i >= 0; i--) {
      sum = sum * n + steps[i];
    }
    return sum;
  }

  private boolean one() {
    return steps.length == 1 && steps[0] == 1;
  }

  private Backtracking then(Backtracking next) {
    double[] product = new double[steps.length + next.steps.length - 1];
    for (int i = 0; i < steps.length; i++) {
      for (int j = 0; j < next.steps.length; j++) {
        product[i + j] += steps[i] * next.steps[j];
      }
    }
    return new Backtracking(product, empty && next.empty, sure && next.sure);
  }

  private Backtracking or(Backtracking other) {
    double[] sum = Arrays.copyOf(steps, Math.max(steps.length, other.steps.length));
    for (int i = 0; i < other.steps.length; i++) {
      sum[i] += other.steps[i];
    }
    return new Backtracking(sum, empty || other.empty, sure || other.sure);
  }

  /** A node of the syntax tree; it backtracks only if something after it can fail. */
  private interface Tree {
    Backtracking bound(boolean fails);
  }

  private record Sequence(List<Tree> items) implements Tree {
    @Override
    public Backtracking bound(boolean fails) {
      Backtracking all = NOTHING;
      boolean behind = fails;
      for (int i = items.size() - 1; i >= 0; i--) {
        Backtracking its = items.get(i).bound(behind);
        behind |= !its.sure();
        all = its.then(all);
      }
      return all;
    }
  }

  private record Choice(List<Tree> branches) implements Tree {
    @Override
    public Backtracking bound(boolean fails) {
      return branches.stream()
          .map(branch -> branch.bound(fails))
          .reduce(Backtracking::or)
          .orElse(NOTHING);
    }
  }

  private record Repeat(Tree body, int least, int most) implements Tree {
    @Override
    public Backtracking bound(boolean fails) {
      Backtracking its = body.bound(fails || most > 1);
      if (most > 1 && !its.one()) {
        throw new IllegalArgumentException(
            "repeats what can itself match in several ways, so that a text could take it for ever");
      }
      boolean empty = least == 0 || its.empty;
      boolean sure = least == 0 || its.sure;
      if (!fails) {
        return new Backtracking(its.steps, empty, sure);
      }
      if (most > REPEATS) {
        return new Backtracking(new double[] {1, 1}, empty, sure);
      }
      double[] steps = its.steps.clone();
      steps[0] += most - least;
      return new Backtracking(steps, empty, sure);
    }
  }

  /** Parses the part of Oniguruma's syntax that matters for backtracking. */
  private static final class Parser {
    private static final int DEEPEST = 50;
    private final String regex;
    private int at;

    Parser(String regex) {
      this.regex = regex;
    }

    private boolean more() {
      return at < regex.length();
    }

    private boolean take(String text) {
      boolean there = regex.startsWith(text, at);
      at += there ? text.length() : 0;
      return there;
    }

    private IllegalArgumentException odd() {
      return new IllegalArgumentException(
          "uses what is not known here at its character " + (at + 1));
    }

    Tree alternatives(int depth) {
      if (depth > DEEPEST) {
        throw odd();
      }
      List<Tree> branches = new ArrayList<>();
      do {
        List<Tree> items = new ArrayList<>();
        while (more() && regex.charAt(at) != '|' && regex.charAt(at) != ')') {
          items.add(repeated(atom(depth)));
        }
        branches.add(new Sequence(items));
      } while (take("|"));
      return branches.size() == 1 ? branches.get(0) : new Choice(branches);
    }

    private Tree repeated(Tree atom) {
      Tree tree = atom;
      while (more()) {
        if (take("*")) {
          tree = new Repeat(tree, 0, Integer.MAX_VALUE);
        } else if (take("+")) {
          tree = new Repeat(tree, 1, Integer.MAX_VALUE);
        } else if (take("?")) {
          tree = new Repeat(tree, 0, 1);
        } else {
          Tree counted = counted(tree);
          if (counted == null) {
            return tree;
          }
          tree = counted;
          continue; // after a count, + is another repetition
        }
        if (!take("?")) { // reluctant
          take("+"); // possessive
        }
      }
      return tree;
    }

    /** Parses {n}, {n,}, {,m} or {n,m}; null for anything else, which is literal text. */
    private Tree counted(Tree tree) {
      int end = regex.charAt(at) == '{' ? regex.indexOf('}', at) : -1;
      String count = end < 0 ? "" : regex.substring(at + 1, end);
      if (!count.matches("\\d{1,6}(,\\d{0,6})?|,\\d{1,6}")) {
        return null;
      }
      String[] bounds = count.split(",", -1);
      int least = bounds[0].isEmpty() ? 0 : Integer.parseInt(bounds[0]);
      int most = bounds.length == 1
          ? least
          : bounds[1].isEmpty() ? Integer.MAX_VALUE : Integer.parseInt(bounds[1]);
      if (most < least) {
        throw odd();
      }
      at = end + 1;
      take("?");
      return new Repeat(tree, least, most);
    }

    private Tree atom(int depth) {
      char c = regex.charAt(at++);
      switch (c) {
        case '(':
          return group(depth);
        case '[':
          characters(depth);
          return fails -> CHARACTER;
        case '^', '$':
          return fails -> ASSERTION;
        case '\\':
          return escaped();
        default:
          if (Character.isHighSurrogate(c) && more()) {
            at++;
          }
          return fails -> CHARACTER;
      }
    }

    private Tree group(int depth) {
      boolean looks = take("?=") || take("?!") || take("?<=") || take("?<!");
      if (!looks && !take("?:") && !take("?>") && take("?")) {
        int colon = at;
        while (colon < regex.length() && "im-".indexOf(regex.charAt(colon)) >= 0) {
          colon++;
        }
        if (colon == at || colon == regex.length() || ":)".indexOf(regex.charAt(colon)) < 0) {
          throw odd(); // named groups, conditions, calls and the like
        }
        at = colon + 1;
        if (regex.charAt(colon) == ')') { // the flags apply to the rest of the group
          return alternatives(depth + 1);
        }
      }
      Tree body = alternatives(depth + 1);
      if (!take(")")) {
        throw new IllegalArgumentException("has a ( that is not closed");
      }
      if (!looks) {
        return body;
      }
      return fails -> {
        Backtracking its = body.bound(false);
        return new Backtracking(its.steps, true, false);
      };
    }

    /** Parses a character class, including nested ones. */
    private void characters(int depth) {
      if (depth > DEEPEST) {
        throw odd();
      }
      take("^");
      boolean first = true;
      while (more()) {
        if (take("[:")) {
          at = regex.indexOf(":]", at);
          if (at < 0) {
            at = 0;
            throw odd();
          }
          at += 2;
        } else if (take("[")) {
          characters(depth + 1);
        } else if (!first && take("]")) {
          return;
        } else if (take("\\")) {
          escaped();
        } else {
          at++;
        }
        first = false;
      }
      throw new IllegalArgumentException("has a [ that is not closed");
    }

    private Tree escaped() {
      if (!more()) {
        throw new IllegalArgumentException("ends with a \\");
      }
      char c = regex.charAt(at++);
      if (c >= '1' && c <= '9' || "kgKRXyY".indexOf(c) >= 0) {
        at--;
        throw odd(); // references, calls, and escapes that match several characters
      }
      if ((c == 'p' || c == 'P' || c == 'x' || c == 'o') && more() && regex.charAt(at) == '{') {
        int end = regex.indexOf('}', at);
        if (end < 0) {
          throw odd();
        }
        at = end + 1;
      }
      return "bBAzZG".indexOf(c) >= 0 ? fails -> ASSERTION : fails -> CHARACTER;
    }
  }
}
