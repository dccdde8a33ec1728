/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.savedmodel;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.tensorflow.TensorFlow;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.CollectionDef;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;

/**
 * The operations of a SavedModel that an image model has no use for: those that touch files, other processes, the network or
 * Python. A graph is a program, and TensorFlow runs what is in it, from the moment that it is loaded.
 *
 * <p>What may be there is a list, and not what may not: each version of TensorFlow brings operations that nobody here has looked
 * at. TensorFlow's own register says of each operation whether it has effects or a state. Those without are let in, but for the
 * few which reach out all the same ({@link #REACHES_OUT}); of those with, the ones that image models are made of are let in
 * ({@link #HARMLESS}): variables, random numbers, calls, tables in memory.
 */
final class Operations {
  /** Free of state by the register, and yet: files, descriptors in files, debuggers' URLs, Python, the end of the process. */
  private static final Pattern REACHES_OUT = Pattern.compile(
      ".*Dataset.*|ReadFile|MatchingFiles|ImmutableConst|InitializeTableFromTextFile|GenerateVocabRemapping|DecodeProto.*"
          + "|EncodeProto|Reader.*|PyFunc.*|EagerPyFunc|Debug.*|Copy|CopyHost|Abort|TfLiteSubgraphExecute|XlaCustomCall.*"
          + "|.*TPU.*|.*Tpu.*|Infeed.*|Outfeed.*|_.*");

  /** With a state by the register, which is all in memory. */
  private static final Pattern HARMLESS = Pattern.compile(
      "VarHandleOp|ReadVariableOp|AssignVariableOp|AssignAddVariableOp|AssignSubVariableOp|VarIsInitializedOp|VariableShape"
          + "|Variable|VariableV2|TemporaryVariable|DestroyResourceOp|DisableCopyOnRead|Resource(Gather|Scatter|Apply|SparseApply"
          + "|StridedSlice|CountUpTo).*|StatefulPartitionedCall|If|While|Case|Assert|CheckNumerics|CheckNumericsV2|Empty"
          + "|GuaranteeConst|Random(Uniform|UniformInt|StandardNormal|Shuffle|Gamma|Poisson|PoissonV2|Crop)|TruncatedNormal"
          + "|ParameterizedTruncatedNormal|Multinomial|SampleDistortedBoundingBox(V2)?|Stateful(Uniform|UniformInt"
          + "|UniformFullInt|StandardNormal|StandardNormalV2|TruncatedNormal|RandomBinomial)|StatelessRandomGetAlg|RngSkip"
          + "|RngReadAndSkip|HashTable|HashTableV2|MutableHashTable.*|AnonymousHashTable|AnonymousMutable.*|InitializeTableV2"
          + "|LookupTable(Find|Insert|Size|Export|Import|Remove)V2|TensorArray.*|Stack.*|CudnnRNN.*");

  /** By what a model's weights are saved and restored: in each model, and no part of what it computes. */
  private static final Set<String> SAVES =
      Set.of("Save", "SaveV2", "SaveSlices", "MergeV2Checkpoints");

  private static final Set<String> RESTORES = Set.of("Restore", "RestoreV2", "RestoreSlice");

  private final MetaGraphDef model;
  private final Map<String, NodeDef> nodes = new HashMap<>();
  private final Map<String, FunctionDef> functions = new HashMap<>();
  private final Map<String, String> refused = new TreeMap<>();

  private Operations(MetaGraphDef model) {
    this.model = model;
    model.getGraphDef().getNodeList().forEach(node -> nodes.put(node.getName(), node));
    model
        .getGraphDef()
        .getLibrary()
        .getFunctionList()
        .forEach(f -> functions.put(f.getSignature().getName(), f));
  }

  /** Operations that touch what is not the model's, each with the first place where it is; none for a plain model. */
  static Map<String, String> refused(MetaGraphDef model) {
    return new Operations(model).check();
  }

  private Map<String, String> check() {
    Map<String, OpDef> register = Register.ALL;
    model
        .getGraphDef()
        .getNodeList()
        .forEach(node -> look(node, "node " + node.getName(), register));
    functions.values().forEach(function -> function
        .getNodeDefList()
        .forEach(node -> look(
            node,
            "node " + node.getName() + " of function " + function.getSignature().getName(),
            register)));
    // weights may be restored when the model is loaded, and nothing may be saved then; what
    // computes does neither
    Set<String> computes = new TreeSet<>(SAVES);
    computes.addAll(RESTORES);
    reach(starts(), computes);
    String restore = model.getSaverDef().getRestoreOpName();
    reach(restore.isEmpty() ? List.of() : List.of(restore), SAVES);
    return refused;
  }

  private void look(NodeDef node, String place, Map<String, OpDef> register) {
    String op = node.getOp();
    OpDef known = register.get(op);
    // a call of a function of the library; or one that this TensorFlow does not have, and will not
    // load
    if (functions.containsKey(op) || known == null || SAVES.contains(op) || RESTORES.contains(op)) {
      return;
    }
    boolean plain = known.getIsStateful()
        ? HARMLESS.matcher(op).matches()
        : !REACHES_OUT.matcher(op).matches();
    if (!plain) {
      refused.putIfAbsent(op, place);
    }
  }

  /** What runs when a model is loaded or called: the ends of its signatures, and its initialisation. */
  private Collection<String> starts() {
    Set<String> starts = new HashSet<>();
    model.getSignatureDefMap().values().forEach(signature -> {
      signature.getOutputsMap().values().forEach(tensor -> starts.add(tensor.getName()));
      signature.getInputsMap().values().forEach(tensor -> starts.add(tensor.getName()));
    });
    for (String key : List.of("saved_model_main_op", "legacy_init_op", "saved_model_init_op")) {
      CollectionDef collection = model.getCollectionDefMap().get(key);
      if (collection != null) {
        starts.addAll(collection.getNodeList().getValueList());
      }
    }
    return starts;
  }

  /** Follows inputs and calls, and refuses operations that are met. */
  private void reach(Collection<String> starts, Set<String> forbidden) {
    Deque<String> open = new ArrayDeque<>(starts);
    Set<String> seen = new HashSet<>();
    Deque<String> calls = new ArrayDeque<>();
    while (!open.isEmpty()) {
      String name = open.pop().replaceFirst("^\\^", "").replaceFirst(":\\d+$", "");
      NodeDef node = nodes.get(name);
      if (node != null && seen.add(name)) {
        open.addAll(node.getInputList());
        called(node, calls);
        forbid(node, "node " + name, forbidden);
      }
    }
    Set<String> run = new HashSet<>();
    while (!calls.isEmpty()) {
      FunctionDef function = functions.get(calls.pop());
      if (function != null && run.add(function.getSignature().getName())) {
        for (NodeDef node : function.getNodeDefList()) {
          called(node, calls);
          forbid(
              node,
              "node " + node.getName() + " of function "
                  + function.getSignature().getName(),
              forbidden);
        }
      }
    }
  }

  private void forbid(NodeDef node, String place, Set<String> forbidden) {
    if (forbidden.contains(node.getOp())) {
      refused.putIfAbsent(node.getOp(), place);
    }
  }

  private static void called(NodeDef node, Deque<String> calls) {
    calls.add(node.getOp());
    for (AttrValue value : node.getAttrMap().values()) {
      if (value.hasFunc()) {
        called(value.getFunc(), calls);
      }
      if (value.hasList()) {
        value.getList().getFuncList().forEach(f -> called(f, calls));
      }
    }
  }

  private static void called(NameAttrList function, Deque<String> calls) {
    calls.add(function.getName());
    function.getAttrMap().values().forEach(value -> {
      if (value.hasFunc()) {
        called(value.getFunc(), calls);
      }
    });
  }

  /** Read when it is first needed: it is that of the native library. */
  private static final class Register {
    static final Map<String, OpDef> ALL = new HashMap<>();

    static {
      TensorFlow.registeredOpList().getOpList().forEach(op -> ALL.put(op.getName(), op));
    }
  }
}
