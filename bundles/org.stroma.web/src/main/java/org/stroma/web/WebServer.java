/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.web;

import jakarta.servlet.Servlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.felix.webconsole.spi.SecurityProvider;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.servlet.context.ServletContextHelper;
import org.osgi.service.servlet.runtime.HttpServiceRuntime;
import org.osgi.service.servlet.whiteboard.Preprocessor;
import org.stroma.command.UsageException;
import org.stroma.training.RunListener;

/** The web server: Apache Felix's HTTP bundle with Jetty, which listens where its configuration says and not without one. */
final class WebServer implements AutoCloseable {
  private static final String SERVER = "org.apache.felix.http";
  private static final String CONSOLE = "org.apache.felix.webconsole.internal.servlet.OsgiManager";
  private static final String HOST = "127.0.0.1";

  /** For each client of events one, and some for all else. */
  private static final int THREADS = EventStream.CLIENTS + 24;

  private static final long PATIENCE_MILLIS = 20_000;
  private static final long END_MILLIS = 3_000;
  private static final Pattern ENDPOINT = Pattern.compile("http://[^/:]+:([0-9]+)/.*");

  private final BundleContext context;
  private final RunStore store;
  private final Token token = Token.random();
  private final Gate gate = new Gate(token);
  private final List<ServiceRegistration<?>> registrations = new ArrayList<>();
  private final List<Configuration> configurations = new ArrayList<>();
  private int port;

  private WebServer(BundleContext context, RunStore store) {
    this.context = context;
    this.store = store;
  }

  /** The servlets for a page. */
  record Pages(ApiServlet api, EventStream events) {}

  /**
   * Starts it.
   *
   * @param wanted a port, or 0
   * @throws UsageException when the port is taken
   */
  static WebServer start(
      BundleContext context, ConfigurationAdmin admin, RunStore store, Pages pages, int wanted) {
    if (wanted != 0) {
      requireFree(wanted);
    }
    WebServer server = new WebServer(context, store);
    try {
      server.register(pages);
      server.configure(admin, wanted);
      server.port = server.awaitPort();
      server.gate.open(server.port);
      return server;
    } catch (IOException e) {
      server.close();
      throw new IllegalStateException("the web server cannot be configured: " + e.getMessage(), e);
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
  }

  private static void requireFree(int port) {
    try {
      new ServerSocket(port, 1, InetAddress.getByName(HOST)).close();
    } catch (IOException e) {
      throw new UsageException("the port " + port + " cannot be had (" + e.getMessage()
          + "); name another one, or none for any that is free");
    }
  }

  URI address() {
    return URI.create("http://" + HOST + ":" + port + "/?" + Gate.PARAMETER + "=" + token.text());
  }

  private <S> void register(Class<S> type, S service, Map<String, ?> properties) {
    Dictionary<String, Object> all = new Hashtable<>(properties);
    registrations.add(context.registerService(type, service, all));
  }

  private void register(Pages pages) {
    register(Preprocessor.class, gate, Map.of());
    register(RunListener.class, store, Map.of());
    register(
        ServletContextHelper.class,
        new Context(context.getBundle(), gate),
        Map.of(
            "osgi.http.whiteboard.context.name", "stroma",
            "osgi.http.whiteboard.context.path", "/"));
    servlet(pages.events(), "/api/events");
    servlet(pages.api(), "/api/*");
    servlet(new PageServlet(context.getBundle()), "/*");
    register(
        SecurityProvider.class,
        new WebConsole.Security(gate),
        Map.of(SecurityProvider.PROPERTY_ID, WebConsole.SECURITY));
    register(
        Servlet.class,
        new WebConsole.Plugin(),
        Map.of(
            "felix.webconsole.label", WebConsole.LABEL,
            "felix.webconsole.title", "Stroma",
            "felix.webconsole.category", "Stroma"));
  }

  private void servlet(Servlet servlet, String pattern) {
    register(
        Servlet.class,
        servlet,
        Map.of(
            "osgi.http.whiteboard.context.select",
            "(osgi.http.whiteboard.context.name=stroma)",
            "osgi.http.whiteboard.servlet.pattern",
            pattern));
  }

  private void configure(ConfigurationAdmin admin, int wanted) throws IOException {
    // what the Web Console has for where nobody provides security is no known password
    configuration(
        admin,
        CONSOLE,
        Map.of(
            "username", Token.random().text(),
            "password", Token.random().text(),
            "default.render", WebConsole.LABEL));
    configuration(
        admin,
        SERVER,
        Map.of(
            "org.apache.felix.http.host",
            HOST,
            "org.osgi.service.http.port",
            String.valueOf(wanted),
            "org.apache.felix.http.enable",
            true,
            "org.apache.felix.https.enable",
            false,
            "org.apache.felix.http.jetty.threadpool.max",
            THREADS,
            "org.apache.felix.http.jetty.sendServerHeader",
            false));
  }

  private void configuration(ConfigurationAdmin admin, String pid, Map<String, Object> values)
      throws IOException {
    Configuration configuration = admin.getConfiguration(pid, "?");
    configurations.add(configuration);
    configuration.update(new Hashtable<>(values));
  }

  private int awaitPort() {
    long deadline = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
    while (System.nanoTime() < deadline) {
      ServiceReference<HttpServiceRuntime> runtime =
          context.getServiceReference(HttpServiceRuntime.class);
      OptionalInt found =
          runtime == null ? OptionalInt.empty() : port(runtime.getProperty("osgi.http.endpoint"));
      if (found.isPresent()) {
        return found.getAsInt();
      }
      try {
        Thread.sleep(10);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new org.stroma.command.CancelledException();
      }
    }
    throw new IllegalStateException(
        "the web server did not start within " + PATIENCE_MILLIS / 1000 + " s; the log has more");
  }

  /** Whoever opens another one must not take this one's port for its own. */
  private void awaitEnd() {
    long deadline = System.nanoTime() + END_MILLIS * 1_000_000;
    try {
      while (context.getServiceReference(HttpServiceRuntime.class) != null
          && System.nanoTime() < deadline) {
        Thread.sleep(10);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IllegalStateException e) {
      // the bundle is ending
    }
  }

  /** The port of our endpoint among those that are told. */
  static OptionalInt port(Object endpoints) {
    List<?> all = endpoints instanceof Object[] many
        ? Arrays.asList(many)
        : endpoints instanceof List<?> list ? list : List.of(String.valueOf(endpoints));
    return all.stream()
        .map(endpoint -> ENDPOINT.matcher(String.valueOf(endpoint)))
        .filter(Matcher::matches)
        .mapToInt(matcher -> Integer.parseInt(matcher.group(1)))
        .findFirst();
  }

  @Override
  public void close() {
    gate.open(0);
    store.close();
    for (Configuration configuration : configurations) {
      try {
        configuration.delete();
      } catch (IOException | IllegalStateException e) {
        // the framework is ending, and the server with it
      }
    }
    awaitEnd();
    for (ServiceRegistration<?> registration : registrations) {
      try {
        registration.unregister();
      } catch (IllegalStateException e) {
        // so is the bundle
      }
    }
  }

  /** Our pages; asks the gate again, should a server pass over it. */
  private static final class Context extends ServletContextHelper {
    private final Gate gate;

    Context(Bundle bundle, Gate gate) {
      super(bundle);
      this.gate = gate;
    }

    @Override
    public boolean handleSecurity(HttpServletRequest request, HttpServletResponse response) {
      if (gate.refusal(request) == null) {
        return true;
      }
      response.setStatus(HttpServletResponse.SC_FORBIDDEN);
      return false;
    }
  }
}
