/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class GateTest {
  private static final int PORT = 4711;
  private static final String HOST = "127.0.0.1:4711";

  private final Token token = Token.random();
  private final Gate gate = new Gate(token);

  GateTest() {
    gate.open(PORT);
  }

  private static Gate.Asked get(String host, String inAddress, String inCookie) {
    return new Gate.Asked("GET", host, null, null, inAddress, inCookie);
  }

  private Gate.Asked post(String origin, String site) {
    return new Gate.Asked("POST", HOST, origin, site, null, token.text());
  }

  @Test
  void aTokenIs128BitsAndNoTwoAreAlike() {
    assertTrue(token.text().matches("[0-9a-f]{32}"), token.text());
    assertFalse(token.is(Token.random().text()));
    assertFalse(token.toString().contains(token.text()));
  }

  @Test
  void theTokenInTheAddressOrInTheCookieLetsIn() {
    assertNull(gate.refusal(get(HOST, token.text(), null)));
    assertNull(gate.refusal(get("localhost:4711", null, token.text())));
  }

  @Test
  void aWrongTokenOrNoneDoesNot() {
    assertNotNull(gate.refusal(get(HOST, null, null)));
    assertNotNull(gate.refusal(get(HOST, "", null)));
    assertNotNull(gate.refusal(get(HOST, token.text().substring(1), null)));
    assertNotNull(gate.refusal(get(HOST, token.text() + "0", null)));
    assertNotNull(gate.refusal(get(HOST, null, Token.random().text())));
    // a wrong one in the address is not made good by a cookie
    assertNotNull(gate.refusal(get(HOST, "0", token.text())));
  }

  @Test
  void aHostOfAnotherNameOrPortIsRefused() {
    for (String host : new String[] {
      null,
      "",
      "127.0.0.1",
      "127.0.0.1:80",
      "evil.example:4711",
      "localhost.evil.example:4711",
      "0.0.0.0:4711"
    }) {
      assertNotNull(gate.refusal(get(host, token.text(), null)), host);
    }
  }

  @Test
  void whatChangesSomethingComesFromOurOwnPage() {
    assertNull(gate.refusal(post("http://127.0.0.1:4711", "same-origin")));
    assertNull(gate.refusal(post("http://localhost:4711", null)));
    assertNull(gate.refusal(post(null, null)), "no browser");
    assertNotNull(gate.refusal(post("http://evil.example", "cross-site")));
    assertNotNull(gate.refusal(post("null", null)));
    assertNotNull(gate.refusal(post("http://127.0.0.1:8080", null)));
    assertNotNull(gate.refusal(post("https://127.0.0.1:4711", null)));
    assertNotNull(gate.refusal(post(null, "same-site")), "another port");
  }

  @Test
  void nobodyComesInBeforeThePortIsKnownAndAfterTheEnd() {
    gate.open(0);
    assertNotNull(gate.refusal(get(HOST, token.text(), null)));
    assertNotNull(gate.refusal(get("127.0.0.1:0", token.text(), null)));
  }

  @Test
  void theTokenOfAQueryIsItsOwnParameter() {
    assertEquals("abc", Gate.inAddress("a=b&token=abc&c=d"));
    assertEquals("", Gate.inAddress("token="));
    assertNull(Gate.inAddress("mytoken=abc"));
    assertNull(Gate.inAddress(null));
  }
}
