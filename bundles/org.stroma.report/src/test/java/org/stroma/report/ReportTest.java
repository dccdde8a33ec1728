/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stroma.api.data.DataException;
import org.stroma.command.Progress;
import org.stroma.run.RunDocuments;
import org.stroma.run.RunReader;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NamedNodeMap;
import org.w3c.dom.NodeList;
import picocli.CommandLine;

class ReportTest {
  @TempDir
  private Path folder;

  private String page(Path run) {
    RunDocuments.write(RunReader.of(run), new HtmlReport());
    return read(run.resolve("report.html"));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Our pages are XML too, so that a parser tells whether names broke out of their places. */
  private static Document parsed(String html) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
    return factory
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(html.getBytes(StandardCharsets.UTF_8)));
  }

  private static List<Element> elements(Document page, String name) {
    NodeList all = page.getElementsByTagName(name);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < all.getLength(); i++) {
      elements.add((Element) all.item(i));
    }
    return elements;
  }

  @Test
  void hostileNamesStayTexts() throws Exception {
    Path run = FinishedRun.of(folder, FinishedRun.HOSTILE);
    Document page = parsed(page(run));
    for (String forbidden :
        List.of("script", "img", "iframe", "object", "link", "base", "form", "b")) {
      assertEquals(List.of(), elements(page, forbidden), forbidden);
    }
    List<String> anchors = new ArrayList<>();
    for (Element element : elements(page, "*")) {
      NamedNodeMap attributes = element.getAttributes();
      for (int i = 0; i < attributes.getLength(); i++) {
        String name = attributes.item(i).getNodeName();
        assertFalse(name.startsWith("on"), name);
        assertFalse(name.equals("src") || name.equals("style"), name);
        if (name.equals("href")) {
          anchors.add(attributes.item(i).getNodeValue());
        }
      }
    }
    assertTrue(
        anchors.size() > 4 && anchors.stream().allMatch(a -> a.startsWith("#")),
        anchors.toString());
    String text = page.getDocumentElement().getTextContent();
    for (String name : FinishedRun.HOSTILE_NAMES) {
      assertTrue(text.contains(name), name);
    }
    assertFalse(text.contains("\u202e"));
  }

  @Test
  void figuresSayWhatTheyShowAndHaveTheirNumbers() throws Exception {
    Document page = parsed(page(FinishedRun.of(folder, FinishedRun.PLAIN)));
    List<Element> figures = elements(page, "figure");
    assertTrue(figures.size() >= 12, figures.size() + " figures");
    for (Element figure : figures) {
      Element svg = (Element) figure.getElementsByTagName("svg").item(0);
      assertEquals("img", svg.getAttribute("role"));
      Element title = (Element) svg.getFirstChild();
      assertEquals("title", title.getNodeName());
      assertFalse(title.getTextContent().isBlank());
      assertEquals("desc", title.getNextSibling().getNodeName());
      assertFalse(title.getNextSibling().getTextContent().isBlank(), title.getTextContent());
      Element details = (Element) figure.getElementsByTagName("details").item(0);
      assertTrue(details.getElementsByTagName("td").getLength() > 0, title.getTextContent());
    }
    String html = page.getDocumentElement().getTextContent();
    assertFalse(html.contains("NaN"), "NaN on the page");
    assertFalse(html.contains("null"), "null on the page");
    assertFalse(html.contains("Infinity"), "Infinity on the page");
  }

  @Test
  void theSummaryTellsTheMainNumberWithItsInterval() {
    String html = page(FinishedRun.of(folder, FinishedRun.PLAIN));
    assertTrue(
        html.contains(
            "Harrell’s c of os is 0.820 (95% interval 0.710 to 0.900), over all test patients."),
        html);
    assertTrue(html.contains("in 82 of 100 cases"), html);
    for (String word : List.of(
        "Kaplan",
        "Calibration",
        "TRIPOD",
        "ROC curves",
        "Confusion matrix",
        "Decision curve",
        "At risk")) {
      assertTrue(html.contains(word), word);
    }
    // who was left out, and why
    assertTrue(html.contains("no target is known: 2"), html);
    assertTrue(html.contains("brothers"), html);
  }

  /** Where other events compete with the event, a Kaplan-Meier curve that censors them is no survival. */
  @Test
  void competingEventsHaveCumulativeIncidencesAndNoSurvival() throws Exception {
    Path run = FinishedRun.of(folder, FinishedRun.PLAIN);
    Path file = run.resolve("predictions.csv");
    List<String> lines = Files.readAllLines(file);
    List<String> header = List.of(lines.get(0).split(","));
    StringBuilder other = new StringBuilder(
        lines.get(0).replaceAll("os\\.survival\\.[0-9]+", "unused") + ",os.competing\n");
    for (String line : lines.subList(1, lines.size())) {
      String[] cells = line.split(",", -1);
      other.append(line).append(cells[header.indexOf("os.event")].equals("1") ? ",0\n" : ",1\n");
    }
    Files.writeString(file, other);
    String html = page(run);
    parsed(html);
    assertTrue(html.contains("Cumulative incidence of os by predicted risk"), html);
    assertTrue(html.contains("Other events compete with the event that is predicted."), html);
    assertFalse(html.contains("Kaplan-Meier curves of os"), html);
    assertFalse(html.contains("Calibration of os at time"), html);
  }

  @Test
  void theMachineWritesNothingThatItDoesNotKnow() {
    String html = page(FinishedRun.of(folder, FinishedRun.PLAIN));
    int ethics = html.indexOf(">Ethics<");
    assertTrue(ethics > 0);
    String row = html.substring(ethics, html.indexOf("</tr>", ethics));
    assertTrue(row.contains("<td></td>"), row);
    assertTrue(row.contains("Author: "), row);
  }

  @Test
  void whatOlderRunsDidNotWriteIsLeftOut() throws Exception {
    Path run = FinishedRun.of(folder, FinishedRun.PLAIN);
    for (String file :
        List.of("cohort.json", "history.csv", "provenance.json", "predictions.csv")) {
      Files.delete(run.resolve(file));
      parsed(page(run));
    }
    Files.writeString(run.resolve("metrics.json"), "{\"folds\": [], \"mean\": {}, \"std\": {}}");
    parsed(page(run));
    assertTrue(ModelCard.text(Study.of(RunReader.of(run))).startsWith("# Model card: study"));
  }

  @Test
  void aPretrainingHasAReportToo() throws Exception {
    Path run = Files.createDirectory(folder.resolve("pre"));
    Files.writeString(
        run.resolve("experiment.json"),
        "{\"name\": \"pre\", \"modalities\": {\"genes\": {\"reader\": {\"type\": \"csv-matrix\"}}},"
            + " \"pretraining\": {\"genes\": {\"type\": \"simclr\"}}}");
    Files.writeString(
        run.resolve("metrics.json"),
        "{\"pretraining\": {\"first_epoch_loss\": 2.0, \"last_epoch_loss\": 1.0}}");
    Files.writeString(run.resolve("history.csv"), "epoch,loss\n1,2\n2,1\n");
    String html = page(run);
    parsed(html);
    assertTrue(html.contains("were pretrained on"), html);
    assertTrue(html.contains("Loss by epoch"), html);
    assertFalse(html.contains("TRIPOD"), html);
  }

  @Test
  void theModelCardHoldsHostileNamesAsTheyAre() {
    String card =
        ModelCard.text(Study.of(RunReader.of(FinishedRun.of(folder, FinishedRun.HOSTILE))));
    assertFalse(card.matches("(?s).*[^\\\\]<script.*"), card);
    assertFalse(card.contains("\n# injected"), card);
    assertTrue(card.contains("## Limits"), card);
    assertTrue(card.contains("*To be written by the author:*"), card);
    card.lines()
        .filter(line -> line.startsWith("|"))
        .forEach(line -> assertTrue(line.endsWith("|"), line));
  }

  @Test
  void theCommandWritesBothAndRefusesWhatIsNoRun() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Path run = FinishedRun.of(folder, FinishedRun.PLAIN);
    CommandLine command = new CommandLine(new ReportCommand()
        .call(new PrintStream(out, true, StandardCharsets.UTF_8), Progress.SILENT));
    assertEquals(0, command.execute(run.toString()));
    assertEquals(
        List.of(
            run.resolve("report.html").toString(), run.resolve("model-card.md").toString()),
        out.toString(StandardCharsets.UTF_8).lines().toList());
    assertThrows(DataException.class, () -> RunReader.of(folder.resolve("none")));
  }

  @Test
  void howSettingsWereChosenIsTold() throws Exception {
    Path run = FinishedRun.of(folder, FinishedRun.PLAIN);
    assertFalse(page(run).contains("id=\"selection\""));
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode metrics =
        (ObjectNode) mapper.readTree(run.resolve("metrics.json").toFile());
    metrics.set(
        "selection",
        mapper.readTree(
            """
            {"head": "os", "metric": "c_index", "rule": "one-standard-error", "rule_in_words": "the earliest epoch within reach",
             "chosen_by": "inner folds of the training patients of each fold", "refit": "on all training patients", "inner_mean": 0.795,
             "epochs": [7, 3, 5], "candidates": [{"candidate": "<wide>", "chosen": 4, "set": {"model.embedDim": 64}}]}
            """));
    metrics.putObject("last").putObject("mean").putObject("os").put("c_index", 0.777);
    mapper.writeValue(run.resolve("metrics.json").toFile(), metrics);
    String html = page(run);
    parsed(html);
    for (String word : List.of(
        "id=\"selection\"",
        "the earliest epoch within reach",
        ">3 to 7<",
        ">0.795<",
        ">0.777<",
        "&lt;wide&gt;",
        "model.embedDim = 64",
        // beside the settings, and in TRIPOD+AI's item of the model
        ">epochs 3 to 7; candidate &lt;wide&gt; in 4 folds<",
        "Chosen in each fold by inner folds of the training patients of each fold: epochs 3 to 7")) {
      assertTrue(html.contains(word), word);
    }
    String card = ModelCard.text(Study.of(RunReader.of(run)));
    assertTrue(card.contains("epochs 3 to 7"), card);
  }

  @Test
  void explanationsInTheDirectoryAreShown() throws Exception {
    Path run = FinishedRun.of(folder, FinishedRun.PLAIN);
    Path explanations = run.resolve("explanations");
    Files.createDirectories(explanations.resolve("attributions/genes"));
    Files.createDirectories(explanations.resolve("fusion"));
    Files.createDirectories(explanations.resolve("attention/wsi"));
    Files.writeString(
        explanations.resolve("importance.csv"),
        "output,modality,patients,mean_drop,mean_absolute_drop,mean_shapley,mean_absolute_shapley\n"
            + "os,<genes>,79,0.1,0.4321,,\nos,text,60,0.1,0.2,,\n");
    Files.writeString(
        explanations.resolve("attributions/genes/summary.csv"),
        "output,class,feature,patients,mean,mean_absolute,sign_consistency,higher_raises\n"
            + "os,,TP53,79,0.1,0.25,0.9,1\nos,,KRAS,79,-0.1,0.75,0.9,0\n");
    Files.writeString(
        explanations.resolve("fusion/cross.csv"), "query,genes,text\ngenes,0.3,0.7\ntext,0.9,\n");
    Files.writeString(
        explanations.resolve("fusion/cross-samples.csv"), "sample,query,genes\na,genes,1\n");
    Files.write(explanations.resolve("attention/wsi/s1.png"), new byte[] {1, 2, 3});
    Document page = parsed(page(run));
    List<String> titles =
        elements(page, "figcaption").stream().map(Element::getTextContent).toList();
    assertTrue(
        titles.containsAll(List.of(
            "Importance of modalities for os",
            "Features of genes for os",
            "Attention between modalities (cross)",
            "s1")),
        titles.toString());
    String text = page.getDocumentElement().getTextContent();
    assertTrue(text.contains("<genes>") && text.contains("0.432"), text);
    // the most important feature stands first
    assertTrue(text.indexOf("KRAS 0.750") < text.indexOf("TP53 0.250"), text);
    assertEquals("data:image/png;base64,AQID", elements(page, "img").get(0).getAttribute("src"));
  }

  @Test
  void baselinesStandBesideTheModelWithTheirDifferences() throws Exception {
    Path run = FinishedRun.of(folder, FinishedRun.PLAIN);
    assertFalse(page(run).contains("id=\"baselines\""));
    Path file = run.resolve("metrics.json");
    String metrics = Files.readString(file).strip();
    Files.writeString(
        file,
        metrics.substring(0, metrics.length() - 1)
            + """
            , "baselines": {"ridge <i>": {
                "folds": [{"repeat": 0, "fold": 0, "fit": {"os": {"lambda": 1}}, "test": {"os": {"c_index": 0.7}}}],
                "pooled": {"os": {"c_index": {"value": 0.7123, "lower": 0.61, "upper": 0.8}}},
                "difference": {"os": {"c_index": {"patients": 79, "folds": 2, "model": 0.8, "baseline": 0.7654, "value": 0.0345,
                  "lower": -0.0123, "upper": 0.0876, "pooled": {"value": null, "undefined": "none"}}}}},
              "other": {"folds": [{"repeat": 0, "fold": 0, "fit": {"os": {"undefined": "nobody has an event"}}, "test": {}}],
                "difference": {}}}}
            """);
    Document page = parsed(page(run));
    String text = page.getDocumentElement().getTextContent();
    for (String word : List.of(
        "ridge <i>",
        "0.765",
        "0.712 (0.61",
        "other: nobody has an event",
        "Harrell’s c of os: the model less each baseline")) {
      assertTrue(text.contains(word), word);
    }
  }

  @Test
  void stressIsShownWhereItIs() throws Exception {
    Path run = FinishedRun.of(folder, FinishedRun.PLAIN);
    assertFalse(page(run).contains("id=\"stress\""));
    Files.writeString(
        run.resolve("stress.json"),
        """
        {"draws": 2, "scenarios": [
          {"kind": "kept", "modalities": ["a", "<i>"], "draws": 1, "patients": 80, "metrics": {"os": {"c_index":
            {"value": 0.7, "same_patients_with_all": 0.82}}}},
          {"kind": "missing", "modalities": [], "share": 0.25, "draws": 2, "patients": 79, "metrics": {"os": {"c_index":
            {"value": 0.6543, "same_patients_with_all": 0.82, "std_over_draws": 0.01}}}},
          {"kind": "permuted", "modalities": ["a"], "draws": 2, "patients": 80, "metrics": {"os": {"c_index":
            {"value": null, "same_patients_with_all": null}}}},
          {"kind": "trained-alone", "modalities": ["a"], "draws": 1, "patients": 70, "metrics": {"os": {"c_index":
            {"value": 0.6127, "same_patients_with_all": 0.8}}}},
          {"kind": "trained-late-fusion", "modalities": ["a", "<i>"], "draws": 1, "failure": "no training patient <x>"}],
         "trained": "simpler <b> models"}
        """);
    Document page = parsed(page(run));
    String text = page.getDocumentElement().getTextContent();
    for (String word : List.of(
        "Harrell’s c of os under stress",
        "a + <i>",
        "25% missing",
        "0.654",
        "a permuted",
        "trained with a alone",
        "0.613",
        "late fusion of all, trained anew: not trained, no training patient <x>.",
        "trained anew, simpler <b> models.")) {
      assertTrue(text.contains(word), word);
    }
  }

  @Test
  void whatIsNotDefinedSaysWhyAndAMeanOfSomeFoldsSaysSo() throws Exception {
    Path run = FinishedRun.of(folder, FinishedRun.PLAIN);
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode metrics =
        (ObjectNode) mapper.readTree(run.resolve("metrics.json").toFile());
    ((ObjectNode) metrics.at("/folds/1/test/os"))
        .putNull("c_index")
        .put("c_index_undefined", "nobody has the event");
    ((ObjectNode) metrics.at("/mean/os")).putNull("ici").put("ici_undefined", "too few patients");
    ((ObjectNode) metrics.at("/mean/os")).putNull("auc_t").put("auc_t_undefined", "all are alive");
    ((ObjectNode) metrics.at("/pooled/os")).putObject("auc_t").put("value", 0.8);
    mapper.writeValue(run.resolve("metrics.json").toFile(), metrics);
    String html = page(run);
    assertTrue(
        html.contains(
            "Harrell’s c is not defined in 1 of 4 folds: nobody has the event. The mean is of the others."),
        html);
    String card = ModelCard.text(Study.of(RunReader.of(run)));
    assertTrue(
        card.contains("Integrated calibration index is not defined: too few patients"), card);
    assertTrue(
        card.contains("AUC over time, integrated is not defined in single folds: all are alive"),
        card);
  }

  @Test
  void ranksAreToldWithTheirLevelsAndTimesByWhatEndsThem() throws Exception {
    Path run = FinishedRun.of(folder, FinishedRun.PLAIN);
    Path file = run.resolve("experiment.json");
    Files.writeString(
        file,
        Files.readString(file)
            .replace(
                "\"type\":\"csv-matrix\"", "\"ordinal\":[\"poor=i | ii|iii\"],\"type\":\"x\""));
    String html = page(run);
    assertTrue(html.contains("poor (0 i, 1 ii, 2 iii), median [quartiles]"), html);
    assertTrue(html.contains("os: time until event or censoring, median [quartiles]"), html);
  }

  @Test
  void anAucOfTwoClassesSaysOfWhichItIs() {
    String html = page(FinishedRun.of(folder, FinishedRun.PLAIN));
    assertTrue(html.contains("Of a patient with the class “poor” and one without"), html);
    assertTrue(
        html.contains("All test patients together compares patients of different folds"), html);
  }

  @Test
  void predictedClassesOfPatchesAreShownWithTheirColours() throws Exception {
    Path run = FinishedRun.of(folder, FinishedRun.PLAIN);
    Path head = Files.createDirectories(run.resolve("explanations/segmentation/tumour"));
    Files.write(head.resolve("s1.png"), new byte[] {1, 2, 3});
    Files.writeString(
        head.resolve("legend.csv"), "index,class,red,green,blue\n1,<stroma>,230,159,0\n");
    String html = page(run);
    parsed(html);
    assertTrue(html.contains("Predicted classes of patches"), html);
    assertTrue(
        html.contains("<span style=\"border-color:rgb(230,159,0)\">&lt;stroma&gt;</span>"), html);
  }
}
