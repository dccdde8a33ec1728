/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.web;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.Enumeration;
import java.util.Map;
import org.osgi.framework.Bundle;

/** The page and what it loads: all of it comes from here. */
final class PageServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  private static final String HTML = "text/html";
  private static final String SCRIPT = "text/javascript";
  private static final String STYLE = "text/css";

  /** The page may load what lies beside it, and nothing from elsewhere; nothing in it is a script but its files. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
          + "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  /** A file of this bundle. */
  private record Resource(String name, String type) {}

  private static final Map<String, Resource> RESOURCES = Map.of(
      "/", new Resource("index.html", HTML),
      "/page.js", new Resource("page.js", SCRIPT),
      "/charts.js", new Resource("charts.js", SCRIPT),
      "/page.css", new Resource("page.css", STYLE),
      "/uPlot.js", new Resource("uPlot.iife.min.js", SCRIPT),
      "/uPlot.css", new Resource("uPlot.min.css", STYLE));

  private final transient Bundle bundle;

  PageServlet(Bundle bundle) {
    this.bundle = bundle;
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String path = request.getPathInfo() == null ? "/" : request.getPathInfo();
    Resource resource = RESOURCES.get(path);
    response.setHeader("Content-Security-Policy", POLICY);
    response.setHeader("Cache-Control", "no-cache");
    if (resource == null) {
      response.setStatus(HttpServletResponse.SC_NOT_FOUND);
      return;
    }
    response.setContentType(resource.type() + ";charset=utf-8");
    // the library's folder has its version
    Enumeration<URL> found = bundle.findEntries("/", resource.name(), true);
    if (found == null) {
      throw new IOException(resource.name() + " is not in this bundle");
    }
    try (InputStream in = found.nextElement().openStream()) {
      in.transferTo(response.getOutputStream());
    }
  }
}
