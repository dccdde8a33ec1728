/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.apache.felix.webconsole.servlet.AbstractServlet;
import org.apache.felix.webconsole.spi.SecurityProvider;
import org.jspecify.annotations.Nullable;

/** What Apache Felix Web Console is given: who may use it, and our page beside its own. */
final class WebConsole {
  /** The last part of the page's address there. */
  static final String LABEL = "stroma";

  /** The name by which the launcher tells the Web Console to wait for {@link Security}. */
  static final String SECURITY = "stroma";

  private WebConsole() {}

  /** The token that opens our page opens the Web Console; there is no password. */
  static final class Security implements SecurityProvider {
    private final Gate gate;

    Security(Gate gate) {
      this.gate = gate;
    }

    @Override
    public @Nullable Object authenticate(HttpServletRequest request, HttpServletResponse response) {
      if (gate.refusal(request) == null) {
        return "stroma";
      }
      response.setStatus(HttpServletResponse.SC_FORBIDDEN);
      return null;
    }

    @Override
    public boolean authorize(Object user, String role) {
      return true;
    }

    @Override
    public void logout(HttpServletRequest request, HttpServletResponse response) {
      // whoever has the token comes in again
    }
  }

  /** Our page between the Web Console's header and footer. */
  static final class Plugin extends AbstractServlet {
    private static final long serialVersionUID = 1L;

    @Override
    public void renderContent(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      response
          .getWriter()
          .print(
              """
              <div id="stroma"></div>
              <link rel="stylesheet" href="/uPlot.css">
              <link rel="stylesheet" href="/page.css">
              <script src="/uPlot.js"></script>
              <script src="/charts.js"></script>
              <script src="/page.js"></script>
              """);
    }
  }
}
