/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.report;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.osgi.service.component.annotations.Component;
import org.stroma.report.section.BaselineSection;
import org.stroma.report.section.ExplanationSection;
import org.stroma.report.section.MethodSection;
import org.stroma.report.section.ParticipantsSection;
import org.stroma.report.section.PerformanceSection;
import org.stroma.report.section.ProvenanceSection;
import org.stroma.report.section.ReportingSection;
import org.stroma.report.section.Section;
import org.stroma.report.section.SelectionSection;
import org.stroma.report.section.StressSection;
import org.stroma.report.section.SummarySection;
import org.stroma.run.RunDocument;
import org.stroma.run.RunReader;

/** {@code report.html}: one page that can be shown, printed and kept. */
@Component
public final class HtmlReport implements RunDocument {
  private static final List<Section> SECTIONS = List.of(
      new SummarySection(),
      new ParticipantsSection(),
      new PerformanceSection(),
      new BaselineSection(),
      new SelectionSection(),
      new StressSection(),
      new ExplanationSection(),
      new MethodSection(),
      new ProvenanceSection(),
      new ReportingSection());

  @Override
  public String fileName() {
    return "report.html";
  }

  @Override
  public void write(RunReader run, OutputStream out) throws IOException {
    out.write(Page.of(Study.of(run), SECTIONS).getBytes(StandardCharsets.UTF_8));
  }
}
