/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.stroma.jobs.Jobs;
import org.stroma.training.Epoch;
import org.stroma.training.RunEvent;

class EventStreamTest {
  private final RunStore store = new RunStore();
  private final EventStream stream =
      new EventStream(new Overview(fake(Jobs.class, Map.of("list", List.of())), store), store);
  private final RunEvent.Run run =
      new RunEvent.Run("a", Path.of("nowhere"), false, 1, 1, 1, 10_000);

  @AfterEach
  void close() {
    store.close();
  }

  /** Something of an interface whose methods give what is named. */
  private static <T> T fake(Class<T> type, Map<String, Object> answers) {
    return type.cast(Proxy.newProxyInstance(
        type.getClassLoader(),
        new Class<?>[] {type},
        (self, method, arguments) -> answers.get(method.getName())));
  }

  /** A client; what it is sent goes to {@link Sent#write}. */
  private abstract static class Sent extends ServletOutputStream {
    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void setWriteListener(WriteListener listener) {}

    @Override
    public void write(int oneByte) {
      throw new IllegalStateException("arrays alone are written");
    }
  }

  private Thread client(Sent out, AtomicInteger status) {
    HttpServletResponse response = (HttpServletResponse) Proxy.newProxyInstance(
        getClass().getClassLoader(),
        new Class<?>[] {HttpServletResponse.class},
        (self, method, arguments) -> {
          if (method.getName().equals("setStatus")) {
            status.set((Integer) arguments[0]);
          }
          return method.getName().equals("getOutputStream") ? out : null;
        });
    Thread thread = new Thread(() -> {
      try {
        stream.doGet(fake(HttpServletRequest.class, Map.of("getParameter", "run-1")), response);
      } catch (IOException e) {
        // the client is gone
      }
    });
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private void train(int epochs) {
    for (int i = 0; i < epochs; i++) {
      store.epochEnded(
          new RunEvent.EpochEnded(run, 0, 0, 0, new Epoch(i, 1, Map.of(), 1, 1, 0.1, 0.1)));
    }
  }

  @Test
  @Timeout(60)
  void whoDoesNotReadHoldsUpNeitherTheRunNorOthers() throws Exception {
    store.runStarted(new RunEvent.RunStarted(run));
    CountDownLatch stuck = new CountDownLatch(1);
    client(
        new Sent() {
          @Override
          public void write(byte[] bytes) throws IOException {
            stuck.countDown();
            try {
              Thread.sleep(Long.MAX_VALUE);
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
          }
        },
        new AtomicInteger());
    assertTrue(stuck.await(20, TimeUnit.SECONDS));
    train(1000);

    StringBuffer text = new StringBuffer();
    CountDownLatch heard = new CountDownLatch(1);
    client(
        new Sent() {
          @Override
          public void write(byte[] bytes) {
            text.append(new String(bytes, StandardCharsets.UTF_8));
            if (text.indexOf(",1000]") >= 0) {
              heard.countDown();
            }
          }
        },
        new AtomicInteger());
    assertTrue(heard.await(20, TimeUnit.SECONDS), text.toString());
    assertTrue(text.indexOf("event: run\ndata: {") >= 0, text.toString());
  }

  @Test
  @Timeout(60)
  void whoIsGoneLeavesHisPlaceAndThereAreSoManyPlaces() throws Exception {
    CountDownLatch all = new CountDownLatch(EventStream.CLIENTS);
    for (int i = 0; i < EventStream.CLIENTS; i++) {
      client(
          new Sent() {
            private boolean heard;

            @Override
            public void write(byte[] bytes) {
              // each is sent several things
              if (!heard) {
                heard = true;
                all.countDown();
              }
            }
          },
          new AtomicInteger());
    }
    assertTrue(all.await(20, TimeUnit.SECONDS));
    AtomicInteger status = new AtomicInteger();
    Sent none = new Sent() {
      @Override
      public void write(byte[] bytes) throws IOException {
        throw new IOException("gone");
      }
    };
    client(none, status).join(20_000);
    assertEquals(503, status.get());

    RunStore other = new RunStore();
    EventStream fresh =
        new EventStream(new Overview(fake(Jobs.class, Map.of("list", List.of())), other), other);
    HttpServletResponse gone = fake(HttpServletResponse.class, Map.of("getOutputStream", none));
    for (int i = 0; i <= EventStream.CLIENTS; i++) {
      // one place too many, were it not left
      assertThrows(
          IOException.class,
          () -> fresh.doGet(fake(HttpServletRequest.class, Map.of("getParameter", "")), gone));
    }
  }
}
