/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.parts;

import java.util.Optional;
import java.util.function.Supplier;

/** Parts that were made for one use, such as an experiment. They are there until this is closed, which takes them down. */
public interface PartScope extends AutoCloseable {
  /** The parts by the places that asked for them. */
  WiredParts parts();

  /** The first part of a kind, where one was wanted. */
  <P> Optional<P> get(PartKind kind, Class<P> service);

  /**
   * Does something with the parts, in the thread that wired them. When one of them goes away meanwhile, the thread is interrupted.
   *
   * @throws FaultsException that names the parts that went away
   */
  <T> T use(Supplier<T> work);

  @Override
  void close();
}
