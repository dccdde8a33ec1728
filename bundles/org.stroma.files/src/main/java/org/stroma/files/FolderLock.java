/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A folder that one holder works in at a time. The system takes the lock away with the process, however that ends. */
public final class FolderLock implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FolderLock.class);

  /**
   * Locks of this process. A file that is locked must not be opened once more: POSIX gives a process's locks back when it closes the file by
   * any of its descriptors.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final FileChannel channel;

  private FolderLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Takes the lock. On a file system without locks it keeps out this process alone, which is told in the log.
   *
   * @param folder that is there
   * @param name of the file in it that is locked; it stays when the lock is given back
   * @throws FileAlreadyExistsException where somebody holds it
   */
  public static FolderLock take(Path folder, String name) throws IOException {
    Path file = folder.toRealPath().resolve(name);
    if (!HELD.add(file)) {
      throw new FileAlreadyExistsException(file.toString());
    }
    FileChannel channel = null;
    boolean taken = false;
    try {
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      taken = lock(channel, folder);
      if (!taken) {
        throw new FileAlreadyExistsException(file.toString());
      }
      return new FolderLock(file, channel);
    } finally {
      if (!taken) {
        HELD.remove(file);
        if (channel != null) {
          channel.close();
        }
      }
    }
  }

  private static boolean lock(FileChannel channel, Path folder) {
    try {
      return channel.tryLock() != null;
    } catch (IOException e) {
      LOG.warn(
          "{} is on a file system without locks: nothing keeps another process out", folder, e);
      return true;
    }
  }

  /** Gives the lock back. */
  @Override
  public void close() {
    if (!channel.isOpen()) {
      return;
    }
    try {
      channel.close(); // its lock goes with it
    } catch (IOException e) {
      LOG.warn("the lock {} cannot be given back", file, e);
    } finally {
      HELD.remove(file);
    }
  }
}
