/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.web;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.osgi.service.servlet.whiteboard.Preprocessor;

/**
 * Lets requests of this view's user through and nobody else's: before any servlet of whatever bundle, the Web Console's among them.
 * A request names 127.0.0.1 or localhost with our port as its host (another name that leads here is an attack from a page of that name), has the
 * token in its address or as a cookie, and, where it changes something, does not come from a page of somebody else's.
 */
final class Gate implements Preprocessor {
  static final String PARAMETER = "token";
  private static final String COOKIE = "stroma-";

  /** For pages without a stricter one of their own, which are those of the Web Console: it has scripts within its pages. */
  private static final String WEB_CONSOLE =
      "default-src 'self' 'unsafe-inline' 'unsafe-eval' data:; object-src 'none'; base-uri 'self'; form-action 'self'; "
          + "frame-ancestors 'none'";

  private static final Set<String> READING = Set.of("GET", "HEAD");

  private final Token token;

  /** 0 while it is not known: nobody comes in. */
  private volatile int port;

  Gate(Token token) {
    this.token = token;
  }

  /** Lets users in who ask for this port. */
  void open(int atPort) {
    port = atPort;
  }

  /** What decides about a request. */
  record Asked(
      String method,
      @Nullable String host,
      @Nullable String origin,
      @Nullable String site,
      @Nullable String inAddress,
      @Nullable String inCookie) {}

  /** Why a request is refused, as a sentence; null where it is not. */
  @Nullable
  String refusal(Asked asked) {
    int known = port;
    if (known == 0 || !ours(asked.host(), known, "")) {
      return "this address is not ours";
    }
    if (!token.is(asked.inAddress() != null ? asked.inAddress() : asked.inCookie())) {
      return "the token is wrong or missing; the whole address is where stroma web or run --web was started";
    }
    if (!READING.contains(asked.method())) {
      if (asked.origin() != null && !ours(asked.origin(), known, "http://")
          || asked.site() != null && !asked.site().equals("same-origin")) {
        return "what changes something has to come from our own page";
      }
    }
    return null;
  }

  private static boolean ours(@Nullable String name, int port, String prefix) {
    return (prefix + "127.0.0.1:" + port).equals(name)
        || (prefix + "localhost:" + port).equals(name);
  }

  /** The same of a servlet's request. */
  @Nullable
  String refusal(HttpServletRequest request) {
    return refusal(new Asked(
        request.getMethod(),
        request.getHeader("Host"),
        request.getHeader("Origin"),
        request.getHeader("Sec-Fetch-Site"),
        inAddress(request.getQueryString()),
        inCookie(request.getCookies())));
  }

  /** The token of a query; looked for here, as a servlet would read the body for it. */
  static @Nullable String inAddress(@Nullable String query) {
    if (query != null) {
      for (String pair : query.split("&")) {
        if (pair.startsWith(PARAMETER + "=")) {
          return pair.substring(PARAMETER.length() + 1);
        }
      }
    }
    return null;
  }

  private @Nullable String inCookie(Cookie @Nullable [] cookies) {
    if (cookies != null) {
      for (Cookie cookie : cookies) {
        // cookies do not tell ports apart
        if (cookie.getName().equals(COOKIE + port)) {
          return cookie.getValue();
        }
      }
    }
    return null;
  }

  @Override
  public void doFilter(ServletRequest asked, ServletResponse answer, FilterChain chain)
      throws IOException, ServletException {
    HttpServletRequest request = (HttpServletRequest) asked;
    HttpServletResponse response = (HttpServletResponse) answer;
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("Referrer-Policy", "no-referrer");
    response.setHeader("X-Frame-Options", "DENY");
    response.setHeader("Content-Security-Policy", WEB_CONSOLE);
    String refusal = refusal(request);
    if (refusal != null) {
      response.setStatus(HttpServletResponse.SC_FORBIDDEN);
      text(response, "text/plain", refusal + "\n");
    } else if (inAddress(request.getQueryString()) != null
        && request.getMethod().equals("GET")
        && !request.getRequestURI().startsWith("/api/")) {
      welcome(request, response);
    } else {
      chain.doFilter(request, response);
    }
  }

  /**
   * From the token in the address, which stays in histories, to the one in a cookie. A page that goes on by itself, and no redirection:
   * of what a link elsewhere began, browsers would not send the cookie along.
   */
  private void welcome(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.addHeader(
        "Set-Cookie", COOKIE + port + "=" + token.text() + "; Path=/; HttpOnly; SameSite=Strict");
    response.setHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    String path =
        request.getRequestURI().matches("(/[A-Za-z0-9._-]+)+/?") ? request.getRequestURI() : "/";
    text(
        response,
        "text/html",
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Stroma</title>"
            + "<meta http-equiv=\"refresh\" content=\"0;url=" + path
            + "\"></head><body></body></html>");
  }

  private static void text(HttpServletResponse response, String type, String text)
      throws IOException {
    response.setContentType(type + ";charset=utf-8");
    response.setHeader("Cache-Control", "no-store");
    response.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
  }
}
