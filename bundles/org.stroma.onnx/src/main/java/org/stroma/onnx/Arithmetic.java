/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.onnx;

import static org.stroma.onnx.Operations.one;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.stroma.onnx.Operations.Translation;

/** Operations number by number. */
final class Arithmetic {
  private Arithmetic() {}

  static void addTo(Map<String, Translation> all) {
    same(all);
    activations(all);
    composed(all);
    whole(all);
    comparisons(all);
  }

  /** What is called otherwise at most. */
  private static void same(Map<String, Translation> all) {
    for (String type : List.of(
        "Abs", "Acos", "Acosh", "Asin", "Asinh", "Atan", "Atanh", "Ceil", "Cos", "Cosh", "Erf",
        "Exp", "Floor", "Log", "Neg", "Sign", "Sin", "Sinh", "Sqrt", "Tan", "Tanh")) {
      all.put(type, one(op -> op.add(type, op.in(0))));
    }
    // both round halves to even
    all.put("Rint", one(op -> op.add("Round", op.in(0))));
    all.put("Round", one(op -> op.isWhole(0) ? op.in(0) : op.add("Round", op.in(0))));
    all.put("Inv", one(op -> op.add("Reciprocal", op.in(0))));
    all.put("Reciprocal", one(op -> op.add("Reciprocal", op.in(0))));
    all.put("IsNan", one(op -> op.add("IsNaN", op.in(0))));
    all.put("IsInf", one(op -> op.add("IsInf", op.in(0))));
    Map.of(
            "Add", "Add", "AddV2", "Add", "Sub", "Sub", "Mul", "Mul", "RealDiv", "Div", "Div",
            "Div", "Pow", "Pow", "Maximum", "Max", "Minimum", "Min")
        .forEach((type, name) -> all.put(type, one(op -> op.add(name, op.in(0), op.in(1)))));
    all.put(
        "AddN",
        one(op -> op.add(
            "Sum", IntStream.range(0, op.inputs()).mapToObj(op::in).toArray(String[]::new))));
    for (String type : List.of(
        "Identity",
        "IdentityN",
        "StopGradient",
        "PreventGradient",
        "Snapshot",
        "CheckNumerics",
        "EnsureShape")) {
      all.put(type, op -> IntStream.range(0, op.outputs()).mapToObj(op::in).toList());
    }
    all.put("Cast", one(op -> op.cast(op.in(0), op.outputType(0))));
  }

  private static void activations(Map<String, Translation> all) {
    Map.of(
            "Relu",
            "Relu",
            "Sigmoid",
            "Sigmoid",
            "Softplus",
            "Softplus",
            "Softsign",
            "Softsign",
            "Elu",
            "Elu")
        .forEach((type, name) -> all.put(type, one(op -> op.add(name, op.in(0)))));
    // the constants of Klambauer et al. 2017, with the digits that float32 has
    all.put("Selu", one(op -> op.add("Selu", op.in(0))));
    all.put("Relu6", one(op -> op.add("Clip", op.in(0), op.number(0, 0), op.number(0, 6))));
    all.put(
        "LeakyRelu",
        one(op ->
            op.add("LeakyRelu", Map.of("alpha", op.attributes().getAttrFloat("alpha")), op.in(0))));
    all.put("Softmax", one(op -> op.add("Softmax", Map.of("axis", -1L), op.in(0))));
    all.put("LogSoftmax", one(op -> op.add("LogSoftmax", Map.of("axis", -1L), op.in(0))));
  }

  private static void composed(Map<String, Translation> all) {
    all.put("Square", one(op -> op.add("Mul", op.in(0), op.in(0))));
    all.put("Rsqrt", one(op -> op.add("Reciprocal", op.add("Sqrt", op.in(0)))));
    all.put("Log1p", one(op -> op.add("Log", op.add("Add", op.in(0), op.number(0, 1)))));
    all.put("Expm1", one(op -> op.add("Sub", op.add("Exp", op.in(0)), op.number(0, 1))));
    all.put("Erfc", one(op -> op.add("Sub", op.number(0, 1), op.add("Erf", op.in(0)))));
    all.put("SquaredDifference", one(op -> {
      String difference = op.add("Sub", op.in(0), op.in(1));
      return op.add("Mul", difference, difference);
    }));
    all.put("ClipByValue", one(op -> op.add("Max", op.add("Min", op.in(0), op.in(2)), op.in(1))));
    all.put("DivNoNan", one(op -> {
      String none = op.add("Equal", op.in(1), op.number(1, 0));
      String divisor = op.add("Where", none, op.number(1, 1), op.in(1));
      return op.add("Where", none, op.number(0, 0), op.add("Div", op.in(0), divisor));
    }));
    all.put(
        "MulNoNan",
        one(op -> op.add(
            "Where",
            op.add("Equal", op.in(1), op.number(1, 0)),
            op.number(0, 0),
            op.add("Mul", op.in(0), op.in(1)))));
  }

  /** Division towards minus infinity, and its rest, which has the sign of the divisor. */
  private static void whole(Map<String, Translation> all) {
    all.put(
        "FloorDiv",
        one(op -> op.isWhole(0)
            ? op.add("Div", op.add("Sub", op.in(0), rest(op)), op.in(1))
            : op.add("Floor", op.add("Div", op.in(0), op.in(1)))));
    all.put("FloorMod", one(Arithmetic::rest));
    // the rest has the sign of what is divided
    for (String type : List.of("Mod", "TruncateMod")) {
      all.put(type, one(op -> op.add("Mod", Map.of("fmod", 1L), op.in(0), op.in(1))));
    }
  }

  private static String rest(Node op) {
    if (op.isWhole(0)) {
      return op.add("Mod", op.in(0), op.in(1));
    }
    String times = op.add("Floor", op.add("Div", op.in(0), op.in(1)));
    return op.add("Sub", op.in(0), op.add("Mul", times, op.in(1)));
  }

  private static void comparisons(Map<String, Translation> all) {
    Map.of(
            "Less",
            "Less",
            "LessEqual",
            "LessOrEqual",
            "Greater",
            "Greater",
            "GreaterEqual",
            "GreaterOrEqual",
            "Equal",
            "Equal",
            "LogicalAnd",
            "And",
            "LogicalOr",
            "Or")
        .forEach((type, name) -> all.put(type, one(op -> op.add(name, op.in(0), op.in(1)))));
    all.put("NotEqual", one(op -> op.add("Not", op.add("Equal", op.in(0), op.in(1)))));
    all.put("LogicalNot", one(op -> op.add("Not", op.in(0))));
    all.put("SelectV2", one(op -> op.add("Where", op.in(0), op.in(1), op.in(2))));
    all.put("Select", one(op -> {
      if (op.rank(0) != op.rank(1)) {
        throw new Untranslatable("its condition has to have as many axes as what is chosen from");
      }
      return op.add("Where", op.in(0), op.in(1), op.in(2));
    }));
  }
}
