/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.parts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.stroma.api.data.DataException;
import org.stroma.command.CancelledException;
import org.stroma.parts.PartInvoker.Work;

class PartInvokerTest {
  private static final PartUse USE =
      new PartUse("/model/fusion", PartKind.FUSION, "gated", Map.of());
  private final PartInvoker invoker = new PartInvoker(30);

  private Fault refused(PartInvoker by, Work work, Supplier<?> code) {
    List<Fault> faults =
        assertThrows(FaultsException.class, () -> by.run(work, USE, this, code)).faults();
    assertEquals(1, faults.size());
    assertEquals("/model/fusion", faults.get(0).pointer());
    return faults.get(0);
  }

  private String told(Work work, Supplier<?> code) {
    return refused(invoker, work, code).message();
  }

  private static <T> Supplier<T> failing(Throwable thrown) {
    return () -> {
      throw PartInvokerTest.<RuntimeException>sneaky(thrown);
    };
  }

  @SuppressWarnings("unchecked")
  private static <E extends Throwable> E sneaky(Throwable thrown) throws E {
    throw (E) thrown;
  }

  @Test
  void itsResultIsGiven() {
    assertEquals(7, invoker.run(USE, this, () -> 7));
  }

  @Test
  void whatAPartRefusesIsItsOwnSentence() {
    assertEquals(
        "heads has to divide 8",
        told(Work.BUILD, failing(new IllegalArgumentException("heads has to divide 8"))));
    DataException data = new DataException("the table has no column x");
    assertSame(
        data, assertThrows(DataException.class, () -> invoker.run(USE, this, failing(data))));
  }

  @Test
  void whatItThrowsIsToldWithItsName() {
    assertEquals(
        "the fusion gated failed while it was built: NullPointerException: no weights",
        told(Work.BUILD, failing(new NullPointerException("no weights\nand more"))));
    assertEquals(
        "the fusion gated failed while it was computed: NoClassDefFoundError: x/Y",
        told(Work.MEASURE, failing(new NoClassDefFoundError("x/Y"))));
    assertEquals(
        "the fusion gated failed while it split the cohort: StackOverflowError",
        told(Work.SPLIT, failing(new StackOverflowError())));
    assertThrows(
        OutOfMemoryError.class,
        () -> invoker.run(USE, this, failing(new OutOfMemoryError("heap"))),
        "which is nobody's fault alone");
  }

  @Test
  void nothingIsNoResult() {
    assertEquals("the fusion gated builds nothing: it returns null", told(Work.BUILD, () -> null));
    assertEquals("the fusion gated gives no folds: it returns null", told(Work.SPLIT, () -> null));
  }

  @Test
  void whatDoesNotEndIsInterruptedAndLeftBehind() throws Exception {
    CountDownLatch interrupted = new CountDownLatch(1);
    Fault fault = refused(new PartInvoker(1), Work.BUILD, () -> {
      try {
        Thread.sleep(60_000);
      } catch (InterruptedException e) {
        interrupted.countDown();
      }
      return 1;
    });
    assertTrue(
        fault
            .message()
            .startsWith(
                "the fusion gated did not end building within 1 s (stroma.buildSeconds); its thread is left behind"),
        fault.message());
    assertTrue(interrupted.await(10, TimeUnit.SECONDS));
  }

  @Test
  void anInterruptCancels() {
    Thread.currentThread().interrupt();
    assertThrows(
        CancelledException.class,
        () -> invoker.run(USE, this, () -> {
          try {
            Thread.sleep(60_000);
          } catch (InterruptedException e) {
            // as it should
          }
          return 1;
        }));
    assertTrue(Thread.interrupted(), "and stays set");
    assertFalse(Thread.interrupted());
  }
}
