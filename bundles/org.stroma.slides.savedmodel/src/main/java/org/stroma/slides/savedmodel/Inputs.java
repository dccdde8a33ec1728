/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.savedmodel;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;

/**
 * Checks that every node has as many inputs as its operation takes. TensorFlow's loader looks at
 * inputs before it counts them, and ends the whole process where they are missing.
 */
final class Inputs {
  private final Map<String, OpDef> register;

  private Inputs(Map<String, OpDef> register) {
    this.register = register;
  }

  /**
   * The first node whose inputs cannot be, as the end of a sentence; empty if there is none.
   *
   * @param register all operations by name; nodes of others are calls of functions, or do not load
   */
  static Optional<String> flaw(MetaGraphDef model, Map<String, OpDef> register) {
    Inputs inputs = new Inputs(register);
    Optional<String> flaw = inputs.flaw(model.getGraphDef().getNodeList());
    for (FunctionDef function : model.getGraphDef().getLibrary().getFunctionList()) {
      flaw = flaw.or(() -> inputs.flaw(function.getNodeDefList()));
    }
    return flaw;
  }

  private Optional<String> flaw(List<NodeDef> nodes) {
    for (NodeDef node : nodes) {
      OpDef op = register.get(node.getOp());
      if (op != null) {
        long wanted = wanted(node, op);
        long given =
            node.getInputList().stream().filter(input -> !input.startsWith("^")).count();
        if (given != wanted) {
          return Optional.of("its node " + node.getName() + " has " + given
              + " inputs, and its operation " + node.getOp() + " takes "
              + (wanted < 0 ? "none that could be counted" : wanted));
        }
      }
    }
    return Optional.empty();
  }

  /** How many inputs a node has by its attributes; -1 for attributes that cannot be. */
  private static long wanted(NodeDef node, OpDef op) {
    long wanted = 0;
    for (OpDef.ArgDef argument : op.getInputArgList()) {
      if (!argument.getNumberAttr().isEmpty()) {
        long count = attribute(node, op, argument.getNumberAttr()).getI();
        if (count < 0) {
          return -1;
        }
        wanted += count;
      } else if (!argument.getTypeListAttr().isEmpty()) {
        wanted += attribute(node, op, argument.getTypeListAttr()).getList().getTypeCount();
      } else {
        wanted++;
      }
    }
    return wanted;
  }

  private static AttrValue attribute(NodeDef node, OpDef op, String name) {
    AttrValue given = node.getAttrMap().get(name);
    if (given != null) {
      return given;
    }
    return op.getAttrList().stream()
        .filter(attribute -> attribute.getName().equals(name))
        .map(OpDef.AttrDef::getDefaultValue)
        .findFirst()
        .orElse(AttrValue.getDefaultInstance());
  }
}
