/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.arrays;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.stroma.data.arrays.PtWriter.floats;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.stroma.api.data.DataException;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.TestCohort;

/** What is no tensor is refused in one sentence, and nothing of it is run. */
class PtRefusalsTest {
  private static final String AGAIN =
      "Stroma reads tensors alone: save it again with torch.save(features.detach().cpu(), ...)";

  @TempDir
  private Path folder;

  private void refuses(byte[] bytes, String... parts) throws IOException {
    Path file = Files.write(folder.resolve("slide.pt"), bytes);
    PtPatchesReader reader =
        new PtPatchesReader(Defaults.of(PtPatchesReader.Settings.class, Map.of("path", "{slide}")));
    String message = assertThrows(
            DataException.class,
            () -> reader.read(new TestCohort(folder, null, "id").with("p", file)))
        .getMessage();
    assertTrue(message.startsWith(file.toString()) && !message.contains("\n"), message);
    for (String part : parts) {
      assertTrue(message.contains(part), message);
    }
  }

  private static PtWriter features() {
    return new PtWriter().tensor("FloatStorage", "0", floats(1, 2, 3, 4), 4, 2, 2);
  }

  @ParameterizedTest
  @CsvSource({
    "posix, system",
    "builtins, eval",
    "numpy.core.multiarray, scalar",
    "numpy.core.multiarray, _reconstruct",
    "torch.nn.modules.linear, Linear",
    "torch._utils, _rebuild_parameter",
    "torch._utils, '_rebuild_tensor_v2 '",
    "torch.jit, FloatStorage",
    "torch, load",
    "collections, Counter"
  })
  void codeIsNotRun(String module, String name) throws IOException {
    refuses(
        new PtWriter().global(module, name).text("touch x").op(0x85).op('R').file(),
        "slide.pt holds " + module + "." + name + ", which is code to be run; " + AGAIN);
    // the same by the instruction of protocol 4
    refuses(
        new PtWriter().text(module).text(name).op(0x93).op(')').op('R').file(),
        "slide.pt holds " + module + "." + name + ", which is code to be run; ");
  }

  @Test
  void namesOfCodeAreToldInPrint() throws IOException {
    refuses(
        new PtWriter().global("a\rb\u0007", "c".repeat(200)).file(),
        "slide.pt holds a?b?.ccc",
        "ccc..., which is code to be run");
  }

  @Test
  void objectsAreRefused() throws IOException {
    refuses(features().op('}').op('b').file(), "holds an object with a state of its own", AGAIN);
    refuses(features().op(')').op(0x81).file(), "holds a Python object; " + AGAIN);
    refuses(
        features().op('P').file(),
        "holds the pickle instruction 0x50, which no file of tensors has; " + AGAIN);
  }

  /** A list of itself, as a key too. */
  @Test
  void circlesLeadNowhere() throws IOException {
    PtWriter circle = new PtWriter().op(']').op('q').op(0).op('h').op(0).op('a');
    refuses(circle.file(), "slide.pt holds a list; it has to hold a tensor [patches, features]");
    PtWriter key = new PtWriter().op('}').op(']').op('q').op(0).op('h').op(0).op('a');
    refuses(
        key.op('N').op('s').file(),
        "holds a dict with a key that is neither text nor a whole number");
  }

  @Test
  void otherValuesAreToldByTheirKind() throws IOException {
    refuses(new PtWriter().text("x").file(), "slide.pt holds text; it has to hold a tensor");
    refuses(new PtWriter().number(3).file(), "slide.pt holds a single value;");
    refuses(new PtWriter().op('N').file(), "slide.pt holds None;");
    refuses(new PtWriter().op(')').file(), "slide.pt holds a tuple;");
    refuses(new PtWriter().op('}').file(), "has no tensor features or feats; it has none;");
    refuses(
        new PtWriter().op('}').text("features").op(']').op('s').file(),
        "slide.pt: features is a list; it has to be a tensor");
  }

  @Test
  void damagedPicklesAreASentence() throws IOException {
    String damaged = "slide.pt is damaged: in its description of the tensors, ";
    refuses(new PtWriter().op('R').file(), damaged + "a value is missing");
    refuses(new PtWriter().op('(').file(), damaged + "a value is missing");
    refuses(new PtWriter().op('t').file(), damaged + "a value is missing");
    refuses(new PtWriter().op('h').op(7).file(), damaged + "a value is missing");
    refuses(new PtWriter().op('N').op('N').op('a').file(), damaged + "a list is missing");
    refuses(new PtWriter().op('}').op('(').op('N').op('u').file(), damaged + "a dict is missing");
    refuses(new PtWriter().op('N').op('N').op(0x93).file(), damaged + "a name is missing");
    refuses(new PtWriter().op('N').op('Q').file(), damaged + "a storage is not described");
    refuses(
        new PtWriter()
            .global("collections", "OrderedDict")
            .op('N')
            .op(0x85)
            .op('R')
            .file(),
        damaged + "a tensor is not described");
    refuses(new PtWriter().op('N').op('N').op('R').file(), damaged + "a tensor is not described");
    // texts and numbers that claim more bytes than are there
    refuses(
        new PtWriter().op('X').raw((byte) -1, (byte) -1, (byte) -1, (byte) -1).file(),
        damaged + "it ends too early");
    refuses(new PtWriter().op(0x8a).op(200).file(), damaged + "it ends too early");
    refuses(new PtWriter().op('c').text("no end of a line").file(), damaged + "it ends too early");
  }

  @Test
  void picklesThatNeverEndAreRefused() throws IOException {
    refuses(
        new PtWriter()
            .raw("]".repeat(20_000).getBytes(StandardCharsets.US_ASCII))
            .file(),
        "slide.pt describes more than a slide's tensors");
    byte[] protocols = new byte[2 << 19];
    java.util.Arrays.fill(protocols, (byte) 0x80);
    refuses(new PtWriter().raw(protocols).file(), "slide.pt describes more than a slide's tensors");
    refuses(
        new PtWriter().raw(new byte[5 << 20]).file(),
        "slide.pt has an entry data.pkl of 5242883 bytes; that of tensors has at most 4194304");
  }

  @ParameterizedTest
  @CsvSource({
    "4, 0, 1099511627776, 4, 4, 1, is damaged: it has the shape [1099511627776",
    "4, 0, 9223372036854775807, 9223372036854775807, 9223372036854775807, 1, is damaged: it has the shape",
    "4, 1, 2, 2, 2, 1, is damaged: it has the shape",
    "4, 9223372036854775807, 2, 2, 2, 1, is damaged: it has the shape",
    "4, 0, 2, 2, 3, 1, is damaged: it has the shape",
    "9, 0, 2, 2, 2, 1, is damaged: it has the shape",
    "4, 0, 2, -2, 2, 1, a tensor is not described as PyTorch does",
    "4, -1, 2, 2, 2, 1, a tensor is not described as PyTorch does",
    "-4, 0, 2, 2, 2, 1, a storage is not described as PyTorch does",
    "4, 0, 3, 2, 1, 1, 'has the shape [3, 2] and 4 numbers, which it repeats, as torch.expand does'",
    "4, 0, 2000000000, 4, 0, 1, 'and 4 numbers, which it repeats, as torch.expand does'",
    "4, 0, 4, 0, 0, 1, has the shape [4'"
  })
  void shapesAreLookedAt(
      long size, long offset, long rows, long columns, long down, long across, String wanted)
      throws IOException {
    PtWriter writer = new PtWriter().entry("data/0", floats(1, 2, 3, 4));
    writer.view(
        "FloatStorage", "0", size, offset, new long[] {rows, columns}, new long[] {down, across});
    refuses(writer.file(), wanted.replace("'", ""));
  }

  @Test
  void tensorsThatAreNoFeaturesAreRefused() throws IOException {
    byte[] four = floats(1, 2, 3, 4);
    refuses(
        new PtWriter().tensor("FloatStorage", "0", four, 4, 4).file(),
        "slide.pt has the shape [4]; it has to be [patches, features]");
    refuses(
        new PtWriter().tensor("FloatStorage", "0", four, 4, 2, 1, 2).file(),
        "slide.pt has the shape [2, 1, 2]; it has to be [patches, features]");
    refuses(
        new PtWriter().tensor("FloatStorage", "0", four, 4).file(),
        "slide.pt has the shape []; it has to be [patches, features]");
    refuses(
        new PtWriter().tensor("LongStorage", "0", new byte[32], 8, 2, 2).file(),
        "slide.pt holds int64; features have to be floats");
    refuses(
        new PtWriter().tensor("ComplexFloatStorage", "0", four, 8, 1, 2).file(),
        "slide.pt holds complex numbers; it has to hold floats or integers");
    PtWriter dict = new PtWriter().op('}').text("features");
    dict.tensor("FloatStorage", "0", four, 4, 2, 2).op('s');
    dict.text("coords").tensor("FloatStorage", "1", floats(1, 2), 4, 1, 2).op('s');
    refuses(
        dict.file(),
        "slide.pt: coords has the shape [1, 2] and ",
        "slide.pt has 2 patches; it has to be [2, 2]");
  }

  @Test
  void otherArchivesAreToldByTheirKind() throws IOException {
    refuses(features().entry("constants.pkl", "x").file(), "slide.pt holds a TorchScript program");
    refuses(
        features().entry("code/__torch__.py", "x").file(), "slide.pt holds a TorchScript program");
    refuses(
        features().packed().file(),
        "slide.pt is a zip archive whose entries are packed or encrypted",
        "load it with torch.load and save it again with torch.save");
    byte[] renamed = features().file();
    for (int i = 0; i + 8 < renamed.length; i++) {
      if (new String(renamed, i, 8, StandardCharsets.ISO_8859_1).equals("data.pkl")) {
        renamed[i] = 'b';
      }
    }
    refuses(renamed, "is a zip archive without the entry data.pkl that torch.save writes");
    PtWriter lost = new PtWriter();
    lost.view("FloatStorage", "../1", 4, 0, new long[] {2, 2}, new long[] {2, 1});
    refuses(lost.file(), "slide.pt is damaged: the file has no entry data/../1 with its numbers");
  }

  @Test
  void otherFilesAreToldByTheirKind() throws IOException {
    String old =
        "\u0080\u0002\u008a\nl\u00fc\u009cF\u00f9 j\u00a8P\u0019.\u0080\u0002M\u00e9\u0003.";
    refuses(
        old.getBytes(StandardCharsets.ISO_8859_1),
        "slide.pt is in the format of PyTorch before 1.6; load it with torch.load in a newer PyTorch "
            + "and save it again with torch.save");
    refuses(
        "\u0080\u0002}q".getBytes(StandardCharsets.ISO_8859_1),
        "slide.pt is no PyTorch file: it is a Python pickle");
    refuses(
        "\u0089HDF\r\n\u001a\n".getBytes(StandardCharsets.ISO_8859_1),
        "it is an HDF5 file; the reader hdf5-patches reads those");
    refuses(new byte[0], "is no PyTorch file: it is empty (0 bytes)");
    refuses(
        "words".getBytes(StandardCharsets.US_ASCII),
        "is no PyTorch file: it does not start as one");
  }

  @Test
  void aListOfEntriesThatDoesNotFitIsASentence() throws IOException {
    byte[] right = features().file();
    int end = right.length - 22;
    String wrong =
        "slide.pt is damaged, or not written to its end: its list of entries does not fit";
    refuses(
        java.util.Arrays.copyOf(right, end),
        "slide.pt is damaged, or not written to its end: it has no list of its entries there");
    for (int at : new int[] {12, 16}) {
      byte[] bytes = right.clone();
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(end + at, -1);
      refuses(bytes, wrong);
    }
    // an entry that ends behind the list, one that begins elsewhere, and one of another signature
    int list = ByteBuffer.wrap(right).order(ByteOrder.LITTLE_ENDIAN).getInt(end + 16);
    for (int at : new int[] {42, 0}) {
      byte[] bytes = right.clone();
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(list + at, 7);
      refuses(bytes, wrong);
    }
    byte[] bytes = right.clone();
    ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(list + 20, 2000)
        .putInt(list + 24, 2000);
    refuses(bytes, wrong);
  }
}
