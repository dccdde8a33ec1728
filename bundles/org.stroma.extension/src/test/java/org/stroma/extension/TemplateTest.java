/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.extension;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.stroma.command.UsageException;
import org.stroma.parts.PartKind;

class TemplateTest {
  @TempDir
  Path folder;

  private static String refusal(org.junit.jupiter.api.function.Executable call) {
    return assertThrows(UsageException.class, call).sentences().toString();
  }

  @ParameterizedTest
  @CsvSource({
    "radiomics-mlp, encoder, RadiomicsMlpEncoder",
    "focal-loss, loss, FocalLoss",
    "encoder, encoder, EncoderEncoder",
    "resnet-50, encoder, Resnet50Encoder",
    "csv, reader, CsvReader"
  })
  void classesAreNamedAfterTypeAndKind(String type, String kind, String name) {
    assertEquals(name, Template.of(type, kind, null).className());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Radiomics",
        "radiomics_mlp",
        "2d",
        "-a",
        "a-",
        "a--b",
        "../x",
        "a b",
        "ä",
        "a.b"
      })
  void namesThatAreNoTypesAreRefused(String name) {
    String message = refusal(() -> Template.of(name, "encoder", null));
    assertTrue(
        message.contains("the name is \"" + name + "\"")
            && message.contains("such as radiomics-mlp"),
        message);
  }

  @Test
  void longNamesAreRefused() {
    assertEquals("a".repeat(40), Template.of("a".repeat(40), "encoder", null).type());
    refusal(() -> Template.of("a".repeat(41), "encoder", null));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "radiomics",
        "org.Example",
        "org..x",
        "org.class",
        "java.x",
        "org.stroma.x",
        "org.ex-ample",
        "a.b;"
      })
  void packagesThatAreNoneAreRefused(String name) {
    String message = refusal(() -> Template.of("a", "encoder", name));
    assertTrue(message.contains("--package is \"" + name + "\""), message);
  }

  @Test
  void aNameThatIsAWordOfJavaNeedsAPackage() {
    String message = refusal(() -> Template.of("class", "encoder", null));
    assertTrue(message.contains("the package would be \"org.example.class\""), message);
    assertEquals(
        "ClassEncoder", Template.of("class", "encoder", "org.example.classes").className());
  }

  @Test
  void kindsWithoutATemplateAreRefusedWithThoseThereAre() {
    String message = refusal(() -> Template.of("a", "stain", null));
    assertTrue(
        message.contains("--kind is \"stain\"")
            && message.contains("encoder, fusion, temporal, head, loss"),
        message);
  }

  @Test
  void allKindsButThoseOfSlidesHaveTemplates() {
    assertEquals(
        Stream.concat(
                Stream.of(PartKind.values())
                    .filter(kind -> kind != PartKind.EXTRACTOR && kind != PartKind.STAIN)
                    .map(PartKind::label),
                Stream.of("command"))
            .toList(),
        Template.KINDS);
  }

  @Test
  void projectsAreWholeAndHoldNoPlaceholder() throws Exception {
    for (String kind : Template.KINDS) {
      Path target = folder.resolve(kind);
      Template template = Template.of("my-part", kind, "org.lab.parts");
      template.write(target, new Sdk(Path.of("/opt/a & b"), "1.2.3"));
      String java = "java/org/lab/parts/" + template.className();
      for (String name : List.of(
          "pom.xml",
          "README.md",
          ".gitignore",
          "src/main/" + java + ".java",
          "src/test/" + java + "Test.java")) {
        String text = Files.readString(target.resolve(name));
        assertFalse(text.matches("(?s).*__[A-Z]+__.*"), kind + ": " + name + " has a placeholder");
      }
      assertTrue(Files.readString(target.resolve("src/main/" + java + ".java"))
          .contains(kind.equals("command") ? "name = \"my-part\"" : "Part(\"my-part\")"));
      var pom = DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(target.resolve("pom.xml").toFile());
      assertEquals("/opt/a & b", pom.getElementsByTagName("stroma.home").item(0).getTextContent());
      assertEquals("1.2.3", pom.getElementsByTagName("stroma.version").item(0).getTextContent());
    }
  }

  @Test
  void whatIsThereAlreadyIsKept() throws IOException {
    Path target = Files.createDirectory(folder.resolve("mine"));
    Path file = Files.writeString(target.resolve("work.txt"), "a week's");
    String message =
        refusal(() -> Template.of("a", "loss", null).write(target, new Sdk(folder, "1")));
    assertTrue(message.contains("is there already"), message);
    assertEquals("a week's", Files.readString(file));
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(List.of(target), left.toList(), "nothing half written beside it");
    }
  }

  @Test
  void aFolderThatIsEmptyIsFilled() throws IOException {
    Path target = Files.createDirectory(folder.resolve("empty"));
    Template.of("a", "loss", null).write(target, new Sdk(folder, "1"));
    assertTrue(Files.exists(target.resolve("pom.xml")));
  }

  @Test
  void theSdkOfADistributionTellsItsVersion() throws IOException {
    Files.createDirectories(folder.resolve("sdk/org/stroma/org.stroma.api/0.7.0"));
    assertEquals("0.7.0", Sdk.of(folder.toString()).version());
  }

  @Test
  void aDistributionWithoutSdkIsRefused() {
    String message = refusal(() -> Sdk.of(folder.toString()));
    assertTrue(message.contains("has no folder sdk/"), message);
    assertTrue(refusal(() -> Sdk.of(null)).contains("not started from a distribution"));
  }
}
