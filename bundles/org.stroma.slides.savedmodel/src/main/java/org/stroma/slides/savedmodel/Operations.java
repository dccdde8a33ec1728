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
 * Rejects SavedModels with operations that an image model does not need: those that access files,
 * other processes, the network or Python. A graph is a program, and TensorFlow executes parts of it
 * already when loading.
 *
 * <p>This is an allow-list, since each version of TensorFlow adds operations that nobody here has
 * reviewed. TensorFlow's registry tells which operations have side effects or state. Those without
 * are allowed, except the few that access the outside nevertheless ({@link #REACHES_OUT}); of those
 * with, only the usual ones of image models are allowed ({@link #HARMLESS}): variables, random
 * numbers, calls, tables in memory.
 */
final class Operations {
  /**
   * Stateless by the registry, but accessing files, descriptors in files, URLs of debuggers or
   * Python, or ending the process.
   */
  private static final Pattern REACHES_OUT = Pattern.compile(
      ".*Dataset.*|ReadFile|MatchingFiles|ImmutableConst|InitializeTableFromTextFile|GenerateVocabRemapping|DecodeProto.*"
          + "|EncodeProto|Reader.*|PyFunc.*|EagerPyFunc|Debug.*|Copy|CopyHost|Abort|TfLiteSubgraphExecute|XlaCustomCall.*"
          + "|.*TPU.*|.*Tpu.*|Infeed.*|Outfeed.*|_.*");

  /** Stateful by the registry, but only in memory. */
  private static final Pattern HARMLESS = Pattern.compile(
      "VarHandleOp|ReadVariableOp|AssignVariableOp|AssignAddVariableOp|AssignSubVariableOp|VarIsInitializedOp|VariableShape"
          + "|Variable|VariableV2|TemporaryVariable|DestroyResourceOp|DisableCopyOnRead|Resource(Gather|Scatter|Apply|SparseApply"
          + "|StridedSlice|CountUpTo).*|StatefulPartitionedCall|If|While|Case|Assert|CheckNumerics|CheckNumericsV2|Empty"
          + "|GuaranteeConst|Random(Uniform|UniformInt|StandardNormal|Shuffle|Gamma|Poisson|PoissonV2|Crop)|TruncatedNormal"
          + "|ParameterizedTruncatedNormal|Multinomial|SampleDistortedBoundingBox(V2)?|Stateful(Uniform|UniformInt"
          + "|UniformFullInt|StandardNormal|StandardNormalV2|TruncatedNormal|RandomBinomial)|StatelessRandomGetAlg|RngSkip"
          + "|RngReadAndSkip|HashTable|HashTableV2|MutableHashTable.*|AnonymousHashTable|AnonymousMutable.*|InitializeTableV2"
          + "|LookupTable(Find|Insert|Size|Export|Import|Remove)V2|TensorArray.*|Stack.*|CudnnRNN.*");

  /**
   * Operations that save and restore weights: present in every model, but not part of its
   * computation.
   */
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

  /** The rejected operations, each with its first location; empty for an acceptable model. */
  static Map<String, String> refused(MetaGraphDef model) {
    return new Operations(model).check();
  }

  /** All operations of the native library, by name. */
  static Map<String, OpDef> register() {
    return Register.ALL;
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
    // loading may restore weights but not save; computation may do neither
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
    // calls of library functions are followed; operations unknown to this TensorFlow will not load
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

  /**
   * Nodes that run when a model is loaded or called: outputs of its signatures, and its
   * initialisation.
   */
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

  /** Follows inputs and calls, and records forbidden operations. */
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

  /** The operation registry of the native library, loaded lazily. */
  private static final class Register {
    static final Map<String, OpDef> ALL = new HashMap<>();

    static {
      TensorFlow.registeredOpList().getOpList().forEach(op -> ALL.put(op.getName(), op));
    }
  }
}
