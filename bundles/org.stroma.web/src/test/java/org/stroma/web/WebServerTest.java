/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.stroma.command.UsageException;

class WebServerTest {
  @Test
  void aPortThatIsTakenIsTold() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      UsageException refusal = assertThrows(
          UsageException.class,
          () -> WebServer.start(null, null, new RunStore(), null, socket.getLocalPort()));
      assertTrue(
          refusal.getMessage().startsWith("the port " + socket.getLocalPort() + " cannot be had"),
          refusal.getMessage());
    }
  }

  @Test
  void thePortOfTheServerIsReadFromWhatItTells() {
    assertEquals(
        OptionalInt.of(4711), WebServer.port(new String[] {"http://127.0.0.1:4711/", "x"}));
    assertEquals(OptionalInt.empty(), WebServer.port(null));
    assertEquals(OptionalInt.empty(), WebServer.port(new String[] {"https://127.0.0.1:1/"}));
  }
}
